"""Sessions of roles that a leaver could enter (relation ``session``), of one account.

Evaluated are trust policies and the policies of users, their groups and roles; service control
policies, permissions boundaries and what a session policy takes away are not, and a role that is
reached through another role is not (``source.NOT_COVERED``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from iac_offboard.catalog.access import Decision, decide, without_stops
from iac_offboard.catalog.entering import (
    ASSUME_ROLE,
    Caller,
    Entrance,
    entrance,
    token_entrance,
)
from iac_offboard.catalog.policy import Json
from iac_offboard.clouds.reply import structs, text
from iac_offboard.live.aws.gather import Gather
from iac_offboard.live.aws.identity_policies import SESSION_KIND
from iac_offboard.live.aws.trusts import TrustedRole, spelled
from iac_offboard.model import (
    DENIED_NOW,
    LONGEST_SESSION,
    Binding,
    Entry,
    NoteKind,
    Principal,
    PrincipalKind,
    Relation,
    SessionLength,
    Target,
)

_PAGE = 1000  # the most that MaxItems allows


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A matched user or role of any account and its policies; one that is None could not be
    read."""

    caller: Caller
    documents: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class _Entered:
    role: TrustedRole
    principal: Principal
    entrance: Entrance
    status: str = ""


class RoleSessions:
    """Says who could enter the roles of one account. ``visitors`` are those of all accounts."""

    def __init__(
        self,
        gather: Gather,
        roles: Sequence[TrustedRole],
        visitors: Sequence[Visitor],
        awaited: Sequence[Target] = (),
    ) -> None:
        self._gather = gather
        self._roles = roles
        self._visitors = visitors
        self._awaited = tuple(
            t for t in awaited if (t.kind, t.account) == (SESSION_KIND, gather.session.account)
        )

    def emit(self) -> None:
        """One observation for each pair of a leaver and a role, and how long sessions of the
        ``awaited`` roles last; ListRoles only if there is any of either."""
        entered = [one for role in self._roles for one in self._into(role)]
        longest = self._longest() if entered or self._awaited else {}
        for one in entered:
            self._emit(one, longest or {})
        for target in self._awaited:
            self._emit_length(target, longest)

    def _into(self, role: TrustedRole) -> Iterator[_Entered]:
        names: set[str] = set()
        for visitor in self._visitors:
            if _is_itself(role, visitor.caller.principal):
                continue
            found = _entered(role, visitor)
            if found is not None:
                names.add(visitor.caller.user_name)
                yield found
        for principal in spelled(role):
            known = any(v.caller.is_named(principal) for v in self._visitors)
            if known or _claims(principal) in names - {""}:
                continue  # said of the user or role itself
            by_token = token_entrance(role.door, principal)
            if by_token is not None:
                yield _Entered(role, principal, by_token)

    def _emit_length(self, target: Target, longest: Mapping[str, int] | None) -> None:
        """Of a role that is deleted, or made anew, nothing is said: it lets nobody do anything
        any more ("Disabling permissions for temporary security credentials")."""
        seconds = (
            LONGEST_SESSION
            if longest is None
            else longest.get(target.unique_id or target.arn or "")
        )
        if seconds is not None:
            self._gather.lengths.append(SessionLength(target=target, seconds=seconds))

    def _longest(self) -> Mapping[str, int] | None:
        """The maximum session duration by role id and by ARN: the bulk read does not tell it.
        None when it was not read."""
        before = len(self._gather.skipped)
        found: dict[str, int] = {}
        kinds = frozenset({SESSION_KIND})
        for page in self._gather.pages("iam", "ListRoles", kinds=kinds, page_size=_PAGE):
            for role in structs(page.data, "Roles"):
                seconds = role.get("MaxSessionDuration")
                if isinstance(seconds, int):
                    found[text(role, "RoleId")] = found[text(role, "Arn")] = seconds
        if len(self._gather.skipped) > before:
            # Nothing is hidden by this: the longest that IAM allows is assumed instead.
            refused = self._gather.skipped[before].detail
            del self._gather.skipped[before:]
            said = f"How long sessions of roles last was not read; 12 hours are assumed. {refused}"
            self._gather.note(NoteKind.HAZARD, self._gather.where(None, "iam"), said)
            return None
        return found

    def _emit(self, one: _Entered, longest: Mapping[str, int]) -> None:
        target = replace(one.role.target, kind=SESSION_KIND)
        entry = Entry(
            max_seconds=longest.get(target.unique_id or ""),
            marks=one.entrance.marks,
            others=one.entrance.others,
            editable=one.role.editable,
        )
        binding = Binding(
            principal=one.principal,
            relation=Relation.SESSION,
            target=target,
            detail=one.entrance.how,
        )
        self._gather.seen(one.role.page, binding, entry=entry, status=one.status)


def _entered(role: TrustedRole, visitor: Visitor) -> _Entered | None:
    caller, door = visitor.caller, role.door
    status = ""
    said = decide(visitor.documents, ASSUME_ROLE, door.arn, caller.variables)
    if said is Decision.DENY:
        before = without_stops(visitor.documents, "sts")
        said, status = decide(before, ASSUME_ROLE, door.arn, caller.variables), DENIED_NOW
    found = entrance(door, caller, said)
    return None if found is None else _Entered(role, caller.principal, found, status)


def _is_itself(role: TrustedRole, principal: Principal) -> bool:
    same = principal.account == role.target.account
    named = principal.value.lower() == role.target.name.lower()
    return principal.kind is PrincipalKind.IAM_ROLE and same and named


def _claims(principal: Principal) -> str:
    """The name that a session of any role claims (``*/alice``), "" where it claims none."""
    role, _, name = principal.value.partition("/")
    return name if principal.kind is PrincipalKind.IAM_SESSION and role == "*" else ""
