"""One principal has one relation to one target."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Relation(StrEnum):
    IDENTITY = "identity"
    CREDENTIAL = "credential"
    MEMBERSHIP = "membership"
    GRANT = "grant"
    TRUST = "trust"
    FEDERATION = "federation"
    OWNERSHIP = "ownership"
    SESSION = "session"


class PrincipalKind(StrEnum):
    """How a provider spells an identity, after parsing by structure."""

    IAM_USER = "iam_user"
    IAM_ROLE = "iam_role"
    IAM_GROUP = "iam_group"
    IAM_SESSION = "iam_session"  # arn:aws:sts::A:assumed-role/ROLE/SESSION, value "ROLE/SESSION"
    IAM_UNIQUE_ID = "iam_unique_id"  # AIDA... / AROA... standing in a policy
    AWS_ACCOUNT = "aws_account"  # the account root: covers, never equals, a user
    AWS_SERVICE = "aws_service"
    AWS_FEDERATED = "aws_federated"  # ARN of an OIDC or SAML provider
    ANYONE = "anyone"
    ACCESS_KEY = "access_key"
    IDENTITY_STORE_USER = "identity_store_user"
    IDENTITY_STORE_GROUP = "identity_store_group"
    AWS_LOGIN = "aws_login"  # a user name of a service that keeps its own users (Cognito, Redis)
    OIDC_SUBJECT = "oidc_subject"  # value "ISSUER|SUB"
    GCP_USER = "gcp_user"  # value: the e-mail, lower case; stable_id: a ``deleted:`` one's uid
    GCP_SERVICE_ACCOUNT = "gcp_service_account"  # value: the e-mail; account = project
    GCP_GROUP = "gcp_group"
    GCP_DOMAIN = "gcp_domain"  # covers its people, never equals one
    GCP_PRINCIPAL = "gcp_principal"  # value "principal://...": one federated identity
    GCP_PRINCIPAL_SET = "gcp_principal_set"  # "principalSet://...": covers, or is a repository
    ENTRA_OBJECT = "entra_object"  # an object id whose type the place does not say
    ENTRA_USER = "entra_user"  # value: the UPN, lower case
    ENTRA_APPLICATION = "entra_application"  # value: the application (client) id
    GITHUB_USER = "github_user"  # value: the login, lower case
    GITHUB_REPOSITORY = "github_repository"  # value "owner/name", lower case; "name" without owner
    GITHUB_TEAM = "github_team"
    OKTA_USER = "okta_user"  # value: the login or the id (00u...)
    OKTA_GROUP = "okta_group"
    KUBERNETES_USER = "kubernetes_user"  # value as RBAC spells it
    KUBERNETES_GROUP = "kubernetes_group"
    KUBERNETES_SERVICE_ACCOUNT = "kubernetes_service_account"  # value "namespace/name"
    EMAIL = "email"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """How one provider spells one identity.

    ``value`` is normalised (IAM names keep their case: compare them case-insensitively).
    ``account`` is None when the place does not say it. ``stable_id`` is the id that a re-created
    namesake does not share (AIDA..., an identity store UUID). ``emails`` are second facts seen
    beside the name (an Identity Center e-mail, a tag that holds an e-mail).
    """

    provider: str
    kind: PrincipalKind
    value: str
    account: str | None = None
    stable_id: str | None = None
    emails: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The thing a binding leads to, e.g. the group of a membership, the key of a credential.

    ``kind`` is a catalog word (``iam_user``, ``iam_access_key``, ``kms_key`` ...), ``name`` the
    provider's name or "" while unknown (an access key before it is created).
    """

    provider: str
    kind: str
    name: str
    account: str | None = None
    region: str | None = None
    arn: str | None = None
    unique_id: str | None = None


class Effect(StrEnum):
    ALLOW = "allow"
    DENY = "deny"  # cutting it would widen access: never automatic


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One principal has one relation to one target. ``detail`` tells parallel bindings apart
    (a statement id, a permission set); ``condition`` says what its condition compares and holds
    a digest of it, never its values (a condition may hold a shared secret)."""

    principal: Principal
    relation: Relation
    target: Target
    detail: str = ""
    condition: str = ""
    effect: Effect = Effect.ALLOW
