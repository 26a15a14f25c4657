"""In use: what is shown of every credential and identity, and what waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from iac_offboard.model import Action, Entry, Finding, LastUse, Origin, Phase, Relation, Tier, Use
from iac_offboard.plan.actions import build_actions
from tests.plan.build import (
    ACCOUNT,
    AT,
    LIVE,
    code,
    finding,
    role,
    role_session,
    subject,
    use,
    user,
)

BEFORE = LastUse(at=AT - timedelta(days=3), service="s3", region="eu-west-1")
AFTER = LastUse(at=AT + timedelta(days=3), service="s3", region="eu-west-1")
NEVER = LastUse(at=None)


def plan(
    *findings: Finding, uses: tuple[Use, ...] = (), tier: Tier = Tier.NORMAL
) -> tuple[Action, ...]:
    return build_actions(findings, {"leaver-1": subject(tier=tier)}, {}, uses=uses)[0]


def key(last_use: LastUse | None, name: str = "AKIA1") -> Finding:
    return finding("iam_access_key", name, status="Active", last_use=last_use)


def verbs(made: tuple[Action, ...], accept: str = "in use") -> list[str]:
    return [a.verb for a in made if a.accept == accept]


@pytest.mark.parametrize("last_use", [BEFORE, NEVER, None])
def test_a_use_before_the_leaving_or_none_is_no_hazard(last_use: LastUse | None) -> None:
    made = plan(user(), key(last_use))
    assert {a.hazards for a in made} == {()}
    assert verbs(made) == []


def test_used_after_the_leaving_waits_and_so_does_the_user_as_a_whole() -> None:
    made = plan(user(), key(AFTER), key(NEVER, "AKIA2"))
    waiting = [(a.verb, a.param("key")) for a in made if a.accept == "in use"]
    assert waiting == [
        ("iam:AddUserToGroup", ""),
        ("iam:UpdateAccessKey", "AKIA1"),
        ("iam:DeleteAccessKey", "AKIA1"),
        ("iam:DeleteUser", ""),
    ]
    for action in made:
        said = ("last used 2", "used after the leaving") if action.accept else ()
        assert all(any(text in h for h in action.hazards) for text in said)
        assert bool(action.hazards) is bool(action.accept)


def test_nothing_of_an_identity_in_use_goes_before_its_containment_is_accepted() -> None:
    made = plan(
        user(), key(AFTER), key(NEVER, "AKIA2"),
        finding("iam_policy", "arn:aws:iam::aws:policy/X", relation=Relation.GRANT),
        finding("s3_bucket", "data", relation=Relation.GRANT),
    )  # fmt: skip
    gate = next(a.id for a in made if a.verb == "iam:AddUserToGroup")
    for action in made:
        behind = action.verb in ("iam:DetachUserPolicy", "s3:PutBucketPolicy")
        if behind or (action.verb == "iam:DeleteAccessKey" and not action.accept):
            assert gate in action.needs
    unused = next(a for a in made if a.param("key") == "AKIA2" and a.phase is Phase.CONTAIN)
    assert unused.needs == ()


def test_a_hostile_leaver_is_not_waited_for_and_still_shown() -> None:
    made = plan(user(), role(), key(AFTER), uses=(use("nightly"),), tier=Tier.HOSTILE)
    assert {a.accept for a in made} == {""}
    said = [h for a in made for h in a.hazards]
    assert "used after the leaving" in said
    assert "named by lambda_function nightly in eu-west-1 (live)" in said


@pytest.mark.parametrize(
    ("origin", "account", "said"),
    [
        (LIVE, ACCOUNT, "named by lambda_function nightly in eu-west-1 (live)"),
        (
            code("aws_lambda_function.nightly", "apps"),
            None,
            "named by aws_lambda_function.nightly in root apps (code)",
        ),
    ],
)
def test_a_role_that_a_workload_runs_as_waits(
    origin: Origin, account: str | None, said: str
) -> None:
    made = plan(role(last_use=BEFORE), uses=(use("nightly", origin=origin, account=account),))
    waiting = [a for a in made if a.accept == "in use"]
    assert [a.verb for a in waiting] == ["iam:PutRolePolicy", "iam:DeleteRole"]
    assert all(said in a.hazards for a in waiting)
    assert all(any(h.startswith("last used") for h in a.hazards) for a in waiting)


def test_a_workload_of_another_account_is_no_use_of_this_role() -> None:
    assert verbs(plan(role(), uses=(use("nightly", account="999988887777"),))) == []


def test_a_workload_that_goes_with_the_patch_is_in_nobodys_way() -> None:
    goes = use("nightly", origin=code("aws_lambda_function.nightly", "apps"))
    for destroyed, waiting in (
        (frozenset[tuple[str, str]](), 2),
        (frozenset({("apps", "aws_lambda_function.nightly")}), 0),
    ):
        made, _ = build_actions(
            [role()], {"leaver-1": subject()}, {}, uses=[goes], destroyed=destroyed
        )
        assert len(verbs(made)) == waiting


def test_an_apply_that_destroys_an_identity_in_use_shows_it_by_address() -> None:
    managed = role(LIVE, code("aws_iam_role.job"), last_use=AFTER)
    mentioned = finding(
        "s3_bucket", "data", LIVE, code("aws_s3_bucket_policy.data", "storage"),
        relation=Relation.GRANT,
    )  # fmt: skip
    made = plan(managed, mentioned)
    applies = {a.target.name: a for a in made if a.verb == "code:apply"}
    assert applies["infra"].accept == "in use"
    assert "aws_iam_role.job: used after the leaving" in applies["infra"].hazards
    assert (applies["storage"].accept, applies["storage"].hazards) == ("", ())


def test_sessions_of_an_identity_in_use_are_cut_after_it_was_accepted() -> None:
    session = role_session("deploy", Entry(marks=(("aws:SourceIdentity", "alice"),)))
    made = plan(user(), key(AFTER), session)
    gate = next(a.id for a in made if a.verb == "iam:AddUserToGroup")
    deny = next(a for a in made if a.verb == "iam:PutRolePolicy")
    assert (deny.accept, deny.needs) == ("", (gate,))


def test_without_a_day_of_leaving_nothing_was_used_after_it() -> None:
    leaver = replace(subject(), left_at=None)
    made, _ = build_actions([user(), key(AFTER)], {"leaver-1": leaver}, {})
    assert verbs(made) == []
