"""What a plan of Terraform tells a scan: exact addresses, and what the code alone leaves open."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.cli import main
from iac_offboard.demo.strict import StrictServer
from iac_offboard.demo.toolchain import find_toolchain
from tests.guard import making
from tests.guard.making import LEAVERS
from tests.planned.desk import kind, laid_out, places, scanned, skipped
from tests.planned.making import CASES, PLANS

WHO = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
MODULE = 'module.access.aws_iam_user_group_membership.person["alice"]'
UNDECIDED = [
    ("declared", "identity", "aws_iam_user.lead", ("plan",)),
    ("declared", "membership", MODULE, ("plan",)),
    ("declared", "membership", "aws_iam_group_membership.readers", ("plan",)),
]


def test_what_the_code_leaves_open_the_plan_decides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of five undecided places three are the leaver's; those of others count no longer."""
    code, plan = laid_out("undecided", tmp_path)
    alone, before = scanned(capsys, "--terraform", code)
    assert (alone, before["findings"], len(before["skipped"])) == (3, [], 5)
    told, after = scanned(capsys, "--terraform", code, "--plan-json", plan)
    assert (told, skipped(after)) == (1, [])
    assert places(after) == UNDECIDED
    assert {o["origin"]["root"] for f in after["findings"] for o in f["observations"]} == {code}
    assert [r["source"] for r in after["reads"]] == [f"plan {plan}"]


def test_a_plan_alone_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, plan = laid_out("undecided", tmp_path)
    code, result = scanned(capsys, "--plan-json", plan)
    assert (code, skipped(result)) == (1, [])
    assert places(result) == UNDECIDED


def test_what_a_data_source_looks_up_stands_in_the_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, plan = laid_out("lookup", tmp_path)
    assert scanned(capsys, "--terraform", code)[1]["counts"]["skipped"] == 1
    told, result = scanned(capsys, "--terraform", code, "--plan-json", plan)
    assert (told, skipped(result)) == (1, [])
    assert places(result) == [
        ("declared", "identity", "aws_iam_user.alice", ("state", "plan", "code")),
        ("declared", "trust", "aws_iam_role.reader", ("plan",)),
    ]


def test_a_module_that_is_not_in_the_tree_is_planned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, plan = laid_out("undecided", tmp_path)
    shutil.rmtree(Path(code) / "access")
    main_tf = Path(code) / "main.tf"
    text = main_tf.read_text("utf-8")
    remote = '"example/access/aws"\n  version = "1.2.0"'
    main_tf.write_text(text.replace('"./access"', remote), encoding="utf-8")
    told, result = scanned(capsys, "--terraform", code, "--plan-json", plan)
    assert (told, skipped(result)) == (1, [])
    assert places(result) == UNDECIDED


def test_what_moved_is_found_at_its_new_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The state that was planned from is read as a state, without serial and lineage."""
    code, plan = laid_out("moved", tmp_path)
    told, result = scanned(capsys, "--terraform", code, "--plan-json", plan)
    assert (told, skipped(result)) == (1, [])
    address = 'aws_iam_user.person["alice"]'
    assert places(result) == [("declared", "identity", address, ("state", "plan"))]
    held, planned = (o["origin"] for o in result["findings"][0]["observations"])
    assert (held["serial"], held["lineage"], held["file"]) == (0, "", plan)
    assert (planned["actions"], planned["path"]) == (["no-op"], "name")


def test_what_the_plan_destroys_is_in_its_state_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("harmless-destroy", "harmless-forgotten"):
        code, plan = laid_out(name, tmp_path / name, making.PLANS)
        told, result = scanned(capsys, "--terraform", code, "--plan-json", plan)
        assert (told, skipped(result)) == (1, [])
        assert [(p[0], p[3]) for p in places(result)] == [("state only", ("state",))]


def test_what_is_made_anew_is_found_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, plan = laid_out("found-replace", tmp_path, making.PLANS)
    told, result = scanned(capsys, "--terraform", code, "--plan-json", plan)
    assert (told, skipped(result)) == (1, [])
    address = "aws_iam_user_policy_attachment.reader"
    assert [p for p in places(result) if p[2] == address] == [
        ("declared", "grant", address, ("plan", "code"))
    ]


def test_an_index_that_shifts_names_who_stands_there_afterwards(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, plan = laid_out("found-count-shift", tmp_path, making.PLANS)
    told, result = scanned(capsys, "--terraform", code, "--plan-json", plan)
    assert told == 1
    origins = [o["origin"] for f in result["findings"] for o in f["observations"]]
    assert {(kind(o), o["address"]) for o in origins} == {
        ("plan", "aws_iam_user.person[0]"),
        ("state", "aws_iam_user.person[1]"),
        ("code", "aws_iam_user.person[0]"),
    }


def test_what_the_plan_does_not_know_stays_undecided(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Followed in the code where that is given."""
    code, plan = laid_out("found-unknown", tmp_path, making.PLANS)
    told, alone = scanned(capsys, "--plan-json", plan)
    assert (told, skipped(alone)) == (1, [(f"{plan} aws_iam_role.reader", "undecided")])
    assert [p[2] for p in places(alone)] == ["aws_iam_user.alice"]
    told, both = scanned(capsys, "--plan-json", plan, "--terraform", code)
    assert (told, skipped(both)) == (1, [])
    assert places(both)[1] == ("declared", "trust", "aws_iam_role.reader", ("code",))


def test_what_neither_knows_stays_undecided_though_a_state_tells_what_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, plan = laid_out("lookup", tmp_path)
    body = json.loads(Path(plan).read_bytes())
    for change in body["resource_changes"]:
        if change["address"] == "aws_iam_role.reader":
            change["change"]["after"].pop("assume_role_policy")
            change["change"]["after_unknown"]["assume_role_policy"] = True
    role = next(c for c in body["resource_changes"] if c["address"] == "aws_iam_role.reader")
    held = {"type": "aws_iam_role", "name": "reader", "mode": "managed", "instances": [
        {"attributes": {"name": "reader", "assume_role_policy": "{}"}}]}  # fmt: skip
    state = {"version": 4, "serial": 1, "lineage": "l", "resources": [held]}
    (tmp_path / "a.tfstate").write_text(json.dumps(state), encoding="utf-8")
    Path(plan).write_text(json.dumps(body), encoding="utf-8")
    told, result = scanned(
        capsys, "--terraform", code, "--plan-json", plan, "--state", str(tmp_path / "a.tfstate")
    )
    assert role["change"]["actions"] == ["create"]
    assert (told, skipped(result)) == (1, [(f"{code}: aws_iam_role.reader", "undecided")])


def test_a_root_is_named_or_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two roots it is the one with the addresses of the plan; one that is named has to exist."""
    monkeypatch.chdir(tmp_path)
    for name in ("undecided", "lookup"):
        shutil.copytree(PLANS / name / "after", tmp_path / "code" / name)
        shutil.copy(PLANS / name / "plan.json", tmp_path / f"{name}.json")
    given = ["--terraform", "code", "--plan-json", "undecided.json"]
    told, found = scanned(capsys, *given, "--plan-json", "code/lookup=lookup.json")
    assert (told, skipped(found)) == (1, [])
    origins = [o["origin"] for f in found["findings"] for o in f["observations"]]
    roots = {o["root"] for o in origins if kind(o) == "plan"}
    assert roots == {"code/undecided", "code/lookup"}
    shutil.copytree("code/lookup", "code/other")
    _, unclear = scanned(capsys, "--terraform", "code", "--plan-json", "lookup.json")
    assert [n["where"] for n in unclear["notes"] if "cannot be told" in n["text"]] == [
        "lookup.json"
    ]
    named = ["--terraform", "code", "--plan-json", "none=lookup.json"]
    assert main(["scan", "--subjects", str(LEAVERS), *named]) == 2
    assert "--plan-json none=lookup.json: there is no root module none." in capsys.readouterr().err


def test_a_plan_of_other_code_decides_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where only one root was read, and where it lies in the directory of that."""
    code, _ = laid_out("lookup", tmp_path)
    text = (PLANS / "moved" / "plan.json").read_text("utf-8")
    for plan in (Path(code) / "tfplan.json", tmp_path / "other.json"):
        plan.write_text(text.replace("aws_iam_user.", "aws_iam_group."), encoding="utf-8")
        _, result = scanned(capsys, "--terraform", code, "--plan-json", str(plan))
        assert (f"{code}: aws_iam_role.reader", "undecided") in skipped(result)
        assert [n["where"] for n in result["notes"] if "cannot be told" in n["text"]] == [str(plan)]


def test_code_that_was_committed_after_the_plan_is_noted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a plan that is older than the code nobody knows whether it still holds."""
    code, plan = laid_out("lookup", tmp_path)
    for year, noted in ((2026, 0), (2099, 1)):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{year}-01-01T00:00:00Z")
        (tmp_path / "code" / "more.tf").write_text(f"# {year}\n", encoding="utf-8")
        for command in (["init", "-q"], ["add", "."], [*WHO, "commit", "-q", "-m", "x"]):
            subprocess.run(["git", *command], cwd=code, check=True)
        _, result = scanned(capsys, "--terraform", code, "--plan-json", plan)
        notes = [n for n in result["notes"] if "committed after it" in n["text"]]
        assert [n["where"] for n in notes] == [plan] * noted


def test_sensitive_values_are_hidden_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the code is read it tells what the plan hides after the apply."""
    code, plan = laid_out("found-sensitive", tmp_path, making.PLANS)
    address = f"{plan} aws_iam_group_membership.readers"
    told, alone = scanned(capsys, "--plan-json", plan)
    assert (told, skipped(alone)) == (1, [(address, "undecided")] * 2)
    told, both = scanned(capsys, "--plan-json", plan, "--terraform", code)
    assert (told, skipped(both)) == (1, [(address, "undecided")])
    assert places(both)[1][2:] == ("aws_iam_group_membership.readers", ("code",))


def test_only_what_a_row_names_leaves_the_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    canary = "canary-4b1d-secret"
    _, plan = laid_out("undecided", tmp_path)
    body = json.loads(Path(plan).read_bytes())
    for change in body["resource_changes"]:
        change["change"]["after"] |= {"description": canary, "tags": {"note": canary}}
    body["variables"] = {"token": {"value": canary}}
    Path(plan).write_text(json.dumps(body), encoding="utf-8")
    for form in ("json", "table", "markdown", "sarif"):
        asked = ["--plan-json", plan, "--format", form]
        assert main(["scan", "--subjects", str(LEAVERS), *asked]) == 1
        said = capsys.readouterr()
        assert canary not in said.out + said.err
        assert re.sub(r"\s", "", MODULE) in re.sub(r"[\s\\]|│", "", said.out)


def test_sarif_places_it_in_the_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, plan = laid_out("undecided", tmp_path)
    main(["scan", "--subjects", str(LEAVERS), "--plan-json", plan, "--format", "sarif"])
    result = json.loads(capsys.readouterr().out)["runs"][0]["results"][0]
    assert result["locations"] == [
        {
            "physicalLocation": {"artifactLocation": {"uri": f"file://{plan}"}},
            "logicalLocations": [{"fullyQualifiedName": "aws_iam_user.lead", "kind": "resource"}],
        }
    ]


@pytest.mark.real
@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
@pytest.mark.parametrize("name", sorted(CASES))
def test_terraform_plans_it_so(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is found in the plan that is kept is found in what Terraform plans today."""
    toolchain = find_toolchain()
    if not making.new_enough(toolchain):
        pytest.skip("These plans need Terraform 1.7 or newer.")
    with StrictServer() as server:
        text = making.planned(
            name, server, toolchain, tmp_path / "root", cases=PLANS, env=CASES[name]
        )
    made = tmp_path / "made.json"
    made.write_text(text, encoding="utf-8")
    found: list[Any] = []
    for plan in (made, PLANS / name / "plan.json"):
        code, result = scanned(capsys, "--plan-json", str(plan))
        found.append((code, places(result), len(result["skipped"])))
    assert found[0] == found[1]
