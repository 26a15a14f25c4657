"""SIGKILL at every step of an apply with 20 actions; run again; nothing twice, nothing lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from iac_offboard.apply import Journal, verify_chain
from iac_offboard.model import Outcome
from tests.apply.killing import actions, apply, die, no_wait
from tests.apply.plans import DIGEST, Clock, Cloud

# A server process that forks clean children: a real process to kill, without the start-up.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.apply.killing"])

POINTS = (
    "before-intent",
    "after-intent",
    "in-call-before",
    "in-call-after",
    "after-call",
    "after-result",
)


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", no_wait)


def killed(folder: Path, point: str) -> None:
    process = PROCESSES.Process(target=die, args=(folder, point))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL


def check_finished(folder: Path) -> None:
    assert Cloud(folder / "effects").effects == [a.id for a in actions()]
    verify_chain(folder / "journal.jsonl", DIGEST)
    with Journal.open(folder / "journal.jsonl", DIGEST, Clock()) as journal:
        ended = [r for r in journal.records if r.outcome is not Outcome.INTENT]
    assert [r.action for r in ended] == [a.id for a in actions()]
    assert all(r.outcome in (Outcome.DONE, Outcome.ALREADY) for r in ended)
    assert all(r.undo for r in ended)


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_each_action(tmp_path: Path, point: str) -> None:
    for one in actions():
        folder = tmp_path / one.id
        folder.mkdir()
        killed(folder, f"{point}:{one.id}")
        apply(folder)
        check_finished(folder)


@pytest.mark.parametrize("point", POINTS)
def test_killed_again_and_again(tmp_path: Path, point: str) -> None:
    """Never more than one action further, then once to the end."""
    for one in actions():
        killed(tmp_path, f"{point}:{one.id}")
    apply(tmp_path)
    check_finished(tmp_path)


@pytest.mark.parametrize("torn", [b"{", b'{"action":"a05","at":"2026-11-', b"\x00\x00"])
def test_killed_within_a_line(tmp_path: Path, torn: bytes) -> None:
    killed(tmp_path, "after-call:a05")
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(torn)
    apply(tmp_path)
    check_finished(tmp_path)
