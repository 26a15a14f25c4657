"""One strict AWS and one Google Cloud for the session, empty again for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from iac_offboard.demo.google import GoogleServer
from iac_offboard.demo.strict import StrictServer
from tests.apply.aws import Aws
from tests.apply.gcp import Google
from tests.strict_env import point_at


@pytest.fixture(scope="session")
def server() -> Iterator[StrictServer]:
    with StrictServer() as running:
        yield running


@pytest.fixture
def aws(server: StrictServer, monkeypatch: pytest.MonkeyPatch) -> Aws:
    point_at(server, monkeypatch)
    return Aws(server.app)


@pytest.fixture(scope="session")
def google_server() -> Iterator[GoogleServer]:
    with GoogleServer() as running:
        yield running


@pytest.fixture
def google(google_server: GoogleServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Google:
    return Google.begin(google_server, tmp_path, monkeypatch)
