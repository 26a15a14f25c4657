"""Every result as SARIF is what SARIF 2.1.0 allows.

The schema below is the part of the standard that we write, and nothing beside it, with the sections
of "Static Analysis Results Interchange Format (SARIF) Version 2.1.0" that say so.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from iac_offboard.cli import main
from tests.guard.making import LEAVERS, PLANS, cases
from tests.hcl.golden import GOLDEN
from tests.planned.making import CASES
from tests.planned.making import PLANS as SCANNED


def exactly(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def some(items: Any, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least}


TEXT = {"type": "string", "minLength": 1}
MESSAGE = exactly({"text": TEXT})  # 3.11
LEVEL = {"enum": ["none", "note", "warning", "error"]}  # 3.27.10
REGION = exactly(  # 3.30
    {
        "startLine": {"type": "integer", "minimum": 1},
        "byteOffset": {"type": "integer", "minimum": 0},
        "byteLength": {"type": "integer", "minimum": 0},
    }
)
URI = {"type": "string", "pattern": r"^[^\s\\<>^`{|}]+$"}  # 3.4.3, RFC 3986
LOCATION = exactly(  # 3.28, 3.29, 3.33
    {
        "physicalLocation": exactly({"artifactLocation": exactly({"uri": URI})}, region=REGION),
        "logicalLocations": some(exactly({"fullyQualifiedName": TEXT, "kind": TEXT}), 1),
    }
)
SUPPRESSION = exactly(  # 3.35
    {
        "kind": {"enum": ["inSource", "external"]},
        "status": {"enum": ["accepted", "underReview", "rejected"]},
        "justification": TEXT,
    }
)
RESULT = exactly(  # 3.27
    {
        "ruleId": TEXT,
        "level": LEVEL,
        "kind": {"enum": ["pass", "open", "informational", "notApplicable", "review", "fail"]},
        "message": MESSAGE,
        "partialFingerprints": {"type": "object", "additionalProperties": TEXT},
    },
    locations=some(LOCATION),
    suppressions=some(SUPPRESSION),
) | {  # 3.27.10: what did not fail has the level "none"
    "if": {"properties": {"kind": {"not": {"const": "fail"}}}},
    "then": {"properties": {"level": {"const": "none"}}},
}
DRIVER = exactly(  # 3.19
    {
        "name": TEXT,
        "version": TEXT,
        "rules": some(exactly({"id": TEXT, "shortDescription": MESSAGE}), 1),
    }
)
INVOCATION = exactly(  # 3.20, 3.58
    {
        "executionSuccessful": {"type": "boolean"},
        "toolExecutionNotifications": some(exactly({"level": LEVEL, "message": MESSAGE})),
    }
)
RUN = exactly(  # 3.14
    {"tool": exactly({"driver": DRIVER}), "results": some(RESULT)}, invocations=some(INVOCATION)
)
LOG = exactly({"$schema": TEXT, "version": {"const": "2.1.0"}, "runs": some(RUN, 1)})  # 3.13


def checked(text: str) -> list[Any]:
    """The results of a log that is what the standard allows."""
    log = json.loads(text)
    jsonschema.Draft202012Validator(LOG).validate(log)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    assert {r["ruleId"] for r in run["results"]} <= set(rules)  # 3.27.5
    results: list[Any] = run["results"]
    return results


@pytest.mark.parametrize("name", cases())
def test_of_a_guarded_plan(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    plan = str(PLANS / name / "plan.json")
    main(["guard", "--subjects", str(LEAVERS), "--plan-json", plan, "--format", "sarif"])
    results = checked(capsys.readouterr().out)
    assert ("error" in {r["level"] for r in results}) is name.startswith("found-")


@pytest.mark.parametrize("name", sorted(CASES))
def test_of_a_scanned_plan(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    plan = str(SCANNED / name / "plan.json")
    main(["scan", "--subjects", str(LEAVERS), "--plan-json", plan, "--format", "sarif"])
    results = checked(capsys.readouterr().out)
    placed = [one["locations"] for one in results if one["ruleId"] != "OFB013"]
    assert all(placed), "each in the plan"
    assert len(results) > 0


@pytest.mark.parametrize("name", ["keep-aws-patterns", "broken-file", "okta-people"])
@pytest.mark.parametrize("verb", ["scan", "plan"])
def test_of_code(name: str, verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--subjects", str(GOLDEN / name / "leavers.yaml")]
    given += ["--terraform", str(GOLDEN / name / "before"), "--format", "sarif"]
    main([verb, *given, *(["--out", str(tmp_path / "case")] if verb == "plan" else [])])
    assert checked(capsys.readouterr().out)


def test_what_the_standard_forbids_would_be_noticed() -> None:
    result = {
        "ruleId": "OFB008",
        "level": "error",
        "kind": "open",
        "message": {"text": "x"},
        "partialFingerprints": {},
    }
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(RESULT).validate(result)
    jsonschema.Draft202012Validator(RESULT).validate(result | {"level": "none"})
