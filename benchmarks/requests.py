"""How many requests one look at a large account takes, as the strict layer counts them."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.account import HOME, ROSTER, BigAccount, Counted
from benchmarks.table import table
from iac_offboard.pipeline.request import AwsOptions, Request
from iac_offboard.pipeline.scan import run_scan

BOUND = 60  # identity requests for one leaver beside the pages of the lists (docs, README)
_SCOPES = (
    ("everything", (), ()),
    ("--services iam,identitycenter", ("iam", "identitycenter"), ()),
    (f"--regions {HOME}", (), (HOME,)),
    (f"--services sqs,sns --regions {HOME}", ("sqs", "sns"), (HOME,)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One scan of an account: what it asked, how long it took, how many bindings it found."""

    counted: Counted
    seconds: float
    findings: int


def look(
    account: BigAccount, services: tuple[str, ...] = (), regions: tuple[str, ...] = ()
) -> Look:
    """Scan ``account`` for its leaver."""
    with tempfile.TemporaryDirectory() as directory, _environment(account):
        roster = Path(directory) / "leavers.yaml"
        roster.write_text(ROSTER, encoding="utf-8")
        aws = AwsOptions(services=services, regions=regions)
        started = time.perf_counter()
        scan = run_scan(Request(subjects=str(roster), live=("aws",), aws=aws))
        seconds = time.perf_counter() - started
    if scan.collected.skipped:
        raise RuntimeError(f"The benchmark could not read everything: {scan.collected.skipped}")
    return Look(counted=account.counted(), seconds=seconds, findings=len(scan.findings))


def report() -> Iterator[str]:
    """The tables, one after the other."""
    identity: list[tuple[object, ...]] = []
    policies: list[tuple[object, ...]] = []
    for users, roles in ((2000, 500), (20_000, 500)):
        with BigAccount(users=users, roles=roles) as account:
            size = f"{users:,} users, {roles} roles, {len(account.regions)} regions"
            for option, services, regions in _SCOPES if users == 2000 else _SCOPES[1:2]:
                seen = look(account, services, regions)
                done = seen.counted
                if not services or "iam" in services:
                    bound = done.pages + BOUND
                    ratio = f"{done.identity / bound:.2f}"
                    row = (done.pages, done.constant, done.identity, bound, ratio, seen.seconds)
                    identity.append((f"{size}, {option}", *row))
                if users == 2000:
                    policies.append((option, done.lists, done.details, account.resources))
    yield table(
        "Identity requests for one leaver who has everything (IAM, STS, Identity Center)",
        ("account", "pages", "constant", "requests", "bound", "of bound", "seconds"),
        identity,
    )
    yield table(
        "Resource policies: one list per service and enabled region, at most 2 per resource",
        ("scope", "lists", "per resource", "resources"),
        policies,
    )


@contextmanager
def _environment(account: BigAccount) -> Iterator[None]:
    before = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    for name in before:
        del os.environ[name]
    os.environ.update(account.environment())
    try:
        yield
    finally:
        for name in account.environment():
            os.environ.pop(name, None)
        os.environ.update(before)
