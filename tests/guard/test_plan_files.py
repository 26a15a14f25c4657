"""What the guard takes for the JSON of a plan, and what it refuses."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.cli import main
from tests.guard.guarding import (
    body,
    change,
    found,
    guarded,
    refused,
)
from tests.guard.making import PLANS


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"PK\x03\x04rest", "is a binary plan"),
        (b"[]", "its top is no object"),
        (b'{"format_version": "1.2", "resource_changes": [{"add', "no valid JSON (line 1)"),
        (b"{}", 'it has no "format_version"'),
        (b'{"format_version": "2.0", "resource_changes": []}', "plan of format 2.0"),
        (b'{"format_version": "1.0", "values": {}}', "it is a state"),
        (b'{"version": 4, "lineage": "x", "resources": []}', "it is a state"),
        (b'{"@level": "info", "@message": "x"}', "it is the log"),
        (b'{"@level": "info"}\n{"@level": "info"}', "no valid JSON (line 2)"),
        (b'{"meta": {}, "encrypted_data": "x"}', "encrypted plan of OpenTofu"),
        (b'{"format_version": "1.2", "resource_changes": [{"address": "a"}]}', "has no change"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"format_version": "1.2\xff"}', "no valid JSON"),
        (b'{"format_version": "1.2", "resource_changes": {}}', "is no list"),
        (b'{"format_version": "1.2", "resource_changes": null}', "is no list"),
        (b'{"format_version": "1.2", "deferred_changes": {}}', "is no list"),
        (b'{"format_version": "1.2", "a": ' + b"9" * 5_000 + b"}", "no valid JSON"),
        (
            b'{"format_version": "1.2", "resource_changes": [{"change": {"actions": []}}]}',
            "actions",
        ),
        (b'{"format_version": "1.2", "resource_changes": [{"change": {"actions": 1}}]}', "actions"),
    ],
)
def test_what_is_no_plan_is_refused_with_the_cause(
    data: bytes, why: str, write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(write(data), capsys)
    assert why in said
    assert said.count("\n") == 1


def test_a_missing_plan_names_how_to_make_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "terraform show -json" in refused(tmp_path / "none.json", capsys)
    assert "cannot be read" in refused(tmp_path, capsys)


def test_a_plan_of_powershell_and_one_with_a_mark_are_read(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps(body(change(["create"], None, {"name": "alice"})))
    for data in (text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        assert guarded(write(data), capsys)[0] == 1


def test_a_plan_is_taken_from_stdin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = (PLANS / "found-create" / "plan.json").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    code, result, _ = guarded(Path("-"), capsys)
    assert (code, result["plan"]) == (1, "-")


def test_a_plan_without_changes_is_a_plan(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    bare = {"format_version": "1.2", "terraform_version": "1.13.0"}
    assert guarded(write(bare), capsys)[0] == 0


def test_letters_written_as_numbers_are_read(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps(body(change(["update"], {"name": "bob"}, {"name": "alice"})))
    hidden = text.replace("alice", "".join(f"\\u{ord(c):04x}" for c in "alice"))
    assert guarded(write(hidden.encode()), capsys)[0] == 1


def test_names_beyond_ascii_are_compared_as_names_are(
    write: Callable[[Any], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = tmp_path / "leavers.json"
    subject = {"id": "leaver-1", "kind": "person", "aliases": ["zoë@example.com"]}
    roster.write_text(json.dumps({"version": 1, "subjects": [subject]}), encoding="utf-8")
    member = {"role": "roles/viewer", "member": "user:Zoë@example.com", "project": "p"}
    made = change(["create"], None, member, type="google_project_iam_member", address="g.x")
    plan = write(json.dumps(body(made), ensure_ascii=False).encode())
    assert main(["guard", "--subjects", str(roster), "--plan-json", str(plan)]) == 1
    capsys.readouterr()


@pytest.mark.parametrize("more", [{"errored": True}, {"deferred_changes": [{"reason": "x",
    "resource_change": change(["create"], None, {"name": "bob"})}]}])  # fmt: skip
def test_a_plan_that_leaves_something_open_is_no_all_clear(
    more: dict[str, Any], write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    code, result, _ = guarded(write(body(**more)), capsys)
    assert code == 3
    assert result["counts"]["skipped"] == 1


def test_a_deferred_change_that_brings_the_leaver_back_is_found(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    deferred = {"reason": "x", "resource_change": change(["create"], None, {"name": "alice"})}
    code, result, _ = guarded(write(body(deferred_changes=[deferred])), capsys)
    assert code == 1
    assert found(result, "returns") == [("returns", "aws_iam_user.x", "name")]


def test_a_change_of_which_nothing_is_known_is_undecided(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(write(body(change(["create"], None, None, unknown=True))), capsys)[0] == 3
