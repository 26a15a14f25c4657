"""Scenes of what hangs on a role, and of what a rollback gives back to users and roles."""

from __future__ import annotations

import json
from dataclasses import replace

from iac_offboard.model import Action
from tests.apply.aws import HOME, Aws, action, document
from tests.apply.policies import assume
from tests.apply.scenes import BOUNDARY, DENY, Scene, Setup, equal, gone, of_user

ROLE = {"RoleName": "deploy"}
PROFILE = {"InstanceProfileName": "hosts"}
INLINE = {**ROLE, "PolicyName": "own"}
READ_ONLY = BOUNDARY


def make_role(aws: Aws, **more: str) -> None:
    trust = document(assume(f"arn:aws:iam::{HOME}:root"))
    aws.iam.create_role(**ROLE, AssumeRolePolicyDocument=trust, **more)


def of_role(aws: Aws, verb: str, kind: str, name: str, /, **params: str) -> tuple[Action, Action]:
    """The action, and the same against a namesake of the role."""
    role_id = aws.iam.get_role(**ROLE)["Role"]["RoleId"]
    made = action(verb, kind, name, role="deploy", role_id=role_id, **params)
    other = dict(made.params) | {"role_id": "AROAOTHEROTHEROTHER0"}
    return made, replace(made, params=tuple(other.items()))


def attached(aws: Aws) -> list[str]:
    found = aws.iam.list_attached_role_policies(**ROLE)["AttachedPolicies"]
    return [policy["PolicyArn"] for policy in found]


def put_role_policy(aws: Aws) -> Scene:
    make_role(aws)
    made, other = of_role(aws, "iam:PutRolePolicy", "iam_role", "deploy", name="own", document=DENY)
    return Scene(
        action=made,
        other=other,
        done=lambda: equal(lambda: aws.iam.get_role_policy(**INLINE)["PolicyDocument"], DENY),
        elsewhere=lambda: aws.iam.put_role_policy(
            **INLINE, PolicyDocument=json.dumps(json.loads(DENY), indent=2)
        ),
    )


def delete_role_policy(aws: Aws) -> Scene:
    make_role(aws)
    aws.iam.put_role_policy(**INLINE, PolicyDocument=DENY)
    made, other = of_role(aws, "iam:DeleteRolePolicy", "iam_role", "deploy", name="own")
    return Scene(
        action=made,
        other=other,
        done=lambda: gone(lambda: aws.iam.get_role_policy(**INLINE)),
        elsewhere=lambda: aws.iam.delete_role_policy(**INLINE),
    )


def detach_role_policy(aws: Aws) -> Scene:
    make_role(aws)
    aws.iam.attach_role_policy(**ROLE, PolicyArn=READ_ONLY)
    made, other = of_role(
        aws, "iam:DetachRolePolicy", "iam_policy", READ_ONLY, policy_arn=READ_ONLY
    )
    return Scene(
        action=made,
        other=other,
        done=lambda: attached(aws) == [],
        elsewhere=lambda: aws.iam.detach_role_policy(**ROLE, PolicyArn=READ_ONLY),
    )


def attach_role_policy(aws: Aws) -> Scene:
    make_role(aws)
    made, other = of_role(
        aws, "iam:AttachRolePolicy", "iam_policy", READ_ONLY, policy_arn=READ_ONLY
    )
    return Scene(
        action=made,
        other=other,
        done=lambda: attached(aws) == [READ_ONLY],
        elsewhere=lambda: aws.iam.attach_role_policy(**ROLE, PolicyArn=READ_ONLY),
    )


def leave_profile(aws: Aws) -> Scene:
    make_role(aws)
    aws.iam.create_instance_profile(**PROFILE)
    aws.iam.add_role_to_instance_profile(**PROFILE, **ROLE)
    made, other = of_role(
        aws, "iam:RemoveRoleFromInstanceProfile", "iam_instance_profile", "hosts", profile="hosts"
    )
    return Scene(
        action=made,
        other=other,
        done=lambda: not aws.iam.get_instance_profile(**PROFILE)["InstanceProfile"]["Roles"],
        elsewhere=lambda: aws.iam.remove_role_from_instance_profile(**PROFILE, **ROLE),
    )


def delete_role_boundary(aws: Aws) -> Scene:
    make_role(aws, PermissionsBoundary=BOUNDARY)
    made, other = of_role(aws, "iam:DeleteRolePermissionsBoundary", "iam_role", "deploy")
    return Scene(
        action=made,
        other=other,
        done=lambda: "PermissionsBoundary" not in aws.iam.get_role(**ROLE)["Role"],
        elsewhere=lambda: aws.iam.delete_role_permissions_boundary(**ROLE),
    )


def delete_role(aws: Aws) -> Scene:
    make_role(aws)
    made, other = of_role(aws, "iam:DeleteRole", "iam_role", "deploy")
    return Scene(
        action=made,
        other=other,
        done=lambda: gone(lambda: aws.iam.get_role(**ROLE)),
        elsewhere=lambda: aws.iam.delete_role(**ROLE),
    )


def attach_user_policy(aws: Aws) -> Scene:
    aws.user()
    made, other = of_user(
        aws, "iam:AttachUserPolicy", "iam_policy", READ_ONLY, policy_arn=READ_ONLY
    )
    return Scene(
        action=made,
        other=other,
        done=lambda: bool(
            aws.iam.list_attached_user_policies(UserName="alice")["AttachedPolicies"]
        ),
        elsewhere=lambda: aws.iam.attach_user_policy(UserName="alice", PolicyArn=READ_ONLY),
    )


def put_user_boundary(aws: Aws) -> Scene:
    aws.user()
    made, other = of_user(
        aws, "iam:PutUserPermissionsBoundary", "iam_user", "alice", boundary=BOUNDARY
    )
    return Scene(
        action=made,
        other=other,
        done=lambda: "PermissionsBoundary" in aws.iam.get_user(UserName="alice")["User"],
        elsewhere=lambda: aws.iam.put_user_permissions_boundary(
            UserName="alice", PermissionsBoundary=BOUNDARY
        ),
    )


ROLES: dict[str, Setup] = {
    "iam:PutRolePolicy": put_role_policy,
    "iam:DeleteRolePolicy": delete_role_policy,
    "iam:DetachRolePolicy": detach_role_policy,
    "iam:AttachRolePolicy": attach_role_policy,
    "iam:RemoveRoleFromInstanceProfile": leave_profile,
    "iam:DeleteRolePermissionsBoundary": delete_role_boundary,
    "iam:DeleteRole": delete_role,
    "iam:AttachUserPolicy": attach_user_policy,
    "iam:PutUserPermissionsBoundary": put_user_boundary,
}
