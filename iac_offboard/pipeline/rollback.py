"""A plan that puts back what another plan removed, with a digest, an approval and a journal of
its own (rule 13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from iac_offboard import __version__
from iac_offboard.apply.journal import read_chain
from iac_offboard.errors import InputError, UsageError
from iac_offboard.model import Note, NoteKind, Plan, Record, SubjectStatus
from iac_offboard.pipeline import git, rollbacks
from iac_offboard.pipeline.rollbacks import JOURNAL, Rollback
from iac_offboard.plan import file_v1
from iac_offboard.plan.rollback import Restoring, restore
from iac_offboard.report.markdown import MarkdownFormat
from iac_offboard.subjects.roster import load_roster

FOLDER = "rollback"
_LATE = (
    "the journal begins after an earlier run whose own journal is lost: what it calls already so "
    "is undone too, where the plan says that it was different"
)
_LOST = (
    "there is no journal: every action of the plan is looked at, nothing is done where the "
    "element stands, and each waits until its id is accepted, for it may not be ours"
)
_NEVER = (
    "there is no journal, and nobody approved that plan: nothing was done of it, so that there is "
    "nothing to put back"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """A written restoring plan, its digest, and what to do next, one sentence each."""

    plan: Plan
    digest: str
    next_steps: tuple[str, ...]


def run_rollback(
    path: Path,
    *,
    clock: Callable[[], datetime],
    out: Path | None = None,
    journal: Path | None = None,
    subjects: Iterable[str] = (),
) -> RolledBack:
    """Write plan.json and report.md of the restoring plan to ``out``, and remember it in the
    register beside the original. Nothing live is read or written: apply looks at each target
    again.

    ``out`` is DIR/rollback unless given, and DIR/rollback-2 ... once an earlier one was approved
    or begun; that one's subjects are left out then. ``journal`` is that of the original, beside
    it unless given; when that one is not there it counts as lost. Raises ``PlanFileError``,
    ``JournalError`` for a broken journal, ``InputError`` when a named journal is not there or the
    register is broken, and ``UsageError`` for a plan that is a rollback itself, an unknown
    subject, subjects who are being put back already, or a directory with another plan.
    """
    plan, digest = file_v1.read(path)
    wanted = _wanted(plan, path, subjects)
    if out is None:
        where, wanted = _next_folder(path), _not_yet(plan, path, digest, wanted)
    else:
        where = out
        _may_be_written(where)
    records, head = _records(path, digest, journal)
    never = records is None and not rollbacks.approved(path, digest)
    restoring = restore(plan, () if never else records, wanted)
    made_from = rollbacks.inputs(where, path, digest, journal or path.parent / JOURNAL, head)
    said = (_NEVER,) if never else (_LOST,) * (records is None) + (_LATE,) * restoring.late
    made = _plan(plan, digest, restoring, wanted, clock(), made_from, said)
    data = file_v1.dumps(made)
    made_digest = file_v1.digest(data)
    # First of all: a restoring plan that the original does not know of must not exist.
    rollbacks.remember(path, where / "plan.json", made, made_digest)
    file_v1.write_private(where / "report.md", MarkdownFormat().plan(made, made_digest).encode())
    file_v1.write_private(where / "plan.json", data)
    return RolledBack(plan=made, digest=made_digest, next_steps=_next_steps(made, where))


def cancelled(roster: Path, out: Path, clock: Callable[[], datetime]) -> RolledBack | None:
    """The restoring plan for those whom the roster now marks cancelled and the plan in ``out``
    removes; None when there is nobody. The plan in ``out`` stays as it is. Those whose restoring
    plan was approved or begun already get that one again."""
    names = frozenset(
        s.id for s in load_roster(roster).subjects if s.status is SubjectStatus.CANCELLED
    )
    path = out / "plan.json"
    if not names or not path.exists():
        return None
    plan, digest = file_v1.read(path)
    mine = names & {s.id for s in plan.subjects}
    if not mine or plan.rolls_back:
        return None
    standing = _standing(path, digest)
    left = mine - {s for r in standing for s in r.subjects}
    if left:
        return run_rollback(path, clock=clock, subjects=left)
    return _again(next(r for r in reversed(standing) if mine & set(r.subjects)))


def _wanted(plan: Plan, path: Path, subjects: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(subjects)
    if plan.rolls_back:
        raise UsageError(
            f"{path} is a rollback itself.", hint="Plan the removal again with `iac-offboard plan`."
        )
    unknown = wanted - {s.id for s in plan.subjects}
    if unknown:
        raise UsageError(
            f"The plan {path} has no subject {', '.join(sorted(unknown))}.",
            hint=f"It is about {', '.join(s.id for s in plan.subjects)}.",
        )
    return wanted


def _standing(path: Path, digest: str) -> tuple[Rollback, ...]:
    """The restoring plans of the original at ``path`` that are to be gone on with."""
    return tuple(
        r
        for r in rollbacks.known(path, digest)
        if r.going and not rollbacks.stale(r.path, file_v1.read(r.path)[0])
    )


def _not_yet(plan: Plan, path: Path, digest: str, wanted: frozenset[str]) -> frozenset[str]:
    """Of those who are wanted (none: all of the plan), whoever is not being put back."""
    standing = _standing(path, digest)
    if not standing:
        return wanted
    everybody = wanted or frozenset(s.id for s in plan.subjects)
    left = everybody - {s for r in standing for s in r.subjects}
    if not left:
        files = " and ".join(str(r.path) for r in standing if everybody & set(r.subjects))
        raise UsageError(
            f"{', '.join(sorted(everybody))} is being put back by {files} already.",
            hint="Go on with it, or name another directory with --out.",
        )
    return left


def _next_folder(path: Path) -> Path:
    """The first of DIR/rollback, DIR/rollback-2 ... in which nothing was approved or begun."""
    for number in count(1):
        folder = path.parent / (FOLDER if number == 1 else f"{FOLDER}-{number}")
        if not _in_use(folder):
            return folder
    raise AssertionError("there is no end of numbers")


def _may_be_written(out: Path) -> None:
    in_use = _in_use(out)
    if in_use:
        raise UsageError(
            f"{out} holds {in_use}.",
            hint="Go on with it, or name another directory with --out.",
        )


def _in_use(folder: Path) -> str:
    """What must not be written over there; "" for nothing."""
    file = folder / "plan.json"
    plan, digest = file_v1.read(file) if file.exists() else (None, "")
    if plan is not None and not plan.rolls_back:
        return "another plan, which is no rollback"
    if rollbacks.begun(folder):
        return "a plan that is being carried out"
    approved = plan is not None and rollbacks.approved(file, digest)
    return "a rollback that was approved" if approved else ""


def _records(
    path: Path, digest: str, journal: Path | None
) -> tuple[tuple[Record, ...] | None, str]:
    where = journal or path.parent / JOURNAL
    if where.exists():
        records, head = read_chain(where, digest)
        return records or None, head  # without one whole record it tells nothing: it was lost
    if journal is not None:
        raise InputError(
            f"There is no journal {journal}.",
            hint="Leave --journal out when it is lost: the plan itself tells what to look at.",
        )
    return None, ""


def _plan(
    plan: Plan,
    digest: str,
    restoring: Restoring,
    wanted: frozenset[str],
    at: datetime,
    made_from: tuple[tuple[str, str], ...],
    said: tuple[str, ...],
) -> Plan:
    return Plan(
        version=file_v1.VERSION,
        tool=f"iac-offboard {__version__}",
        made_at=at,
        made_by=(("git", git.user(Path())), ("os", git.login())),
        scope=plan.scope,
        sources=plan.sources,
        inputs=made_from,
        subjects=tuple(s for s in plan.subjects if not wanted or s.id in wanted),
        findings=(),
        actions=restoring.actions,
        manual=restoring.manual,
        holds=(),
        patches=(),
        skipped=(),
        notes=tuple(Note(kind=NoteKind.HAZARD, where="journal", text=text) for text in said),
        rolls_back=digest,
    )


def _again(one: Rollback) -> RolledBack:
    plan, digest = file_v1.read(one.path)
    if rollbacks.begun(one.path.parent):
        going = f"{one.path} is being carried out; go on with: iac-offboard apply {one.path}"
    else:
        going = f"{one.path} is approved; next: iac-offboard apply {one.path}"
    return RolledBack(plan=plan, digest=digest, next_steps=(going,))


def _next_steps(plan: Plan, out: Path) -> tuple[str, ...]:
    lines = [f"wrote {out / 'plan.json'} and {out / 'report.md'}"]
    lines += [note.text for note in plan.notes]
    lines += [f"by hand: {m.subject}: {m.text} ({m.reason})" for m in plan.manual]
    waiting = [action.id for action in plan.actions if action.must_be_accepted]
    if waiting:
        lines.append(
            "report.md says what these wait for; accept them one by one with --accept ID: "
            + ", ".join(waiting)
        )
    if plan.actions:
        file = out / "plan.json"
        lines.append(f"next: iac-offboard approve {file} --by WHO, then iac-offboard apply {file}")
    else:
        lines.append("nothing was done that this tool could put back")
    return tuple(lines)
