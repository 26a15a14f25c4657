"""A plan that cannot be read, or that says less than all, is never counted as clean."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from iac_offboard.cli import main
from tests.guard.making import LEAVERS
from tests.planned.desk import laid_out, places, scanned, skipped
from tests.planned.making import PLANS

EMPTY = {"format_version": "1.2", "terraform_version": "1.13.0", "complete": True}


@pytest.mark.parametrize(
    ("data", "reason", "why"),
    [
        (b"", "unparseable", "is empty"),
        (b"PK\x03\x04rest", "unparseable", "is a binary plan"),
        (b'{"format_version": "1.2", "resource_changes": [{"add', "unparseable", "be cut off"),
        (b'{"format_version": "1.0", "values": {}}', "unsupported", "it is a state"),
        (b'{"@level": "info", "@message": "x"}', "unsupported", "it is the log"),
        (b'{"format_version": "2.0", "resource_changes": []}', "unsupported", "format 2.0"),
        (b'{"meta": {}, "encrypted_data": "x"}', "encrypted", "encrypted plan of OpenTofu"),
        (b'{"format_version": "1.2", "resource_changes": {}}', "unparseable", "is no list"),
        (b'{"format_version": "1.2", "resource_changes": [{"change": {"actions": ["create"]}}]}',
         "unparseable", "does not say of what"),
        (b'{"format_version": "1.2", "prior_state": {"values": [], "format_version": "1.0"}}',
         "unparseable", "the prior state in"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_skipped(
    data: bytes, reason: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tfplan.json"
    file.write_bytes(data)
    code, result = scanned(capsys, "--plan-json", str(file))
    assert (code, skipped(result)) == (3, [(str(file), reason)])
    (one,) = result["skipped"]
    assert why in one["detail"]
    assert one["side"] == "return_risk"
    assert one["next_step"]


def test_a_plan_that_is_missing_is_skipped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "none.json")
    code, result = scanned(capsys, "--plan-json", file)
    assert (code, skipped(result)) == (3, [(file, "missing")])


def test_a_plan_of_nothing_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tfplan.json"
    file.write_text(json.dumps(EMPTY), encoding="utf-8")
    code, result = scanned(capsys, "--plan-json", str(file))
    assert (code, result["skipped"], len(result["reads"])) == (0, [], 1)


@pytest.mark.parametrize("name", ["targeted", "refresh-only"])
def test_a_plan_of_a_part_says_nothing_of_the_rest(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The leaver stands in the code, and neither plan says so; with the code it is found."""
    code, plan = laid_out(name, tmp_path)
    told, alone = scanned(capsys, "--plan-json", plan)
    assert (told, skipped(alone)) == (3, [(plan, "undecided")])
    told, both = scanned(capsys, "--plan-json", plan, "--terraform", code)
    assert (told, skipped(both)) == (1, [])
    assert [p[3] for p in places(both)] == [("code",)]


@pytest.mark.parametrize("said", ["errored", "deferred_changes"])
def test_a_plan_that_leaves_something_open_says_so(
    said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the code's own questions stay open where it says nothing of them."""
    code, plan = laid_out("undecided", tmp_path)
    body = json.loads(Path(plan).read_bytes())
    changes = body["resource_changes"]
    body["resource_changes"] = [c for c in changes if c["address"] != "aws_iam_user.deputy"]
    later = next(c for c in changes if c["address"] == "aws_iam_user.deputy")
    body[said] = True if said == "errored" else [{"reason": "x", "resource_change": later}]
    Path(plan).write_text(json.dumps(body), encoding="utf-8")
    _, alone = scanned(capsys, "--plan-json", plan)
    assert skipped(alone) == [(plan, "undecided")]
    told, result = scanned(capsys, "--terraform", code, "--plan-json", plan)
    assert told == 1
    open_ = {where for where, _ in skipped(result)}
    assert plan in open_
    assert (f"{code}: aws_iam_user.deputy" in open_) == (said == "errored")


def test_a_plan_is_piped_into_a_scan_and_not_into_a_plan_that_is_verified_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = (PLANS / "undecided" / "plan.json").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    code, result = scanned(capsys, "--plan-json", "-")
    assert (code, len(result["findings"])) == (1, 3)
    out = str(tmp_path / "out")
    given = ["--subjects", str(LEAVERS), "--plan-json", "root=-", "--out", out]
    assert main(["plan", *given]) == 2
    assert "piped in" in capsys.readouterr().err


def test_something_has_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "--subjects", str(LEAVERS)]) == 2
    assert "--plan-json FILE" in capsys.readouterr().err
