"""A permission set of a strict AWS, our deny for it, and what to ask about both."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from iac_offboard.interface import LookState
from iac_offboard.model import Action
from tests.apply.aws import HOME, Aws, action
from tests.apply.scenes_center import deny_of, permission_set, store, store_user

SECRET = "canary-4711"
OTHERS: dict[str, object] = {
    "Sid": "Others",
    "Effect": "Allow",
    "Action": ["s3:*", "ec2:*"],
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:Referer": SECRET}},
}
POLICIES = {
    "spaced": json.dumps({"Version": "2012-10-17", "Statement": [OTHERS]}, indent=4) + "\n",
    "compact": json.dumps(
        {"Statement": [OTHERS, {**OTHERS, "Sid": "More"}]}, separators=(",", ":")
    ),
    "no list": json.dumps({"Version": "2012-10-17", "Statement": OTHERS, "Id": "last"}, indent=1),
    "braces in strings": '{ "Statement" : [ {"Sid":"a]}\\"","Effect":"Deny",\n "Action":"é"} ] }',
}


@dataclass
class Desk:
    """One permission set that is assigned in one account, and the two actions on it."""

    aws: Aws
    sso: Any
    of: dict[str, str]
    put: Action
    remove: Action

    @property
    def policy(self) -> str:
        text: str = self.sso.get_inline_policy_for_permission_set(**self.of)["InlinePolicy"]
        return text

    @property
    def behind(self) -> list[str]:
        """Accounts that do not run the permission set as it is written."""
        found: list[str] = self.sso.list_accounts_for_provisioned_permission_set(
            **self.of, ProvisioningStatus="LATEST_PERMISSION_SET_NOT_PROVISIONED"
        )["AccountIds"]
        return found

    def stands(self, policy: str) -> None:
        self.sso.put_inline_policy_to_permission_set(**self.of, InlinePolicy=policy)
        self.sso.provision_permission_set(**self.of, TargetType="ALL_PROVISIONED_ACCOUNTS")

    def do(self, one: Action) -> str:
        """The undo of the action, after it was looked at and carried out."""
        look = self.aws.executor.look(one)
        assert look.state is LookState.PRESENT
        return look.image + self.aws.executor.act(one, look).undo

    def writes(self, name: str) -> int:
        return self.aws.app.counts().get(f"sso:{name}", 0)


def make_desk(aws: Aws) -> Desk:
    """A permission set that one user is assigned to."""
    instance, id_, _ = store(aws)
    user, sso = store_user(aws, id_), aws.client("sso-admin")
    of = {"InstanceArn": instance, "PermissionSetArn": permission_set(aws, instance)}
    sso.create_account_assignment(
        **of, TargetId=HOME, TargetType="AWS_ACCOUNT", PrincipalType="USER", PrincipalId=user
    )
    ours = deny_of(user)
    put = action(
        "sso-admin:PutInlinePolicyToPermissionSet",
        "sso_permission_set",
        f"{instance}/{of['PermissionSetArn']}",
        instance=instance,
        permission_set=of["PermissionSetArn"],
        sid=str(ours["Sid"]),
        document=json.dumps(ours),
    )
    remove = replace(put, verb="sso-admin:RemoveInlineStatement", params=put.params[:-1])
    return Desk(aws, sso, of, put, remove)


def changed(one: Action, **params: str) -> Action:
    return replace(one, params=tuple((dict(one.params) | params).items()))
