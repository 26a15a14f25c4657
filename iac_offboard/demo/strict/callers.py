"""Who is calling: access key id -> secret, identity, account."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from moto.iam.models import IAMBackend, Role, User, iam_backends
from moto.iam.utils import generate_access_key_id_from_account_id, random_alphanumeric

from iac_offboard.demo.strict import faults, sigv4
from iac_offboard.demo.strict.wire import Request

PARTITION = "aws"


def iam(account: str) -> IAMBackend:
    """moto's IAM of one account."""
    return iam_backends[account][PARTITION]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKeyPair:
    """Credentials to call with. ``secret`` and ``token`` are kept out of ``repr``."""

    key_id: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """``kind`` is root, user or role; ``name`` the user's or role's name; ``issued`` is the
    ISO time of a session's credentials ("" for long-lived keys)."""

    kind: str
    account: str
    arn: str
    unique_id: str
    name: str = ""
    session: str = ""
    issued: str = ""
    source_identity: str = ""

    @property
    def principals(self) -> tuple[str, ...]:
        """Every spelling under which a policy may name this caller."""
        root = f"arn:{PARTITION}:iam::{self.account}:root"
        names = [self.arn, root, self.account]
        if self.kind == "role":
            names.append(iam(self.account).get_role(self.name).arn)
        return tuple(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    pair: AccessKeyPair
    account: str
    user: str  # unique id of the user, or "" for a role
    role: str  # unique id of the role, or "" for a user
    name: str
    issued: datetime
    expires: datetime
    source_identity: str = ""


@dataclass(slots=True)
class Callers:
    """All credentials of one server: the bootstrap root key, users' keys and sessions."""

    management: str
    root: AccessKeyPair
    accounts: set[str] = field(default_factory=set)
    sessions: dict[str, Session] = field(default_factory=dict)

    def authenticate(self, request: Request, now: datetime) -> Caller:
        """The caller, or the refusal that AWS words for an unknown key or a wrong secret."""
        key_id = request.access_key_id
        if not key_id:
            raise faults.unsigned(request)
        if key_id == self.root.key_id:
            self._check(request, self.root)
            return root_caller(self.management)
        session = self.sessions.get(key_id)
        if session is not None:
            return self._of_session(request, session, now)
        for account in sorted(self.accounts):
            key = iam(account).access_keys.get(key_id)
            user = iam(account).users.get(key.user_name or "") if key else None
            if key is None or user is None or key.status != "Active":
                continue
            self._check(request, AccessKeyPair(key_id=key_id, secret=key.secret_access_key))
            return user_caller(account, user)
        raise faults.unknown_key(request)

    def open_session(
        self,
        account: str,
        principal: User | Role,
        name: str,
        now: datetime,
        expires: datetime,
        source_identity: str = "",
    ) -> Session:
        pair = AccessKeyPair(
            key_id=generate_access_key_id_from_account_id(account, "ASIA"),
            secret=random_alphanumeric(40),
            token=secrets.token_urlsafe(96),
        )
        session = Session(
            pair=pair,
            account=account,
            user=principal.id if isinstance(principal, User) else "",
            role=principal.id if isinstance(principal, Role) else "",
            name=name,
            issued=now,
            expires=expires,
            source_identity=source_identity,
        )
        self.sessions[pair.key_id] = session
        return session

    def _of_session(self, request: Request, session: Session, now: datetime) -> Caller:
        token = request.headers.get("x-amz-security-token", "")
        token = token or dict(request.query).get("X-Amz-Security-Token", "")
        if token != session.pair.token:
            raise faults.unknown_key(request)
        self._check(request, session.pair)
        if now >= session.expires:
            raise faults.expired_token(request)
        issued = session.issued.strftime("%Y-%m-%dT%H:%M:%SZ")
        if session.role:
            role = iam(session.account).roles.get(session.role)
            if role is not None:
                return role_caller(session, role, issued)
        for user in iam(session.account).users.values():
            if user.id == session.user:
                return user_caller(session.account, user, issued)
        raise faults.unknown_key(request)

    @staticmethod
    def _check(request: Request, pair: AccessKeyPair) -> None:
        if not sigv4.matches(request, pair.secret):
            raise faults.wrong_signature(request)


def root_caller(account: str) -> Caller:
    arn = f"arn:{PARTITION}:iam::{account}:root"
    return Caller(kind="root", account=account, arn=arn, unique_id=account)


def user_caller(account: str, user: User, issued: str = "") -> Caller:
    return Caller(
        kind="user",
        account=account,
        arn=user.arn,
        unique_id=user.id,
        name=user.name,
        issued=issued,
    )


def role_caller(session: Session, role: Role, issued: str) -> Caller:
    account = session.account
    return Caller(
        kind="role",
        account=account,
        arn=f"arn:{PARTITION}:sts::{account}:assumed-role/{role.name}/{session.name}",
        unique_id=f"{role.id}:{session.name}",
        name=role.name,
        session=session.name,
        issued=issued,
        source_identity=session.source_identity,
    )


def documents(caller: Caller) -> Iterator[str]:
    """Every identity policy that holds for the caller: inline, attached, and of its groups."""
    backend = iam(caller.account)
    if caller.kind == "role":
        role = backend.get_role(caller.name)
        yield from role.policies.values()
        managed = list(role.managed_policies.values())
    else:
        user = backend.get_user(caller.name)
        yield from user.policies.values()
        managed = list(user.managed_policies.values())
        for group in backend.get_groups_for_user(caller.name):
            yield from group.policies.values()
            managed.extend(group.managed_policies.values())
    for policy in managed:
        for version in policy.versions:
            if version.is_default_version or version.version_id == policy.default_version_id:
                yield str(version.document)
                break
