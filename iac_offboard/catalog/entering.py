"""Who may enter a role by its trust policy, and what its sessions are certain to carry.

Sources, all in the IAM user guide: "AWS JSON policy elements: Principal" (naming an account
delegates to its administrators, naming a user or role there grants), "Cross-account policy
evaluation logic" (both sides have to allow), "Monitor and control actions taken with assumed
roles" (sts:SourceIdentity, sts:RoleSessionName). Conditions are taken as satisfied, NotPrincipal
and whatever else is in doubt lets in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from iac_offboard.catalog.access import Decision, Variables, acts
from iac_offboard.catalog.marks import (
    ENTER,
    Mark,
    Somebody,
    Statement,
    is_door,
    marks,
    principal_texts,
    spelled,
)
from iac_offboard.catalog.policy import Json, policy_principals, statements
from iac_offboard.catalog.principal import parse_aws_principal
from iac_offboard.model import Effect, Principal, PrincipalKind

ASSUME_ROLE = "sts:AssumeRole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role as a door: ``trust`` is its trust policy, ``unique_id`` its AROA id."""

    account: str
    arn: str
    unique_id: str
    trust: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """How somebody gets in: ``how`` in words, and ``marks`` and ``others`` as in
    ``model.Entry``."""

    how: str
    marks: tuple[Mark, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Caller:
    """An IAM user or role that may assume other roles."""

    principal: Principal

    @property
    def user_name(self) -> str:
        """ "" for a role."""
        user = self.principal.kind is PrincipalKind.IAM_USER
        return self.principal.value if user else ""

    @property
    def variables(self) -> Variables:
        """What policy variables mean for this caller."""
        known = {"aws:principalaccount": self.principal.account or ""}
        if self.user_name:
            known["aws:username"] = self.user_name
            known["aws:userid"] = self.principal.stable_id or ""
        return {key: value for key, value in known.items() if value}

    def is_named(self, principal: Principal) -> bool:
        """Whether a policy means this caller, or a session of it, by ``principal``."""
        own = self.principal
        if principal.kind is PrincipalKind.IAM_UNIQUE_ID:
            return principal.value == own.stable_id
        if principal.account != own.account:
            return False
        if principal.kind is PrincipalKind.IAM_SESSION:
            role = principal.value.partition("/")[0]
            return own.kind is PrincipalKind.IAM_ROLE and role.lower() == own.value.lower()
        return principal.kind is own.kind and principal.value.lower() == own.value.lower()


class _Reach(Enum):
    NOBODY = auto()
    ACCOUNT = auto()
    EVERYBODY = auto()
    SESSION = auto()  # a session of the caller, not the caller whatever its session
    NAMED = auto()


def entrance(role: Role, caller: Caller, said: Decision) -> Entrance | None:
    """How ``caller`` may enter ``role``, None when it cannot. ``said`` is what the caller's
    identity policies say of sts:AssumeRole on it.

    In one account a trust that names the caller, or everybody, is enough; one that names
    the account leaves the say to the identity policies. Across accounts both have to allow.
    """
    if said is Decision.DENY:
        return None
    named: list[Statement] = []
    delegated: list[Statement] = []
    for _, statement in statements(role.trust):
        reach = _reach(statement, caller) if acts(statement, ASSUME_ROLE) else _Reach.NOBODY
        if statement.get("Effect") == "Deny" and _shuts(statement, reach):
            return None
        if statement.get("Effect") == "Allow" and reach is not _Reach.NOBODY:
            (delegated if reach is _Reach.ACCOUNT else named).append(statement)
    here = caller.principal.account == role.account
    used = named if here or said is not Decision.SILENT else []
    how = "trust" if here else "trust and policy"
    if said is Decision.ALLOW:
        used = used + delegated
        how = how if named else "account trust and policy"
    if not used:
        return None
    who = Somebody(
        name=caller.user_name, mine=caller.is_named, account=caller.principal.account or ""
    )
    return _entrance(role, how, used, who)


def token_entrance(role: Role, principal: Principal) -> Entrance | None:
    """How somebody whom the trust policy itself spells as ``principal`` enters: the subject of a
    token, a federated provider, a session name, an identity of an account that was not read."""
    found = {
        p.statement
        for p in policy_principals(role.trust, account=role.account)
        if p.principal == principal and p.effect is Effect.ALLOW and not p.negated
    }
    used = [
        statement
        for index, (_, statement) in enumerate(statements(role.trust))
        if index in found and any(acts(statement, action) for action in ENTER)
    ]
    if not used:
        return None
    session = principal.kind is PrincipalKind.IAM_SESSION
    name = principal.value.partition("/")[2] if session else ""
    return _entrance(role, "trust", used, Somebody(name=name, mine=lambda p: p == principal))


def _entrance(role: Role, how: str, used: Sequence[Statement], who: Somebody) -> Entrance:
    certain = marks(role.trust, role.unique_id, used, who)
    return Entrance(how=how, marks=certain, others=others(role, who.mine))


def others(role: Role, mine: Callable[[Principal], bool]) -> tuple[str, ...]:
    """The principals of the trust policy who may enter beside those that are ``mine``, as it
    spells them. A provider whose tokens have to be mine lets nobody else in."""
    narrowed: dict[int, list[Principal]] = {}
    for p in policy_principals(role.trust, account=role.account):
        if p.in_condition and not p.negated:
            narrowed.setdefault(p.statement, []).append(p.principal)
    found: dict[str, None] = {}
    for index, (_, statement) in enumerate(statements(role.trust)):
        if not is_door(statement):
            continue
        demanded = narrowed.get(index, [])
        only = bool(demanded) and all(mine(p) for p in demanded)
        # A session name proves nobody unless an identity provider set it.
        claimed = any(p.kind is PrincipalKind.IAM_SESSION for p in demanded)
        for key, text in spelled(statement):
            parsed = parse_aws_principal(text) if key in ("AWS", "Federated") else None
            own = parsed is not None and mine(parsed)
            if not own and not (only and (key == "Federated" or not claimed)):
                found[text] = None
    return tuple(found)


def _shuts(statement: Statement, reach: _Reach) -> bool:
    """Whether a Deny is certain to keep the caller out."""
    sure = reach not in (_Reach.NOBODY, _Reach.SESSION)
    return sure and not statement.get("Condition") and "NotPrincipal" not in statement


def _reach(statement: Statement, caller: Caller) -> _Reach:
    """How far the principals of a statement reach ``caller``: by name before all else."""
    if "NotPrincipal" in statement:
        left_out = (_of_text(t, caller) for k, t in principal_texts(statement["NotPrincipal"]) if k)
        return _Reach.NOBODY if _Reach.NAMED in left_out else _Reach.EVERYBODY
    reached = [
        _of_text(t, caller) for k, t in principal_texts(statement.get("Principal")) if k == "AWS"
    ]
    return max(reached, key=lambda r: r.value, default=_Reach.NOBODY)


def _of_text(text: str, caller: Caller) -> _Reach:
    principal = parse_aws_principal(text)
    if principal is None:
        return _Reach.NOBODY
    if principal.kind is PrincipalKind.ANYONE:
        return _Reach.EVERYBODY
    if principal.kind is PrincipalKind.AWS_ACCOUNT:
        own = principal.value == caller.principal.account
        return _Reach.ACCOUNT if own else _Reach.NOBODY
    if not caller.is_named(principal):
        return _Reach.NOBODY
    session = principal.kind is PrincipalKind.IAM_SESSION
    return _Reach.SESSION if session else _Reach.NAMED
