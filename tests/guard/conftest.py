"""A clock that stands, a file for a plan, a hashed roster."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.cli import main, options
from tests.guard.guarding import KEY, NOW
from tests.guard.making import LEAVERS


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "now", lambda: NOW)
    monkeypatch.delenv("IAC_OFFBOARD_ROSTER_KEY", raising=False)
    monkeypatch.setenv("COLUMNS", "240")  # what is folded is not found


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Any], Path]:
    def written(body: Any) -> Path:
        path = tmp_path / "made.json"
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        path.write_bytes(data)
        return path

    return written


@pytest.fixture
def hashed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    key = tmp_path / "roster.key"
    key.write_text(KEY + "\n")
    assert main(["roster", "hash", "--subjects", str(LEAVERS), "--key-file", str(key)]) == 0
    path = tmp_path / "leavers.hashed.json"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return path
