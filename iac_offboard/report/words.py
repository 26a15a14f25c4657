"""How findings, origins and counts are put into words, the same in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from posixpath import join, normpath
from typing import assert_never

from iac_offboard.model import (
    CodeOrigin,
    Collected,
    Finding,
    LiveOrigin,
    Note,
    NoteKind,
    Origin,
    Scope,
    StateOrigin,
    Target,
    Verdict,
)


def file(origin: CodeOrigin) -> str:
    """The file from where the user stands, as compilers and linters say it."""
    return normpath(join(origin.directory, origin.span.file))


def place(origin: Origin) -> str:
    """Where something was seen, in one line."""
    match origin:
        case CodeOrigin():
            return f"{file(origin)}:{origin.line} ({origin.address})"
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
        "waived": len(collected.waived),
        "boundaries": sum(1 for n in collected.notes if n.kind == "boundary"),
    }


def verdict_counts(verdicts: Sequence[Verdict], collected: Collected) -> dict[str, int]:
    access = Counter(v.access.value for v in verdicts)
    risk = Counter(v.return_risk.value for v in verdicts)
    return {
        "subjects": len(verdicts),
        "dead": access["dead"],
        "alive": access["alive"],
        "alive_until": access["alive-until"],
        "unknown": access["unknown"],
        "return_risk_present": risk["present"],
        "return_risk_unknown": risk["unknown"],
        "skipped": len(collected.skipped),
        "waived": len(collected.waived),
    }


# What this version cannot see, printed beside every verdict (DESIGN.md, rule 10).
NOT_COVERED = (
    "role chains beyond the first hop",
    "organisation policies and permissions boundaries",
    "Google Cloud, Azure, Entra ID, GitHub, Okta and Kubernetes",
)


def not_covered(notes: Iterable[Note]) -> tuple[str, ...]:
    """What this version, and each source that was used, does not look at."""
    said = (note.text for note in notes if note.kind is NoteKind.NOT_COVERED)
    return tuple(dict.fromkeys((*said, *NOT_COVERED)))


def lines(notes: Iterable[Note]) -> tuple[str, ...]:
    """The notes, one line for each text with every place that it is said of."""
    places: dict[tuple[NoteKind, str], list[str]] = {}
    for note in notes:
        if note.kind is not NoteKind.NOT_COVERED:
            places.setdefault((note.kind, note.text), []).append(note.where)
    return tuple(
        f"{kind.value}: {', '.join(dict.fromkeys(where))}: {text}"
        for (kind, text), where in places.items()
    )


def looked_at(scope: Scope, callers: Sequence[tuple[str, str]] = ()) -> tuple[str, ...]:
    """What a look covered, one line each: a verdict is said over this and no more."""
    who = dict(callers)
    lines = [
        f"{a.provider} account {a.account} ({a.source})"
        + (f" as {who[a.account]}" if a.account in who else "")
        for a in scope.accounts
    ]
    if scope.accounts:
        lines.append(f"regions: {', '.join(scope.regions) or 'none'}")
        lines.append(f"services: {', '.join(scope.services) or 'all'}")
    for root in scope.roots:
        commit = f" at {root.commit[:12]}" if root.commit else ""
        lines.append(f"root {root.path}{commit}{' with uncommitted changes' * root.dirty}")
    lines += [f"state {state}" for state in scope.states]
    return tuple(lines)
