"""From what a roster writes to a typed, normalised Alias (rule 4).

A plain string's type is inferred; a mapping states it. Every refusal is a sentence that does
not repeat the value: it ends up in logs (rule 14).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from iac_offboard.catalog.kubernetes import service_account
from iac_offboard.catalog.okta import is_okta_user_id
from iac_offboard.catalog.principal import (
    is_access_key_id,
    is_account,
    is_email,
    is_unique_id,
    is_uuid,
    parse_arn,
)
from iac_offboard.model import Alias, AliasKind

# The keys of a mapping alias, in the order in which help texts list them.
MAPPING_KEYS: dict[str, AliasKind] = {
    "aws_user": AliasKind.AWS_USER,
    "aws_arn": AliasKind.AWS_ARN,
    "aws_unique_id": AliasKind.AWS_UNIQUE_ID,
    "access_key_id": AliasKind.AWS_ACCESS_KEY_ID,
    "identity_store_user_id": AliasKind.IDENTITY_STORE_USER,
    "email": AliasKind.EMAIL,
    "user_name": AliasKind.USER_NAME,
    "uuid": AliasKind.UUID,
    "entra_object_id": AliasKind.ENTRA_OBJECT_ID,
    "repository": AliasKind.REPOSITORY,
    "github_login": AliasKind.GITHUB_LOGIN,
    "gcp_service_account": AliasKind.GCP_SERVICE_ACCOUNT,
    "gcp_service_account_key": AliasKind.GCP_SERVICE_ACCOUNT_KEY,
    "gcp_principal": AliasKind.GCP_PRINCIPAL,
    "gcp_unique_id": AliasKind.GCP_UNIQUE_ID,
    "entra_application_id": AliasKind.ENTRA_APPLICATION_ID,
    "github_user_id": AliasKind.GITHUB_USER_ID,
    "okta_user_id": AliasKind.OKTA_USER_ID,
    "kubernetes_service_account": AliasKind.KUBERNETES_SERVICE_ACCOUNT,
}
# ``accounts`` decides between namesakes; these kinds are unique in the world, or hold their own.
BINDABLE = frozenset({AliasKind.AWS_USER, AliasKind.USER_NAME, AliasKind.AWS_UNIQUE_ID})

# IAM: "Names for users, groups, roles" in the IAM user guide (reference_iam-quotas).
_IAM_NAME = re.compile(r"^[A-Za-z0-9+=,.@_-]{1,64}$")
_USER_NAME = re.compile(r"^[^\s:/<>\"'\x00-\x1f]{1,256}$")
# Stated, it may be that of a group or an application, which hold spaces.
_STATED_NAME = re.compile(r"^(?=.{1,256}$)[^\s:/<>\"'\x00-\x1f]+(?: [^\s:/<>\"'\x00-\x1f]+)*$")
_GITHUB_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})"
_GITHUB_LOGIN = re.compile(rf"^{_GITHUB_NAME}$")
_REPOSITORY = re.compile(rf"^{_GITHUB_NAME}/[A-Za-z0-9._-]{{1,100}}$")
_STORE_ID = re.compile(r"^[0-9a-f]{10}-", re.I)
_NUMBER = re.compile(r"^[1-9]\d{0,11}$")
_DIGITS = re.compile(r"^\d{15,25}$")
# Kubernetes, "Object Names and IDs": namespaces are DNS labels, names DNS subdomains.
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_SERVICE_ACCOUNT = re.compile(rf"^{_LABEL}/{_LABEL}(?:\.{_LABEL})*$")
# "ServiceAccountKey", IAM API reference: name. With ``-`` for the project it names none.
_GCP_KEY = re.compile(
    r"^projects/[^/\s-][^/\s]*/serviceAccounts/[^/\s]+@[^/\s]+/keys/[0-9A-Za-z]+$"
)
_GCP_FEDERATED = ("principal://", "principalSet://")
_GCP_SERVICE_DOMAIN = "gserviceaccount.com"
_IAM_RESOURCES = ("user", "role", "group")


class AliasError(ValueError):
    """The text is no alias of that type; the message never holds the text."""


def infer(text: str) -> Alias:
    """The Alias that a plain string of a roster means. Raises AliasError."""
    text = text.strip()
    if not text:
        raise AliasError("an alias is empty")
    return typed(_kind(text), text)


def _kind(text: str) -> AliasKind:
    member, _, rest = text.partition(":")
    if text.startswith("arn:"):
        return AliasKind.AWS_ARN
    if service_account(text):
        return AliasKind.KUBERNETES_SERVICE_ACCOUNT
    if is_okta_user_id(text):
        return AliasKind.OKTA_USER_ID
    if text.startswith(_GCP_FEDERATED) or (member == "group" and is_email(rest)):
        return AliasKind.GCP_PRINCIPAL
    if _GCP_KEY.match(text):
        return AliasKind.GCP_SERVICE_ACCOUNT_KEY
    if member in ("user", "serviceAccount") and is_email(rest):
        return _email_kind(rest)
    if is_unique_id(text):
        return AliasKind.AWS_UNIQUE_ID
    if is_access_key_id(text):
        return AliasKind.AWS_ACCESS_KEY_ID
    if is_uuid(text):
        return AliasKind.IDENTITY_STORE_USER if _STORE_ID.match(text) else AliasKind.UUID
    if is_email(text):
        return _email_kind(text)
    if _REPOSITORY.match(text):
        return AliasKind.REPOSITORY
    if _USER_NAME.match(text):
        return AliasKind.USER_NAME
    raise AliasError(
        "the type of this alias cannot be told from its text: state it, as in {user_name: ...}"
    )


def _email_kind(text: str) -> AliasKind:
    domain = text.rsplit("@", 1)[-1].lower()
    if domain == _GCP_SERVICE_DOMAIN or domain.endswith("." + _GCP_SERVICE_DOMAIN):
        return AliasKind.GCP_SERVICE_ACCOUNT
    return AliasKind.EMAIL


def typed(
    kind: AliasKind,
    text: str,
    *,
    accounts: frozenset[str] = frozenset(),
    shared: bool = False,
    name: str = "",
) -> Alias:
    """An Alias of a stated type, normalised: e-mails, ids and repositories in lower case, names
    and ARNs as written. ``name`` is the one that an AWS unique id belongs to in ``accounts``.
    Raises AliasError when the text is none of that type."""
    text = text.strip()
    if not text:
        raise AliasError("an alias is empty")
    if accounts and kind not in BINDABLE:
        raise AliasError("accounts belong to a name; this type of alias needs none")
    value = _normalised(kind, text)
    if name and (kind is not AliasKind.AWS_UNIQUE_ID or not accounts):
        raise AliasError('"name" belongs to an aws_unique_id with accounts')
    if name and not _IAM_NAME.match(name):
        raise AliasError('"name" is no IAM name (no path; letters, digits and +=,.@_- only)')
    return Alias(kind=kind, value=value, accounts=accounts, shared=shared, name=name)


def _normalised(kind: AliasKind, text: str) -> str:
    if kind in (AliasKind.EMAIL, AliasKind.GCP_SERVICE_ACCOUNT):
        return _mail(kind, text)
    if kind is AliasKind.AWS_ARN:
        return _arn(text)
    if kind is AliasKind.KUBERNETES_SERVICE_ACCOUNT:
        text = service_account(text) or text
    if kind is AliasKind.GCP_PRINCIPAL:
        if not text.startswith(_GCP_FEDERATED) and ":" not in text:
            raise AliasError("a gcp_principal starts with principal://, principalSet:// or group:")
        return text
    rule, fault = _RULES[kind]
    if not rule(text):
        raise AliasError(fault)
    if kind is AliasKind.GCP_SERVICE_ACCOUNT_KEY:
        account, slash, key = text.rpartition("/keys/")
        project, middle, email = account.rpartition("/serviceAccounts/")
        return f"{project}{middle}{email.lower()}{slash}{key.lower()}"
    return text.lower() if kind in _LOWER else text


def _mail(kind: AliasKind, text: str) -> str:
    address = text.removeprefix("user:").removeprefix("serviceAccount:")
    if not is_email(address):
        raise AliasError("this is no e-mail address (one @, a dot in the domain)")
    if kind is AliasKind.GCP_SERVICE_ACCOUNT and _email_kind(address) is not kind:
        raise AliasError(f"a service account's e-mail ends in {_GCP_SERVICE_DOMAIN}")
    return address.lower()


def _arn(text: str) -> str:
    arn = parse_arn(text)
    if arn is None:
        raise AliasError("this is no ARN: arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE")
    if arn.account is None:
        raise AliasError("the ARN's account is not 12 digits")
    kind, _, rest = arn.resource.partition("/")
    if arn.service == "iam" and kind in _IAM_RESOURCES and _IAM_NAME.match(rest.split("/")[-1]):
        return text
    if arn.service == "sts" and kind == "assumed-role" and all(rest.partition("/")):
        return text
    raise AliasError(
        "an ARN alias names an IAM user, role or group, or a role session; this one does not"
    )


_RULES: dict[AliasKind, tuple[Callable[[str], object], str]] = {
    AliasKind.AWS_USER: (
        _IAM_NAME.match,
        "this is no IAM user name (no path; letters, digits and +=,.@_- only)",
    ),
    AliasKind.USER_NAME: (_STATED_NAME.match, "this is no user name"),
    AliasKind.AWS_UNIQUE_ID: (is_unique_id, "an aws_unique_id is AIDA..., AROA... or AGPA..."),
    AliasKind.AWS_ACCESS_KEY_ID: (is_access_key_id, "an access_key_id is AKIA... or ASIA..."),
    AliasKind.IDENTITY_STORE_USER: (is_uuid, "an identity_store_user_id is a UUID"),
    AliasKind.UUID: (is_uuid, "this is no UUID"),
    AliasKind.ENTRA_OBJECT_ID: (is_uuid, "an entra_object_id is a UUID"),
    AliasKind.REPOSITORY: (_REPOSITORY.match, "a repository is ORG/REPO"),
    AliasKind.GITHUB_LOGIN: (_GITHUB_LOGIN.match, "this is no GitHub login"),
    AliasKind.GCP_SERVICE_ACCOUNT_KEY: (
        _GCP_KEY.match,
        "a gcp_service_account_key is projects/PROJECT/serviceAccounts/E-MAIL/keys/ID",
    ),
    AliasKind.GCP_UNIQUE_ID: (_DIGITS.match, "a gcp_unique_id is a number of some 21 digits"),
    AliasKind.ENTRA_APPLICATION_ID: (is_uuid, "an entra_application_id is a UUID"),
    AliasKind.GITHUB_USER_ID: (_NUMBER.match, "a github_user_id is a number"),
    AliasKind.OKTA_USER_ID: (is_okta_user_id, "an okta_user_id is 00u and 17 more characters"),
    AliasKind.KUBERNETES_SERVICE_ACCOUNT: (
        _SERVICE_ACCOUNT.match,
        "a kubernetes_service_account is NAMESPACE/NAME or system:serviceaccount:NAMESPACE:NAME",
    ),
}
_LOWER = frozenset(
    {
        AliasKind.IDENTITY_STORE_USER,
        AliasKind.UUID,
        AliasKind.ENTRA_OBJECT_ID,
        AliasKind.ENTRA_APPLICATION_ID,
        AliasKind.REPOSITORY,
        AliasKind.GITHUB_LOGIN,
    }
)


# What is compared within its own kind alone.
_SPELLED = frozenset(
    {
        AliasKind.REPOSITORY,
        AliasKind.GITHUB_LOGIN,
        AliasKind.GITHUB_USER_ID,
        AliasKind.GCP_PRINCIPAL,
        AliasKind.OKTA_USER_ID,
        AliasKind.KUBERNETES_SERVICE_ACCOUNT,
    }
)


def identities(alias: Alias) -> tuple[tuple[str, str], ...]:
    """What an alias claims for its subject alone, as (namespace, value) keys; empty for a weak
    one. The ARN of a user and its name bound to the account claim the same thing."""
    kind, value = alias.kind, alias.value
    if kind in (AliasKind.USER_NAME, AliasKind.AWS_USER):
        return tuple((f"iam:user:{a}", value.casefold()) for a in sorted(alias.accounts))
    if kind is AliasKind.AWS_ARN:
        arn = parse_arn(value)
        if arn is None or arn.account is None:
            return ()
        resource, _, rest = arn.resource.partition("/")
        name = rest if resource == "assumed-role" else rest.rsplit("/", 1)[-1]
        return ((f"iam:{resource}:{arn.account}", name.casefold()),)
    if kind in (AliasKind.EMAIL, AliasKind.GCP_SERVICE_ACCOUNT):
        return (("email", value),)
    if kind in _SPELLED:
        return ((kind.value, value),)
    return (("id", value),)


def account(text: str) -> str:
    """A 12-digit account id, or AliasError."""
    if not is_account(text):
        raise AliasError("an account is 12 digits, in quotes")
    return text
