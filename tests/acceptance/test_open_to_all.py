"""``*`` with a condition that anybody may fulfil outlives every identity of the leaver."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.acceptance.desk import HOME, ONE_ACCOUNT, Desk
from tests.acceptance.test_covered import TOPIC
from tests.acceptance.test_waivers import waivers

ARN = f"arn:aws:sns:us-east-1:{HOME}:news"
SECRET = "s3cret-of-partners"


def _topic(desk: Desk, condition: Any) -> None:
    sns = desk.aws("sns")
    sns.create_topic(Name="news")
    one = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": ARN}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [one | {"Condition": condition}]})
    sns.set_topic_attributes(TopicArn=ARN, AttributeName="Policy", AttributeValue=policy)


@pytest.mark.parametrize(
    "condition",
    [
        {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringLike": {"aws:PrincipalOrgID": "*"}},
    ],
)
def test_it_is_alive_until_somebody_answers_for_it_by_its_arn(desk: Desk, condition: Any) -> None:
    desk.user()
    _topic(desk, condition)
    desk.planned(*TOPIC)
    assert desk.apply().code == 0
    seen = desk.verify("--format", "json")
    (verdict,) = seen.json["verdicts"]
    assert (seen.code, verdict["access"]) == (1, "alive"), verdict["because"]
    assert desk.verify("--waivers", waivers(desk, f"aws:{HOME}")).code == 1
    ended = desk.verify("--waivers", waivers(desk, ARN), "--format", "json")
    assert (ended.code, ended.json["verdicts"][0]["grade"]) == (0, "waived")


def test_the_owner_of_a_topic_binds_it_to_the_account(desk: Desk) -> None:
    desk.user()
    _topic(desk, {"StringEquals": {"AWS:SourceOwner": HOME}})
    desk.planned(*TOPIC)
    assert desk.apply().code == 0
    assert desk.verify().code == 0


def test_a_secret_between_partners_is_known_to_the_leaver(desk: Desk) -> None:
    desk.user()
    one = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    one |= {"Condition": {"StringEquals": {"sts:ExternalId": SECRET}}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [one]})
    desk.aws().create_role(RoleName="partners", AssumeRolePolicyDocument=document)
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply().code == 0
    seen = desk.verify("--format", "json")
    assert seen.json["verdicts"][0]["access"] == "alive"
    assert SECRET not in seen.out + json.dumps(desk.plan_json)
