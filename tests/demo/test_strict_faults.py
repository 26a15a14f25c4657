"""Faults on demand, counts, the log of writes, and control from outside the process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from iac_offboard.demo.calls import Caller
from iac_offboard.demo.strict import AccessKeyPair, StrictServer
from tests.demo.conftest import OTHER, Cloud, refused


def test_an_action_is_denied_to_all_or_to_one(cloud: Cloud) -> None:
    key = cloud.user("alice")
    cloud.root().attach_user_policy(
        UserName="alice", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    cloud.app.injection.deny("iam:ListAccessKeys", "arn:aws:iam::111122223333:user/alice")
    mine = cloud.as_(key, "iam")
    assert refused(lambda: mine.list_access_keys(UserName="alice")) == "AccessDenied"
    assert refused(lambda: cloud.root().list_access_keys(UserName="alice")) == ""
    cloud.app.injection.deny("iam:List*")
    assert refused(cloud.root().list_users) == "AccessDenied"
    assert refused(lambda: cloud.root().get_user(UserName="alice")) == ""
    cloud.app.injection.clear()
    assert refused(cloud.root().list_users) == ""


@pytest.mark.parametrize(
    ("service", "method", "action", "code"),
    [
        ("iam", "list_users", "iam:ListUsers", "Throttling"),
        ("kms", "list_keys", "kms:ListKeys", "ThrottlingException"),
        ("s3", "list_buckets", "s3:ListBuckets", "SlowDown"),
        ("lambda", "list_functions", "lambda:ListFunctions", "TooManyRequestsException"),
    ],
)
def test_throttling_for_a_while_for_ever_and_every_nth(
    cloud: Cloud, service: str, method: str, action: str, code: str
) -> None:
    def codes(count: int) -> list[str]:
        return [refused(getattr(cloud.root(service), method)) for _ in range(count)]

    cloud.app.injection.throttle(action, times=2)
    assert codes(3) == [code, code, ""]
    cloud.app.injection.clear()
    cloud.app.injection.throttle(action, every=2)
    assert codes(4) == ["", code, "", code]
    cloud.app.injection.clear()
    cloud.app.injection.throttle(action)
    assert codes(3) == [code, code, code]


def test_a_fault_can_be_of_one_account_only(cloud: Cloud) -> None:
    role = cloud.app.add_account(OTHER, "security")
    session = Caller(cloud.server.url, cloud.app.config.root).assume(role, "test")
    cloud.app.injection.throttle("iam:ListUsers", account=OTHER)
    assert refused(cloud.root().list_users) == ""
    assert refused(cloud.as_(session, "iam").list_users) == "Throttling"


def test_latency_is_slept_outside_the_lock(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(cloud.app.injection, "sleep", slept.append)
    cloud.app.injection.latency("iam:ListUsers", 3.5)
    assert refused(cloud.root().list_users) == ""
    assert refused(cloud.root().list_roles) == ""
    assert slept == [3.5]


def test_a_key_can_be_made_read_only(cloud: Cloud) -> None:
    cloud.app.injection.deny_writes_for(cloud.app.config.root.key_id)
    assert refused(cloud.root().list_users) == ""
    assert refused(lambda: cloud.root().create_user(UserName="alice")) == "AccessDenied"
    assert refused(cloud.root("sts").get_caller_identity) == ""


def test_requests_are_counted_and_writes_logged(cloud: Cloud) -> None:
    key = cloud.user("alice")
    cloud.app.reset_counts()
    iam = cloud.root()
    iam.list_users()
    iam.create_group(GroupName="g")
    iam.add_user_to_group(GroupName="g", UserName="alice")
    assert refused(lambda: iam.delete_group(GroupName="g")) == "DeleteConflict"
    assert refused(cloud.as_(key, "iam").list_users) == "AccessDenied"
    assert cloud.app.counts() == {
        "iam:ListUsers": 2,
        "iam:CreateGroup": 1,
        "iam:AddUserToGroup": 1,
        "iam:DeleteGroup": 1,
    }
    assert cloud.app.ledger.by_key[key.key_id] == {"iam:ListUsers": 1}
    written = [(w.operation, w.target, w.error) for w in cloud.app.ledger.writes]
    assert written == [
        ("iam:CreateGroup", "g", ""),
        ("iam:AddUserToGroup", "alice/g", ""),
        ("iam:DeleteGroup", "g", "DeleteConflict"),
    ]
    cloud.app.reset_counts()
    assert cloud.app.counts() == {}


def _control(url: str, verb: str, **arguments: object) -> Any:
    body = json.dumps(arguments).encode() if arguments else None
    with urlopen(Request(f"{url}/_strict/{verb}", data=body)) as reply:
        return json.load(reply)


def test_control_over_http(cloud: Cloud) -> None:
    url = cloud.server.url
    _control(url, "throttle", action="iam:ListUsers", times=1)
    _control(url, "deny", action="iam:ListRoles")
    _control(url, "seed", users=3, roles=2)
    assert refused(cloud.root().list_users) == "Throttling"
    assert len(cloud.root().list_users()["Users"]) == 3
    assert refused(cloud.root().list_roles) == "AccessDenied"
    _control(url, "clear", all=True)
    assert len(cloud.root().list_roles()["Roles"]) == 2
    counts = _control(url, "counts")
    assert counts["by_operation"] == {"iam:ListUsers": 2, "iam:ListRoles": 2}
    cloud.root().create_user(UserName="alice")
    (written,) = _control(url, "writes")
    assert written["target"] == "alice"
    _control(url, "reset", all=True)
    assert cloud.root().list_users()["Users"] == []


def test_the_server_is_a_process_of_its_own_too(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "iac_offboard.demo.strict", "--ready-file", str(ready)]
    )
    try:
        while not ready.exists():
            assert process.poll() is None
            os.sched_yield()
        made = json.loads(ready.read_text())
        assert ready.stat().st_mode & 0o077 == 0
        key = AccessKeyPair(key_id=made["access_key_id"], secret=made["secret_access_key"])
        caller = Caller(made["url"], key)
        assert caller.client("sts").get_caller_identity()["Account"] == "111122223333"
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0


def test_a_closed_server_answers_no_more() -> None:
    with StrictServer() as server:
        url = server.url
        _control(url, "counts")
    with pytest.raises(OSError):
        _control(url, "counts")
