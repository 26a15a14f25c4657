"""STS, answered here: sessions must be known to the strict layer, and roles must exist."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from iac_offboard.demo.strict import authorize, faults
from iac_offboard.demo.strict.callers import Caller, Callers, Session, iam
from iac_offboard.demo.strict.faults import NAMESPACES, Fault
from iac_offboard.demo.strict.wire import Reply, Request, xml_reply

_ROLE = re.compile(r"arn:[\w-]+:iam::(\d{12}):role/(.+)")


def answer(request: Request, caller: Caller, callers: Callers, now: datetime) -> Reply:
    match request.action:
        case "GetCallerIdentity":
            inner = f"<Arn>{caller.arn}</Arn><UserId>{caller.unique_id}</UserId>"
            return _reply(request, f"{inner}<Account>{caller.account}</Account>")
        case "AssumeRole":
            return _assume_role(request, caller, callers, now)
        case "GetSessionToken" if caller.kind == "user":
            user = iam(caller.account).get_user(caller.name)
            expires = now + _duration(request, 43_200)
            session = callers.open_session(caller.account, user, "", now, expires)
            return _reply(request, _credentials(session))
        case "GetAccessKeyInfo":
            return _key_info(request, callers)
        case _:
            text = f"{request.operation} is not served by this server"
            raise Fault("InvalidAction", text, 400)


def _key_info(request: Request, callers: Callers) -> Reply:
    """Any caller may ask for the account of any key (STS API reference, GetAccessKeyInfo)."""
    key_id = request.param("AccessKeyId")
    for account in sorted(callers.accounts):
        if key_id in iam(account).access_keys:
            return _reply(request, f"<Account>{account}</Account>")
    raise Fault("ValidationError", "The access key ID is not valid.", 400)


def _assume_role(request: Request, caller: Caller, callers: Callers, now: datetime) -> Reply:
    arn, name = request.param("RoleArn"), request.param("RoleSessionName")
    match = _ROLE.fullmatch(arn)
    account = match[1] if match else ""
    roles = iam(account).roles.values() if account in callers.accounts else ()
    role = next((r for r in roles if r.arn == arn), None)
    if role is None:  # AWS does not tell a missing role from one that does not trust you
        raise faults.denied(request, caller.arn, "sts:AssumeRole", arn)
    trust = str(role.assume_role_policy_document)
    authorize.may_assume(request, caller, arn, account, trust)
    lasts = _duration(request, 3600)
    if lasts > timedelta(seconds=int(role.max_session_duration or 3600)):
        text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        raise Fault("ValidationError", text, 400)
    identity = request.param("SourceIdentity") or caller.source_identity  # it is handed on
    session = callers.open_session(account, role, name, now, now + lasts, identity)
    assumed = f"arn:aws:sts::{account}:assumed-role/{role.name}/{name}"
    user = f"<Arn>{assumed}</Arn><AssumedRoleId>{role.id}:{name}</AssumedRoleId>"
    return _reply(request, f"{_credentials(session)}<AssumedRoleUser>{user}</AssumedRoleUser>")


def _duration(request: Request, default: int) -> timedelta:
    return timedelta(seconds=int(request.param("DurationSeconds") or default))


def _credentials(session: Session) -> str:
    pair = session.pair
    return (
        f"<Credentials><AccessKeyId>{pair.key_id}</AccessKeyId>"
        f"<SecretAccessKey>{pair.secret}</SecretAccessKey>"
        f"<SessionToken>{pair.token}</SessionToken>"
        f"<Expiration>{session.expires:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials>"
    )


def _reply(request: Request, result: str) -> Reply:
    return xml_reply(request.action, result, NAMESPACES["sts"])
