"""Denies of everything that stand in permission sets: what ends sessions that are open.

A session cannot be called back; a Deny in the inline policy of its permission set stops it once
the permission set is provisioned to the account ("Revoke active IAM role sessions created by
permission sets", IAM Identity Center user guide).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from iac_offboard.catalog.ours import is_our_sid, on_permission_set
from iac_offboard.catalog.policy import Json, statements
from iac_offboard.clouds.reply import strings, text
from iac_offboard.live.aws.gather import Gather, document
from iac_offboard.live.aws.identity_center_access import (
    USER_ID,
    Instance,
    quiet_ask,
    quiet_pages,
)
from iac_offboard.model import NoteKind, SessionDeny

# Identity Center answers 20 requests a second for all of its APIs together.
READ_ALL_UP_TO = 100

# Operators under which one equal value is enough for the statement to hit.
_EQUAL = frozenset(
    {
        "stringequals",
        "stringequalsifexists",
        "stringequalsignorecase",
        "stringlike",
        "stringlikeifexists",
        "foranyvalue:stringequals",
        "foranyvalue:stringlike",
    }
)


def read_denies(
    gather: Gather, instance: Instance, entered: frozenset[str], user_ids: frozenset[str]
) -> None:
    """Every Deny of everything that hits one of ``user_ids``, into ``gather.denies``.

    Permission sets that nobody may enter any more count too, because their sessions outlive the
    assignments: all of the instance are read when they are at most :data:`READ_ALL_UP_TO`,
    else the ``entered`` alone. What cannot be read counts as not denied, and a note says so.
    """
    for permission_set in _permission_sets(gather, instance, entered):
        reply, why = quiet_ask(
            gather,
            "sso-admin",
            "GetInlinePolicyForPermissionSet",
            instance,
            InstanceArn=instance.arn,
            PermissionSetArn=permission_set,
        )
        if why:
            _note(gather, instance, f"Denies in {permission_set} were not read: {why}")
        policy = text(reply.data, "InlinePolicy") if reply else ""
        for sid in _ours(policy):
            note = on_permission_set(instance.account, instance.region, permission_set, sid)
            gather.notes.append(note)
        hits = tuple(full_denies(document(policy), user_ids)) if policy else ()
        if hits and _is_provisioned(gather, instance, permission_set):
            name = f"{instance.arn}/*/{permission_set}"
            target = replace(instance.target("sso_session", name), account=None)
            gather.denies += [SessionDeny(target=target, conditions=each) for each in hits]


def _ours(policy: str) -> Iterator[str]:
    for _, statement in statements(document(policy)):
        sid = statement.get("Sid")
        if isinstance(sid, str) and is_our_sid(sid):
            yield sid


def full_denies(
    policy: Json, user_ids: frozenset[str]
) -> Iterator[tuple[tuple[str, tuple[str, ...]], ...]]:
    """The conditions of each statement that denies every action on everything: none, or the
    ids of ``user_ids`` that it names. One that compares anything else is left out: whether it
    hits is not known."""
    for _, statement in statements(policy):
        everything = "*" in _several(statement.get("Resource"))
        actions = {"*", "*:*"} & set(_several(statement.get("Action")))
        if statement.get("Effect") != "Deny" or not everything or not actions:
            continue
        condition = statement.get("Condition")
        if not condition:
            yield ()
        elif named := user_ids & _compared_ids(condition):
            yield ((USER_ID, tuple(sorted(named))),)


def _compared_ids(condition: Json) -> frozenset[str]:
    """The user ids of a condition that compares nothing but them."""
    if not isinstance(condition, Mapping) or len(condition) != 1:
        return frozenset()
    ((operator, keys),) = condition.items()
    if operator.lower() not in _EQUAL or not isinstance(keys, Mapping) or len(keys) != 1:
        return frozenset()
    ((key, values),) = keys.items()  # AWS writes identitystore:userId as well: no case in keys
    return frozenset(_several(values)) if key.lower() == USER_ID.lower() else frozenset()


def _several(node: Json) -> tuple[str, ...]:
    if isinstance(node, str):
        return (node,)
    if isinstance(node, Sequence):
        return tuple(item for item in node if isinstance(item, str))
    return ()


def _permission_sets(
    gather: Gather, instance: Instance, entered: frozenset[str]
) -> tuple[str, ...]:
    pages, why = quiet_pages(gather, "ListPermissionSets", instance)
    found = {arn for page in pages for arn in strings(page.data, "PermissionSets")}
    if not why and len(found) <= READ_ALL_UP_TO:
        return tuple(sorted(found | entered))
    _note(
        gather,
        instance,
        f"Denies were read in the {len(entered)} permission set(s) that are entered now, not in "
        f"those of earlier assignments: {why or f'there are more than {READ_ALL_UP_TO} in all.'}",
    )
    return tuple(sorted(entered))


def _is_provisioned(gather: Gather, instance: Instance, permission_set: str) -> bool:
    """Whether every account runs the permission set as it is written now: until then the roles
    there do not hold the Deny ("Provision permission sets", IAM Identity Center user guide)."""
    pages, why = quiet_pages(
        gather,
        "ListAccountsForProvisionedPermissionSet",
        instance,
        PermissionSetArn=permission_set,
        ProvisioningStatus="LATEST_PERMISSION_SET_NOT_PROVISIONED",
    )
    behind = sorted({account for page in pages for account in strings(page.data, "AccountIds")})
    if not why and not behind:
        return True
    reason = why or f"the permission set is not provisioned to {', '.join(behind)}."
    _note(gather, instance, f"A deny in {permission_set} does not count: {reason}")
    return False


def _note(gather: Gather, instance: Instance, words: str) -> None:
    gather.note(NoteKind.HAZARD, gather.where(instance.region, "sso"), words)
