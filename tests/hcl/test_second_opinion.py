"""A second reader that sees something else in an edited file holds the plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from iac_offboard.edit.second_reader import Opinion
from iac_offboard.pipeline import second_opinions
from tests.hcl.golden import Case


@pytest.mark.parametrize("opinion", [Opinion(), Opinion(disagrees="bob is gone, too")])
def test_who_reads_it_differently_holds_the_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opinion: Opinion
) -> None:
    asked: list[str] = []

    def agrees(before: bytes, after: bytes, file: str) -> Opinion:
        assert b"alice" in before
        assert b"alice" not in after
        asked.append(file)
        return opinion

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(second_opinions, "agrees", agrees)
    _, plan = Case.copy("json-map", tmp_path).plan("out")
    assert asked == ["people.json"], "every edited file is read, and no other"
    held = [(h["code"], h["where"]) for h in plan["holds"]]
    assert held == ([("second-reader", "people.json")] if opinion.disagrees else [])
    assert plan["can_apply"] is not bool(opinion.disagrees)
