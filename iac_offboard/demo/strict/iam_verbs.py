"""IAM verbs that moto lacks: service-specific credentials, permissions boundaries of users."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from moto.iam.models import User

from iac_offboard.demo.strict.callers import iam
from iac_offboard.demo.strict.faults import NAMESPACES, Fault, no_such_entity
from iac_offboard.demo.strict.wire import Reply, Request, xml_reply

PER_SERVICE = 2  # "IAM and AWS STS quotas": two sets per user and service


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    id: str
    user_id: str
    user_name: str
    service: str
    created: datetime
    status: str = "Active"

    @property
    def xml(self) -> str:
        return (
            f"<ServiceSpecificCredentialId>{self.id}</ServiceSpecificCredentialId>"
            f"<UserName>{escape(self.user_name)}</UserName><Status>{self.status}</Status>"
            f"<ServiceName>{escape(self.service)}</ServiceName>"
            f"<ServiceUserName>{escape(self.user_name)}-at-service</ServiceUserName>"
            f"<CreateDate>{self.created:%Y-%m-%dT%H:%M:%SZ}</CreateDate>"
        )


@dataclass(slots=True)
class Credentials:
    """The passwords are made, shown once and not kept."""

    kept: dict[str, Credential] = field(default_factory=dict)

    def of(self, user_id: str) -> tuple[Credential, ...]:
        return tuple(c for c in self.kept.values() if c.user_id == user_id)

    def forget(self, user_id: str) -> None:
        for credential in self.of(user_id):
            del self.kept[credential.id]


CREDENTIALS = Credentials()  # beside moto's own backends, which belong to the process as well


def answer(request: Request, account: str) -> Reply | None:
    """The reply to a verb that moto lacks; None for every other."""
    verb = _VERBS.get(request.action)
    return None if verb is None else verb(request, account)


def root_user(request: Request, account: str) -> Reply:
    """GetUser without a name, called by the account itself."""
    inner = f"<UserId>{account}</UserId><Arn>arn:aws:iam::{account}:root</Arn>"
    return _reply(request, f"<User>{inner}<CreateDate>2020-01-01T00:00:00Z</CreateDate></User>")


def set_boundary(user: User, arn: str) -> None:
    """moto's serializer shows the attribute wherever the service model knows the field."""
    if not arn:
        vars(user).pop("permissions_boundary", None)
        return
    vars(user)["permissions_boundary"] = {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": arn,
    }


def boundary_of(user: User) -> str:
    found = vars(user).get("permissions_boundary") or {}
    return str(found.get("PermissionsBoundaryArn", ""))


def _user(request: Request, account: str) -> User:
    name = request.param("UserName")
    user = iam(account).users.get(name)
    if user is None:
        raise no_such_entity(f"The user with name {name} cannot be found.")
    return user


def _create(request: Request, account: str) -> Reply:
    user, service = _user(request, account), request.param("ServiceName")
    if sum(c.service == service for c in CREDENTIALS.of(user.id)) >= PER_SERVICE:
        raise Fault("LimitExceeded", "Cannot exceed quota for ServiceSpecificCredentials: 2", 409)
    credential = Credential(
        id="ACCA" + secrets.token_hex(8).upper(),
        user_id=user.id,
        user_name=user.name,
        service=service,
        created=datetime.now(UTC),
    )
    CREDENTIALS.kept[credential.id] = credential
    return _with_password(request, credential)


def _reset(request: Request, account: str) -> Reply:
    return _with_password(request, _credential(request, account))


def _with_password(request: Request, credential: Credential) -> Reply:
    password = f"<ServicePassword>{secrets.token_urlsafe(32)}</ServicePassword>"
    inner = f"<ServiceSpecificCredential>{credential.xml}{password}</ServiceSpecificCredential>"
    return _reply(request, inner)


def _list(request: Request, account: str) -> Reply:
    user, service = _user(request, account), request.param("ServiceName")
    found = [c for c in CREDENTIALS.of(user.id) if not service or c.service == service]
    members = "".join(f"<member>{c.xml}</member>" for c in found)
    return _reply(request, f"<ServiceSpecificCredentials>{members}</ServiceSpecificCredentials>")


def _update(request: Request, account: str) -> Reply:
    credential = _credential(request, account)
    CREDENTIALS.kept[credential.id] = replace(credential, status=request.param("Status"))
    return _reply(request, "")


def _delete(request: Request, account: str) -> Reply:
    del CREDENTIALS.kept[_credential(request, account).id]
    return _reply(request, "")


def _credential(request: Request, account: str) -> Credential:
    user = _user(request, account)
    key = request.param("ServiceSpecificCredentialId")
    found = CREDENTIALS.kept.get(key)
    if found is None or found.user_id != user.id:
        raise no_such_entity(f"Service specific credential {key} does not exist")
    return found


def _put_boundary(request: Request, account: str) -> Reply:
    user, arn = _user(request, account), request.param("PermissionsBoundary")
    if arn not in iam(account).managed_policies:
        raise no_such_entity(f"Policy {arn} does not exist or is not attachable.")
    set_boundary(user, arn)
    return _reply(request, "")


def _delete_boundary(request: Request, account: str) -> Reply:
    user = _user(request, account)
    if not boundary_of(user):
        raise no_such_entity(f"{user.name} does not have a permissions boundary.")
    set_boundary(user, "")
    return _reply(request, "")


def _reply(request: Request, result: str) -> Reply:
    return xml_reply(request.action, result, NAMESPACES["iam"])


_VERBS: Mapping[str, Callable[[Request, str], Reply]] = {
    "CreateServiceSpecificCredential": _create,
    "DeleteServiceSpecificCredential": _delete,
    "DeleteUserPermissionsBoundary": _delete_boundary,
    "ListServiceSpecificCredentials": _list,
    "PutUserPermissionsBoundary": _put_boundary,
    "ResetServiceSpecificCredential": _reset,
    "UpdateServiceSpecificCredential": _update,
}
