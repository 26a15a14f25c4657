"""One strict AWS for the session, empty again for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from iac_offboard.demo.strict import StrictServer
from tests.apply.aws import Aws
from tests.strict_env import point_at


@pytest.fixture(scope="session")
def server() -> Iterator[StrictServer]:
    with StrictServer() as running:
        yield running


@pytest.fixture
def aws(server: StrictServer, monkeypatch: pytest.MonkeyPatch) -> Aws:
    point_at(server, monkeypatch)
    return Aws(server.app)
