"""One server and one Terraform for all cases; each test gets its case applied anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from iac_offboard.cli import options
from iac_offboard.demo.strict import StrictServer
from iac_offboard.demo.toolchain import Toolchain, find_toolchain
from tests.strict_env import point_at, without_waiting
from tests.verdicts.staging import Stage, staged


@pytest.fixture(scope="session")
def server() -> Iterator[StrictServer]:
    with StrictServer() as running:
        yield running


@pytest.fixture(scope="session")
def toolchain() -> Toolchain:
    """The Python packages' own: a plan takes a second with it, several with a newer provider."""
    return find_toolchain(prefer_bundled=True)


@pytest.fixture
def stage(
    server: StrictServer,
    toolchain: Toolchain,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str], Stage]:
    """The case of that name, with this test at its command line."""
    point_at(server, monkeypatch)
    without_waiting(monkeypatch)
    monkeypatch.chdir(tmp_path)

    def put(name: str) -> Stage:
        made = staged(name, server, toolchain, tmp_path)
        monkeypatch.setattr(options, "now", made.now)
        return made

    return put
