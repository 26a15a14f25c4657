"""What every session of somebody in a role carries, and no session of anybody else can.

A deny by a mark hits whoever carries it, so a mark is certain only when the whole trust policy
lets nobody else in with it. Sources, in the IAM user guide: "IAM and AWS STS condition context
keys" (sts:RoleSessionName and sts:SourceIdentity are chosen by whoever enters), "AWS global
condition context keys" (aws:username is there for IAM users only, so a session of a role never
equals it) and "IAM identifiers" (a user name is unique in one account, whatever its case).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.catalog.access import acts, texts, wildcard
from iac_offboard.catalog.policy import Json, statements
from iac_offboard.catalog.principal import parse_aws_principal
from iac_offboard.model import Principal, PrincipalKind

Statement: TypeAlias = Mapping[str, Json]
Mark: TypeAlias = tuple[str, str]

ENTER = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
"""The actions of a trust policy by which a session begins."""

_SOURCE_IDENTITY = frozenset({"sts:sourceidentity", "aws:sourceidentity"})
_SESSION_NAME = frozenset({"sts:rolesessionname"})
_USER_NAME = "${aws:username}"
_VARIABLES_SINCE = "2012-10-17"  # variables are plain text before
_NO_USER = frozenset({PrincipalKind.IAM_ROLE, PrincipalKind.IAM_SESSION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """Who enters: ``name`` is the session name that would tell them ("" for none), ``mine`` says
    which principals are they, ``account`` is that of an IAM user, "" for anybody else."""

    name: str
    mine: Callable[[Principal], bool]
    account: str = ""


@dataclass(frozen=True, slots=True)
class _Compared:
    """One comparison of a Condition with one key; all of them have to hold."""

    values: frozenset[str]
    wild: bool

    def allows(self, name: str) -> bool:
        return any(
            "${" in value or (wildcard(value, name) if self.wild else value == name)
            for value in self.values
        )


def marks(
    trust: Json, unique_id: str, used: Sequence[Statement], who: Somebody
) -> tuple[Mark, ...]:
    """The (condition key, value) pairs of ``model.Entry.marks`` for ``who``, who enters the role
    ``unique_id`` by the statements ``used`` of its trust policy.

    Every one of these has to demand it, for whoever chooses the door chooses the mark; and
    nobody else whom any statement lets in may come by the same."""
    if not who.name or not used or set(who.name) & {"*", "?"}:
        return ()
    version = trust.get("Version") if isinstance(trust, Mapping) else None
    variables = version == _VARIABLES_SINCE
    spellings = {who.name, *([_USER_NAME] if variables and who.account else [])}
    doors = [s for _, s in statements(trust) if is_door(s)]
    found = []
    for keys, mark in (
        (_SOURCE_IDENTITY, ("aws:SourceIdentity", who.name)),
        (_SESSION_NAME, ("aws:userid", f"{unique_id}:{who.name}")),
    ):
        enforced = all(_demands(s, keys, spellings) for s in used)
        if enforced and not any(_lets_another_in(s, keys, who, variables) for s in doors):
            found.append(mark)
    return tuple(found)


def is_door(statement: Statement) -> bool:
    """Whether somebody comes in by this statement of a trust policy."""
    return statement.get("Effect") == "Allow" and any(acts(statement, a) for a in ENTER)


def spelled(statement: Statement) -> Iterator[tuple[str, str]]:
    """(``AWS``, ``Federated``, ``Service`` ..., text) of whom a statement names; NotPrincipal may
    be anybody."""
    if "NotPrincipal" in statement:
        yield "AWS", "*"
    yield from principal_texts(statement.get("Principal"))


def principal_texts(principal: Json) -> Iterator[tuple[str, str]]:
    """The same of one Principal element; the bare ``*`` is that of AWS."""
    if isinstance(principal, str):
        yield "AWS", principal
    elif isinstance(principal, Mapping):
        for key, value in principal.items():
            for text in texts(value):
                yield key, text


def _demands(statement: Statement, keys: frozenset[str], spellings: set[str]) -> bool:
    return any(one.values <= spellings for one in _comparisons(statement, keys))


def _lets_another_in(
    statement: Statement, keys: frozenset[str], who: Somebody, variables: bool
) -> bool:
    """Whether anybody but ``who`` may come in by the statement with the same name."""
    compared = tuple(_comparisons(statement, keys))
    if not all(one.allows(who.name) for one in compared):
        return False
    # A literal name is a claim that everybody there may make; a user name is one's own.
    own = variables and who.account and any(one.values == {_USER_NAME} for one in compared)
    return any(
        not _is(key, text, who) and not (own and _has_another_name(key, text, who))
        for key, text in spelled(statement)
    )


def _is(key: str, text: str, who: Somebody) -> bool:
    principal = parse_aws_principal(text) if key in ("AWS", "Federated") else None
    return principal is not None and who.mine(principal)


def _has_another_name(key: str, text: str, who: Somebody) -> bool:
    """Whether ``${aws:username}`` is certain to be another name, or none, for all of them."""
    principal = parse_aws_principal(text) if key == "AWS" else None
    if principal is None:
        return False
    match principal.kind:
        case PrincipalKind.AWS_ACCOUNT:
            return principal.value == who.account
        case PrincipalKind.IAM_USER:
            return principal.value.lower() != who.name.lower()
    return principal.kind in _NO_USER


def _comparisons(statement: Statement, keys: frozenset[str]) -> Iterator[_Compared]:
    """Only operators that fail where the key is missing, and that nothing gets around."""
    condition = statement.get("Condition")
    for operator in ("StringEquals", "StringLike") if isinstance(condition, Mapping) else ():
        compared = condition.get(operator) if isinstance(condition, Mapping) else None
        for key, values in compared.items() if isinstance(compared, Mapping) else ():
            given = texts(values)
            if key.lower() in keys and given:
                yield _Compared(frozenset(given), operator == "StringLike")
