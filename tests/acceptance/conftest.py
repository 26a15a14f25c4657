"""One strict AWS for each module, empty again for each test, and a quiet environment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from iac_offboard.apply.aws import hanging
from iac_offboard.cli import options
from iac_offboard.clouds.aws import calls
from iac_offboard.demo.strict import StrictServer
from tests.acceptance.desk import Desk
from tests.strict_env import point_at


@pytest.fixture(scope="module")
def server() -> Iterator[StrictServer]:
    with StrictServer() as running:
        yield running


@pytest.fixture
def desk(server: StrictServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    point_at(server, monkeypatch)
    monkeypatch.delenv("IAC_OFFBOARD_AWS_EXTERNAL_ID", raising=False)
    # The real back-off, a thousand times faster: a test does not wait for a cloud to calm down.
    monkeypatch.setattr(calls, "BASE_DELAY", 0.0005)
    monkeypatch.setattr(calls, "MAX_DELAY", 0.002)
    monkeypatch.setattr(hanging, "SECONDS", 0.001)
    monkeypatch.chdir(tmp_path)
    desk = Desk(server, tmp_path)
    monkeypatch.setattr(options, "now", desk.now)
    return desk
