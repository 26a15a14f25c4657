"""Scan, edit, prove, plan, and write the three files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from posixpath import normpath

from iac_offboard import __version__
from iac_offboard.errors import UsageError
from iac_offboard.model import Note, NoteKind, Patch, Plan, Subject, SubjectStatus
from iac_offboard.pipeline import carried, git, rollback
from iac_offboard.pipeline.dependants import dependants
from iac_offboard.pipeline.earlier import earlier_cases, with_returned_ones
from iac_offboard.pipeline.mentions import mentions
from iac_offboard.pipeline.owners import owners
from iac_offboard.pipeline.past import CODE_INPUT, PLAN_INPUT
from iac_offboard.pipeline.patches import patches
from iac_offboard.pipeline.plans import readable_again
from iac_offboard.pipeline.removal import Removal, remove
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.scan import Progress, Scan, run_scan, silent
from iac_offboard.pipeline.state_side import state_side
from iac_offboard.pipeline.tied import split
from iac_offboard.pipeline.told_outside import told_outside
from iac_offboard.pipeline.waived import waive, waivers_of
from iac_offboard.plan import file_v1, guards
from iac_offboard.plan.actions import build_actions
from iac_offboard.plan.left_behind import without_own
from iac_offboard.plan.order import order_of_applies
from iac_offboard.plan.rotation import ROTATION_WINDOW
from iac_offboard.report.markdown import MarkdownFormat

_SHOWN = 20  # uncommitted files by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a person may set: a plan with more actions is held; a key that was rotated goes once
    it has not been used for ``rotation_window`` seconds."""

    max_actions: int = guards.MAX_ACTIONS
    rotation_window: int = ROTATION_WINDOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A written plan, its digest, and what to do next, one sentence each."""

    plan: Plan
    digest: str
    next_steps: tuple[str, ...]

    def incomplete(self, *, strict: bool) -> bool:
        boundary = any(n.kind is NoteKind.BOUNDARY for n in self.plan.notes)
        return bool(self.plan.skipped) or (strict and boundary)


def run_plan(
    request: Request,
    out: Path,
    *,
    clock: Callable[[], datetime],
    limits: Limits | None = None,
    names: bool = False,
    progress: Progress = silent,
) -> Planned:
    """Make the plan and write DIR/plan.json, DIR/removal.patch and DIR/report.md.

    ``names``: report.md spells the aliases of the subjects. When the roster marks somebody as
    cancelled whom the plan in DIR removes, that plan stays as it is, and the plan that puts back
    what was done of it is written to DIR/rollback (DIR/rollback-2 ... for the next one) instead.

    Raises what ``run_scan`` raises, ``EditError`` when a removal cannot be written, and
    ``UsageError`` for a DIR in which a plan is being carried out and for a plan of Terraform that
    is piped in; ``PlanFileError`` and ``JournalError`` when the plan there, or what its verify saw,
    cannot be read: sessions that may be open are handed on to the new plan.
    """
    back = rollback.cancelled(Path(request.subjects), out, clock)
    if back is not None:
        return Planned(plan=back.plan, digest=back.digest, next_steps=back.next_steps)
    journal = out / "journal.jsonl"
    if journal.exists() and journal.stat().st_size:  # an apply that was refused leaves it empty
        raise UsageError(
            f"{out} holds the journal of an apply, and with it the plan that it goes on with.",
            hint="Name another directory with --out, and keep this one as evidence.",
        )
    readable_again(request.plans)
    before = carried.earlier(out)
    waivers, cases = waivers_of(request), earlier_cases(request)
    scan = waive(run_scan(request, progress=progress, clock=clock), waivers, clock())
    removals = [
        remove(source, collected.observations, scan.findings, scan.subjects)
        for source, collected in scan.code
    ]
    made = patches(removals, out)
    plan = _plan(scan, removals, [m.patch for m in made], clock(), limits or Limits())
    told = {one.place for one in plan.dependants}
    mentioned = [n for n in _mentioned(scan, removals, out) if normpath(n.where) not in told]
    shown = (note for m in made for note in m.hazards)
    plan = replace(
        plan,
        # After all was planned: how a thing stands decides that, not what became of it before.
        findings=with_returned_ones(plan.findings, cases),
        notes=(*_uncommitted(scan, out), *shown, *plan.notes, *mentioned),
    )
    _forget(out, plan.patches)
    for m in made:
        file_v1.write_private(out / m.patch.file, m.data)
    data = file_v1.dumps(plan)
    digest = file_v1.digest(data)
    asked = owners(removals)
    format_ = MarkdownFormat(names=names, owners=asked.of, unread_owners=asked.unread)
    report = format_.plan(plan, digest)
    file_v1.write_private(out / "report.md", report.encode())
    carried.hand_on(out, plan, digest, before)
    file_v1.write_private(out / "plan.json", data)  # last: a plan never names a missing patch
    return Planned(plan=plan, digest=digest, next_steps=_next_steps(plan, out, scan.subjects))


def _plan(
    scan: Scan,
    removals: Sequence[Removal],
    written: Sequence[Patch],
    at: datetime,
    limits: Limits,
) -> Plan:
    subjects = {s.id: s for s in scan.subjects}
    by_hand = [
        *(m for r in removals for m in r.manual),
        *told_outside(scan.code, scan.findings),
    ]
    referring = dependants(scan, removals)
    actions, manual = build_actions(
        scan.findings,
        subjects,
        scan.facts,
        by_hand,
        uses=(*scan.collected.uses, *(u for source, _ in scan.code for u in source.uses())),
        destroyed=frozenset().union(*(r.destroyed for r in removals)),
        rotation_window=limits.rotation_window,
        # A waiver makes nothing unused that nobody could read.
        skipped=(*scan.collected.skipped, *(w.skipped for w in scan.collected.waived)),
        inline_owners=[owner for source, _ in scan.code for owner in source.inline_owners()],
        dependants=referring,
    )
    held = guards.holds(
        scan.subjects, scan.findings, actions, scan.facts, max_actions=limits.max_actions
    )
    return Plan(
        version=file_v1.VERSION,
        tool=f"iac-offboard {__version__}",
        made_at=at,
        made_by=_made_by(scan),
        scope=scan.scope,
        sources=scan.request.pairs(),
        inputs=_inputs(scan),
        subjects=scan.subjects,
        findings=scan.findings,
        actions=actions,
        manual=tuple(dict.fromkeys([*by_hand, *manual, *state_side(scan)])),
        holds=(*(h for r in removals for h in r.holds), *held),
        patches=tuple(written),
        skipped=scan.collected.skipped,
        notes=tuple(
            dict.fromkeys(
                (
                    *without_own(scan.collected.notes, actions),
                    *guards.hazards(scan.findings),
                    *(note for r in removals for note in r.notes),
                )
            )
        ),
        side_effects=tuple(s for r in removals for s in r.side_effects),
        reads=scan.collected.reads,
        waived=scan.collected.waived,
        order=order_of_applies(scan.findings, referring),
        dependants=referring,
        effects=tuple(e for r in removals for e in r.effects),
    )


def _mentioned(scan: Scan, removals: Sequence[Removal], out: Path) -> tuple[Note, ...]:
    plans = (Path(split(spec)[1]) for spec in scan.request.plans)
    own = (Path(scan.request.subjects), out, *plans)
    return tuple(
        note
        for (source, _), removal in zip(scan.code, removals, strict=True)
        for note in mentions(source, scan.subjects, scan.findings, removal.removed, own)
    )


def _uncommitted(scan: Scan, out: Path) -> tuple[Note, ...]:
    """A patch is made against the files as they lie there, commit or no commit."""
    notes = []
    for directory in scan.request.terraform:
        tree = git.work_tree(Path(directory))
        if tree is None:
            continue
        own = out.resolve()
        files = [f for f in tree.dirty if not (tree.top / f).resolve().is_relative_to(own)]
        if files:
            more = f" and {len(files) - _SHOWN} more" * (len(files) > _SHOWN)
            text = f"uncommitted changes in: {', '.join(files[:_SHOWN])}{more}"
            text += " (the patch is made against them)"
            notes.append(Note(kind=NoteKind.HAZARD, where=directory, text=text))
    return tuple(notes)


def _made_by(scan: Scan) -> tuple[tuple[str, str], ...]:
    here = Path(scan.request.terraform[0]) if scan.request.terraform else Path()
    return (
        *((f"aws:{account}", arn) for account, arn in scan.callers),
        ("git", git.user(here)),
        ("git-name", git.user_name(here)),
        ("os", git.login()),
    )


def _inputs(scan: Scan) -> tuple[tuple[str, str], ...]:
    """Digests of everything the plan rests on that has bytes."""
    found = {("subjects", scan.roster_digest)}
    plans = {r.where: r.digest for r in scan.collected.reads if r.source == f"plan {r.where}"}
    found |= {(f"{PLAN_INPUT}{file}", digest) for file, digest in plans.items()}
    found |= {
        (f"state {s.file}", s.digest) for f in scan.findings for s in f.state if s.file not in plans
    }
    found |= {
        (f"{CODE_INPUT}{source.directory}/{c.span.file}", c.digest)
        for source, _ in scan.code
        for f in scan.findings
        for c in f.code
        if c.root in source.labels()
    }
    return tuple(sorted(found))


def _forget(out: Path, kept: Sequence[Patch]) -> None:
    """Patches of an earlier plan in the same directory: nobody may apply them with this one."""
    for old in {*out.glob("removal.patch"), *out.glob("removal-[0-9]*.patch")}:
        if old.name not in {patch.file for patch in kept}:
            old.unlink()


def _next_steps(plan: Plan, out: Path, subjects: Sequence[Subject]) -> tuple[str, ...]:
    lines = [f"wrote {out / 'plan.json'} and {out / 'report.md'}"]
    lines += [f"apply the patch in {p.apply_in}: {p.apply_command}" for p in plan.patches]
    waiting = [a.id for a in plan.actions if a.must_be_accepted]
    if plan.holds:
        lines.append(f"held by {len(plan.holds)} reason(s): apply will refuse until released")
    elif plan.actions:
        accept = " [--accept ID ...]" if waiting else ""
        lines.append(f"next: iac-offboard approve {out / 'plan.json'} --by WHO{accept}")
    if waiting:
        lines.append(
            "report.md says what these wait for; an approval accepts each with --accept ID: "
            + ", ".join(waiting)
        )
    lines += [
        f"{s.id} is cancelled: nothing of it was planned here; name the --out directory of the "
        "plan that contained it"
        for s in subjects
        if s.status is SubjectStatus.CANCELLED
    ]
    return tuple(lines)
