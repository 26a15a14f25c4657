"""One strict AWS for the session, empty again for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from iac_offboard.demo.strict import StrictServer
from tests.live.strict_cloud import Cloud
from tests.strict_env import point_at


@pytest.fixture(scope="session")
def server() -> Iterator[StrictServer]:
    with StrictServer() as running:
        yield running


@pytest.fixture
def cloud(server: StrictServer, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    point_at(server, monkeypatch)
    return Cloud(server.app)
