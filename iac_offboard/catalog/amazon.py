"""Spellings of AWS beside IAM's own (``principal``): who is told a service by name, ARN or address.

Sources: "Lake Formation permissions reference" (principals of Lake Formation and Glue), "Amazon
QuickSight resource ARNs", "Data access control for Amazon OpenSearch Serverless" (``saml/...``),
"Approval rule templates" (CodeCommit), "Grammar of the Cedar policy language".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from iac_offboard.catalog.naming import HOLE, names_in
from iac_offboard.catalog.principal import (
    is_email,
    is_unique_id,
    is_uuid,
    parse_arn,
    parse_aws_principal,
)
from iac_offboard.model import Principal, PrincipalKind

_Attributes = Mapping[str, object]

_APPROVERS = "CodeCommitApprovers:"
# Ns::User::"alice", and bare literals such as an address that an attribute is compared with.
_LITERAL = re.compile(r'(?:\b(\w+)::)?"((?:[^"\\]|\\.)*)"')
_PEOPLE = frozenset({"", "user", "person", "principal", "account", "employee"})


def parse(spelling: str, text: str, attrs: _Attributes) -> Principal | None:
    """The principal that ``text`` spells, or None when it spells nobody. ``text`` may hold
    ``HOLE``; only an id that carries the name of what has it is decided then."""
    reader = READERS.get(spelling)
    return reader(text.strip(), attrs) if reader is not None and text.strip() else None


def cedar(text: str) -> tuple[str, ...]:
    """The literals of a Cedar policy that may name a person: entities of people, and strings."""
    found = _LITERAL.findall(text)
    return tuple(value for kind, value in found if kind.lower() in _PEOPLE and value)


def _aws(
    kind: PrincipalKind, value: str, account: str | None = None, stable_id: str | None = None
) -> Principal:
    emails = frozenset({value.lower()} if is_email(value) else ())
    return Principal(
        provider="aws",
        kind=kind,
        value=value,
        account=account,
        stable_id=stable_id,
        emails=emails,
    )


def _login(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    """A user name of a service that keeps its own users, perhaps an address."""
    return None if HOLE in text else _aws(PrincipalKind.AWS_LOGIN, text)


def _windows_login(text: str, attrs: _Attributes) -> Principal | None:
    """``DOMAIN\\name`` or ``name``; ``@group`` is none."""
    return None if text.startswith("@") else _login(text.rpartition("\\")[2], attrs)


def _email(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    return _aws(PrincipalKind.EMAIL, text.lower()) if is_email(text) else None


def _ssh_key(text: str, attrs: _Attributes) -> Principal | None:
    """The comment of a public key, where it is an address."""
    words = text.split()
    return _email(words[-1], attrs) if len(words) > 2 else None


def _account(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    """An account, or everybody."""
    found = parse_aws_principal(text)
    whole = (PrincipalKind.AWS_ACCOUNT, PrincipalKind.ANYONE)
    return found if found is not None and found.kind in whole else None


def _grantee(text: str, attrs: _Attributes) -> Principal | None:
    """An IAM principal, or a user or group of Identity Center, QuickSight or a SAML provider."""
    if text.startswith(("saml/", "iamidentitycenter/")):
        return _configured(text)
    if is_uuid(text) or names_in(text):
        return store_user(text, attrs)
    arn = parse_arn(text)
    if arn is None:
        plain = parse_aws_principal(text)
        return plain if plain is not None else _email(text, attrs)
    kind, _, rest = arn.resource.partition("/")
    if arn.service == "identitystore":
        return store_user(rest, attrs) if kind == "user" else store_group(rest, attrs)
    if arn.service == "quicksight":
        return _in_quicksight(kind, rest, arn.account)
    if arn.service == "iam" and kind == "saml-provider" and ":" in rest:
        _, user, name = rest.partition(":user/")
        return _login(name, attrs) if user and name else None
    return parse_aws_principal(text)


def _in_quicksight(kind: str, rest: str, account: str | None) -> Principal | None:
    """``user/NAMESPACE/NAME``; a NAME of two parts is a role and the name of its session."""
    _, slash, name = rest.partition("/")
    if kind != "user" or not slash or HOLE in name:
        return None
    return _quicksight_name(name, account)


def _quicksight_name(name: str, account: str | None) -> Principal | None:
    if "/" in name:
        return _aws(PrincipalKind.IAM_SESSION, name, account)
    return _aws(PrincipalKind.AWS_LOGIN, name, account)


def _quicksight_user(text: str, attrs: _Attributes) -> Principal | None:
    account = attrs.get("aws_account_id")
    known = account if isinstance(account, str) and HOLE not in account else None
    return None if HOLE in text else _quicksight_name(text, known)


def _configured(text: str) -> Principal | None:
    """``saml/ACCOUNT/CONFIG/user/NAME`` and ``iamidentitycenter/INSTANCE/user/ID``."""
    front, mark, name = text.partition("/user/")
    if not mark or HOLE in name:
        return None
    if front.startswith("saml/"):
        return _aws(PrincipalKind.AWS_LOGIN, name)
    return store_user(name, {})


def _approver(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    """A member of an approval pool: an ARN, or ``CodeCommitApprovers:NAME`` of a user or session;
    a pattern of sessions is nobody in particular."""
    if not text.startswith(_APPROVERS):
        return parse_aws_principal(text)
    name = text.removeprefix(_APPROVERS)
    if HOLE in name or "*" in name:
        return None
    kind = PrincipalKind.IAM_SESSION if "/" in name else PrincipalKind.IAM_USER
    return _aws(kind, name)


def store_user(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    """The id of a user of an Identity Center; of one that the configuration makes, its name."""
    return _in_store(PrincipalKind.IDENTITY_STORE_USER, text)


def store_group(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    """The same of a group."""
    return _in_store(PrincipalKind.IDENTITY_STORE_GROUP, text)


def _in_store(kind: PrincipalKind, text: str) -> Principal | None:
    of_group = kind is PrincipalKind.IDENTITY_STORE_GROUP
    names = [n for n in names_in(text) if n.startswith("group:") == of_group]
    if names:
        found = _aws(kind, names[0].removeprefix("group:"))
        emails = frozenset(n.lower() for n in names if is_email(n))
        return Principal(provider="aws", kind=kind, value=found.value, emails=emails)
    if HOLE in text or is_unique_id(text):
        return None
    return _aws(kind, text, stable_id=text)


READERS: Mapping[str, Callable[[str, _Attributes], Principal | None]] = {
    "aws.login": _login,
    "aws.windows_login": _windows_login,
    "aws.email": _email,
    "aws.ssh_key": _ssh_key,
    "aws.account": _account,
    "aws.grantee": _grantee,
    "aws.quicksight_user": _quicksight_user,
    "aws.approver": _approver,
    "aws.cedar": _login,
    "aws.identity_store_user_id": store_user,
    "aws.identity_store_group_id": store_group,
}
