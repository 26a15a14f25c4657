"""One server for all situations; each test gets an organization anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from iac_offboard.cli import options
from iac_offboard.demo.google import GoogleServer
from tests.google_loop.staging import Stage, point_at, staged


@pytest.fixture(scope="session")
def server() -> Iterator[GoogleServer]:
    with GoogleServer() as running:
        yield running


@pytest.fixture
def stage(
    server: GoogleServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Stage]:
    """The situation of that name, with this test at its command line."""
    server.reset()
    point_at(server, tmp_path, monkeypatch)

    def put(name: str) -> Stage:
        made = staged(name, server, tmp_path)
        monkeypatch.setattr(options, "now", made.clock.now)
        return made

    return put
