"""What report.md says of a plan, put together: by root, by action, by what was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from iac_offboard.model import (
    AliasKind,
    CodeOrigin,
    Finding,
    LiveOrigin,
    NoteKind,
    Observation,
    Plan,
    PlanOrigin,
    Read,
    Relation,
    StateOrigin,
    Subject,
)

Owners = Mapping[tuple[str, str], tuple[str, ...]]
"""(the --terraform DIR, file as a change of the patch names it) -> owners of CODEOWNERS."""

_REGIONS = 3  # by name in one row


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """``goes`` are addresses that the patch ends, ``changed`` those that it edits, ``by_plan``
    those that no code spells and an apply makes, ``by_state`` those that stand in no code;
    ``owners`` have to be asked about ``files``."""

    name: str
    goes: tuple[str, ...]
    changed: tuple[str, ...]
    by_plan: tuple[str, ...]
    by_state: tuple[str, ...]
    files: tuple[str, ...]
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Reads of one kind: how many, and between which times (UTC)."""

    account: str
    regions: str
    caller: str
    operation: str
    count: int
    first: datetime
    last: datetime


def roots(plan: Plan, owners: Owners) -> tuple[Root, ...]:
    """In the order in which they are to be applied; then those that nothing is applied in."""
    seen: dict[str, list[tuple[Observation, str]]] = {name: [] for name in plan.order}
    left = {(m.finding, m.where.rsplit(" (", 1)[0]) for m in plan.manual}
    for finding in plan.findings:
        for o in finding.observations:
            match o.origin:
                case CodeOrigin():
                    place = f"{o.origin.root}: {o.origin.address}"
                    listed = seen.setdefault(o.origin.root, [])
                    if (finding.id, place) not in left:
                        listed.append((o, o.origin.address))
                case StateOrigin() | PlanOrigin() if not finding.code:
                    name = o.origin.root or o.origin.file
                    seen.setdefault(name, []).append((o, o.origin.address))
    depend = {d.root for d in plan.dependants}  # of those without a finding nothing is cut
    return tuple(
        _root(name, found, plan, owners)
        for name, found in seen.items()
        if found or name not in depend
    )


def _root(name: str, found: Sequence[tuple[Observation, str]], plan: Plan, owners: Owners) -> Root:
    code = [(o, a) for o, a in found if isinstance(o.origin, CodeOrigin)]
    changed = {(c.root, c.file) for p in plan.patches for c in p.changes}
    files = sorted({f for o, _ in code for f in _files(o)} & changed)
    goes = {a for o, a in code if _cut(o) and o.removal == "block"}
    by_plan = {a for o, a in found if isinstance(o.origin, PlanOrigin)}
    by_state = {a for o, a in found if isinstance(o.origin, StateOrigin)}
    return Root(
        name=name,
        goes=tuple(sorted(goes)),
        changed=tuple(sorted({a for o, a in code if _cut(o)} - goes)),
        by_plan=tuple(sorted(by_plan)),
        by_state=tuple(sorted(by_state - by_plan)),
        files=tuple(file for _, file in files),
        owners=_masked((who for f in files for who in owners.get(f, ())), plan.subjects),
    )


def _files(observation: Observation) -> set[tuple[str, str]]:
    """(the --terraform DIR, file) of every span that goes with it."""
    origin = observation.origin
    if not isinstance(origin, CodeOrigin):
        return set()
    return {(origin.directory, cut.span.file) for cut in origin.cuts}


def _cut(observation: Observation) -> bool:
    return isinstance(observation.origin, CodeOrigin) and bool(observation.origin.cuts)


def _masked(owners: Iterable[str], subjects: Sequence[Subject]) -> tuple[str, ...]:
    """A leaver among the owners is not named (rule 14), and a reviewer has to know of it."""
    emails = {a.value.casefold() for s in subjects for a in s.aliases if a.kind is AliasKind.EMAIL}
    logins = {
        f"@{a.value.casefold()}"
        for s in subjects
        for a in s.aliases
        if a.kind is AliasKind.GITHUB_LOGIN
    }
    weak = {
        f"@{a.value.casefold()}"
        for s in subjects
        for a in s.aliases
        if a.kind is AliasKind.USER_NAME
    }

    def shown(owner: str) -> str:
        spelled = owner.casefold()
        if spelled in emails | logins:
            return "(the leaver)"
        return "(perhaps the leaver)" if spelled in weak else owner

    return tuple(dict.fromkeys(shown(owner) for owner in owners))


def hazards(plan: Plan) -> tuple[str, ...]:
    """Sentences about the plan, and about actions that wait for nobody, one line each."""
    said = [f"{n.where}: {n.text}" for n in plan.notes if n.kind is NoteKind.HAZARD]
    said += [
        f"{a.id}: {text}" for a in plan.actions if not a.must_be_accepted for text in a.hazards
    ]
    return tuple(dict.fromkeys(said))


def last_uses(plan: Plan) -> dict[str, str]:
    """Action id -> when what it is about was last used, "" where nobody tracks it. Of an identity
    that is the last use of it and of all its credentials."""
    by_id = {f.id: f for f in plan.findings if not f.covered}
    of_identity: dict[tuple[str, str], list[Finding]] = {}
    for finding in by_id.values():
        if key := _identity(finding):
            of_identity.setdefault(key, []).append(finding)
    found: dict[str, str] = {}
    for action in plan.actions:
        about = [by_id[i] for i in action.finding.split(", ") if i in by_id]
        unique = action.param("user_id") or action.param("role_id")
        whole = [f for f in plan.findings if unique and f.binding.target.unique_id == unique]
        for finding in [*about, *whole]:
            if finding.binding.relation is Relation.IDENTITY and (key := _identity(finding)):
                about += of_identity[key]
        found[action.id] = _last_use(about)
    return found


def _identity(finding: Finding) -> tuple[str, str] | None:
    """Whose identity or credential it is: kind and account, and name in lower case."""
    binding = finding.binding
    if binding.relation not in (Relation.IDENTITY, Relation.CREDENTIAL):
        return None
    who = binding.principal
    account = who.account or binding.target.account or ""
    return f"{who.kind.value} {account}", who.value.lower()


def _last_use(findings: Sequence[Finding]) -> str:
    seen = [o for f in findings for o in f.observations if isinstance(o.origin, LiveOrigin)]
    uses = [o.last_use for o in seen if o.last_use is not None]
    used = [(u.at, u) for u in uses if u.at is not None]
    if not used:
        untold = any(_is_signed_with(o) and o.last_use is None for o in seen)
        return "not known" if untold else "never, as far as the cloud tells" if uses else ""
    at, last = max(used, key=lambda pair: pair[0])
    by = f" by {last.service}" if last.service else ""
    return at.isoformat(timespec="minutes") + by + (f" in {last.region}" if last.region else "")


def _is_signed_with(observation: Observation) -> bool:
    """A device proves who signs in; nothing is done with it alone."""
    binding = observation.binding
    return binding.relation is Relation.CREDENTIAL and binding.target.kind != "iam_mfa_device"


def calls(reads: Sequence[Read]) -> tuple[Calls, ...]:
    """Reads by account, caller and operation; the request id of each stands in plan.json."""
    groups: dict[tuple[str, str, str], list[Read]] = {}
    for read in reads:
        groups.setdefault((_place(read)[0], read.caller, read.operation), []).append(read)
    return tuple(
        Calls(
            account=account,
            regions=_regions({_place(read)[1] for read in members}),
            caller=caller,
            operation=operation or "read",
            count=len(members),
            first=min(read.at for read in members),
            last=max(read.at for read in members),
        )
        for (account, caller, operation), members in sorted(groups.items())
    )


def _place(read: Read) -> tuple[str, str]:
    """(account or file, region): the place of a cloud is ``aws:ACCOUNT[:REGION[:SERVICE]]``."""
    if not read.where.startswith(f"{read.source}:"):
        return read.where, ""
    _, account, region, *_ = (*read.where.split(":"), "", "")
    return account, region


def _regions(found: set[str]) -> str:
    named = sorted(found - {""})
    return ", ".join(named) if len(named) <= _REGIONS else f"{len(named)} regions"
