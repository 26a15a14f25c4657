"""Entities put straight into moto's memory: for large accounts, and for what AWS brings along."""

from __future__ import annotations

import json
from collections.abc import Mapping

from moto.iam.models import AWSManagedPolicy
from moto.organizations.models import FakeAccount, organizations_backends

from iac_offboard.demo.strict.callers import PARTITION, iam
from iac_offboard.demo.strict.iam_rules import unique_id
from iac_offboard.demo.strict.policies import Json

_ALL: dict[str, Json] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_READ: dict[str, Json] = {
    "Effect": "Allow",
    "Action": ["iam:Get*", "iam:List*", "s3:Get*", "s3:List*", "sns:Get*", "sns:List*"],
    "Resource": "*",
}
_PASSWORD: dict[str, Json] = {
    "Effect": "Allow",
    "Action": ["iam:ChangePassword", "iam:GetAccountPasswordPolicy"],
    "Resource": "*",
}
AWS_POLICIES: Mapping[str, dict[str, Json]] = {
    "AdministratorAccess": _ALL,
    "ReadOnlyAccess": _READ,
    "SecurityAudit": _READ,
    "IAMUserChangePassword": _PASSWORD,
}


def aws_policies(account: str) -> None:
    """A few of AWS's own managed policies (moto's thousand take seconds to load)."""
    backend = iam(account)
    for name, statement in AWS_POLICIES.items():
        data = {
            "DefaultVersionId": "v1",
            "Path": "/",
            "Document": {"Version": "2012-10-17", "Statement": [statement]},
            "CreateDate": "2015-02-06T18:39:46+00:00",
            "UpdateDate": "2015-02-06T18:39:46+00:00",
        }
        policy = AWSManagedPolicy.from_data(name, account, PARTITION, data)
        if policy.arn not in backend.managed_policies:
            backend.aws_managed_policies.append(policy)
            backend.managed_policies[policy.arn] = policy


def organization_account(management: str, account: str, name: str) -> None:
    """The account as a member of the management account's organization."""
    backend = organizations_backends[management][PARTITION]
    if backend.org is None:
        backend.create_organization(PARTITION)
        backend.accounts[0].name = "management"
    organization = backend.org
    if organization is None:
        raise RuntimeError("moto has made no organization")
    member = FakeAccount(organization, AccountName=name, Email=f"{name}@example.com")
    member.id = account
    backend.accounts.append(member)
    organizations_backends.master_accounts[account] = (management, PARTITION)


def access_role(account: str, management: str, name: str) -> str:
    """A role with full access that the management account may assume; its ARN."""
    role = iam(account).create_role(
        role_name=name,
        assume_role_policy_document=trust(f"arn:{PARTITION}:iam::{management}:root"),
        path="/",
        permissions_boundary=None,
        description="Access from the management account",
        tags=[],
        max_session_duration="3600",
    )
    iam(account).attach_role_policy(
        f"arn:{PARTITION}:iam::aws:policy/AdministratorAccess", role_name=name
    )
    return str(role.arn)


def trust(principal: str, kind: str = "AWS") -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {kind: principal},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def users(count: int, account: str, prefix: str) -> None:
    backend = iam(account)
    for number in range(count):
        name = f"{prefix}-{number:05d}"
        backend.create_user(PARTITION, user_name=name).id = unique_id("AIDA")


def roles(count: int, account: str, prefix: str) -> None:
    backend, document = iam(account), trust("ec2.amazonaws.com", "Service")
    for number in range(count):
        backend.create_role(
            role_name=f"{prefix}-{number:05d}",
            assume_role_policy_document=document,
            path="/",
            permissions_boundary=None,
            description="",
            tags=[],
            max_session_duration="3600",
        )
