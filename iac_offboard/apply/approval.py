"""Approvals: who said yes to exactly these bytes of plan.json.

An approval is a file ``approvals/<n>-<digest12>.json`` beside the plan. ``by`` is a claim and
is printed as one until approvals are signed.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import rfc8785

from iac_offboard.apply import people
from iac_offboard.errors import ApprovalError, PlanFileError, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """``plan`` is the SHA-256 of the plan file's bytes in hex; ``via`` how it was given;
    ``early``: also before the subjects have left; ``accepts`` are the ids of actions whose hazard
    was accepted."""

    plan: str
    by: str
    at: datetime
    via: str
    early: bool = False
    accepts: tuple[str, ...] = ()


def accepted(approvals: Iterable[Approval]) -> frozenset[str]:
    """The actions that these approvals accept, together."""
    return frozenset(action for approval in approvals for action in approval.accepts)


def approve(
    plan_path: Path,
    by: str,
    via: str,
    clock: Callable[[], datetime],
    *,
    early: bool = False,
    accepts: Sequence[str] = (),
) -> Path:
    """Write an approval of the plan as it stands now; the path of the new record.

    Raises UsageError without a name, PlanFileError when the plan cannot be read."""
    if not by.strip():
        raise UsageError("An approval needs the name of who gives it.", hint="Add --by WHO.")
    try:
        digest = hashlib.sha256(plan_path.read_bytes()).hexdigest()
    except OSError as fault:
        raise PlanFileError(
            f"The plan {plan_path} cannot be read: {fault.strerror}.",
            hint="Name the plan.json that `iac-offboard plan --out DIR` wrote.",
        ) from fault
    at = clock().astimezone(UTC).isoformat()
    record: dict[str, str | bool | list[str]] = {
        "plan": digest,
        "by": by,
        "at": at,
        "via": via,
        "early": early,
        "accepts": sorted(set(accepts)),
    }
    folder = plan_path.parent / "approvals"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        return _place(folder, digest, rfc8785.dumps(record) + b"\n")
    except OSError as fault:
        raise ApprovalError(
            f"The approval cannot be written to {folder}: {fault.strerror}.",
            hint="Make the folder of the plan writable and approve again.",
        ) from fault


def check(plan_path: Path, digest: str, minimum: int = 1) -> tuple[Approval, ...]:
    """Every approval of exactly ``digest``, oldest first; raises ApprovalError when fewer than
    ``minimum`` people gave one, however each spells its name."""
    found: list[tuple[int, Approval]] = []
    unreadable: list[str] = []
    others = 0
    for path in sorted((plan_path.parent / "approvals").glob("*.json")):
        try:
            number, approval = _parse(path)
        except (OSError, ValueError):
            unreadable.append(path.name)
            continue
        if approval.plan == digest:
            found.append((number, approval))
        else:
            others += 1
    approvals = tuple(approval for _, approval in sorted(found, key=lambda pair: pair[0]))
    given = people.count(approval.by for approval in approvals)
    if given and given >= minimum:
        return approvals
    raise _missing(plan_path, digest, given, minimum, others, unreadable)


def _missing(
    plan_path: Path, digest: str, given: int, minimum: int, others: int, unreadable: list[str]
) -> ApprovalError:
    what = "no approval" if not given else f"{given} of the {minimum} approvals it needs"
    reasons = ""
    if others:
        reasons += f" {others} approval(s) there are of other plans or of an earlier version."
    if unreadable:
        reasons += f" Not readable as an approval: {', '.join(unreadable)}."
    return ApprovalError(
        f"The plan {plan_path} with digest {digest} has {what}.{reasons}",
        hint=(
            f"Review it, compare the digest, then run: iac-offboard approve {plan_path} --by WHO"
        ),
    )


def _parse(path: Path) -> tuple[int, Approval]:
    body = json.loads(path.read_bytes())
    if not isinstance(body, dict):
        raise ValueError("not an object")
    values = {name: body.get(name) for name in ("plan", "by", "at", "via")}
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    if len(texts) != len(values):
        raise ValueError("a field is missing")
    at = datetime.fromisoformat(texts["at"])
    if at.tzinfo is None:
        raise ValueError("a time without an offset")
    early = body.get("early", False)
    if not isinstance(early, bool):
        raise ValueError("early is neither true nor false")
    approval = Approval(
        plan=texts["plan"],
        by=texts["by"],
        at=at,
        via=texts["via"],
        early=early,
        accepts=_ids(body.get("accepts", [])),
    )
    return _number(path), approval


def _ids(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("accepts is no list")
    ids = tuple(item for item in value if isinstance(item, str))
    if len(ids) != len(value):
        raise ValueError("accepts holds something else than ids")
    return ids


def _number(path: Path) -> int:
    head = path.name.partition("-")[0]
    return int(head) if head.isascii() and head.isdigit() else 0


def _place(folder: Path, digest: str, content: bytes) -> Path:
    """Whole or not at all, and never over an approval that is there."""
    number = 1 + max((_number(path) for path in folder.glob("*.json")), default=0)
    with _private_copy(folder, content) as copy:
        while True:
            path = folder / f"{number}-{digest[:12]}.json"
            # A link fails when the name is taken; a rename would overwrite in silence.
            try:
                os.link(copy, path)
            except FileExistsError:
                number += 1
                continue
            break
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return path


@contextmanager
def _private_copy(folder: Path, content: bytes) -> Iterator[Path]:
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".approval-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
