"""Our deny of sessions is for the leaver: no namesake is hit, no earlier leaver let go."""

from __future__ import annotations

import json

from iac_offboard.demo.calls import Caller
from iac_offboard.demo.strict import AccessKeyPair
from tests.acceptance.desk import ALICE, BOB, HOME, ONE_ACCOUNT, OTHER, Desk
from tests.acceptance.test_sessions import ENFORCED, EVERYTHING, ROLE, assumed, shared_role, works


def _document(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def test_a_namesake_of_another_account_goes_on_working(desk: Desk) -> None:
    desk.second_account()
    trust = _document(Principal={"AWS": [HOME, OTHER]}, Action="sts:AssumeRole", Condition=ENFORCED)
    desk.aws().create_role(RoleName="deploy", AssumeRolePolicyDocument=trust)
    desk.aws().put_role_policy(RoleName="deploy", PolicyName="all", PolicyDocument=EVERYTHING)
    for iam in (desk.aws(), desk.other()):
        iam.create_user(UserName="alice")
        allow = _document(Action="sts:AssumeRole", Resource="*")
        iam.put_user_policy(UserName="alice", PolicyName="r", PolicyDocument=allow)
    made = desk.other().create_access_key(UserName="alice")["AccessKey"]
    pair = AccessKeyPair(key_id=made["AccessKeyId"], secret=made["SecretAccessKey"])
    url = desk.server.url
    namesake = Caller(url, Caller(url, pair).assume(ROLE, "alice"))
    assert works(namesake)

    desk.roster(ALICE)
    desk.planned(*ONE_ACCOUNT)
    assert "iam:PutRolePolicy" not in desk.actions()
    (step,) = [m for m in desk.plan_json["manual"] if m["where"] == ROLE]
    assert OTHER in step["text"]
    desk.apply("--phase", "contain")
    assert works(namesake)


def test_the_same_id_in_the_roster_of_another_case_lets_nobody_go(desk: Desk) -> None:
    for name in ("alice", "bob"):
        desk.aws().create_user(UserName=name)
    shared_role(desk, ENFORCED)
    hers, his = assumed(desk, "alice"), assumed(desk, "bob")
    desk.planned(*ONE_ACCOUNT)
    desk.apply()
    first = _denies(desk)
    assert (len(first), works(hers)) == (1, False)

    desk.case.rename(desk.here / "first")
    desk.roster(BOB)  # one id, used again a month later
    desk.planned(*ONE_ACCOUNT)
    desk.apply("--phase", "contain")
    assert (works(hers), works(his)) == (False, False)
    assert first < _denies(desk)


def _denies(desk: Desk) -> set[str]:
    return set(desk.aws().list_role_policies(RoleName="deploy")["PolicyNames"]) - {"all"}
