"""Grants that are removed by an id of their own: Lambda permissions and KMS grants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iac_offboard.apply.aws.cloud import (
    Cloud,
    absent,
    delete,
    done,
    present,
    region_of,
)
from iac_offboard.apply.aws.leaver import Leaver
from iac_offboard.apply.aws.users import as_document
from iac_offboard.catalog.elements import element
from iac_offboard.catalog.policy import Json, PolicyPrincipal, policy_principals
from iac_offboard.clouds.reply import Data, Reply, structs, text
from iac_offboard.errors import CloudError, ConflictError, NotFoundError
from iac_offboard.interface import Done, Look
from iac_offboard.model import Action, Effect

CONFLICTS = 3


@dataclass(frozen=True, slots=True)
class RemovePermission:
    """Lambda writes one principal per statement and takes statements away by id, under a
    revision id: the only resource policy here with an optimistic lock."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        reply = function_policy(cloud, action)
        if reply is None:
            return absent("there is no policy (any more)")
        found = list(_leavers(reply, action))
        if not found:
            return absent("the leaver does not stand in it (any more)")
        return present(_undo(reply, found))

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        last = Done(operation=action.verb, request_id="", response_digest="", undo=look.image)
        conflicts = 0
        while (reply := function_policy(cloud, action)) is not None:
            found = next(_leavers(reply, action), None)
            if found is None:
                break
            params = {
                **function_name(action),
                "StatementId": found.sid,
                "RevisionId": text(reply.data, "RevisionId"),
            }
            try:
                last = delete(cloud, "lambda", "RemovePermission", params, action, look.image)
            except ConflictError:  # somebody else wrote since we read
                conflicts += 1
                if conflicts == CONFLICTS:
                    raise
        return last


def function_policy(cloud: Cloud, action: Action) -> Reply | None:
    """GetPolicy of the action's function, None without a policy or without a function."""
    try:
        return cloud.call("lambda", "GetPolicy", function_name(action), region_of(action))
    except NotFoundError:
        return None


def function_name(action: Action) -> dict[str, str]:
    """The parameters by which Lambda knows the action's function, version or alias."""
    qualifier = action.param("qualifier")
    name = {"FunctionName": action.target.arn or action.target.name}
    return {**name, **({"Qualifier": qualifier} if qualifier else {})}


def _leavers(reply: Reply, action: Action) -> Iterator[PolicyPrincipal]:
    leaver = Leaver.of(action)
    entries = policy_principals(
        as_document(text(reply.data, "Policy")), account=action.target.account
    )
    for entry in entries:
        if entry.effect is not Effect.ALLOW or entry.negated or not leaver.is_named_by(entry):
            continue
        if entry.in_condition:  # cutting it would widen access: a manual step of the plan
            continue
        others = any(e.statement == entry.statement and not leaver.is_named_by(e) for e in entries)
        if not entry.sid or others:
            raise CloudError(
                f"A statement of {action.target.name} names others beside the leaver.",
                operation=action.verb,
                code="ManualStep",
                hint="Change it by hand, then run apply again: it sees that the leaver is gone.",
            )
        yield entry


def _undo(reply: Reply, found: list[PolicyPrincipal]) -> Json:
    document = as_document(text(reply.data, "Policy"))
    removed: list[Json] = [element(document, entry) for entry in found]
    return {"removed": removed}


@dataclass(frozen=True, slots=True)
class RevokeGrant:
    """A KMS grant's id is its identity. Constraints go into no undo: they are values of the
    caller's encryption context."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        grant = self._find(cloud, action)
        if grant is None:
            return absent("there is no such grant (any more)")
        operations = grant.get("Operations")
        kept: Json = [str(o) for o in operations] if isinstance(operations, list) else []
        return present(
            {
                "GranteePrincipal": text(grant, "GranteePrincipal"),
                "Name": text(grant, "Name"),
                "Operations": kept,
                "Constrained": bool(grant.get("Constraints")),
            }
        )

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = {"KeyId": _key(action), "GrantId": action.target.name}
        try:
            reply = cloud.call("kms", "RevokeGrant", params, region_of(action))
        except CloudError:
            if self._find(cloud, action) is None:  # KMS has several errors for a gone grant
                return Done(operation=action.verb, request_id="", response_digest="")
            raise
        return done(reply, look.image)

    def _find(self, cloud: Cloud, action: Action) -> Data | None:
        params = {"KeyId": _key(action)}
        try:
            for page in cloud.pages("kms", "ListGrants", params, region_of(action)):
                for grant in structs(page.data, "Grants"):
                    if text(grant, "GrantId") == action.target.name:
                        return grant
        except NotFoundError:
            return None
        return None


def _key(action: Action) -> str:
    key = action.target.arn or action.param("key")
    if not key:
        raise CloudError(
            f"The action {action.id} ({action.verb}) does not say which key the grant is on.",
            operation=action.verb,
            hint="The plan is incomplete; make a new one.",
        )
    return key
