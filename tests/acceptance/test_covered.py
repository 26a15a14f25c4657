"""Issue 4, item 4: access that does not name the leaver, from the roster to the report."""

from __future__ import annotations

import json
from datetime import timedelta

from moto.organizations.models import organizations_backends

from tests.acceptance.desk import (
    ALICE,
    HOME,
    ONE_ACCOUNT,
    ORGANIZATION,
    OTHER,
    SUBJECT,
    Desk,
    Ran,
    files_below,
)

TOPIC = ("--live", "aws", "--service", "iam,sns", "--region", "us-east-1")
GITHUB = "token.actions.githubusercontent.com"
CANARY = "canary.alice@example.com"
SAML = f"arn:aws:iam::{HOME}:saml-provider/Okta"
_METADATA = "<EntityDescriptor>" + "x" * 1000 + "</EntityDescriptor>"


def _topic(desk: Desk, *who: str) -> None:
    sns = desk.aws("sns")
    arn = sns.create_topic(Name="news")["TopicArn"]
    body = [
        {"Effect": "Allow", "Principal": {"AWS": one}, "Action": "sns:Publish", "Resource": arn}
        for one in who
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": body})
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


def _covered(ran: Ran) -> list[tuple[str, str]]:
    return [
        (f["binding"]["target"]["kind"], f["binding"]["principal"]["value"])
        for f in ran.json["findings"]
        if f["covered"]
    ]


def test_a_root_that_lets_the_leaver_in_is_told_and_never_touched(desk: Desk) -> None:
    desk.user()
    _topic(desk, f"arn:aws:iam::{HOME}:root", f"arn:aws:iam::{OTHER}:root")
    ran = desk.scan(*TOPIC, "--format", "json")
    assert _covered(ran) == [("sns_topic", HOME)]
    assert ran.code == 1

    desk.planned(*TOPIC)
    [covered] = [f["id"] for f in desk.plan_json["findings"] if f["covered"]]
    touched = [a["finding"] for a in desk.plan_json["actions"]]
    assert covered not in ", ".join(touched)
    assert desk.apply().code == 0
    kept = desk.aws("sns").get_topic_attributes(TopicArn=f"arn:aws:sns:us-east-1:{HOME}:news")[
        "Attributes"
    ]["Policy"]
    assert f"arn:aws:iam::{HOME}:root" in kept


def test_a_namesake_elsewhere_is_not_covered(desk: Desk) -> None:
    desk.second_account()
    desk.user("alice", iam=desk.other())
    desk.roster(ALICE)
    _topic(desk, f"arn:aws:iam::{OTHER}:root")
    where = (*ORGANIZATION, "--service", "iam,sns", "--region", "us-east-1")
    ran = desk.scan(*where, "--format", "json")
    assert _covered(ran) == []


def test_a_wide_pattern_over_a_leaving_repository_is_a_finding(desk: Desk) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{HOME}:oidc-provider/{GITHUB}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringLike": {f"{GITHUB}:sub": "repo:acme/*"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    desk.aws().create_role(RoleName="deploy", AssumeRolePolicyDocument=document)
    desk.roster("acme/widgets", kind="repository")
    ran = desk.scan("--live", "aws", "--service", "iam", "--format", "json")
    assert ("iam_role", f"{GITHUB}|repo:acme/*") in _covered(ran)
    assert (ran.code, ran.json["skipped"]) == (1, [])

    told = {"source": GITHUB, "by": "bob", "at": "2099-01-02T00:00:00Z"}
    desk.roster("acme/widgets", kind="repository", attested=[told])
    ran = desk.scan("--live", "aws", "--service", "iam", "--format", "json")
    assert not [n for n in ran.json["notes"] if "bob" in n["text"]], "it is yet to come"
    desk.ahead = timedelta(days=365 * 100)
    ran = desk.scan("--live", "aws", "--service", "iam", "--format", "json")
    assert [n["kind"] for n in ran.json["notes"] if "bob" in n["text"]] == ["attested"]


def test_a_directory_leaves_a_person_unknown_until_it_is_attested(desk: Desk) -> None:
    desk.aws().create_saml_provider(Name="Okta", SAMLMetadataDocument=_METADATA)
    ran = desk.scan("--live", "aws", "--service", "iam", "--format", "json")
    assert ran.code == 3
    [skipped] = ran.json["skipped"]
    assert (skipped["reason"], skipped["subject"]) == ("upstream not read", SUBJECT)
    assert SAML in skipped["next_step"]

    told = {"source": SAML, "by": "alice", "at": "2099-01-02T00:00:00Z"}
    desk.roster(ALICE, attested=[told])
    for ahead, why in ((0, "which is yet to come"), (36500, "and is the subject")):
        desk.ahead = timedelta(days=ahead)
        [skipped] = desk.scan(*ONE_ACCOUNT, "--format", "json").json["skipped"]
        assert why in skipped["detail"]
    desk.roster(ALICE, attested=[told | {"by": "bob"}])
    assert desk.scan("--live", "aws", "--service", "iam").code == 0


def test_the_address_of_a_root_user_is_in_no_report(desk: Desk) -> None:
    desk.second_account()
    for account in organizations_backends[HOME]["aws"].accounts:
        if account.id == OTHER:
            account.email = CANARY.replace("@", "+prod@")
    desk.roster(CANARY)
    where = (*ORGANIZATION, "--service", "iam")
    for form in ("table", "sarif", "markdown"):
        ran = desk.scan(*where, "--format", form)
        assert ran.code == 1
        assert OTHER in ran.out
        assert "canary" not in ran.out + ran.err
    made = desk.plan(*where)
    assert "canary" not in made.out + made.err
    [report] = [p for p in files_below(desk.case) if p.name == "report.md"]
    assert "canary" not in report.read_text(encoding="utf-8")
    assert [m["finding"] for m in desk.plan_json["manual"]] == [
        f["id"] for f in desk.plan_json["findings"]
    ]


def test_what_began_through_a_directory_ends_twelve_hours_after_it_was_attested(desk: Desk) -> None:
    desk.user()
    desk.aws().create_saml_provider(Name="Okta", SAMLMetadataDocument=_METADATA)
    left = desk.now() + timedelta(hours=1)
    told = left + timedelta(hours=1)
    attested = [{"source": SAML, "by": "bob", "at": told.isoformat()}]
    desk.roster(ALICE, left_at=left.isoformat(), attested=attested)
    desk.ahead = timedelta(hours=3)
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply().code == 0
    seen = desk.verify("--format", "json")
    (verdict,) = seen.json["verdicts"]
    assert (seen.code, verdict["access"], verdict["grade"]) == (1, "alive-until", "attested")
    assert seen.json["recheck_at"] == (told + timedelta(hours=12)).isoformat()
    desk.ahead = timedelta(hours=15)
    assert desk.verify().code == 0
