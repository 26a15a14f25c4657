"""A leaver who is stopped altogether may have begun a session before that."""

from __future__ import annotations

import json

import pytest

from iac_offboard.model import Collected
from tests.live.roles import DENY_ALL, ROOT, SESSION, alice, document, make_role, may_assume, trust
from tests.live.strict_cloud import Cloud, by_kind


def _put(cloud: Cloud, name: str, policy: str) -> None:
    cloud.client("iam").put_user_policy(UserName="alice", PolicyName=name, PolicyDocument=policy)


def statuses(collected: Collected) -> dict[str, str]:
    return {o.binding.target.name: o.status for o in by_kind(collected, SESSION)}


@pytest.mark.parametrize(
    "deny",
    [
        DENY_ALL,
        {**DENY_ALL, "Action": ["iam:*", "STS:*"]},
        {**DENY_ALL, "Action": "*:*", "Resource": ["arn:aws:iam::*:role/x", "*"]},
    ],
)
def test_a_deny_of_everything_tells_nothing_of_before(
    cloud: Cloud, deny: dict[str, object]
) -> None:
    arn = alice(cloud)
    make_role(cloud, "named", trust({"AWS": arn}))
    make_role(cloud, "root", trust({"AWS": ROOT}))
    make_role(cloud, "elsewhere", trust({"AWS": ROOT}))
    _put(cloud, "own", may_assume("arn:aws:iam::*:role/root"))
    assert statuses(cloud.read("alice")) == {"named": "", "root": ""}

    _put(cloud, "helpdesk", document(deny))
    assert statuses(cloud.read("alice")) == {"named": "denied now", "root": "denied now"}


@pytest.mark.parametrize(
    "deny",
    [
        {**DENY_ALL, "Action": "sts:AssumeRole"},
        {**DENY_ALL, "Action": "sts:Assume*"},
        {**DENY_ALL, "Resource": "arn:aws:iam::*:role/named"},
    ],
)
def test_a_narrow_deny_is_how_things_are(cloud: Cloud, deny: dict[str, object]) -> None:
    make_role(cloud, "named", trust({"AWS": alice(cloud)}))
    _put(cloud, "helpdesk", document(deny, DENY_ALL))
    assert statuses(cloud.read("alice")) == {}


def test_the_trust_of_the_role_still_shuts(cloud: Cloud) -> None:
    arn = alice(cloud)
    shut = {"Effect": "Deny", "Principal": {"AWS": arn}, "Action": "sts:*"}
    make_role(cloud, "shut", document(*json.loads(trust({"AWS": arn}))["Statement"], shut))
    _put(cloud, "helpdesk", document(DENY_ALL))
    assert statuses(cloud.read("alice")) == {}


def test_a_deny_of_everything_by_a_group(cloud: Cloud) -> None:
    make_role(cloud, "named", trust({"AWS": alice(cloud)}))
    iam = cloud.client("iam")
    iam.create_group(GroupName="leavers")
    iam.add_user_to_group(GroupName="leavers", UserName="alice")
    policy = document(DENY_ALL)
    iam.put_group_policy(GroupName="leavers", PolicyName="deny", PolicyDocument=policy)
    assert statuses(cloud.read("alice")) == {"named": "denied now"}
