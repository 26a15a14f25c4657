"""Several processes find what one finds, and leave nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.errors import ToolError
from iac_offboard.pipeline import processes
from iac_offboard.pipeline.cache import Cache, open_cache
from tests.hcl.golden import GOLDEN, cases
from tests.pipeline.trees import Read, Tree, golden_tree


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return golden_tree(tmp_path_factory.mktemp("processes") / "repo")


@pytest.fixture(scope="module")
def plain(tree: Tree) -> Read:
    return tree.read()


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    found = open_cache(tmp_path)
    assert found is not None
    return found


@pytest.mark.parametrize("jobs", [2, 3])
def test_several_processes_find_what_one_finds(
    tree: Tree, plain: Read, cache: Cache, jobs: int
) -> None:
    assert tree.read(jobs=jobs) == plain
    assert tree.read(cache, jobs) == plain
    assert tree.read(cache) == plain


def test_what_one_process_remembers_others_go_on_with(
    tree: Tree, plain: Read, cache: Cache
) -> None:
    assert tree.read(cache) == plain
    changed = [path for path in tree.files() if path.suffix == ".tf"][::3]
    for path in changed:
        path.write_bytes(b"\n" + path.read_bytes())
    try:
        moved = tree.read()
        assert moved != plain
        assert tree.read(cache, 2) == moved
        assert tree.read(cache) == moved
    finally:
        for path in changed:
            path.write_bytes(path.read_bytes()[1:])


def test_one_job_and_few_roots_start_nothing(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(processes, "_Process", never)
    tree.read(jobs=1)
    shutil.copytree(GOLDEN / cases()[0] / "before", tmp_path / "few")
    Tree(tmp_path / "few", ()).read(jobs=0)
    with pytest.raises(AssertionError, match="was started"):
        tree.read(jobs=2)


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_process_that_is_killed_is_an_error(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Whatever it has answered before: the tree, outlines, shares, what is found."""
    sent: list[object] = []
    send = processes._Process.send

    def kill(self: processes._Process, message: object) -> None:
        send(self, message)
        sent.append(message)
        if len(sent) == 2 * after + 1:
            self._popen.kill()
            self._popen.wait()

    monkeypatch.setattr(processes._Process, "send", kill)
    with pytest.raises(ToolError, match="was killed by signal 9 before it was done") as told:
        tree.read(jobs=2)
    assert "--jobs 1" in told.value.hint


@pytest.mark.parametrize("after", [0, 1, 2])
def test_ctrl_c_ends_them_all(tree: Tree, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """A terminal sends it to all of them; those that read wait for who asked to end them."""
    started: list[processes._Process] = []
    answers: list[object] = []
    begin, answer = processes._Process.__init__, processes._Process.answer

    def noted(self: processes._Process, *arguments: Any) -> None:
        started.append(self)
        begin(self, *arguments)

    def interrupted(self: processes._Process) -> object:
        if len(answers) == 2 * after + 1:
            for one in started:
                os.kill(one._popen.pid, signal.SIGINT)
            time.sleep(0.2)
            assert [one._popen.poll() for one in started] == [None, None]
            signal.raise_signal(signal.SIGINT)
        answers.append(answer(self))
        return answers[-1]

    monkeypatch.setattr(processes._Process, "__init__", noted)
    monkeypatch.setattr(processes._Process, "answer", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            tree.read(jobs=2)
    finally:
        signal.signal(signal.SIGINT, before)
    assert [one._popen.poll() for one in started] == [-signal.SIGKILL] * 2
