"""Whether whoever had an entry of a policy is still the one who has the name.

A policy that is written with an ARN lets in whoever has the name at that moment: AWS looks up
the unique id when it saves it ("AWS JSON policy elements: Principal", IAM user guide). So before
an entry is put back, the user or role is looked up in its own account.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from iac_offboard.apply.aws.cloud import Cloud, gone_for_good, replaced
from iac_offboard.catalog.policy import Json
from iac_offboard.catalog.principal import parse_aws_principal
from iac_offboard.clouds.reply import struct, text
from iac_offboard.errors import NotFoundError
from iac_offboard.interface import Look
from iac_offboard.model import Action, Principal, PrincipalKind

_USER, _ROLE = ("GetUser", "User"), ("GetRole", "Role")
_LOOKED_UP = {
    PrincipalKind.IAM_USER: _USER,
    PrincipalKind.IAM_ROLE: _ROLE,
    PrincipalKind.IAM_SESSION: _ROLE,
}


def namesake(cloud: Cloud, action: Action) -> Look | None:
    """REPLACED when another has the name of somebody in the action's ``elements`` by now, None
    when all of them are who they were. Raises CloudError, ``ManualStep`` where a person has to
    decide: the identity is gone, or nothing tells which one it was."""
    for principal, unique_id in _named(action):
        found = _found(cloud, action, principal, unique_id)
        if found != unique_id:
            return replaced(
                f"{_called(principal)} is {found} now, and {unique_id} was taken out: it is "
                "somebody else"
            )
    return None


def _found(cloud: Cloud, action: Action, principal: Principal, unique_id: str) -> str:
    """The unique id of who has the name."""
    who = _called(principal)
    if principal.kind is PrincipalKind.IAM_UNIQUE_ID:
        raise gone_for_good(action, f"whoever had the id {who} was deleted")
    if not unique_id:
        raise gone_for_good(action, f"the plan does not say which {who} was meant")
    there = cloud.other(principal.account or "")
    if there is None:
        raise gone_for_good(action, f"whether {who} is still the same one cannot be read")
    call, member = _LOOKED_UP[principal.kind]
    name = principal.value.partition("/")[0]
    try:
        reply = there.call("iam", call, {f"{member}Name": name})
    except NotFoundError as gone:
        raise gone_for_good(action, f"{who} is gone") from gone
    return text(struct(reply.data, member), f"{member}Id")


def _named(action: Action) -> Iterator[tuple[Principal, str]]:
    """Everybody in the elements who has a unique id, with the recorded one ("": none)."""
    for one in _elements(action):
        principal = parse_aws_principal(str(one.get("principal") or ""))
        kind = principal.kind if principal else None
        if principal and (kind in _LOOKED_UP or kind is PrincipalKind.IAM_UNIQUE_ID):
            yield principal, str(one.get("unique_id") or "")


def _elements(action: Action) -> Iterator[Mapping[str, Json]]:
    items: Json = json.loads(action.param("elements") or "[]")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Mapping):
            yield item


def _called(principal: Principal) -> str:
    if principal.kind is PrincipalKind.IAM_UNIQUE_ID:
        return principal.value
    what = "user" if principal.kind is PrincipalKind.IAM_USER else "role"
    return f"the {what} {principal.value.partition('/')[0]} of {principal.account}"
