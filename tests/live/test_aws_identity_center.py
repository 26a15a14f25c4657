"""IAM Identity Center: the user, memberships, assignments."""

from __future__ import annotations

import pytest
from moto.ssoadmin.models import ssoadmin_backends

from iac_offboard.live.aws.identity_center import CENTER_KINDS, IdentityCenter, hints_of
from iac_offboard.model import AliasKind, Relation, SkipReason
from tests.live.center_cloud import center, leaver, read
from tests.live.strict_cloud import HOME, OTHER, Cloud, by_kind


@pytest.mark.parametrize("by", ["name", "id"])
def test_user_with_membership_and_assignment(cloud: Cloud, by: str) -> None:
    made = center(cloud)
    kind = AliasKind.USER_NAME if by == "name" else AliasKind.IDENTITY_STORE_USER
    got = read(cloud, kind, "alice" if by == "name" else made["user"])

    assert got.skipped == ()
    (user,) = by_kind(got, "identity_store_user")
    assert user.binding.relation is Relation.IDENTITY
    assert user.binding.target.unique_id == made["user"]
    assert user.binding.target.region == "us-east-1"
    assert (user.binding.target.arn or "").endswith(f":identitystore/{made['store']}")
    assert user.binding.principal.value == "alice"
    assert user.binding.principal.stable_id == made["user"]
    assert user.binding.principal.emails == {"alice@example.com"}
    (group,) = by_kind(got, "identity_store_group")
    assert group.binding.target.name == made["group"]
    assert group.binding.target.unique_id == made["membership"]
    (assignment,) = by_kind(got, "sso_assignment")
    assert assignment.binding.target.name == made["assignment"]


@pytest.mark.parametrize(("covered", "read_here"), [({HOME, OTHER}, 0), ({HOME}, 4)])
def test_instance_of_another_account_that_is_read_too_is_left_to_it(
    cloud: Cloud, covered: set[str], read_here: int
) -> None:
    center(cloud)
    ssoadmin_backends[HOME]["us-east-1"].instances[0].account_id = OTHER
    hints = hints_of([leaver(AliasKind.USER_NAME, "alice")])
    member = IdentityCenter(cloud.sessions().for_account(HOME), hints, frozenset(covered))
    member.read(["us-east-1"])

    assert len(member.gather.observations) == read_here


def test_nobody_by_that_name_is_no_gap(cloud: Cloud) -> None:
    center(cloud)
    got = read(cloud, AliasKind.USER_NAME, "bob")

    assert (got.observations, got.skipped) == ((), ())


def test_member_account_that_may_not_look_is_skipped_once(cloud: Cloud) -> None:
    cloud.app.injection.deny("s*:ListInstances")
    got = read(cloud, AliasKind.USER_NAME, "alice")

    (skipped,) = got.skipped
    assert skipped.reason is SkipReason.DENIED
    assert skipped.permission == "sso:ListInstances"
    assert skipped.kinds == CENTER_KINDS
    assert "2 region(s)" in skipped.detail


def test_denied_memberships_leave_the_rest(cloud: Cloud) -> None:
    center(cloud)
    cloud.app.injection.deny("identitystore:ListGroupMembershipsForMember")
    got = read(cloud, AliasKind.USER_NAME, "alice")

    (skipped,) = got.skipped
    assert skipped.permission == "identitystore:ListGroupMembershipsForMember"
    assert skipped.kinds == {"identity_store_group"}
    assert len(by_kind(got, "sso_assignment")) == 1
