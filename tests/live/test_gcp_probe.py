"""An old key file of a service account is tried, over HTTP, and never repeated."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.clouds.retries import Timing
from iac_offboard.demo.google import GoogleServer, oauth
from iac_offboard.demo.google.entities import Key
from iac_offboard.errors import CloudError, OffboardError, UsageError
from iac_offboard.live.gcp.probe import probe_key_file

PROJECT = "acme-prod"
EMAIL = f"alice-jobs@{PROJECT}.iam.gserviceaccount.com"
ASK = "cloudresourcemanager.projects.testIamPermissions"
QUICK = Timing(budget=0.5, sleep=lambda _: None, jitter=lambda _: 0.0)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleServer]:
    with GoogleServer() as running:
        for name, value in running.environment(tmp_path).items():
            monkeypatch.setenv(name, value)
        running.world.organization("123")
        running.world.project(PROJECT, parent="organizations/123")
        running.world.service_account(PROJECT, "alice-jobs")
        running.world.key(EMAIL)
        yield running


@pytest.fixture
def file(server: GoogleServer, tmp_path: Path) -> Path:
    return server.write_key_file(tmp_path / "old.json", EMAIL, _key(server).id)


def _key(server: GoogleServer) -> Key:
    keys = server.world.accounts.by_email[EMAIL].keys.values()
    return next(key for key in keys if not key.managed)


def _disable_account(server: GoogleServer) -> None:
    server.world.accounts.by_email[EMAIL].disabled = True


def _disable_key(server: GoogleServer) -> None:
    _key(server).disabled = True


def _delete_key(server: GoogleServer) -> None:
    server.world.accounts.by_email[EMAIL].keys.clear()


def _delete_account(server: GoogleServer) -> None:
    server.world.accounts.delete(server.world.accounts.by_email[EMAIL])


def test_a_key_that_works_is_accepted_however_little_it_may_do(
    server: GoogleServer, file: Path
) -> None:
    name, answer = probe_key_file(file, timing=QUICK)
    assert name == f"serviceAccounts/{EMAIL}/keys/{_key(server).id}"
    assert (answer.refused, answer.code) == (False, "")
    server.faults.deny(ASK)
    assert not probe_key_file(file, timing=QUICK)[1].refused
    assert set(server.requests) <= {ASK, "token"} | {m for m in server.requests if "token" in m}


@pytest.mark.parametrize(
    "end", [_disable_account, _disable_key, _delete_key, _delete_account], ids=lambda f: f.__name__
)
def test_what_is_disabled_or_deleted_is_refused(
    server: GoogleServer, file: Path, end: Callable[[GoogleServer], None]
) -> None:
    end(server)
    _, answer = probe_key_file(file, timing=QUICK)
    assert (answer.refused, answer.code) == (True, "invalid_grant")
    assert answer.detail == "No token is given for it (invalid_grant)."


def test_a_token_that_is_refused_once_the_account_is_disabled(
    server: GoogleServer, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = oauth._of_assertion

    def given_and_disabled(*asked: Any) -> Any:
        token = given(*asked)
        _disable_account(server)
        return token

    monkeypatch.setattr(oauth, "_of_assertion", given_and_disabled)
    assert probe_key_file(file, timing=QUICK)[1].refused


def test_no_answer_is_no_refusal(server: GoogleServer, file: Path) -> None:
    server.faults.fail(ASK, times=1000)
    with pytest.raises(CloudError):
        probe_key_file(file, timing=QUICK)
    server.close()
    with pytest.raises(CloudError):
        probe_key_file(file, timing=QUICK)


def test_an_assertion_that_is_refused_for_its_times_says_nothing_of_the_key(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "in_time", lambda _: False)
    with pytest.raises(CloudError):
        probe_key_file(file, timing=QUICK)


@pytest.mark.parametrize("broken", ["[]", "{", '{"private_key_id": "1", "private_key": "s3cret"}'])
def test_a_file_that_is_no_key_is_refused_and_not_repeated(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "old.json"
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        probe_key_file(path, timing=QUICK)
    assert "s3cret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_neither_answer_nor_error_repeats_the_key(server: GoogleServer, file: Path) -> None:
    secret = json.loads(file.read_bytes())["private_key"].splitlines()[1]
    _disable_key(server)
    assert secret not in repr(probe_key_file(file, timing=QUICK))
    server.close()
    with pytest.raises(OffboardError) as failed:
        probe_key_file(file, timing=QUICK)
    assert secret not in repr(failed.value) + str(failed.value)
