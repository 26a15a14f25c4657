"""A plan that puts back what another plan removed, with a digest, an approval and a journal of
its own (rule 13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from iac_offboard import __version__
from iac_offboard.apply.journal import read_chain
from iac_offboard.errors import InputError, UsageError
from iac_offboard.model import Note, NoteKind, Outcome, Plan, Record, SubjectStatus
from iac_offboard.pipeline import git
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
    "there is no journal: every action of the plan is looked at, and nothing is done where the "
    "element stands"
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
    """Write plan.json and report.md of the restoring plan to ``out`` (DIR/rollback unless
    given). Nothing live is read or written: apply looks at each target again.

    ``journal`` is that of the original, beside it unless given; when that one is not there it
    counts as lost. Raises ``PlanFileError``, ``JournalError`` for a broken journal,
    ``InputError`` when a named journal is not there, and ``UsageError`` for a plan that is a
    rollback itself, an unknown subject, or a directory in which a plan is being carried out.
    """
    plan, digest = file_v1.read(path)
    wanted = _wanted(plan, path, subjects)
    where = out or path.parent / FOLDER
    _not_in_use(where)
    records, head = _records(path, digest, journal)
    restoring = restore(plan, records, wanted)
    made = _plan(plan, digest, restoring, wanted, clock(), head, lost=records is None)
    data = file_v1.dumps(made)
    made_digest = file_v1.digest(data)
    file_v1.write_private(where / "report.md", MarkdownFormat().plan(made, made_digest).encode())
    file_v1.write_private(where / "plan.json", data)
    return RolledBack(plan=made, digest=made_digest, next_steps=_next_steps(made, where))


def cancelled(roster: Path, out: Path, clock: Callable[[], datetime]) -> RolledBack | None:
    """The restoring plan for those whom the roster now marks cancelled and the plan in ``out``
    removes; None when there is nobody. The plan in ``out`` stays as it is. One whose restoring
    plan is being carried out already gets that one again."""
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
    if standing is not None and mine <= {s.id for s in standing.plan.subjects}:
        return standing
    return run_rollback(path, clock=clock, subjects=mine)


def rolled_back(path: Path, digest: str) -> bool:
    """Was the plan at ``path`` rolled back, wholly or for one subject, by the restoring plan in
    DIR/rollback? Then carrying it out again would take away what was just put back.

    Raises ``PlanFileError`` and ``JournalError`` when that cannot be told."""
    folder = path.parent / FOLDER
    if not (folder / "plan.json").exists() or not (folder / "journal.jsonl").exists():
        return False
    plan, own = file_v1.read(folder / "plan.json")
    if plan.rolls_back != digest:
        return False
    records, _ = read_chain(folder / "journal.jsonl", own)
    return any(r.outcome is Outcome.DONE for r in records)


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


def _not_in_use(out: Path) -> None:
    journal = out / "journal.jsonl"
    if journal.exists() and journal.stat().st_size:
        raise UsageError(
            f"{out} holds a plan that is being carried out.",
            hint="Go on with it, or name another directory with --out.",
        )


def _records(
    path: Path, digest: str, journal: Path | None
) -> tuple[tuple[Record, ...] | None, str]:
    where = journal or path.parent / "journal.jsonl"
    if where.exists():
        return read_chain(where, digest)
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
    head: str,
    *,
    lost: bool,
) -> Plan:
    said = (_LOST,) * lost + (_LATE,) * restoring.late
    return Plan(
        version=file_v1.VERSION,
        tool=f"iac-offboard {__version__}",
        made_at=at,
        made_by=(("git", git.user(Path())), ("os", git.login())),
        scope=plan.scope,
        sources=plan.sources,
        inputs=(("plan", digest), *((("journal", head),) if head else ())),
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


def _standing(path: Path, digest: str) -> RolledBack | None:
    """The restoring plan of this digest that an apply has begun to carry out."""
    folder = path.parent / FOLDER
    journal = folder / "journal.jsonl"
    if not (folder / "plan.json").exists() or not journal.exists() or not journal.stat().st_size:
        return None
    plan, own = file_v1.read(folder / "plan.json")
    if plan.rolls_back != digest:
        return None
    going = f"{folder / 'plan.json'} is being carried out; go on with: iac-offboard apply"
    return RolledBack(plan=plan, digest=own, next_steps=(f"{going} {folder / 'plan.json'}",))


def _next_steps(plan: Plan, out: Path) -> tuple[str, ...]:
    lines = [f"wrote {out / 'plan.json'} and {out / 'report.md'}"]
    lines += [f"by hand: {m.subject}: {m.text} ({m.reason})" for m in plan.manual]
    if plan.actions:
        file = out / "plan.json"
        lines.append(f"next: iac-offboard approve {file} --by WHO, then iac-offboard apply {file}")
    else:
        lines.append("nothing was done that this tool could put back")
    return tuple(lines)
