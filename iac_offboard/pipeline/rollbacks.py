"""Which plans put back what a plan removed: the register beside it, and what follows from it.

A restoring plan may lie, be approved and be carried out anywhere. So the removal itself keeps a
list of them, DIR/rollbacks.json: ``[{plan, path, digest, subjects, at}]``. Once one of them was
approved nobody can tell any more that it was not carried out, and the removal is over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from iac_offboard.apply import approval
from iac_offboard.apply.journal import first_previous, read_chain
from iac_offboard.errors import ApprovalError, InputError, UsageError
from iac_offboard.model import Plan
from iac_offboard.plan import file_v1

REGISTER = "rollbacks.json"
JOURNAL = "journal.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """One restoring plan: ``plan`` is the digest of the removal, ``path`` its own plan.json."""

    plan: str
    path: Path
    digest: str
    subjects: tuple[str, ...]
    at: datetime

    @property
    def lost(self) -> bool:
        """Whether another plan or none is where it was written."""
        try:
            return file_v1.digest(self.path.read_bytes()) != self.digest
        except OSError:
            return True

    @property
    def going(self) -> bool:
        """Whether it was approved, or an apply of it has begun."""
        return not self.lost and (approved(self.path, self.digest) or begun(self.path.parent))


def approved(path: Path, digest: str) -> bool:
    """Is there an approval of this digest beside the plan? One that cannot be read counts."""
    named = any((path.parent / "approvals").glob(f"*-{digest[:12]}.json"))
    try:
        return named or bool(approval.check(path, digest))
    except ApprovalError:
        return False


def begun(folder: Path) -> bool:
    """Has an apply written a record, if only that of an intent?"""
    journal = folder / JOURNAL
    return journal.exists() and bool(journal.stat().st_size)


def known(path: Path, digest: str) -> tuple[Rollback, ...]:
    """The restoring plans of the removal at ``path``: those of the register, and what lies in
    its folder should the register be lost. Raises ``InputError`` for a broken register."""
    listed = [r for r in _read(path.parent) if r.plan == digest]
    there = {r.path.resolve() for r in listed}
    for file in sorted(path.parent.glob("rollback*/plan.json")):
        if file.resolve() not in there:
            plan, own = file_v1.read(file)
            if plan.rolls_back == digest:
                listed.append(_entry(file, plan, own))
    return tuple(listed)


def rolled_back(path: Path, digest: str) -> tuple[Rollback, ...]:
    """The restoring plans of the removal at ``path`` that were, or may have been, carried out:
    approved, begun, or not to be found. Carrying the removal out again would take away what they
    put back. Raises ``InputError`` when that cannot be told."""
    return tuple(r for r in known(path, digest) if r.going or r.lost)


def remember(removal: Path, path: Path, plan: Plan, digest: str) -> None:
    """Write a restoring plan into the register of the plan that it puts back, in place of one
    that was to be at the same path. Raises ``InputError``."""
    made = _entry(path, plan, digest)
    kept = [r for r in _read(removal.parent) if r.path.resolve() != path.resolve()]
    body = [_written(r, removal.parent) for r in (*kept, made)]
    data = json.dumps(body, indent=2, sort_keys=True) + "\n"
    file_v1.write_private(removal.parent / REGISTER, data.encode())


def may_be_carried_out(path: Path, plan: Plan, digest: str) -> None:
    """Raises ``UsageError`` for a removal that was rolled back, and for a restoring plan that
    was made before the removal went on."""
    if plan.rolls_back:
        _up_to_date(path, plan)
        return
    found = rolled_back(path, digest)
    if not found:
        return
    back = sorted({s for r in found for s in r.subjects})
    left = [s.id for s in plan.subjects if s.id not in back]
    which = " and ".join(
        f"{r.path}{' (which cannot be found: it may have been carried out)' * r.lost}"
        for r in found
    )
    still = f", for those who are still to go: {', '.join(left)}" if left else ""
    raise UsageError(
        f"This plan was rolled back for {', '.join(back)} by {which}: carrying it out again "
        "would remove what was put back.",
        hint=f"Make a new plan with --out another directory{still}.",
    )


def begins(path: Path, plan: Plan, digest: str) -> None:
    """The approved plan at ``path`` is about to be carried out: if it is a copy of a restoring
    plan, the removal does not know of it yet."""
    removal = _place(plan, path, "plan") if plan.rolls_back else None
    if removal is not None and not _is_known(removal, path, plan, digest):
        remember(removal, path, plan, digest)


def inputs(
    where: Path, removal: Path, digest: str, journal: Path, head: str
) -> tuple[tuple[str, str], ...]:
    """What a restoring plan in ``where`` is made from, for :func:`may_be_carried_out` to find:
    the removal, and its journal with its head ("": there is none)."""
    made_from = [(f"plan {_relative(removal, where)}", digest)]
    return (*made_from, (f"journal {_relative(journal, where)}", head))


def stale(path: Path, plan: Plan) -> str:
    """Why the restoring plan at ``path`` was made from another journal than there is now; "" when
    it was not."""
    recorded = next((d for name, d in plan.inputs if name.startswith("journal ")), "")
    journal = _place(plan, path, "journal")
    if journal is None or not journal.exists():
        gone = f"The journal that it was made from, {journal or JOURNAL}, is not there"
        return f"{gone}: nobody can tell whether the removal went on." if recorded else ""
    _, head = read_chain(journal, plan.rolls_back)
    if head == (recorded or first_previous(plan.rolls_back)):
        return ""
    return f"The removal went on since: {journal} is not the journal that it was made from."


def _up_to_date(path: Path, plan: Plan) -> None:
    why = stale(path, plan)
    if why:
        removal = _place(plan, path, "plan") or "DIR/plan.json"
        raise UsageError(
            f"{path} is out of date. {why}",
            hint=f"Nothing was done; make the rollback again: iac-offboard rollback {removal}",
        )


def _place(plan: Plan, path: Path, kind: str) -> Path | None:
    """Where the plan at ``path`` says that its ``plan`` or ``journal`` is."""
    for name, _ in plan.inputs:
        found, _, where = name.partition(" ")
        if found == kind and where:
            return Path(os.path.normpath(path.parent / where))
    return None


def _is_known(removal: Path, path: Path, plan: Plan, digest: str) -> bool:
    """Whether nothing is to be written: it stands there, or there is no such removal here."""
    try:
        here = file_v1.digest(removal.read_bytes()) == plan.rolls_back
    except OSError:
        return True
    mine = path.resolve()
    return not here or any(
        r.digest == digest and r.path.resolve() == mine for r in _read(removal.parent)
    )


def _entry(path: Path, plan: Plan, digest: str) -> Rollback:
    return Rollback(
        plan=plan.rolls_back,
        path=path,
        digest=digest,
        subjects=tuple(s.id for s in plan.subjects),
        at=plan.made_at,
    )


def _relative(path: Path, folder: Path) -> str:
    """A case may be moved as a whole; what lies outside of it stays where it is."""
    path, folder = path.resolve(), folder.resolve()
    if folder.is_relative_to(path.parent) or path.is_relative_to(folder):
        return os.path.relpath(path, folder)
    return str(path)


def _written(one: Rollback, folder: Path) -> Mapping[str, object]:
    return {
        "plan": one.plan,
        "path": _relative(one.path, folder),
        "digest": one.digest,
        "subjects": list(one.subjects),
        "at": one.at.isoformat(),
    }


def _read(folder: Path) -> tuple[Rollback, ...]:
    path = folder / REGISTER
    if not path.exists():
        return ()
    try:
        body = json.loads(path.read_bytes())
        return tuple(_parse(one, folder) for one in _objects(body))
    except (OSError, ValueError, KeyError) as fault:
        raise InputError(
            f"{path} cannot be read ({fault}), so nobody can tell what was rolled back.",
            hint="Compare it with a backup. Without it only DIR/rollback* is looked at.",
        ) from fault


def _objects(body: object) -> Iterable[Mapping[str, object]]:
    if not isinstance(body, list) or not all(isinstance(one, dict) for one in body):
        raise ValueError("it is no list of restoring plans")
    return body


def _parse(one: Mapping[str, object], folder: Path) -> Rollback:
    subjects = one["subjects"]
    if not isinstance(subjects, Sequence) or isinstance(subjects, str):
        raise ValueError("subjects is no list")
    return Rollback(
        plan=_text(one["plan"]),
        path=Path(os.path.normpath(folder / _text(one["path"]))),
        digest=_text(one["digest"]),
        subjects=tuple(_text(s) for s in subjects),
        at=datetime.fromisoformat(_text(one["at"])),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a field is no text")
    return value
