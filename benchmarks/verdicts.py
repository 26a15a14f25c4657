"""Judging a leaver whom many places let in: every key of an account names the account's root."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.table import table
from iac_offboard.model import (
    AccountScope,
    Binding,
    Collected,
    Finding,
    FindingStatus,
    LiveOrigin,
    Observation,
    Principal,
    PrincipalKind,
    Read,
    Relation,
    Scope,
    Strength,
    Subject,
    SubjectKind,
    Target,
)
from iac_offboard.verify import verdicts

ACCOUNT = "111122223333"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SIZES = (1_000, 4_000, 16_000)
_ORIGIN = LiveOrigin(account=ACCOUNT, region="", operation="iam:X", caller="arn:c", read_at=NOW)


def report() -> Iterator[str]:
    """Seconds for one look, and how much longer four times as many places take."""
    rows: list[tuple[object, ...]] = []
    before = 0.0
    for size in SIZES:
        seconds = _judge(size)
        rows.append((f"{size:,} places", seconds, seconds / before if before else "-"))
        before = seconds
    yield table("Verdict of one leaver who still stands", ("", "s", "times"), rows)


def _judge(size: int) -> float:
    found = (_user(), *(_covered(number) for number in range(size)))
    subject = Subject(id="s", kind=SubjectKind.PERSON, left_at=None, aliases=())
    scope = Scope(accounts=(AccountScope(provider="aws", account=ACCOUNT, source="ambient"),))
    collected = Collected(reads=(Read(source="aws", where=f"aws:{ACCOUNT}", at=NOW),))
    start = time.perf_counter()
    (verdict,) = verdicts(found, [subject], found, collected, scope, scope, [], now=NOW)
    spent = time.perf_counter() - start
    assert len(verdict.bindings) == len(found)
    return spent


def _user() -> Finding:
    principal = Principal(
        provider="aws", kind=PrincipalKind.IAM_USER, value="alice", account=ACCOUNT
    )
    target = Target(
        provider="aws", kind="iam_user", name="alice", account=ACCOUNT, unique_id="AIDAALICE"
    )
    binding = Binding(principal=principal, relation=Relation.IDENTITY, target=target)
    return _finding("F-user", binding, covered=False)


def _covered(number: int) -> Finding:
    root = Principal(provider="aws", kind=PrincipalKind.AWS_ACCOUNT, value=ACCOUNT, account=ACCOUNT)
    target = Target(
        provider="aws", kind="kms_key", name=f"key-{number}", account=ACCOUNT, region="us-east-1"
    )
    binding = Binding(principal=root, relation=Relation.GRANT, target=target)
    return _finding(f"F-{number}", binding, covered=True)


def _finding(id_: str, binding: Binding, *, covered: bool) -> Finding:
    return Finding(
        id=id_,
        subject="s",
        binding=binding,
        status=FindingStatus.UNMANAGED,
        strength=Strength.STRONG,
        observations=(Observation(binding=binding, origin=_ORIGIN),),
        why="",
        covered=covered,
    )
