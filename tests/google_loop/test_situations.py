"""Ten situations on Google Cloud, from the first scan to dead, through the command line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.google_loop import asking
from tests.google_loop.situations import CASES, FORMER, SITUATIONS
from tests.google_loop.staging import Stage

RECORDED = [name for name in SITUATIONS if (CASES / name / "recorded.json").exists()]
ALL = pytest.mark.parametrize("name", RECORDED)


@ALL
def test_the_leaver_can_do_it_and_the_others_too(stage: Callable[[str], Stage], name: str) -> None:
    """Without this nothing that follows would prove anything."""
    team = stage(name)
    asked = {place: frozenset(named) for place, named in team.situation.asked.items()}
    if FORMER not in team.situation.aliases:
        assert asking.leaver(team) == asked
    assert all(asking.keys(team).values())
