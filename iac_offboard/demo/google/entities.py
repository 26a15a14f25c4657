"""The things of the fake cloud. Mutable, plain; the rules are elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from iac_offboard.demo.google.policies import Policy
from iac_offboard.demo.google.wire import Json

CRM = "//cloudresourcemanager.googleapis.com/"


@dataclass(slots=True, eq=False, kw_only=True)
class Resource:
    """Whatever may hold an allow policy, by its full resource name.

    ``parent`` is the full name of what it inherits from ("" for an organization); ``data`` is
    what its own API and ``assets.list`` show; ``project`` the project ID or "".
    """

    name: str
    asset_type: str
    parent: str
    created: datetime
    project: str = ""
    location: str = "global"
    policy: Policy = field(default_factory=Policy)
    data: Json = field(default_factory=dict)
    written: bool = False  # made by a call, so the search hears of it late


@dataclass(slots=True, eq=False, kw_only=True)
class Project:
    id: str
    number: str
    resource: Resource
    name: str
    state: str = "ACTIVE"
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False, kw_only=True)
class Folder:
    id: str
    resource: Resource
    display_name: str
    state: str = "ACTIVE"


@dataclass(slots=True, eq=False, kw_only=True)
class Organization:
    id: str
    resource: Resource
    domain: str
    customer: str


@dataclass(slots=True, eq=False, kw_only=True)
class User:
    """A Google account: of the organization's domain or any other."""

    email: str
    uid: str
    deleted: bool = False
    suspended: bool = False
    left: list[Membership] = field(default_factory=list)  # of groups, when it was deleted


@dataclass(slots=True, eq=False, kw_only=True)
class Key:
    """A key of a service account. ``private`` is made when somebody needs it."""

    id: str
    created: datetime
    expires: datetime
    managed: bool = False
    disabled: bool = False
    reason: str = ""
    certificate: bytes = b""  # of an uploaded key
    public: rsa.RSAPublicKey | None = None
    last_use: datetime | None = None
    _private: rsa.RSAPrivateKey | None = field(default=None, repr=False)

    @property
    def private(self) -> rsa.RSAPrivateKey:
        if self._private is None:
            self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            self.public = self._private.public_key()
        return self._private

    def public_key(self) -> rsa.RSAPublicKey:
        return self.public or self.private.public_key()

    def pem(self) -> str:
        """The private key as a key file holds it (PKCS #8)."""
        return self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()


@dataclass(slots=True, eq=False, kw_only=True)
class ServiceAccount:
    email: str
    unique_id: str
    project: str
    resource: Resource
    created: datetime
    display_name: str = ""
    description: str = ""
    disabled: bool = False
    deleted_at: datetime | None = None
    keys: dict[str, Key] = field(default_factory=dict)
    last_use: datetime | None = None

    @property
    def account_id(self) -> str:
        return self.email.partition("@")[0]

    @property
    def client_id(self) -> str:
        return self.unique_id


@dataclass(slots=True, eq=False, kw_only=True)
class Membership:
    """A direct member of a group; ``removed`` stays for the time that the removal travels."""

    id: str
    email: str
    kind: str  # USER, SERVICE_ACCOUNT, GROUP
    roles: tuple[str, ...]
    added: datetime
    removed: datetime | None = None

    def seen(self, moment: datetime) -> bool:
        """Is it in force for a reader who has heard of nothing after ``moment``?"""
        return self.added <= moment and (self.removed is None or self.removed > moment)


@dataclass(slots=True, eq=False, kw_only=True)
class Group:
    id: str
    email: str
    uid: str
    parent: str
    display_name: str
    created: datetime
    labels: dict[str, str] = field(default_factory=dict)
    description: str = ""
    deleted: bool = False
    memberships: dict[str, Membership] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"groups/{self.id}"

    def current(self) -> list[Membership]:
        return [m for m in self.memberships.values() if m.removed is None]


@dataclass(slots=True, eq=False, kw_only=True)
class Pool:
    """A workload identity pool (``name`` with the project's number) or a workforce pool."""

    name: str
    project: str
    data: Json = field(default_factory=dict)
    deleted_at: datetime | None = None
    providers: dict[str, Provider] = field(default_factory=dict)


@dataclass(slots=True, eq=False, kw_only=True)
class Provider:
    name: str
    data: Json = field(default_factory=dict)
    deleted_at: datetime | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class HmacKey:
    access_id: str
    email: str
    project: str
    created: datetime
    state: str = "ACTIVE"
    updated: datetime | None = None


RETENTION = timedelta(days=30)
"""How long a deleted account, pool or provider can be undeleted."""
