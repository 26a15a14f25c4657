"""Where the code, its state and temporary files lie to each other."""

from __future__ import annotations

import pytest

from tests.witness.bench import Bench, open_


def _keeps_state_in(bench: Bench, path: str) -> None:
    text = f'terraform {{\n  backend "local" {{\n    path = "{path}"\n  }}\n}}\n'
    bench.write("infra/backend.tf", text)


def test_a_place_for_temporary_files_inside_of_the_code_is_not_copied(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = bench.work / "infra" / "tmp"
    inside.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(inside))
    assert bench.prove(bench.program()).code == 0
    assert list(inside.iterdir()) == []


def test_a_state_beside_the_root_is_planned_from_and_not_written_to(bench: Bench) -> None:
    """Without it every plan would be one of an empty state, and witness anything."""
    state = bench.work / "states" / "x.tfstate"
    state.parent.mkdir()
    state.write_text("{}")
    _keeps_state_in(bench, "../states/x.tfstate")
    reads = 'test "$(cat ../states/x.tfstate)" = "{}" && echo x >> ../states/x.tfstate.new'
    assert bench.prove(bench.program(plan=f"{reads} || exit 1")).code == 0
    assert [file.name for file in state.parent.iterdir()] == ["x.tfstate"]


def test_a_state_that_the_copy_cannot_have_is_not_witnessed(bench: Bench) -> None:
    _keeps_state_in(bench, "../../../states/x.tfstate")
    said = open_(bench.prove(bench.program()))
    assert "its state lies outside of the code that is copied" in said
    assert bench.log == []
