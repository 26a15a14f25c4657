"""The IAM user itself: login profile, inline policies, permissions boundary, deletion."""

from __future__ import annotations

import json
from dataclasses import dataclass

from iac_offboard.apply.aws.cloud import (
    Cloud,
    absent,
    argument,
    delete,
    done,
    gone_for_good,
    present,
    user_look,
)
from iac_offboard.apply.aws.hanging import bare_or_refuse, said
from iac_offboard.apply.aws.in_use import used_since
from iac_offboard.catalog.elements import without_condition_values
from iac_offboard.catalog.policy import Json, canonical
from iac_offboard.clouds.reply import Data, struct, text
from iac_offboard.errors import CloudError, ConflictError, NotFoundError
from iac_offboard.interface import Done, Look, LookState
from iac_offboard.model import Action


@dataclass(frozen=True, slots=True)
class DeleteLoginProfile:
    """The password cannot be put back: this is never containment (FACTS.md, AWS)."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        other, _ = user_look(cloud, action)
        if other is not None:
            return other
        try:
            cloud.call("iam", "GetLoginProfile", {"UserName": argument(action, "user")})
        except NotFoundError:
            return absent("the user has no login profile")
        return present()

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = {"UserName": argument(action, "user")}
        return delete(cloud, "iam", "DeleteLoginProfile", params, action, look.image)


@dataclass(frozen=True, slots=True)
class PutUserPolicy:
    """Our inline deny, for a user that can join no further group."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        other, _ = user_look(cloud, action)
        if other is not None:
            return other
        standing = inline_policy(cloud, "GetUserPolicy", _policy_params(action))
        look = put_look(action, standing)
        return used_since(cloud, action, look) if look.state is LookState.PRESENT else look

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = {**_policy_params(action), "PolicyDocument": argument(action, "document")}
        return done(cloud.call("iam", "PutUserPolicy", params), look.image)


@dataclass(frozen=True, slots=True)
class DeleteUserPolicy:
    def look(self, cloud: Cloud, action: Action) -> Look:
        other, _ = user_look(cloud, action)
        if other is not None:
            return other
        standing = inline_policy(cloud, "GetUserPolicy", _policy_params(action))
        if standing is None:
            return absent("the user has no such policy")
        bare_or_refuse(cloud, action, f"inline policy {_policy_params(action)['PolicyName']}")
        return present({"document": without_condition_values(standing)})

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        return delete(cloud, "iam", "DeleteUserPolicy", _policy_params(action), action, look.image)


@dataclass(frozen=True, slots=True)
class DeletePermissionsBoundary:
    def look(self, cloud: Cloud, action: Action) -> Look:
        other, user = user_look(cloud, action)
        if other is not None:
            return other
        arn = text(struct(user, "PermissionsBoundary"), "PermissionsBoundaryArn")
        if not arn:
            return absent("the user has no permissions boundary")
        return present({"PermissionsBoundary": arn})

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = {"UserName": argument(action, "user")}
        return delete(cloud, "iam", "DeleteUserPermissionsBoundary", params, action, look.image)


@dataclass(frozen=True, slots=True)
class PutPermissionsBoundary:
    """Restores a boundary. One that somebody set since limits the user too, and stays."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        other, user = user_look(cloud, action, needed=True)
        if other is not None:
            return other
        wanted = argument(action, "boundary")
        stands = text(struct(user, "PermissionsBoundary"), "PermissionsBoundaryArn")
        if stands == wanted:
            return absent("the boundary stands there")
        if stands:
            raise gone_for_good(action, f"the user has another permissions boundary now, {stands}")
        return present({"PermissionsBoundary": wanted})

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = {
            "UserName": argument(action, "user"),
            "PermissionsBoundary": argument(action, "boundary"),
        }
        return done(cloud.call("iam", "PutUserPermissionsBoundary", params), look.image)


@dataclass(frozen=True, slots=True)
class DeleteUser:
    """Last of all; AWS refuses while anything hangs on the user, and we say what."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        other, _ = user_look(cloud, action)
        return other if other is not None else present()

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        user = argument(action, "user")
        try:
            return delete(cloud, "iam", "DeleteUser", {"UserName": user}, action, look.image)
        except ConflictError as refused:
            raise ConflictError(
                f"{refused.message} Still on the user: {said(cloud, user)}.",
                operation=refused.operation,
                code=refused.code,
                request_id=refused.request_id,
                hint="Make a new plan: this came after the old one.",
            ) from refused


def inline_policy(cloud: Cloud, operation: str, params: Data) -> Json:
    """The document of an inline policy, None when there is no such policy."""
    try:
        reply = cloud.call("iam", operation, params)
    except NotFoundError:
        return None
    return as_document(reply.data.get("PolicyDocument"))


def put_look(action: Action, standing: Json) -> Look:
    """Whether the document of the action has still to be written, and over what."""
    if standing is None:
        return present({"document": None})
    if canonical(standing) == canonical(as_document(argument(action, "document"))):
        return absent("the same document stands there")
    return present({"document": without_condition_values(standing)})


def as_document(value: object) -> Json:
    """A policy document, which some services give parsed and some as text."""
    written = value if isinstance(value, str) else json.dumps(value)
    try:
        document: Json = json.loads(written)
    except (ValueError, RecursionError) as fault:
        raise CloudError(
            "A policy document is not JSON.", hint="Look at it by hand; it was left alone."
        ) from fault
    return document


def _policy_params(action: Action) -> dict[str, str]:
    name = action.param("name") or action.target.name.rpartition("/")[2]
    return {"UserName": argument(action, "user"), "PolicyName": name}
