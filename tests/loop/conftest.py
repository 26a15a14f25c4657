"""One team under real Terraform, with what Terraform does not know of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from iac_offboard.demo import world as demo
from iac_offboard.demo.loop import leaving_now
from iac_offboard.demo.toolchain import find_toolchain
from iac_offboard.demo.world import TEAM
from tests.loop.checkout import PACKAGE, Checkout
from tests.loop.checkout import ROSTER as CHECKOUT_ROSTER
from tests.loop.team import ROSTER, Team


@pytest.fixture
def team(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Team]:
    """The parameter says whether the bundled provider is wanted; it is unless told otherwise."""
    toolchain = find_toolchain(prefer_bundled=getattr(request, "param", True))
    world = demo.start(tmp_path / "repository/infra", toolchain)
    try:
        demo.apply_example(world)
        demo.add_unmanaged(world)
        roster = ROSTER.format(now=leaving_now(), team=TEAM)
        (tmp_path / "leavers.yaml").write_text(roster, encoding="utf-8")
        team = Team(world, tmp_path)
        for command in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "The team")):
            team.git(*command)
        yield team
    finally:
        world.server.close()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """The user's own git configuration does not take part."""
    for file in ("GLOBAL", "SYSTEM"):
        monkeypatch.setenv(f"GIT_CONFIG_{file}", os.devnull)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Test")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "test@example.com")
    monkeypatch.setenv("PYTHONPATH", str(PACKAGE))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "leavers.yaml").write_text(CHECKOUT_ROSTER, encoding="utf-8")
    return Checkout(tmp_path)
