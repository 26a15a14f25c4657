"""Acceptance 6: a secret in state, in a policy or in the environment comes out nowhere."""

from __future__ import annotations

import json
import os

import pytest

from tests.acceptance.crowded import BUCKET, policy, statement
from tests.acceptance.desk import (
    ALICE,
    BOB,
    HOME,
    ONE_ACCOUNT,
    SUBJECT,
    Desk,
    Ran,
    files_below,
    run,
)

REFERER = "canary-referer-5e1f0c"
EXTERNAL_ID = "canary-external-id-5e1f0c"
INLINE = "canary-inline-5e1f0c"
STATE_KEY = "canary-state-key-5e1f0c"
STATE_PASSWORD = "canary-state-password-5e1f0c"
UNRELATED = "canary-environment-5e1f0c"
OPTION = "canary-option-5e1f0c"
LOGIN = "Canary-login-5e1f0c!"
FORMATS = ("table", "json", "sarif", "markdown")
SOURCES = ("--live", "aws", "--service", "iam,s3", "--region", "us-east-1")

CODE = """\
resource "aws_iam_user" "people" {
  for_each = toset(["alice", "bob"])
  name     = each.key
}

resource "random_password" "db" {
  length = 32
}
"""


class Cage:
    """A cloud and a state full of secrets; ``sings`` fails when one of them is heard."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.secrets = [REFERER, EXTERNAL_ID, INLINE, STATE_KEY, STATE_PASSWORD, UNRELATED, LOGIN]
        self.secrets += [OPTION, os.environ["AWS_SECRET_ACCESS_KEY"]]
        self._cloud()
        desk.write("infra/main.tf", CODE)
        desk.write("infra/terraform.tfstate", state())

    def _cloud(self) -> None:
        iam, desk = self.desk.aws(), self.desk
        for name in ("alice", "bob"):
            iam.create_user(UserName=name)
            made = iam.create_access_key(UserName=name)["AccessKey"]
            self.secrets.append(made["SecretAccessKey"])
        iam.create_login_profile(UserName="alice", Password=LOGIN)
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]
        self.secrets.append(device["Base32StringSeed"].decode())
        secret = {"StringEquals": {"aws:Referer": INLINE}}
        allowed = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": secret}
        iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=policy(allowed))
        trusted = statement(
            ALICE,
            BOB,
            action="sts:AssumeRole",
            Condition={"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
        )
        iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=policy(trusted))
        desk.aws("s3").create_bucket(Bucket=BUCKET)
        granted = statement(
            ALICE,
            BOB,
            action="s3:GetObject",
            resource=f"arn:aws:s3:::{BUCKET}/*",
            Condition={"StringEquals": {"aws:Referer": REFERER}},
        )
        desk.aws("s3").put_bucket_policy(Bucket=BUCKET, Policy=policy(granted))

    def silent(self, *ran: Ran) -> None:
        heard = {f"run {i}": r.out + r.err for i, r in enumerate(ran)}
        case = self.desk.case
        heard |= {
            str(path): path.read_text(encoding="utf-8", errors="replace")
            for path in (files_below(case) if case.exists() else ())
        }
        for where, text in heard.items():
            for secret in self.secrets:
                assert secret not in text, where


def state() -> str:
    def resource(kind: str, name: str, values: dict[str, str], key: str = "") -> object:
        instance: dict[str, object] = {"schema_version": 0, "attributes": values}
        return {
            "mode": "managed",
            "type": kind,
            "name": name,
            "provider": 'provider["example.com/hashicorp/aws"]',
            "instances": [instance | ({"index_key": key} if key else {})],
        }

    users = [
        resource("aws_iam_user", "people", {"name": n, "id": n, "arn": arn}, n)
        for n, arn in (("alice", ALICE), ("bob", BOB))
    ]
    key = {"id": "AKIA0000000000000000", "user": "alice", "secret": STATE_KEY, "status": "Active"}
    more = [
        resource("aws_iam_access_key", "alice", key),
        resource(
            "random_password", "db", {"result": STATE_PASSWORD, "bcrypt_hash": STATE_PASSWORD}
        ),
    ]
    return json.dumps(
        {
            "version": 4,
            "terraform_version": "1.11.0",
            "serial": 3,
            "lineage": "5e1f0c00-0000-0000-0000-000000000000",
            "outputs": {"password": {"value": STATE_PASSWORD, "type": "string", "sensitive": True}},
            "resources": [*users, *more],
        }
    )


@pytest.fixture
def cage(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Cage:
    monkeypatch.setenv("UNRELATED_TOKEN", UNRELATED)
    monkeypatch.setenv("IAC_OFFBOARD_AWS_EXTERNAL_ID", OPTION)
    return Cage(desk)


EVERYTHING = ("--terraform", "infra", "--state", "infra/terraform.tfstate", *SOURCES)


@pytest.mark.parametrize("format_", FORMATS)
def test_a6_no_secret_in_the_whole_loop(cage: Cage, format_: str) -> None:
    desk, sources = cage.desk, EVERYTHING
    ran = [desk.scan(*sources, "--format", format_), desk.plan(*sources, "--format", format_)]
    ran += [desk.approve(), desk.apply(), desk.verify("--format", format_)]
    assert [r.code for r in ran] == [1, 0, 0, 1, 1], [r.err for r in ran]
    assert desk.actions("contain")
    assert desk.actions("live")
    assert (desk.case / "journal.jsonl").stat().st_size > 0
    assert (desk.case / "removal.patch").stat().st_size > 0
    cage.silent(*ran)


def test_a6_the_live_phase_keeps_the_secrets_of_the_documents_it_writes(cage: Cage) -> None:
    """The undo of a changed document is what was taken out, never the document."""
    desk = cage.desk
    desk.planned(*SOURCES)
    ended = desk.apply()
    assert ended.code == 0, ended.err
    assert {"iam:UpdateAssumeRolePolicy", "s3:PutBucketPolicy"} <= set(desk.actions("live"))
    cage.silent(ended, desk.verify())
    kept = desk.aws("s3").get_bucket_policy(Bucket=BUCKET)["Policy"]
    assert REFERER in kept  # and bob's grant is as narrow as it was


def test_a6_no_secret_in_errors(cage: Cage, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = cage.desk
    ran = []
    for effect in (desk.app.injection.deny, desk.app.injection.throttle):
        for action in ("iam:GetAccountAuthorizationDetails", "s3:GetBucketPolicy", "sts:*", "*"):
            desk.app.injection.clear()
            effect(action)
            ran.append(desk.scan(*SOURCES, "--retry-budget", "0.01"))
            ran.append(desk.plan(*SOURCES, "--retry-budget", "0.01"))
    desk.app.injection.clear()
    whole = (desk.here / "infra/terraform.tfstate").read_text(encoding="utf-8")
    for cut in range(0, len(whole), 37):
        broken = desk.write("broken.tfstate", whole[:cut])
        ran.append(run("scan", "--subjects", "leavers.json", "--state", str(broken)))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", UNRELATED)
    ran.append(desk.scan(*ONE_ACCOUNT))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    ran.append(desk.scan(*ONE_ACCOUNT))
    assert {r.code for r in ran} <= {1, 2, 3}
    assert not any("Traceback" in r.err for r in ran)
    cage.silent(*ran)


def test_a6_a_secret_that_apply_reads_is_in_no_error_of_apply(cage: Cage) -> None:
    desk = cage.desk
    desk.planned(*SOURCES)
    ran = []
    for action in ("*", "s3:GetBucketPolicy", "s3:Put*", "iam:Update*"):
        desk.app.injection.deny(action)
        desk.app.injection.deny("iam:DeleteUser")
        ran.append(desk.apply("--retry-budget", "0.01"))
        desk.app.injection.clear()
    assert [r.code for r in ran] == [2, 2, 2, 2]
    cage.silent(*ran)
    assert desk.apply().code == 0
    assert HOME in (desk.case / "journal.jsonl").read_text(encoding="utf-8")
    cage.silent()


# Rule 14: what a roster says of a person beside the id.
EMAIL = "canary-mailbox@example.com"
CASE = "HR-CANARY-5e1f0c"
LOGIN_NAME = "canary-login-5e1f0c"


def named(desk: Desk) -> None:
    """A leaver whose ARN is in the cloud and in code; the rest only the roster knows."""
    desk.roster(ALICE, EMAIL, {"github_login": LOGIN_NAME}, case=CASE)


@pytest.mark.parametrize("format_", ["table", "sarif", "markdown"])
def test_a9_nobody_is_named_but_by_the_roster_id(cage: Cage, format_: str) -> None:
    desk = cage.desk
    named(desk)
    ran = [desk.scan(*EVERYTHING, "--format", format_), desk.plan(*EVERYTHING, "--format", format_)]
    ran += [desk.approve(), desk.apply(), desk.verify("--format", format_)]
    assert [r.code for r in ran][:4] == [1, 0, 0, 1], [r.err for r in ran]
    heard = [text for r in ran for text in (r.out, r.err)]
    heard.append((desk.case / "report.md").read_text(encoding="utf-8"))
    heard.append((desk.case / "removal.patch").read_text(encoding="utf-8"))
    for text in heard:
        for alias in (EMAIL, CASE, LOGIN_NAME):
            assert alias not in text
    assert SUBJECT in heard[0]


def test_a9_a_rollback_names_nobody_either(cage: Cage) -> None:
    desk = cage.desk
    named(desk)
    desk.planned(*SOURCES)
    assert desk.apply("--phase", "contain").code == 0
    made = run("rollback", str(desk.plan_file), "--format", "markdown")
    report = (desk.case / "rollback" / "report.md").read_text(encoding="utf-8")
    for text in (made.out, made.err, report):
        for alias in (EMAIL, CASE, LOGIN_NAME):
            assert alias not in text
    cage.silent(made)


def test_a9_names_are_spelled_for_those_who_may_see_them(cage: Cage) -> None:
    desk = cage.desk
    named(desk)
    made = desk.plan(*EVERYTHING, "--names")
    assert made.code == 0
    report = (desk.case / "report.md").read_text(encoding="utf-8")
    assert EMAIL in report
    assert LOGIN_NAME in report
    assert CASE not in report
    assert EMAIL not in made.out + made.err
