"""Our deny of sessions is for the leaver: no namesake is hit, no earlier leaver let go."""

from __future__ import annotations

import json

from iac_offboard.demo.calls import Caller
from iac_offboard.demo.strict import AccessKeyPair
from tests.acceptance.desk import ALICE, HOME, ONE_ACCOUNT, OTHER, Desk
from tests.acceptance.test_sessions import ENFORCED, EVERYTHING, ROLE, works


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
