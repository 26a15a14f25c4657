"""plan.json, the code -> does the real Terraform say the same of the patch?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from iac_offboard.catalog.anywhere import principal_of
from iac_offboard.errors import InputError, UsageError
from iac_offboard.hcl.recursion import collector_paused
from iac_offboard.model import (
    CodeEffect,
    Contradiction,
    Phase,
    Plan,
    PlannedChanges,
    Principal,
    RootWitness,
    Witness,
)
from iac_offboard.pipeline import recorded
from iac_offboard.pipeline.planned_twice import PlansOfCopies, Twice
from iac_offboard.plan import file_v1
from iac_offboard.sources.json_cursor import JsonCursor
from iac_offboard.sources.plan_json import plan_bytes, read_plan
from iac_offboard.sources.told_ids import ToldIds
from iac_offboard.subjects.matching import Matcher
from iac_offboard.witness.judge import judge
from iac_offboard.witness.people import People

RECORD = "witness.json"
_OLD = "Plan again with this version of iac-offboard, and prove that plan."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveRequest:
    """``program`` is a Terraform or OpenTofu, "" for the one that is on the PATH; ``before`` and
    ``after`` are the JSON of plans that somebody else made, [ROOT=]FILE; ``var_files`` ROOT=FILE
    are passed on beside those that the plan recorded."""

    plan: Path
    program: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()


def run_prove(request: ProveRequest, *, clock: Callable[[], datetime]) -> Witness:
    """What two plans of each touched root module show. Raises ``PlanFileError``, ``InputError``
    for code that changed since, ``ToolError`` for a patch that does not apply, and ``UsageError``
    where a root is named that the patch leaves alone."""
    plan, digest = file_v1.read(request.plan)
    if plan.rolls_back:
        raise UsageError(
            f"{request.plan} puts back what another plan removed: it has no patch.",
            hint="Name the plan.json of a removal.",
        )
    by_root: dict[str, list[CodeEffect]] = _waiting(plan, request.plan)
    for effect in plan.effects:
        by_root.setdefault(effect.root, []).append(effect)
    given = _given(request, by_root)
    with collector_paused(), PlansOfCopies(plan, request.plan.parent, request.program) as copies:
        asked = [root for root in by_root if root not in given]
        twice = {**given, **copies.planned(asked, request.var_files)}
        people = _Leavers(plan)
        roots = tuple(
            _root(root, by_root[root], twice[root], people)
            for root in sorted(by_root, key=_order(plan))
        )
    return Witness(plan=str(request.plan), digest=digest, at=clock(), roots=roots)


def _waiting(plan: Plan, path: Path) -> dict[str, list[CodeEffect]]:
    """Every root that waits for the patch, where no resource changes by it. Raises InputError for a
    plan that does not say what changes."""
    if not plan.patches or plan.effects:
        return {}
    if b'"effects"' not in path.read_bytes():
        raise InputError(f"{path} does not say what its patch does to resources.", hint=_OLD)
    return {a.param("root"): [] for a in plan.actions if a.phase is Phase.CODE}


def _order(plan: Plan) -> Callable[[str], tuple[int, str]]:
    places = {root: i for i, root in enumerate(plan.order)}
    return lambda root: (places.get(root, len(places)), root)


def _root(root: str, effects: Sequence[CodeEffect], twice: Twice, people: _Leavers) -> RootWitness:
    if twice.why:
        return RootWitness(root=root, open=(twice.why,), next_step=twice.next_step)
    told = ToldIds(people.spelled)
    before = _read(twice.before, f"the plan of {root} before the patch", told.prior)
    if twice.broken:
        fault = Contradiction(address=root, text=f"with the patch, {twice.broken}")
        return RootWitness(root=root, by=_by(twice, before), contradictions=(fault,))
    after = _read(twice.after, f"the plan of {root} after the patch")
    found = judge(before, after, effects, people.of(root, told.ids))
    return RootWitness(
        root=root,
        by=_by(twice, after),
        changes=tuple(found.changes),
        contradictions=tuple(dict.fromkeys(found.contradictions)),
        open=tuple(dict.fromkeys(found.open)),
        next_step="Look at these places of the plan by hand." if found.open else "",
        notes=tuple(dict.fromkeys(found.notes)),
    )


def _read(
    data: bytes, name: str, prior: Callable[[JsonCursor], None] | None = None
) -> PlannedChanges:
    return read_plan(data, name, lambda _: True, prior)


def _by(twice: Twice, plan: PlannedChanges) -> str:
    return f"{twice.program} {plan.version}".strip()


class _Leavers:
    """Whom a plan is about."""

    def __init__(self, plan: Plan) -> None:
        self._matcher = Matcher(recorded.subjects(plan))
        self._found: dict[tuple[str, str], list[str]] = {}
        for finding in plan.findings:
            for origin in finding.code if not finding.covered else ():
                place = (origin.root, origin.address)
                self._found.setdefault(place, []).append(finding.binding.principal.value)

    def of(self, root: str, ids: Mapping[str, bool]) -> People:
        """Who is meant in a root module whose state tells these ids."""
        return People(
            self._whose,
            lambda word: bool(self._matcher.spelled(word)),
            lambda address: self._found.get((root, address), ()),
            ids,
        )

    def spelled(self, text: str) -> bool:
        """Is a whole text one of them?"""
        principal = principal_of(text)
        known = principal is not None and self._whose(principal)
        return known or bool(self._matcher.spelled(text))

    def _whose(self, principal: Principal) -> bool:
        return any(not match.reused for match in self._matcher.match(principal))


def _given(request: ProveRequest, roots: Mapping[str, object]) -> dict[str, Twice]:
    """The plans that somebody else made, by root. Raises UsageError and InputError."""
    before = dict(_named(spec, "--before", roots) for spec in request.before)
    after = dict(_named(spec, "--after", roots) for spec in request.after)
    for root in before.keys() ^ after.keys():
        lacks, has = ("--after", "--before") if root in before else ("--before", "--after")
        raise UsageError(
            f"{has} was given for {root}, and no {lacks}.",
            hint="A difference takes two plans of one state: without the patch, and with it.",
        )
    return {
        root: Twice(before=_bytes(before[root]), after=_bytes(after[root]), program="Terraform")
        for root in before
    }


def _bytes(file: str) -> bytes:
    return plan_bytes(file, lambda: b"")


def _named(spec: str, option: str, roots: Iterable[str]) -> tuple[str, str]:
    known = sorted(roots)
    root, sign, file = spec.partition("=")
    if sign and root in known:
        return root, file
    if len(known) == 1 and (not sign or Path(spec).exists()):
        return known[0], spec
    named = ", ".join(known) or "none"
    raise UsageError(
        f"{option} {spec} names no root module that the patch changes.",
        hint=f"Write {option} ROOT=FILE; the root modules are: {named}.",
    )
