"""For every verb: a cloud in which it has something to do, and how to tell that it is done."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from botocore.exceptions import ClientError

from iac_offboard.model import Action
from tests.apply.aws import (
    Aws,
    action,
    document,
)

DENY = document({"Effect": "Deny", "Action": "*", "Resource": "*"})
BOUNDARY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """``done`` whether the effect stands; ``elsewhere`` makes it stand without us; ``other``
    is the action against an object that has been replaced since the plan."""

    action: Action
    done: Callable[[], bool]
    elsewhere: Callable[[], object]
    other: Action | None = None


Setup = Callable[[Aws], Scene]


def gone(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError:
        return True
    return False


def equal(read: Callable[[], object], expected: str) -> bool:
    try:
        return bool(read() == json.loads(expected))
    except ClientError:
        return False


def of_user(aws: Aws, verb: str, kind: str, name: str, /, **params: str) -> tuple[Action, Action]:
    """The action, and the same against a namesake of the user."""
    user_id = aws.iam.get_user(UserName="alice")["User"]["UserId"]
    made = action(verb, kind, name, user="alice", user_id=user_id, **params)
    other = dict(made.params) | {"user_id": "AIDAOTHEROTHEROTHER0"}
    return made, replace(made, params=tuple(other.items()))


# --------------------------------------------------------------------------- groups and policies


def create_group(aws: Aws) -> Scene:
    return Scene(
        action=action("iam:CreateGroup", "iam_group", "jail", group="jail"),
        done=lambda: not gone(lambda: aws.iam.get_group(GroupName="jail")),
        elsewhere=lambda: aws.iam.create_group(GroupName="jail"),
    )


def put_group_policy(aws: Aws) -> Scene:
    aws.iam.create_group(GroupName="jail")
    names = {"GroupName": "jail", "PolicyName": "deny"}
    return Scene(
        action=action(
            "iam:PutGroupPolicy", "iam_group", "jail", group="jail", name="deny", document=DENY
        ),
        done=lambda: equal(lambda: aws.iam.get_group_policy(**names)["PolicyDocument"], DENY),
        elsewhere=lambda: aws.iam.put_group_policy(
            **names, PolicyDocument=json.dumps(json.loads(DENY), indent=2)
        ),
    )


def groups_of(aws: Aws) -> list[str]:
    return [g["GroupName"] for g in aws.iam.list_groups_for_user(UserName="alice")["Groups"]]


def add_user_to_group(aws: Aws) -> Scene:
    aws.user()
    aws.iam.create_group(GroupName="jail")
    made, other = of_user(aws, "iam:AddUserToGroup", "iam_group", "jail", group="jail")
    return Scene(
        action=made,
        other=other,
        done=lambda: groups_of(aws) == ["jail"],
        elsewhere=lambda: aws.iam.add_user_to_group(GroupName="jail", UserName="alice"),
    )


def remove_user_from_group(aws: Aws) -> Scene:
    aws.user()
    for group in ("devs", "ops"):
        aws.iam.create_group(GroupName=group)
        aws.iam.add_user_to_group(GroupName=group, UserName="alice")
    made, other = of_user(aws, "iam:RemoveUserFromGroup", "iam_group", "devs", group="devs")
    return Scene(
        action=made,
        other=other,
        done=lambda: groups_of(aws) == ["ops"],
        elsewhere=lambda: aws.iam.remove_user_from_group(GroupName="devs", UserName="alice"),
    )


def put_user_policy(aws: Aws) -> Scene:
    aws.user()
    names = {"UserName": "alice", "PolicyName": "deny"}
    made, other = of_user(
        aws, "iam:PutUserPolicy", "iam_user_policy", "alice/deny", name="deny", document=DENY
    )
    return Scene(
        action=made,
        other=other,
        done=lambda: equal(lambda: aws.iam.get_user_policy(**names)["PolicyDocument"], DENY),
        elsewhere=lambda: aws.iam.put_user_policy(**names, PolicyDocument=DENY),
    )


def delete_user_policy(aws: Aws) -> Scene:
    aws.user()
    names = {"UserName": "alice", "PolicyName": "own"}
    aws.iam.put_user_policy(**names, PolicyDocument=DENY)
    made, other = of_user(aws, "iam:DeleteUserPolicy", "iam_user_policy", "alice/own", name="own")
    return Scene(
        action=made,
        other=other,
        done=lambda: gone(lambda: aws.iam.get_user_policy(**names)),
        elsewhere=lambda: aws.iam.delete_user_policy(**names),
    )


def detach_user_policy(aws: Aws) -> Scene:
    aws.user()
    aws.iam.attach_user_policy(UserName="alice", PolicyArn=BOUNDARY)
    made, other = of_user(aws, "iam:DetachUserPolicy", "iam_policy", BOUNDARY)
    return Scene(
        action=made,
        other=other,
        done=lambda: not aws.iam.list_attached_user_policies(UserName="alice")["AttachedPolicies"],
        elsewhere=lambda: aws.iam.detach_user_policy(UserName="alice", PolicyArn=BOUNDARY),
    )


def delete_boundary(aws: Aws) -> Scene:
    aws.user()
    aws.iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=BOUNDARY)
    made, other = of_user(aws, "iam:DeleteUserPermissionsBoundary", "iam_user", "alice")
    return Scene(
        action=made,
        other=other,
        done=lambda: "PermissionsBoundary" not in aws.iam.get_user(UserName="alice")["User"],
        elsewhere=lambda: aws.iam.delete_user_permissions_boundary(UserName="alice"),
    )


def delete_user(aws: Aws) -> Scene:
    aws.user()
    made, other = of_user(aws, "iam:DeleteUser", "iam_user", "alice")
    return Scene(
        action=made,
        other=other,
        done=lambda: gone(lambda: aws.iam.get_user(UserName="alice")),
        elsewhere=lambda: aws.iam.delete_user(UserName="alice"),
    )


def delete_login_profile(aws: Aws) -> Scene:
    aws.user()
    aws.iam.create_login_profile(UserName="alice", Password="Canary-1234567890")
    made, other = of_user(aws, "iam:DeleteLoginProfile", "iam_login_profile", "alice")
    return Scene(
        action=made,
        other=other,
        done=lambda: gone(lambda: aws.iam.get_login_profile(UserName="alice")),
        elsewhere=lambda: aws.iam.delete_login_profile(UserName="alice"),
    )


def delete_group_policy(aws: Aws) -> Scene:
    names = {"GroupName": "jail", "PolicyName": "deny"}
    aws.iam.create_group(GroupName="jail")
    aws.iam.put_group_policy(**names, PolicyDocument=DENY)
    return Scene(
        action=action("iam:DeleteGroupPolicy", "iam_group", "jail", group="jail", name="deny"),
        done=lambda: gone(lambda: aws.iam.get_group_policy(**names)),
        elsewhere=lambda: aws.iam.delete_group_policy(**names),
    )


def delete_group(aws: Aws) -> Scene:
    aws.iam.create_group(GroupName="jail")
    return Scene(
        action=action("iam:DeleteGroup", "iam_group", "jail", group="jail"),
        done=lambda: gone(lambda: aws.iam.get_group(GroupName="jail")),
        elsewhere=lambda: aws.iam.delete_group(GroupName="jail"),
    )


IAM: dict[str, Setup] = {
    "iam:CreateGroup": create_group,
    "iam:PutGroupPolicy": put_group_policy,
    "iam:AddUserToGroup": add_user_to_group,
    "iam:RemoveUserFromGroup": remove_user_from_group,
    "iam:PutUserPolicy": put_user_policy,
    "iam:DeleteUserPolicy": delete_user_policy,
    "iam:DetachUserPolicy": detach_user_policy,
    "iam:DeleteUserPermissionsBoundary": delete_boundary,
    "iam:DeleteUser": delete_user,
    "iam:DeleteLoginProfile": delete_login_profile,
    "iam:DeleteGroupPolicy": delete_group_policy,
    "iam:DeleteGroup": delete_group,
}
