"""How findings, origins and counts are put into words, the same in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import assert_never

from iac_offboard.model import (
    CodeOrigin,
    Collected,
    Finding,
    LiveOrigin,
    Origin,
    Side,
    StateOrigin,
    Target,
    Verdict,
)


def place(origin: Origin) -> str:
    """Where something was seen, in one line."""
    match origin:
        case CodeOrigin():
            return f"{origin.span.file}:{origin.line} ({origin.address})"
        case StateOrigin():
            return f"{origin.file} ({origin.address})"
        case LiveOrigin():
            region = f" {origin.region}" if origin.region else ""
            return f"aws {origin.account}{region} ({origin.operation})"
        case _:
            assert_never(origin)


def target(of: Target) -> str:
    """What a binding leads to: kind, name and account."""
    name = of.arn or of.name or "(not created yet)"
    account = f" in {of.account}" if of.account and of.account not in name else ""
    return f"{of.kind.replace('_', ' ')} {name}{account}"


def scan_counts(findings: Sequence[Finding], collected: Collected) -> dict[str, int]:
    """Every count a script may want, whatever the exit code says."""
    by_status = Counter(f.status.value for f in findings)
    return {
        "findings": len(findings),
        "managed": by_status["managed"],
        "code_only": by_status["code only"] + by_status["declared"],
        "state_only": by_status["state only"],
        "live_only": by_status["live only"],
        "returned": by_status["returned"],
        "skipped": len(collected.skipped),
        "boundaries": sum(1 for n in collected.notes if n.kind == "boundary"),
    }


def verdict_counts(verdicts: Sequence[Verdict], collected: Collected) -> dict[str, int]:
    access = Counter(v.access.value for v in verdicts)
    risk = Counter(v.return_risk.value for v in verdicts)
    return {
        "subjects": len(verdicts),
        "dead": access["dead"],
        "alive": access["alive"],
        "unknown": access["unknown"],
        "return_risk_present": risk["present"],
        "return_risk_unknown": risk["unknown"],
        "skipped": len(collected.skipped),
    }


def side(which: Side) -> str:
    return "live access" if which is Side.ACCESS else "return risk"


# What this version cannot see, printed beside every verdict (DESIGN.md, rule 10).
NOT_COVERED = (
    "sessions that were opened before the removal (up to 36 hours)",
    "role chains and access through roles that the leaver may assume by account-wide trust",
    "organisation policies, permissions boundaries and VPC endpoint policies",
    "Google Cloud, Azure, Entra ID, GitHub, Okta and Kubernetes",
    "resource policies of services other than KMS, S3, SQS, SNS, Secrets Manager, Lambda and ECR",
)
