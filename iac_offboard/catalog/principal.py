"""Identities parsed by structure (rule 4): ARNs, unique ids, names, never substrings.

``HOLE`` stands for a part of a string that is not known yet: a computed ARN such as
``arn:aws:iam::<account>:user/alice`` reads as an IAM user in an unknown account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from iac_offboard.model import Principal, PrincipalKind

HOLE = "\x00"
GITHUB_ISSUER = "token.actions.githubusercontent.com"

# IAM identifiers, "Unique identifiers" in the IAM user guide (reference_identifiers).
_UNIQUE_ID = re.compile(r"^(AIDA|AROA|AGPA|ANPA)[A-Z0-9]{12,124}$")
_ACCESS_KEY_ID = re.compile(r"^(AKIA|ASIA)[A-Z0-9]{12,124}$")
_ACCOUNT = re.compile(r"^\d{12}$")
_UUID = re.compile(r"^(?:[0-9a-f]{10}-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.I)
_EMAIL = re.compile(r"^[^@\s:/\x00]+@[^@\s:/\x00]+\.[^@\s:/\x00]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arn:
    """An ARN of any partition; ``account`` and ``region`` are None when absent or unknown."""

    partition: str
    service: str
    region: str | None
    account: str | None
    resource: str


def parse_arn(text: str) -> Arn | None:
    """``arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`` ("Amazon Resource Names", AWS General
    Reference), or None when the text is none."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[2] or not parts[5]:
        return None
    _, partition, service, region, account, resource = parts
    return Arn(
        partition=partition,
        service=service,
        region=region if region and HOLE not in region else None,
        account=account if _ACCOUNT.match(account) else None,
        resource=resource,
    )


def is_unique_id(text: str) -> bool:
    """True for AIDA..., AROA..., AGPA... and ANPA... ids."""
    return _UNIQUE_ID.match(text) is not None


def is_access_key_id(text: str) -> bool:
    return _ACCESS_KEY_ID.match(text) is not None


def is_account(text: str) -> bool:
    return _ACCOUNT.match(text) is not None


def is_uuid(text: str) -> bool:
    """True for UUIDs, also in the identity store's form with ten digits in front."""
    return _UUID.match(text) is not None


def is_email(text: str) -> bool:
    return _EMAIL.match(text) is not None


def _aws(
    kind: PrincipalKind, value: str, account: str | None, stable_id: str | None = None
) -> Principal:
    return Principal(provider="aws", kind=kind, value=value, account=account, stable_id=stable_id)


FEDERATED_USER = "federated-user"
"""Stands for the role of a session that has none: of GetFederationToken, whose caller names it."""
_IAM_RESOURCES = {
    "user": PrincipalKind.IAM_USER,
    "role": PrincipalKind.IAM_ROLE,
    "group": PrincipalKind.IAM_GROUP,
}


def _from_arn(arn: Arn) -> Principal | None:
    kind, _, rest = arn.resource.partition("/")
    if arn.service == "iam":
        if arn.resource == "root":
            return _aws(PrincipalKind.AWS_ACCOUNT, arn.account or HOLE, arn.account)
        kind = kind.removesuffix(HOLE)  # a path that is not known: `user<path>/alice`
        if kind in _IAM_RESOURCES:
            wild = is_wild(rest) and HOLE not in rest
            name = rest if wild else rest.rsplit("/", 1)[-1]
            known = name and HOLE not in name
            return _aws(_IAM_RESOURCES[kind], name, arn.account) if known else None
        if kind in ("oidc-provider", "saml-provider"):
            value = f"arn:{arn.partition}:iam::{arn.account or HOLE}:{arn.resource}"
            return _aws(PrincipalKind.AWS_FEDERATED, value, arn.account)
    if arn.service == "sts" and kind == "assumed-role" and "/" in rest:
        return _aws(PrincipalKind.IAM_SESSION, rest, arn.account)
    if arn.service == "sts" and kind == FEDERATED_USER and rest and HOLE not in rest:
        return _aws(PrincipalKind.IAM_SESSION, f"{FEDERATED_USER}/{rest}", arn.account)
    return None


def is_wild(text: str) -> bool:
    """True for text with a wildcard of policies in it."""
    return "*" in text or "?" in text


_WITH_PATTERNS = frozenset(
    {PrincipalKind.IAM_USER, PrincipalKind.IAM_ROLE, PrincipalKind.IAM_SESSION}
)


def is_pattern(principal: Principal) -> bool:
    """True for users, roles and sessions of AWS that a policy spells with wildcards."""
    return principal.kind in _WITH_PATTERNS and is_wild(principal.value)


def parse_aws_principal(text: str, *, account: str | None = None) -> Principal | None:
    """One value of a policy's ``AWS`` principal ("AWS JSON policy elements: Principal").

    ``account`` is the account of the document, for values that do not carry their own.
    Returns None for text that is no principal.
    """
    if text == "*":
        return _aws(PrincipalKind.ANYONE, "*", None)
    if is_account(text):
        return _aws(PrincipalKind.AWS_ACCOUNT, text, text)
    if is_unique_id(text):
        return _aws(PrincipalKind.IAM_UNIQUE_ID, text, account, text)
    arn = parse_arn(text)
    return _from_arn(arn) if arn else None


_NAMES = {
    "aws.user_name": PrincipalKind.IAM_USER,
    "aws.role_name": PrincipalKind.IAM_ROLE,
    "aws.group_name": PrincipalKind.IAM_GROUP,
    "aws.identity_store_user_id": PrincipalKind.IDENTITY_STORE_USER,
    "aws.identity_store_group_id": PrincipalKind.IDENTITY_STORE_GROUP,
    "aws.identity_store_group_name": PrincipalKind.IDENTITY_STORE_GROUP,
}


def parse_principal(spelling: str, text: str, *, account: str | None = None) -> Principal | None:
    """The principal that ``text`` spells in the catalog's ``spelling``, or None.

    A text that is only partly known (``HOLE``) is a principal only where the known part
    decides it, as in an ARN whose account alone is missing.
    """
    if not text:
        return None
    if spelling == "aws.principal":
        return parse_aws_principal(text, account=account)
    if spelling == "aws.user_or_role_name" or HOLE in text:
        return None
    kind = _NAMES.get(spelling)
    if kind is None:
        return None
    stable = text if kind is PrincipalKind.IDENTITY_STORE_USER else None
    emails = frozenset({text.lower()} if is_email(text) else ())
    return Principal(
        provider="aws", kind=kind, value=text, account=account, stable_id=stable, emails=emails
    )


def arn_name(text: str) -> str:
    """The last part of an ARN's resource, or the text itself: what a person calls the thing."""
    arn = parse_arn(text)
    if arn is None:
        return text
    return re.split(r"[/:]", arn.resource)[-1]


# Tags that say who the identity IS. A tag such as `owner` says whom to ask: a robot that alice
# owns is not alice (rules 11 and 12).
_IDENTITY_TAGS = frozenset({"email", "e-mail", "mail", "useremail", "upn", "userprincipalname"})


def emails_in_tags(tags: Mapping[str, object]) -> frozenset[str]:
    """The e-mail addresses, in lower case, of the tags that say whose identity this is."""
    return frozenset(
        value.lower()
        for key, value in tags.items()
        if isinstance(value, str) and is_identity_tag(key) and is_email(value)
    )


def is_identity_tag(key: str) -> bool:
    """True for the key of a tag that says who the tagged identity is."""
    return key.lower().replace("_", "").replace(" ", "") in _IDENTITY_TAGS
