"""Principals in texts of which no row says what they are.

An ARN, a member of Google Cloud, a subject of a token, an id says by its own form that it is a
principal; a name or an e-mail address does not. Documents are read by their grammar: a policy
that was put into a string names whoever it names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from iac_offboard.catalog import google
from iac_offboard.catalog.google_policy import members
from iac_offboard.catalog.kubernetes import service_account
from iac_offboard.catalog.policy import Json, Path, policy_principals
from iac_offboard.catalog.principal import (
    GITHUB_ISSUER,
    HOLE,
    is_access_key_id,
    is_unique_id,
    is_uuid,
    parse_aws_principal,
)
from iac_offboard.model import Effect, Principal, PrincipalKind

_WHO = frozenset(
    {
        PrincipalKind.IAM_USER,
        PrincipalKind.IAM_ROLE,
        PrincipalKind.IAM_GROUP,
        PrincipalKind.IAM_SESSION,
        PrincipalKind.IAM_UNIQUE_ID,
    }
)
_MEMBERS = (
    "user:",
    "serviceAccount:",
    "group:",
    "principal://",
    "principalSet://",
    "deleted:",
)
# How a subject of GitHub's tokens begins, and one of GitLab's.
_GITHUB = ("repo:", "repository:", "job_workflow_ref:", "actor:")
_GITLAB = "project_path:"
_MAX_DEPTH = 5  # of documents in documents
TALK = frozenset(
    {
        "annotations",
        "comment",
        "description",
        "effective_labels",
        "labels",
        "notes",
        "tags",
        "tags_all",
        "terraform_labels",
    }
)
"""Attributes in which people write about something: an ARN in a tag gives nobody anything."""
# Of a role or user, inside a script or a longer text.
_ARN = re.compile(r"arn:[\w-]+:iam::[^:\s\"'/]*:(?:user|role)/[\w+=,.@/-]+")


def principal_of(text: str, *, partly: bool = False) -> Principal | None:
    """Whom a text spells as a whole, by its own form; None where that says nothing. ``partly``:
    also an ARN of which only the account or the path is not known."""
    if len(text) > _LONGEST:
        return None
    if HOLE in text:
        known = parse_aws_principal(text) if partly and text.startswith("arn:") else None
        return known if known is not None and known.kind in _WHO else None
    text = text.strip()
    if text.startswith("arn:"):
        found = parse_aws_principal(text)
        return found if found is not None and found.kind in _WHO else None
    if is_unique_id(text):
        return parse_aws_principal(text)
    if is_access_key_id(text):
        return Principal(provider="aws", kind=PrincipalKind.ACCESS_KEY, value=text)
    if text.startswith(_MEMBERS):
        return google.parse("gcp.member", text, {})
    if text.endswith(_SERVICE_ACCOUNT) and "@" in text:
        return google.parse("gcp.email", text, {})
    if is_uuid(text):
        return Principal(provider="entra", kind=PrincipalKind.ENTRA_OBJECT, value=text.lower())
    return _of_token(text)


_LONGEST = 2048
_SERVICE_ACCOUNT = ".gserviceaccount.com"


def _of_token(text: str) -> Principal | None:
    """The subject of a token, whose issuer the text does not say."""
    account = service_account(text)
    if account:
        kind = PrincipalKind.KUBERNETES_SERVICE_ACCOUNT
        return Principal(provider="kubernetes", kind=kind, value=account)
    if text.startswith(_GITHUB):
        value = f"{GITHUB_ISSUER}|{text}"
    elif text.startswith(_GITLAB):
        value = f"*|{text}"
    else:
        return None
    return Principal(provider="aws", kind=PrincipalKind.OIDC_SUBJECT, value=value)


def spelled(value: Json) -> Iterator[tuple[Path, Principal]]:
    """Everybody who is spelled in a value, with the path to the text; for a document in a string
    the path to the string."""
    yield from _spelled(value, (), 0)


def named(value: Json) -> Iterator[tuple[Path, Principal]]:
    """As ``spelled``, and also whom a document only speaks of (a policy's ``Resource``), and ARNs
    of users and roles inside longer texts: whoever is called by name in any way."""
    if isinstance(value, str):
        yield from (((), one) for one in _named_in(value, 0))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (((key, *path), one) for path, one in named(inner))
    elif isinstance(value, Sequence):
        for i, inner in enumerate(value):
            yield from (((i, *path), one) for path, one in named(inner))


def _named_in(text: str, depth: int) -> Iterator[Principal]:
    found = principal_of(text, partly=True)
    if found is not None:
        yield found
        return
    if depth < _MAX_DEPTH and text.lstrip()[:1] in ("{", "["):
        try:
            document: Json = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            document = None
        if document is not None:
            for inner in texts_in(document):
                yield from _named_in(inner, depth + 1)
            return
    for arn in _ARN.findall(text) if ":iam::" in text else ():
        known = principal_of(arn.rstrip(".,"), partly=True)
        if known is not None:
            yield known


def texts_in(node: Json) -> Iterator[str]:
    """Every key and every text."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for key, inner in node.items():
            yield key
            yield from texts_in(inner)
    elif isinstance(node, Sequence):
        for inner in node:
            yield from texts_in(inner)


def _spelled(value: Json, path: Path, depth: int) -> Iterator[tuple[Path, Principal]]:
    if isinstance(value, str):
        found = principal_of(value)
        if found is not None:
            yield path, found
        elif depth < _MAX_DEPTH and value.lstrip()[:1] in ("{", "["):
            yield from ((path, one) for one in _in_document(value, depth + 1))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            named = principal_of(key)
            if named is not None:
                yield (*path, key), named
            yield from _spelled(inner, (*path, key), depth)
    elif isinstance(value, Sequence):
        for i, inner in enumerate(value):
            yield from _spelled(inner, (*path, i), depth)


def _in_document(text: str, depth: int) -> Iterator[Principal]:
    try:
        document: Json = json.loads(text)
    except (ValueError, RecursionError):
        return
    keys = document.keys() if isinstance(document, Mapping) else ()
    if "Statement" in keys:
        # Its grammar says who is let in: what it speaks of (a Resource) is nobody's access.
        for statement in policy_principals(document):
            if statement.effect is Effect.ALLOW and not statement.negated:
                yield statement.principal
    elif "bindings" in keys:
        yield from (m.principal for m in members(document) if m.principal is not None)
    else:
        yield from (found for _, found in _spelled(document, (), depth))
