"""A plan that was rolled back, wherever and however far, is not carried out again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from iac_offboard.cli import options
from iac_offboard.pipeline.apply import run_apply
from iac_offboard.plan import file_v1
from tests.acceptance.desk import ALICE, BOB, LATER, ONE_ACCOUNT, SUBJECT, Desk, Ran, run
from tests.acceptance.restoring import denied, rollback


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def contained(desk: Desk) -> Desk:
    desk.user()
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply("--phase", "contain").code == 0
    return desk


def approve(file: Path) -> None:
    given = run("approve", str(file), "--by", "lead@example.com")
    assert given.code == 0, given.err


def refused(desk: Desk, *words: str) -> None:
    """The original is refused, says why, and writes nothing."""
    desk.forget_writes()
    again = desk.apply()
    assert again.code == 2, again.out
    assert again.said("rolled back", *words), again.err
    assert desk.writes() == []


def two(desk: Desk, alice: str = "leaving", bob: str = "leaving") -> None:
    subjects = [
        {"id": SUBJECT, "kind": "person", "aliases": [ALICE], "status": alice},
        {"id": "leaver-2", "kind": "person", "aliases": [BOB], "status": bob},
    ]
    body = {"version": 1, "subjects": [s | {"left_at": LATER} for s in subjects]}
    desk.write("leavers.json", json.dumps(body))


def plan_of(folder: Path) -> dict[str, object]:
    made: dict[str, object] = json.loads((folder / "plan.json").read_bytes())
    return made


@pytest.mark.parametrize(
    ("out", "more"),
    [
        ("case/rollback", ()),
        ("elsewhere", ()),
        ("case/rollback", ("--journal", "elsewhere.jsonl")),
    ],
)
def test_after_a_rollback_the_plan_is_refused(
    contained: Desk, out: str, more: tuple[str, ...]
) -> None:
    assert rollback(contained, *(("--out", out) if out == "elsewhere" else ())).code == 0
    file = contained.here / out / "plan.json"
    approve(file)
    done = run("apply", str(file), *more)
    assert done.code == 0, done.out + done.err
    assert denied(contained) == []
    refused(contained, SUBJECT, "plan.json")
    assert set(contained.keys().values()) == {"Active"}


def test_killed_after_its_first_intent(contained: Desk) -> None:
    assert rollback(contained).code == 0
    file = contained.case / "rollback" / "plan.json"
    approve(file)

    def crash(point: str) -> None:
        if point.startswith("after-intent:"):
            raise Killed

    with pytest.raises(Killed):
        run_apply(
            file,
            phases=(),
            clock=options.now,
            external_id="",
            retry_budget=5,
            say=print,
            crash=crash,
        )
    shutil.rmtree(file.parent / "approvals")
    refused(contained, SUBJECT)
    approve(file)
    assert run("apply", str(file)).code == 0
    assert denied(contained) == []


def test_written_and_not_approved_it_stops_nothing(contained: Desk) -> None:
    assert rollback(contained).code == 0
    assert contained.apply("--phase", "contain").code == 0


def test_a_restoring_plan_that_cannot_be_found_may_have_been_carried_out(contained: Desk) -> None:
    assert rollback(contained, "--out", "elsewhere").code == 0
    shutil.rmtree(contained.here / "elsewhere")
    refused(contained, "elsewhere", "cannot be found")


def test_a_copy_of_it_that_was_carried_out_counts(contained: Desk) -> None:
    assert rollback(contained, "--out", "elsewhere").code == 0
    shutil.copytree(contained.here / "elsewhere", contained.here / "runner")
    approve(contained.here / "runner" / "plan.json")
    assert run("apply", str(contained.here / "runner" / "plan.json")).code == 0
    refused(contained, "runner")


def test_the_register_is_private_and_one_that_is_lost_is_found_again(contained: Desk) -> None:
    assert rollback(contained).code == 0
    register = contained.case / "rollbacks.json"
    assert (register.stat().st_mode & 0o777) == 0o600
    (entry,) = json.loads(register.read_bytes())
    assert entry["subjects"] == [SUBJECT]
    assert entry["plan"] == file_v1.digest(contained.plan_file.read_bytes())
    approve(contained.case / "rollback" / "plan.json")
    register.unlink()
    refused(contained, SUBJECT)


def test_a_broken_register_is_no_permission(contained: Desk) -> None:
    (contained.case / "rollbacks.json").write_text("[{", encoding="utf-8")
    contained.forget_writes()
    again = contained.apply()
    assert again.code == 2
    assert again.said("rollbacks.json")
    assert contained.writes() == []


def test_it_says_who_was_put_back_and_who_is_still_to_go(desk: Desk) -> None:
    for name in ("alice", "bob"):
        desk.user(name)
    two(desk)
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply("--phase", "contain").code == 0
    assert rollback(desk, "--subject", "leaver-2").code == 0
    approve(desk.case / "rollback" / "plan.json")
    refused(desk, "leaver-2", f"still to go: {SUBJECT}", "--out")


# --------------------------------------------------------------------------- the second one


def test_putting_back_one_does_not_lock_the_other_in(desk: Desk) -> None:
    for name in ("alice", "bob"):
        desk.user(name)
    two(desk)
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply("--phase", "contain").code == 0
    two(desk, bob="cancelled")
    assert desk.plan(*ONE_ACCOUNT).said("case/rollback/plan.json")
    _carried_out(desk.case / "rollback")
    assert denied(desk) == ["alice"]
    two(desk, alice="cancelled", bob="cancelled")
    made = desk.plan(*ONE_ACCOUNT)
    assert made.code == 0, made.err
    assert made.said("case/rollback-2/plan.json")
    actions = plan_of(desk.case / "rollback-2")["actions"]
    assert isinstance(actions, list)
    assert {a["params"][0][1] for a in actions if a["verb"] == "iam:UpdateAccessKey"} == {"alice"}
    _carried_out(desk.case / "rollback-2")
    assert denied(desk) == []
    assert set(desk.keys("alice").values()) | set(desk.keys("bob").values()) == {"Active"}
    again = desk.plan(*ONE_ACCOUNT)  # the same roster the next day
    assert again.code == 0, again.err
    assert not (desk.case / "rollback-3").exists()
    assert rollback(desk).code == 2


def test_an_approved_one_is_not_written_over(contained: Desk) -> None:
    assert rollback(contained).code == 0
    file = contained.case / "rollback" / "plan.json"
    assert rollback(contained).code == 0  # nobody had approved it
    approve(file)
    before = file.read_bytes()
    again = rollback(contained)
    assert again.code == 2
    assert again.said("rollback/plan.json")
    assert rollback(contained, "--out", "case/rollback").code == 2
    assert rollback(contained, "--out", "case").said("another plan")
    assert file.read_bytes() == before


# --------------------------------------------------------------------------- stale


def test_a_rollback_from_before_the_plan_went_on_is_refused(contained: Desk) -> None:
    assert rollback(contained).code == 0
    contained.aws().create_group(GroupName="idle")
    assert contained.apply().code == 0
    file = contained.case / "rollback" / "plan.json"
    approve(file)
    stale = _not_applied(contained, file)
    assert stale.said("make the rollback again")
    made = rollback(contained)
    assert made.code == 0, made.err
    assert made.said("case/rollback-2/plan.json")


def test_a_journal_that_came_to_light_or_went_is_not_the_one_it_was_made_from(
    contained: Desk,
) -> None:
    journal = contained.case / "journal.jsonl"
    assert rollback(contained).code == 0
    file = contained.case / "rollback" / "plan.json"
    approve(file)
    journal.rename(contained.here / "kept.jsonl")
    assert _not_applied(contained, file).said("journal.jsonl", "is not there")
    made = rollback(contained)  # from the plan alone
    assert made.said("case/rollback-2/plan.json")
    (contained.here / "kept.jsonl").rename(journal)
    second = contained.case / "rollback-2" / "plan.json"
    approve(second)
    assert _not_applied(contained, second).said("make the rollback again")


def test_the_case_may_be_moved_as_a_whole(contained: Desk) -> None:
    assert rollback(contained).code == 0
    approve(contained.case / "rollback" / "plan.json")
    moved = contained.here / "moved"
    contained.case.rename(moved)
    done = run("apply", str(moved / "rollback" / "plan.json"))
    assert done.code == 0, done.out + done.err
    assert run("apply", str(moved / "plan.json")).said("rolled back")


def _not_applied(desk: Desk, file: Path) -> Ran:
    desk.forget_writes()
    ended = run("apply", str(file))
    assert ended.code == 2, ended.out
    assert desk.writes() == []
    return ended


def _carried_out(folder: Path) -> None:
    approve(folder / "plan.json")
    done = run("apply", str(folder / "plan.json"))
    assert done.code == 0, done.out + done.err
