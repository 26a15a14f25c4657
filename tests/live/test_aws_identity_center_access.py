"""IAM Identity Center: ways in through groups, sessions, denies read back, the upstream."""

from __future__ import annotations

import json

import pytest

from iac_offboard.clouds.aws.accounts import AwsAccess
from iac_offboard.live.aws import identity_center_denies
from iac_offboard.live.aws.identity_center_access import seconds_of
from iac_offboard.model import AliasKind, NoteKind, PrincipalKind, Relation
from tests.live.center_cloud import SERVICES, Made, center, deny, leaver, read, said
from tests.live.strict_cloud import HOME, OTHER, Cloud, by_kind, candidates


@pytest.fixture
def made(cloud: Cloud) -> Made:
    return Made(cloud, center(cloud))


def test_an_assignment_of_a_group_is_the_groups_and_says_by_which_member(made: Made) -> None:
    admin, ops = made.ids["assignment"].split(f"/{HOME}/")[1], made.permission_set("ops")
    made.assign(ops, "group")
    made.assign(admin, "group", OTHER)
    got = made.read()

    grants = by_kind(got, "sso_assignment")
    groups = [g.binding for g in grants if g.binding.detail]
    assert [g.binding.target.name for g in grants if not g.binding.detail] == [
        made.ids["assignment"]
    ]
    assert {g.target.name for g in groups} == {
        f"{made.instance}/{HOME}/{ops}",
        f"{made.instance}/{OTHER}/{admin}",
    }
    assert {(g.principal.kind, g.principal.value, g.principal.stable_id) for g in groups} == {
        (PrincipalKind.IDENTITY_STORE_GROUP, "ops", made.ids["group"])
    }
    assert {g.detail for g in groups} == {f"group {made.ids['group']}, member {made.ids['user']}"}
    assert made.cloud.app.counts()["identitystore:DescribeGroup"] == 1


def test_each_way_in_is_a_session_of_the_user(made: Made) -> None:
    admin = made.ids["assignment"].split(f"/{HOME}/")[1]
    long = made.permission_set("long", SessionDuration="PT8H30M")
    made.assign(long, "group")
    made.assign(admin, "group")  # both ways into one account: one session
    got = made.read()

    sessions = {s.binding.target.name: s for s in by_kind(got, "sso_session")}
    assert set(sessions) == {f"{made.instance}/{HOME}/{long}", made.ids["assignment"]}
    for session in sessions.values():
        assert session.binding.relation is Relation.SESSION
        assert session.binding.principal.stable_id == made.ids["user"]
        assert session.entry is not None
        assert session.entry.marks == (("identitystore:UserId", made.ids["user"]),)
        assert not session.entry.editable
    longest = [s.entry.max_seconds for _, s in sorted(sessions.items()) if s.entry]
    assert sorted(longest, key=str) == [30_600, 3600]
    assert made.cloud.app.counts()["sso:DescribePermissionSet"] == 2


def test_a_duration_that_may_not_be_read_is_unread_and_said(made: Made) -> None:
    made.cloud.app.injection.deny("sso:DescribePermissionSet")
    got = made.read()

    (session,) = by_kind(got, "sso_session")
    assert session.entry is not None
    assert session.entry.max_seconds is None
    assert "12 hours are assumed" in said(got, NoteKind.HAZARD)
    assert got.skipped == ()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT1H", 3600),
        ("PT4H30M", 16_200),
        ("PT43200S", 43_200),
        ("P1D", 86_400),
        ("P1DT1S", 86_401),
        ("PT", None),
        ("P", None),
        ("P1M", None),
        ("3600", None),
        ("", None),
    ],
)
def test_durations(text: str, seconds: int | None) -> None:
    assert seconds_of(text) == seconds


def test_refused_assignments_may_hide_sessions(made: Made) -> None:
    made.cloud.app.injection.deny("sso:ListAccountAssignmentsForPrincipal")
    (skipped,) = made.read().skipped

    assert skipped.kinds == {"sso_assignment", "sso_session"}


# --------------------------------------------------------------------------- denies


def test_denies_that_hit_the_user_are_read_back(made: Made) -> None:
    user = made.ids["user"]
    entered, earlier = made.ids["assignment"].split(f"/{HOME}/")[1], made.permission_set("earlier")
    made.policy(entered, deny({"StringEquals": {"identitystore:userId": [user, "another"]}}))
    made.policy(earlier, deny())
    got = made.read()

    assert {(d.target.name, d.target.account, d.conditions) for d in got.denies} == {
        (f"{made.instance}/*/{entered}", None, (("identitystore:UserId", (user,)),)),
        (f"{made.instance}/*/{earlier}", None, ()),
    }
    assert {d.target.kind for d in got.denies} == {"sso_session"}
    assert got.skipped == ()


@pytest.mark.parametrize(
    "statement",
    [
        deny({"StringEquals": {"identitystore:UserId": "another"}}),
        deny({"StringNotEquals": {"identitystore:UserId": "USER"}}),
        deny({"StringEquals": {"aws:userid": "USER"}}),
        deny({"StringEquals": {"identitystore:UserId": "USER", "aws:SourceIp": "192.0.2.1"}}),
        deny(
            {
                "StringEquals": {"identitystore:UserId": "USER"},
                "DateLessThan": {"aws:TokenIssueTime": "2026-11-20T00:00:00Z"},
            }
        ),
        deny(Action="s3:*"),
        deny(Resource="arn:aws:s3:::one"),
        {**deny(), "Effect": "Allow"},
        {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"},
    ],
)
def test_what_may_not_hit_every_session_is_no_deny(made: Made, statement: object) -> None:
    entered = made.ids["assignment"].split(f"/{HOME}/")[1]
    made.policy(entered, json.loads(json.dumps(statement).replace("USER", made.ids["user"])))

    assert made.read().denies == ()


def test_a_deny_counts_when_it_is_provisioned(made: Made) -> None:
    entered = made.ids["assignment"].split(f"/{HOME}/")[1]
    made.policy(entered, deny(), provision=False)
    got = made.read()

    assert got.denies == ()
    assert f"is not provisioned to {HOME}" in said(got, NoteKind.HAZARD)


def test_denies_stay_to_be_seen_when_the_user_is_gone(made: Made) -> None:
    made.policy(made.permission_set("earlier"), deny())
    made.cloud.client("identitystore").delete_user(
        IdentityStoreId=made.ids["store"], UserId=made.ids["user"]
    )
    got = made.read()

    assert got.observations == ()
    assert len(got.denies) == 1


@pytest.mark.parametrize(
    "refused",
    [
        "sso:GetInlinePolicyForPermissionSet",
        "sso:ListPermissionSets",
        "sso:ListAccountsForProvisionedPermissionSet",
    ],
)
def test_a_deny_that_may_not_be_read_does_not_count_and_is_said(made: Made, refused: str) -> None:
    made.policy(made.permission_set("earlier"), deny())
    made.cloud.app.injection.deny(refused)
    got = made.read()

    assert (got.denies, got.skipped) == ((), ())
    assert refused in said(got, NoteKind.HAZARD)


def test_of_very_many_permission_sets_those_entered_are_read(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_center_denies, "READ_ALL_UP_TO", 2)
    entered = made.ids["assignment"].split(f"/{HOME}/")[1]
    for name in ("one", "two", "three"):
        made.policy(made.permission_set(name), deny())
    made.policy(entered, deny())
    got = made.read()

    assert [d.target.name for d in got.denies] == [f"{made.instance}/*/{entered}"]
    assert "not in those of earlier assignments: there are more than 2" in said(
        got, NoteKind.HAZARD
    )


def test_nobody_found_by_name_asks_for_no_denies(made: Made) -> None:
    made.policy(made.permission_set("earlier"), deny())
    got = read(made.cloud, AliasKind.USER_NAME, "bob")

    assert got.denies == ()
    assert "sso:ListPermissionSets" not in made.cloud.app.counts()


# --------------------------------------------------------------------------- upstream

ISSUER = "https://idp.example.com/scim"


def test_a_provisioned_user_names_its_upstream(made: Made) -> None:
    made.cloud.app.provisioned(made.ids["user"], ISSUER)
    got = made.read()

    written = {o.binding.target.kind: o.provisioned_by for o in got.observations}
    assert written["identity_store_user"] == written["identity_store_group"] == ISSUER
    assert written["sso_assignment"] == ""
    (upstream,) = got.upstreams
    assert upstream.source.endswith(f":identitystore/{made.ids['store']}")
    assert upstream.account == HOME
    assert f"is fed from outside, by {ISSUER}" in upstream.text
    assert "identitystore:ListUsers" not in made.cloud.app.counts()


def test_a_directory_of_provisioned_users_is_fed_whoever_is_asked_for(made: Made) -> None:
    made.cloud.app.provisioned(made.ids["user"], ISSUER)
    (upstream,) = read(made.cloud, AliasKind.USER_NAME, "bob").upstreams

    assert ISSUER in upstream.text
    assert made.cloud.app.counts()["identitystore:ListUsers"] == 1


def test_a_directory_of_its_own_has_no_upstream(made: Made) -> None:
    got = made.read()

    assert got.upstreams == ()
    assert {o.provisioned_by for o in got.observations} == {""}
    assert "none among the first 1 of" in said(got, NoteKind.NOT_COVERED)


def test_who_may_not_list_users_cannot_tell(made: Made) -> None:
    made.cloud.app.injection.deny("identitystore:ListUsers")
    got = made.read()

    (upstream,) = got.upstreams
    assert "it could not be told" in upstream.text
    assert "identitystore:ListUsers" in upstream.text


def test_how_long_awaited_sessions_last_is_read_though_nobody_may_enter(made: Made) -> None:
    long = made.permission_set("long", SessionDuration="PT8H")
    made.assign(long, "user")
    name = f"{made.instance}/{HOME}/{long}"
    (before,) = [
        s.binding.target
        for s in by_kind(made.read(), "sso_session")
        if s.binding.target.name == name
    ]
    made.sso.delete_account_assignment(
        InstanceArn=made.instance,
        TargetId=HOME,
        TargetType="AWS_ACCOUNT",
        PermissionSetArn=long,
        PrincipalType="USER",
        PrincipalId=made.ids["user"],
    )

    def lengths() -> list[int]:
        subject = leaver(AliasKind.IDENTITY_STORE_USER, made.ids["user"])
        access = AwsAccess(services=SERVICES)
        source = made.cloud.source(candidates("nobody"), access, awaited=[before])
        return [n.seconds for n in source.collect([subject]).lengths if n.target == before]

    assert lengths() == [8 * 3600]
    made.cloud.app.injection.deny("sso:DescribePermissionSet")
    assert lengths() == [12 * 3600]
    made.cloud.app.injection.clear()
    made.sso.delete_permission_set(InstanceArn=made.instance, PermissionSetArn=long)
    assert lengths() == [], "its roles are gone with it"
