"""When credentials and roles were last used: what really happened here, or what a test says.

A signed request that names a known identity counts, also one that is then refused. What a test
has set stays, whatever is asked later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from moto.iam.models import Role

from iac_offboard.demo.strict.callers import Caller, iam
from iac_offboard.demo.strict.faults import NAMESPACES, no_such_entity
from iac_offboard.demo.strict.wire import Reply, Request, xml_reply

NEVER = "N/A"


@dataclass(frozen=True, slots=True)
class Used:
    at: datetime | None
    service: str
    region: str


@dataclass(slots=True)
class LastUses:
    """Access keys by id; roles and passwords are kept by moto itself."""

    keys: dict[str, Used] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)

    def clear(self) -> None:
        self.keys.clear()
        self.fixed.clear()

    def record(self, request: Request, caller: Caller, now: datetime) -> None:
        """Sessions of a user are no use of the user's key: they have keys of their own."""
        if caller.kind == "role":
            role = iam(caller.account).roles.get(caller.unique_id.partition(":")[0])
            if role is not None and f"{caller.account}/{caller.name}" not in self.fixed:
                _mark(role, now, request.region)
        elif (
            caller.kind == "user" and not caller.issued and request.access_key_id not in self.fixed
        ):
            self.keys[request.access_key_id] = Used(now, request.service, request.region)

    def set_key(self, key_id: str, at: datetime | None, service: str, region: str) -> None:
        self.keys[key_id] = Used(at, service, region)
        self.fixed.add(key_id)

    def set_role(self, name: str, account: str, at: datetime | None, region: str) -> None:
        """Raises LookupError when there is no such role."""
        role = next((r for r in iam(account).roles.values() if r.name == name), None)
        if role is None:
            raise LookupError(f"no role {name} in {account}")
        _mark(role, at, region)
        self.fixed.add(f"{account}/{name}")

    def set_password(self, name: str, account: str, at: datetime | None) -> None:
        """Raises LookupError when there is no such user."""
        user = iam(account).users.get(name)
        if user is None:
            raise LookupError(f"no user {name} in {account}")
        vars(user)["password_last_used"] = _naive(at)

    def answer(self, request: Request, account: str) -> Reply:
        """GetAccessKeyLastUsed. A key never used has no date, and N/A for the rest (IAM API
        reference, AccessKeyLastUsed)."""
        key_id = request.param("AccessKeyId")
        key = iam(account).access_keys.get(key_id)
        if key is None:
            raise no_such_entity(f"The Access Key with id {key_id} cannot be found.")
        used = self.keys.get(key_id)
        date, service, region = "", NEVER, NEVER
        if used is not None and used.at is not None:
            at = used.at.astimezone(UTC)
            date = f"<LastUsedDate>{at:%Y-%m-%dT%H:%M:%SZ}</LastUsedDate>"
            service, region = used.service, used.region
        inner = f"{date}<ServiceName>{service}</ServiceName><Region>{region}</Region>"
        result = (
            f"<UserName>{key.user_name}</UserName><AccessKeyLastUsed>{inner}</AccessKeyLastUsed>"
        )
        return xml_reply(request.action, result, NAMESPACES["iam"])


def _mark(role: Role, at: datetime | None, region: str) -> None:
    vars(role)["last_used"] = _naive(at)
    vars(role)["last_used_region"] = region or None


def _naive(at: datetime | None) -> datetime | None:
    """moto's times are UTC without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None) if at else None
