"""One team for all tests of a module, a copy of its files for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from iac_offboard.demo.strict import StrictServer
from iac_offboard.demo.toolchain import find_toolchain
from tests.strict_env import without_waiting
from tests.witness.world import World, copied, made


@pytest.fixture(scope="package")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with StrictServer() as server:
        yield made(server, find_toolchain(prefer_bundled=True), tmp_path_factory.mktemp("team"))


@pytest.fixture
def world(team: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    found = copied(team, tmp_path)
    for name, value in found.environment().items():
        monkeypatch.setenv(name, value)
    without_waiting(monkeypatch)
    monkeypatch.chdir(tmp_path)
    return found
