"""Plans made for tests, and the guard run over them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.cli import main
from tests.guard.making import LEAVERS

KEY = "0123456789abcdef0123456789abcdef"


CANARY = "canary-secret-5e1f0c"


NOW = datetime(2026, 12, 1, tzinfo=UTC)


ARN = "arn:aws:iam::111122223333:user/{}"


ROLE = {"type": "aws_iam_role", "address": "aws_iam_role.x"}


def change(actions: list[str], before: Any, after: Any, **more: Any) -> dict[str, Any]:
    described = {"address": "aws_iam_user.x", "mode": "managed", "type": "aws_iam_user"}
    return {
        **described,
        **{k: v for k, v in more.items() if k in ("address", "type", "mode")},
        "name": "x",
        "change": {
            "actions": actions,
            "before": before,
            "after": after,
            "after_unknown": more.get("unknown", {}),
        },
    }


def body(*changes: Any, **more: Any) -> dict[str, Any]:
    return {
        "format_version": "1.2",
        "terraform_version": "1.13.0",
        "resource_changes": list(changes),
        **more,
    }


def unknown_trust(*references: str, resources: Any = (), **module: Any) -> dict[str, Any]:
    made = change(
        ["create"], None, {"name": "x"}, unknown={"assume_role_policy": True, "arn": True}, **ROLE
    )
    role = {
        "address": "aws_iam_role.x",
        "mode": "managed",
        "type": "aws_iam_role",
        "expressions": {"assume_role_policy": {"references": list(references)}},
    }
    root = {"resources": [role, *resources], **module}
    return body(made, configuration={"root_module": root})


def refused(plan: Path | str, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    code = main(["guard", "--subjects", str(LEAVERS), "--plan-json", str(plan), *more])
    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    return said.err


def exceptions(tmp_path: Path, until: datetime, address: str = "aws_iam_user.alice") -> str:
    path = tmp_path / "exceptions.yaml"
    path.write_text(
        "version: 1\nexceptions:\n"
        f"  - subject: leaver-2041\n    address: {address}\n    reason: handed over\n"
        f"    by: lead@example.com\n    until: {until.date()}\n",
        encoding="utf-8",
    )
    return str(path)


def guarded(plan: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, Any, str]:
    code = main(
        ["guard", "--subjects", str(LEAVERS), "--plan-json", str(plan), "--format", "json", *more]
    )
    said = capsys.readouterr()
    return code, json.loads(said.out), said.err


def found(result: Any, *grades: str) -> list[tuple[str, str, str]]:
    return [
        (g["grade"], g["address"], g["path"])
        for g in result["found"]
        if not grades or g["grade"] in grades
    ]
