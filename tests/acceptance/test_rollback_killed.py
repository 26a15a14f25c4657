"""SIGKILL at each journal step of a restoring plan; run again; the account is as it was."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import chdir
from itertools import cycle
from multiprocessing import forkserver
from pathlib import Path

import pytest

from iac_offboard.apply import verify_chain
from iac_offboard.plan.file_v1 import digest
from tests.acceptance.crowded import crowd
from tests.acceptance.desk import Desk, run
from tests.acceptance.killed import die
from tests.acceptance.restoring import EVERYWHERE, denied, keep_the_user, photo, rollback
from tests.acceptance.test_killed import IN_TURN, PROCESSES, TOP, environment


@pytest.fixture(scope="module", autouse=True)
def _children() -> None:
    with chdir(TOP):
        forkserver.ensure_running()


def _kill(desk: Desk, file: Path, point: str) -> None:
    process = PROCESSES.Process(target=die, args=(file, point, environment(desk.server)))
    process.start()
    process.join(60)
    assert process.exitcode == -9, point


def _restoring(desk: Desk) -> Path:
    """Everything that can come back was taken out; the plan that puts it back, approved."""
    crowd(desk)
    desk.planned(*EVERYWHERE)
    keep_the_user(desk)
    desk.apply()
    desk.app.injection.clear()
    assert rollback(desk).code == 0
    file = desk.case / "rollback" / "plan.json"
    assert run("approve", str(file), "--by", "lead@example.com").code == 0
    return file


def _actions(file: Path) -> list[str]:
    return [a["id"] for a in json.loads(file.read_bytes())["actions"]]


@pytest.fixture(scope="module")
def whole() -> dict[str, object]:
    """What an uninterrupted rollback left, from the first test on."""
    return {}


@pytest.mark.parametrize("points", IN_TURN)
def test_killed_at_every_action_it_ends_as_if_nobody_had_been(
    desk: Desk, points: tuple[str, ...], whole: dict[str, object]
) -> None:
    file = _restoring(desk)
    desk.forget_writes()
    for point, action in zip(cycle(points), _actions(file), strict=False):
        _kill(desk, file, f"{point}:{action}")
        # Nobody goes on with the removal meanwhile.
        assert desk.apply("--phase", "contain").said("was rolled back")
    done = run("apply", str(file))
    assert done.code == 0, done.out + done.err
    assert set(desk.effects().values()) == {1}
    assert denied(desk) == []
    verify_chain(file.parent / "journal.jsonl", digest(file.read_bytes()))
    operations: Counter[tuple[str, str]] = Counter()
    for (operation, account, _), times in desk.effects().items():
        operations[operation, account] += times
    assert whole.setdefault("operations", operations) == operations
    assert operations["iam:UpdateAssumeRolePolicy", "444455556666"] == 1
    assert operations["s3:PutBucketPolicy", "111122223333"] == 1


def test_only_what_cannot_come_back_is_missing(desk: Desk) -> None:
    crowd(desk)
    before = json.loads(photo(desk))
    desk.planned(*EVERYWHERE)
    assert desk.apply("--phase", "contain").code == 0
    assert rollback(desk).code == 0
    file = desk.case / "rollback" / "plan.json"
    assert run("approve", str(file), "--by", "lead@example.com").code == 0
    first, *_, last = _actions(file)
    _kill(desk, file, f"after-call:{first}")
    _kill(desk, file, f"after-call:{last}")
    assert run("apply", str(file)).code == 0
    assert json.loads(photo(desk)) == before
