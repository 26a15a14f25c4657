"""Roles and policies to make in a strict AWS, and the sessions read from it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from iac_offboard.model import Collected, Entry, Observation
from tests.live.strict_cloud import HOME, Cloud, by_kind

ROOT = f"arn:aws:iam::{HOME}:root"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
SESSION = "iam_role_session"


def document(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(principal: object, **more: object) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}
    return document(statement)


def may_assume(resource: str = "*", effect: str = "Allow", **more: object) -> str:
    statement = {"Effect": effect, "Action": "sts:AssumeRole", "Resource": resource, **more}
    return document(statement)


DENY_ALL: Mapping[str, object] = {"Effect": "Deny", "Action": "*", "Resource": "*"}


def make_role(cloud: Cloud, name: str, trusted: str, account: str = HOME, **more: object) -> str:
    iam = cloud.client("iam", account=account)
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted, **more)
    return str(made["Role"]["RoleId"])


def alice(cloud: Cloud) -> str:
    return str(cloud.client("iam").create_user(UserName="alice")["User"]["Arn"])


def only(collected: Collected) -> Observation:
    (seen,) = by_kind(collected, SESSION)
    return seen


def entry_of(seen: Observation) -> Entry:
    assert seen.entry is not None
    return seen.entry
