"""Our deny in the inline policy of a permission set, and taking it out again.

The roles that Identity Center makes cannot be edited; what they may do is their permission set,
and that reaches them when the permission set is provisioned ("Revoke active IAM role sessions
created by permission sets", "Provision permission sets", IAM Identity Center user guide). So a
statement counts as standing only when every account has been provisioned with it: a run that
was killed between the two calls goes on with the second.

Provisioning rolls out whatever is written, a colleague's draft as well; so nothing is written
while there is a change that is not provisioned and cannot be ours alone.

The policy is read right before and right after the write: there is no lock on it. Statements of
others are never recorded: their conditions may hold secrets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from iac_offboard.apply.aws.center_requests import PROVISIONING, wait, write
from iac_offboard.apply.aws.cloud import (
    Cloud,
    absent,
    argument,
    done,
    present,
    region_of,
    replaced,
)
from iac_offboard.apply.aws.policy_text import statement_of, with_statement, without_statement
from iac_offboard.catalog.ours import loses_nothing
from iac_offboard.catalog.policy import Json, canonical, document_digest
from iac_offboard.clouds.reply import Data, Reply, strings, text
from iac_offboard.errors import CloudError, NotFoundError
from iac_offboard.interface import Done, Look, LookState
from iac_offboard.model import Action

LONGEST = 32_768
"""Characters of an inline policy ("InlinePolicy", PutInlinePolicyToPermissionSet)."""

READ_BACK_TRIES = 5
READ_BACK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class PutStatement:
    """``sso-admin:PutInlinePolicyToPermissionSet``: parameters ``instance``, ``permission_set``,
    ``sid`` and ``document``, ONE Deny statement as JSON. A statement of the same Sid that keeps
    out nobody else is an older one of ours and is replaced; any other is left alone."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        ours = _ours(action)
        standing = _read(cloud, action)
        if standing is None:
            return absent("the permission set is gone")
        if other := _another(standing, action, ours):
            return replaced(other)
        if not _stands(standing, action, ours):
            _merged(standing, action, ours)  # what cannot be written fails now
            return _unless_drafted(cloud, action)
        return _provisioned_look(cloud, action, "our deny stands there")

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        ours = _ours(action)
        standing = _read(cloud, action)
        if standing is None:
            return _nothing(action, look)
        reply: Reply | None = None
        _refuse(_another(standing, action, ours), action)
        if not _stands(standing, action, ours):
            params = {**_named(action), "InlinePolicy": _merged(standing, action, ours)}
            reply = write(cloud, action, "PutInlinePolicyToPermissionSet", params)
        provisioned = _provision(cloud, action)
        _read_back(cloud, action, lambda now: _stands(now, action, ours))
        return done(reply or provisioned, look.image)


@dataclass(frozen=True, slots=True)
class RemoveStatement:
    """``sso-admin:RemoveInlineStatement``: parameters ``instance``, ``permission_set``, ``sid``
    and, where the plan has one, ``digest``: that of the statement which may go. No operation of
    AWS: it is Put, or Delete when nothing else is left."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        standing = _read(cloud, action)
        if standing is None:
            return absent("the permission set is gone")
        if other := _not_ours(standing, action):
            return replaced(other)
        if _has(standing, action):
            return _unless_drafted(cloud, action)
        return _provisioned_look(cloud, action, "our deny does not stand there (any more)")

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        standing = _read(cloud, action)
        if standing is None:
            return _nothing(action, look)
        _refuse(_not_ours(standing, action), action)
        reply: Reply | None = None
        if _has(standing, action):
            new = without_statement(standing, argument(action, "sid"))
            if new:
                params = {**_named(action), "InlinePolicy": new}
                reply = write(cloud, action, "PutInlinePolicyToPermissionSet", params)
            else:
                name = "DeleteInlinePolicyFromPermissionSet"
                reply = write(cloud, action, name, _named(action))
        provisioned = _provision(cloud, action)
        _read_back(cloud, action, lambda now: not _has(now, action))
        return done(reply or provisioned, look.image)


def _read(cloud: Cloud, action: Action) -> str | None:
    """The inline policy as text, "" for none; None when the permission set is gone."""
    try:
        reply = cloud.call(
            "sso-admin", "GetInlinePolicyForPermissionSet", _named(action), region_of(action)
        )
    except NotFoundError:
        return None
    policy = text(reply.data, "InlinePolicy")
    return policy if policy.strip() else ""


def _merged(standing: str, action: Action, ours: Json) -> str:
    """The policy with our statement. Raises CloudError when it is too long."""
    new = with_statement(standing, argument(action, "sid"), ours)
    if len(new) <= LONGEST:
        return new
    raise CloudError(
        f"The inline policy of {argument(action, 'permission_set')} would have {len(new)} "
        f"characters with our deny; {LONGEST} are allowed.",
        operation=action.verb,
        code="LimitExceeded",
        hint="Shorten that policy by hand, or deny the user by a service control policy.",
    )


def _stands(standing: str, action: Action, ours: Json) -> bool:
    if not standing:
        return False
    found = statement_of(standing, argument(action, "sid"))
    return found is not None and canonical(found) == canonical(ours)


def _another(standing: str, action: Action, ours: Json) -> str:
    """Why the statement of our Sid that stands there may not be replaced, "" when it may."""
    found = statement_of(standing, argument(action, "sid")) if standing else None
    if found is None or loses_nothing({"Statement": [found]}, {"Statement": [ours]}):
        return ""
    return _is_another(action, "it keeps somebody out whom this plan does not")


def _not_ours(standing: str, action: Action) -> str:
    """Why the statement of our Sid may not be taken out, "" when it may."""
    found = statement_of(standing, argument(action, "sid")) if standing else None
    if found is None or action.param("digest") in ("", document_digest(found)):
        return ""
    return _is_another(action, "whoever wrote it has to take it out")


def _is_another(action: Action, why: str) -> str:
    where = f"the inline policy of {argument(action, 'permission_set')}"
    return f"the statement {argument(action, 'sid')} in {where} is not the one of this plan: {why}"


def _refuse(why: str, action: Action) -> None:
    """Somebody wrote it between the look and the write."""
    if why:
        raise CloudError(
            f"{why[0].upper()}{why[1:]}.",
            operation=action.verb,
            hint="It was left alone. Run apply again, or make a new plan.",
        )


def _has(standing: str, action: Action) -> bool:
    return bool(standing) and statement_of(standing, argument(action, "sid")) is not None


def _provisioned_look(cloud: Cloud, action: Action, detail: str) -> Look:
    """ABSENT only when every account runs what is written."""
    behind = _behind(cloud, action)
    if not behind:
        return absent(detail)
    missing = f"{detail}, but is not provisioned to {', '.join(behind)}"
    return present({"sid": argument(action, "sid")}, detail=missing)


def _unless_drafted(cloud: Cloud, action: Action) -> Look:
    """The look before the first write: PRESENT unless it would roll out somebody's draft."""
    behind = _behind(cloud, action)
    if not behind:
        return present({"sid": argument(action, "sid")})
    return Look(
        state=LookState.WAITING,
        detail=(
            "changes of somebody else are not provisioned yet in "
            f"{len(behind)} account(s) ({', '.join(behind)}): provision or discard them first"
        ),
    )


def _behind(cloud: Cloud, action: Action) -> list[str]:
    """The accounts that do not run the permission set as it is written."""
    pages = cloud.pages(
        "sso-admin",
        "ListAccountsForProvisionedPermissionSet",
        {**_named(action), "ProvisioningStatus": "LATEST_PERMISSION_SET_NOT_PROVISIONED"},
        region_of(action),
    )
    return sorted({a for page in pages for a in strings(page.data, "AccountIds")})


def _provision(cloud: Cloud, action: Action) -> Reply:
    params = {**_named(action), "TargetType": "ALL_PROVISIONED_ACCOUNTS"}
    reply = write(cloud, action, "ProvisionPermissionSet", params)
    wait(cloud, action, argument(action, "instance"), PROVISIONING, reply)
    return reply


def _read_back(cloud: Cloud, action: Action, right: Callable[[str], bool]) -> None:
    for left in reversed(range(READ_BACK_TRIES)):
        standing = _read(cloud, action)
        if standing is None or right(standing):
            return
        if left:
            cloud.sleep(READ_BACK_SECONDS)
    raise CloudError(
        f"{action.verb} was acknowledged, and the inline policy of the permission set does not "
        "show it.",
        operation=action.verb,
        hint="Somebody may have written it at the same time; look, then run apply again.",
    )


def _ours(action: Action) -> Mapping[str, Json]:
    """The statement to put. A plan can only take away (DESIGN.md, rule 13): nothing but a Deny
    under its own Sid is ever written into a policy of others."""
    try:
        statement: Json = json.loads(argument(action, "document"))
    except (ValueError, RecursionError):
        statement = None
    if (
        isinstance(statement, Mapping)
        and statement.get("Effect") == "Deny"
        and statement.get("Sid") == argument(action, "sid")
    ):
        return statement
    raise CloudError(
        f"The action {action.id} ({action.verb}) holds no Deny statement with its own Sid.",
        operation=action.verb,
        hint="The plan is incomplete; make a new one.",
    )


def _named(action: Action) -> Data:
    return {
        "InstanceArn": argument(action, "instance"),
        "PermissionSetArn": argument(action, "permission_set"),
    }


def _nothing(action: Action, look: Look) -> Done:
    return Done(operation=action.verb, request_id="", response_digest="", undo=look.image)
