"""One team for all tests of real runs, a copy of its files for each; and a program of a script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from iac_offboard.demo.strict import StrictServer
from iac_offboard.demo.toolchain import find_toolchain
from tests.strict_env import without_waiting
from tests.witness.bench import Bench
from tests.witness.given import Given
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


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.chdir(tmp_path)
    for name in ("TF_WORKSPACE", "TF_DATA_DIR", "TF_CLI_CONFIG_FILE", "IAC_OFFBOARD_TERRAFORM"):
        monkeypatch.delenv(name, raising=False)
    Given.planned(tmp_path)
    return Bench(tmp_path)


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Given:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "240")  # what is folded is not found
    return Given.planned(tmp_path)
