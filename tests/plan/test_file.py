"""plan.json: bytes, digest, schema."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import jsonschema
import pytest

from iac_offboard.errors import PlanFileError
from iac_offboard.model import Plan, Scope
from iac_offboard.plan import file_v1
from iac_offboard.plan.actions import build_actions
from tests.plan.build import AT, LIVE, code, finding, subject, user


def plan() -> Plan:
    found = (
        user(LIVE, code("aws_iam_user.alice")),
        finding("iam_access_key", "AKIA1", status="Active"),
    )
    leaver = subject(release=frozenset({"b", "a", "c"}))
    actions, manual = build_actions(found, {leaver.id: leaver}, {})
    return Plan(
        version=1,
        tool="iac-offboard test",
        made_at=AT,
        made_by=(("git", "lead@example.com"),),
        scope=Scope(),
        sources=(("subjects", "leavers.yaml"),),
        inputs=(),
        subjects=(leaver,),
        findings=found,
        actions=actions,
        manual=manual,
        holds=(),
        patches=(),
        skipped=(),
        notes=(),
    )


def test_a_plan_comes_back_equal_and_with_equal_bytes() -> None:
    data = file_v1.dumps(plan())
    again = file_v1.loads(data, "plan.json")
    assert again == plan()
    assert file_v1.dumps(again) == data


def test_the_schema_in_the_package_is_that_of_the_types() -> None:
    assert file_v1.schema() == file_v1.make_schema(), (
        "regenerate it: python -c 'from iac_offboard.plan import file_v1; "
        'print(file_v1.make_schema(), end="")\' > iac_offboard/plan/schema_v1.json'
    )


def test_a_plan_follows_the_schema() -> None:
    body = json.loads(file_v1.dumps(plan()))
    schema = json.loads(file_v1.schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(body, schema)
    assert body["can_apply"] is True


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "is not JSON"),
        (b"[]", "not a plan of version 1"),
        (b'{"version": 2}', "not a plan of version 1"),
        (b'{"version": 1}', "does not follow the plan format"),
    ],
)
def test_what_is_no_plan_is_refused_with_the_reason(data: bytes, says: str) -> None:
    with pytest.raises(PlanFileError, match=says):
        file_v1.loads(data, "plan.json")


def test_a_missing_plan_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(PlanFileError, match=r"Cannot read the plan .*No such file"):
        file_v1.read(tmp_path / "plan.json")


def test_files_are_private_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "case" / "plan.json"
    file_v1.write_private(path, b"one")
    file_v1.write_private(path, b"two")
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["plan.json"]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ((), "'wait_for'"),
        (("actions", 0), "'actions.0.wait_for'"),
        (("actions", 0, "target"), "'actions.0.target.wait_for'"),
        (("subjects", 0), "'subjects.0.wait_for'"),
        (
            ("findings", 0, "observations", 1, "origin"),
            "'findings.0.observations.1.origin.wait_for",
        ),
    ],
)
def test_what_a_newer_version_added_is_not_passed_over(
    path: tuple[str | int, ...], says: str
) -> None:
    body = json.loads(file_v1.dumps(plan()))
    place = body
    for step in path:
        place = place[step]
    place["wait_for"] = "a gate"
    with pytest.raises(PlanFileError, match="made by a newer version") as seen:
        file_v1.loads(json.dumps(body).encode(), "plan.json")
    assert says in str(seen.value)
    assert "test" in str(seen.value)
    assert "a gate" not in str(seen.value)
    assert "version" in seen.value.hint


def test_what_an_older_version_did_not_know_has_its_default() -> None:
    body = json.loads(file_v1.dumps(plan()))
    for key in ("order", "rolls_back", "waived", "can_apply"):
        del body[key]
    for action in body["actions"]:
        del action["accept"]
    del body["subjects"][0]["tier"]
    again = file_v1.loads(json.dumps(body).encode(), "plan.json")
    assert again.subjects == plan().subjects
    assert (again.order, again.rolls_back, again.waived) == ((), "", ())
    assert {a.accept for a in again.actions} == {""}
