"""Leavers and how a roster spells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SubjectKind(StrEnum):
    PERSON = "person"
    SERVICE = "service"
    REPOSITORY = "repository"
    WORKLOAD = "workload"
    GROUP = "group"


class SubjectStatus(StrEnum):
    LEAVING = "leaving"
    CANCELLED = "cancelled"


class Tier(StrEnum):
    """How much is waited for: a hostile leaver is contained whatever still uses the identity."""

    NORMAL = "normal"
    HOSTILE = "hostile"


class AliasKind(StrEnum):
    """How a roster spells an identity. ``USER_NAME`` is the only weak kind (rule 12)."""

    USER_NAME = "user_name"
    EMAIL = "email"
    AWS_USER = "aws_user"
    AWS_ARN = "aws_arn"
    AWS_UNIQUE_ID = "aws_unique_id"
    AWS_ACCESS_KEY_ID = "aws_access_key_id"
    IDENTITY_STORE_USER = "identity_store_user"
    UUID = "uuid"
    ENTRA_OBJECT_ID = "entra_object_id"
    REPOSITORY = "repository"
    GITHUB_LOGIN = "github_login"
    GCP_SERVICE_ACCOUNT = "gcp_service_account"
    GCP_PRINCIPAL = "gcp_principal"
    GCP_SERVICE_ACCOUNT_KEY = "gcp_service_account_key"  # projects/P/serviceAccounts/E/keys/ID
    GCP_UNIQUE_ID = "gcp_unique_id"  # the numeric id of a service account or deleted member
    ENTRA_APPLICATION_ID = "entra_application_id"
    GITHUB_USER_ID = "github_user_id"  # a number
    OKTA_USER_ID = "okta_user_id"  # 00u...
    KUBERNETES_SERVICE_ACCOUNT = "kubernetes_service_account"  # "namespace/name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One spelling of a subject. ``accounts`` binds a name to accounts and makes it strong.

    ``shared`` marks an identity that others use too: it is rotated and transferred by a
    person, never deleted by the tool. ``name`` is, of a unique id, the name that its object bears
    in ``accounts`` ("" while unknown); ``learned``: no person wrote it, a plan found it.
    """

    kind: AliasKind
    value: str
    accounts: frozenset[str] = frozenset()
    shared: bool = False
    name: str = ""
    learned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """A person said that something outside our reach is done."""

    source: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One leaver. ``release`` holds resource addresses that may be destroyed with the leaver;
    from ``rehired_at`` on the leaver is none any more; ``grace``: seconds between the disabling of
    an identity and its deletion, where the cloud can do both (None: the tool's own)."""

    id: str
    kind: SubjectKind
    left_at: datetime | None
    aliases: tuple[Alias, ...]
    case: str = ""
    status: SubjectStatus = SubjectStatus.LEAVING
    legal_hold: bool = False
    release: frozenset[str] = frozenset()
    break_glass: bool = False
    attested: tuple[Attestation, ...] = ()
    tier: Tier = Tier.NORMAL
    rehired_at: datetime | None = None
    grace: int | None = None

    def is_back(self, now: datetime) -> bool:
        return self.rehired_at is not None and self.rehired_at <= now
