"""One strict AWS for each module, empty again for each test, and a quiet environment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from iac_offboard.apply.aws import hanging
from iac_offboard.cli import options
from iac_offboard.demo.strict import StrictServer
from tests.acceptance.desk import Desk
from tests.strict_env import point_at, without_waiting


@pytest.fixture(scope="module")
def server() -> Iterator[StrictServer]:
    with StrictServer() as running:
        yield running


@pytest.fixture
def desk(server: StrictServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    point_at(server, monkeypatch)
    monkeypatch.delenv("IAC_OFFBOARD_AWS_EXTERNAL_ID", raising=False)
    without_waiting(monkeypatch)
    monkeypatch.setattr(hanging, "SECONDS", 0.001)
    monkeypatch.chdir(tmp_path)
    desk = Desk(server, tmp_path)
    monkeypatch.setattr(options, "now", desk.now)
    return desk
