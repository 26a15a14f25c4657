"""Identities that only a condition of a policy names.

Keys: "AWS global condition context keys" and "IAM and AWS STS condition context keys" in the
IAM user guide; claims of GitHub's tokens: "OpenID Connect reference" in GitHub's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iac_offboard.catalog.principal import (
    HOLE,
    is_identity_tag,
    is_unique_id,
    parse_arn,
    parse_aws_principal,
)
from iac_offboard.model import Principal, PrincipalKind

_USER_NAME = "aws:username"
_USER_ID = "aws:userid"
_ARN = "aws:principalarn"
# Who signs in, or whoever may assume a role, chooses these: they claim a person, they prove none.
_CLAIMS = frozenset(
    {
        "sts:rolesessionname",
        "aws:sourceidentity",
        "sts:sourceidentity",
        "saml:sub",
        "accounts.google.com:email",
    }
)
_PRINCIPAL_TAG = "aws:principaltag/"
# A claim of a token and how the subject that lets the same tokens in would be spelled.
_TOKEN_CLAIMS = {
    "sub": "{}",
    "repository": "repo:{}:*",
    "repository_owner": "repo:{}/*",
    "job_workflow_ref": "job_workflow_ref:{}",
    "actor": "actor:{}",
}
_REPOSITORY_CLAIMS = ("sub", "repository", "repository_owner")
_ONE_REPOSITORY = re.compile(r"^repo:[^*?/:\x00]+/[^*?/:\x00]+(?::|$)", re.I)
_ARN_END = re.compile(r"[:*?](user|role|assumed-role|federated-user)/(.+)$", re.DOTALL)
ANY_ROLE = "*"
"""The role part of a session whose role the condition does not say."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One value that a condition compares, e.g. (``StringLike``, ``aws:userid``, ``*:bob``)."""

    operator: str
    variable: str
    text: str

    @property
    def negated(self) -> bool:
        return "not" in self.operator.lower()


def without_narrowed(compared: Sequence[Compared]) -> list[bool]:
    """For each value whether it counts. All of a condition has to hold: where one claim of a
    token has to be one of some repositories, a wider claim beside it (``repository_owner``)
    lets nobody else in."""
    exact: dict[tuple[str, str, str], bool] = {}
    wide: list[bool] = []
    for one in compared:
        issuer, _, claim = one.variable.lower().rpartition(":")
        spelled = _TOKEN_CLAIMS.get(claim, "{}").format(one.text)
        of_repository = claim in _REPOSITORY_CLAIMS and not one.negated
        named = of_repository and _ONE_REPOSITORY.match(spelled) is not None
        wide.append(of_repository and not named)
        if of_repository:
            at = (issuer, one.operator, claim)
            exact[at] = exact.get(at, True) and named
    decided = {issuer for (issuer, _, _), all_ in exact.items() if all_}
    return [
        not (is_wide and one.variable.lower().rpartition(":")[0] in decided)
        for one, is_wide in zip(compared, wide, strict=True)
    ]


def identities(variable: str, text: str, account: str | None) -> Iterator[Principal]:
    """Whom one value of one condition key means; nothing for keys that mean nobody.

    ``account`` is the account of the document. A session that is known by its name alone is
    ``*/NAME``; an OIDC claim is ``ISSUER|SUBJECT`` with the claim spelled as a subject.
    """
    key = variable.lower()
    if key == _USER_NAME:
        yield Principal(provider="aws", kind=PrincipalKind.IAM_USER, value=text, account=account)
    elif key == _ARN:
        yield from _parsed(_as_arn(text))
    elif key == _USER_ID:
        yield from _user_id(text, account)
    elif not text or HOLE in text:
        return
    elif key in _CLAIMS or _is_tag(key):
        yield _session(ANY_ROLE, text, account)
    elif not key.startswith("saml"):
        yield from _token(variable, text)


def _parsed(text: str) -> Iterator[Principal]:
    principal = parse_aws_principal(text)
    if principal is not None:
        yield principal


def _as_arn(text: str) -> str:
    """A StringLike may leave the front of an ARN open: ``*:user/alice``, ``arn:*/ali*``."""
    found = None if parse_arn(text) is not None else _ARN_END.search(text)
    if found is None:
        return text
    service = "iam" if found[1] in ("user", "role") else "sts"
    return f"arn:aws:{service}::*:{found[1]}/{found[2]}"


def _user_id(text: str, account: str | None) -> Iterator[Principal]:
    """``AIDA...``, or ``AROA...:SESSION`` for a role ("aws:userid")."""
    unique_id, _, session = text.partition(":")
    if is_unique_id(unique_id.removesuffix("*")):  # all ids are as long: this is the one
        unique_id = unique_id.removesuffix("*")
    yield from _parsed(unique_id if not session or is_unique_id(unique_id) else "")
    if session and HOLE not in text and session.strip("*"):
        yield _session(unique_id, session, account)


def _is_tag(key: str) -> bool:
    return key.startswith(_PRINCIPAL_TAG) and is_identity_tag(key.removeprefix(_PRINCIPAL_TAG))


def _session(role: str, name: str, account: str | None) -> Principal:
    value = f"{role}/{name}"
    return Principal(provider="aws", kind=PrincipalKind.IAM_SESSION, value=value, account=account)


def _token(variable: str, text: str) -> Iterator[Principal]:
    # Token claims stand behind the issuer's host name; `s3:prefix` and its like have none.
    issuer, _, claim = variable.rpartition(":")
    spelled = _TOKEN_CLAIMS.get(claim.lower())
    if spelled is not None and ("." in issuer or claim.lower() == "sub"):
        value = f"{issuer}|{spelled.format(text)}"
        yield Principal(provider="aws", kind=PrincipalKind.OIDC_SUBJECT, value=value)
