"""What an action waits for: a person, another look, a time; and journals that are lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from iac_offboard.apply import Journal, PersonExecutor, RunResult, run
from iac_offboard.errors import CloudError
from iac_offboard.interface import Look, LookState
from iac_offboard.model import Action, Outcome, Phase, Target
from tests.apply.plans import DIGEST, START, Clock, Cloud, action, plan


@dataclass
class Watched(Cloud):
    """Counts looks; ``until`` are things that stand and may not go yet."""

    looks: int = 0
    until: frozenset[str] = frozenset()

    def look(self, action: Action) -> Look:
        self.looks += 1
        if action.id in self.until:
            return Look(state=LookState.WAITING, detail="used a minute ago")
        return Cloud.look(self, action)


@pytest.fixture
def cloud(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "effects")


def go(
    folder: Path,
    actions: Sequence[Action],
    cloud: Cloud,
    *,
    accepted: Sequence[str] = (),
    phases: Sequence[Phase] | None = None,
    later: timedelta = timedelta(0),
    code: tuple[str, ...] = (),
    gone: Mapping[str, datetime] | None = None,
) -> RunResult:
    clock = Clock()
    clock.now += later
    with Journal.open(folder / "journal.jsonl", DIGEST, clock) as journal:
        return run(
            plan(actions),
            DIGEST,
            executors={"toy": cloud, "person": PersonExecutor()},
            journal=journal,
            phases=phases,
            clock=clock,
            code_ready=lambda: code,
            accepted=frozenset(accepted),
            gone_since=gone,
            plan_file="my case/plan.json",
        )


def hazardous(id_: str, phase: Phase = Phase.CONTAIN, provider: str = "toy") -> Action:
    return replace(
        action(id_, phase, provider=provider),
        accept="in use",
        hazards=("The key was used yesterday by s3.", "A function runs as it."),
    )


# --------------------------------------------------------------------------- acceptance


def test_a_hazard_waits_for_its_acceptance_and_nothing_is_looked_at(
    tmp_path: Path, cloud: Watched
) -> None:
    actions = [hazardous("A-003"), action("b", needs=("A-003",))]
    result = go(tmp_path, actions, cloud)
    assert result.exit_code == 1
    assert result.waiting[0] == (
        "A-003 toy:Remove toy_thing thing-A-003: waits: in use: The key was used yesterday by s3. "
        "A function runs as it; accept it with: "
        "iac-offboard approve 'my case/plan.json' --by WHO --accept A-003"
    )
    assert "needs A-003 first" in result.waiting[1]
    assert (cloud.looks, cloud.effects) == (0, [])


def test_each_hazard_is_accepted_by_its_own_id(tmp_path: Path, cloud: Watched) -> None:
    actions = [hazardous("a"), hazardous("b"), action("c", needs=("a",))]
    first = go(tmp_path, actions, cloud, accepted=["a"])
    assert (first.exit_code, cloud.effects) == (1, ["a", "c"])
    second = go(tmp_path, actions, cloud, accepted=["a", "b"])
    assert (second.exit_code, cloud.effects) == (0, ["a", "c", "b"])


def test_what_is_done_is_not_looked_at_again_without_an_acceptance(
    tmp_path: Path, cloud: Watched
) -> None:
    go(tmp_path, [hazardous("a")], cloud, accepted=["a"])
    cloud.looks = 0
    result = go(tmp_path, [hazardous("a")], cloud)
    assert (result.earlier, cloud.looks) == (("a",), 0)


def test_a_hazard_in_the_code_holds_the_live_phase(tmp_path: Path, cloud: Watched) -> None:
    actions = [
        action("a"),
        hazardous("code", Phase.CODE, provider="terraform"),
        action("l", Phase.LIVE, needs=("code",)),
    ]
    held = go(tmp_path, actions, cloud)
    assert (held.exit_code, cloud.effects) == (1, ["a"])
    assert "--accept code" in held.waiting[0]
    still = go(tmp_path, actions, cloud, code=("infra",))
    assert len(still.waiting) == 2
    assert go(tmp_path, actions, cloud, accepted=["code"]).exit_code == 0
    assert cloud.effects == ["a", "l"]


def test_a_person_says_by_the_acceptance_that_it_is_done(tmp_path: Path, cloud: Watched) -> None:
    rotate = Action(
        id="A-001",
        phase=Phase.LIVE,
        verb="person:rotate",
        target=Target(provider="person", kind="iam_access_key", name="AKIAX"),
        subject="leaver-1",
        reason="hand the service a key of its own",
    )
    actions = [rotate, action("l", Phase.LIVE, needs=("A-001",))]
    waits = go(tmp_path, actions, cloud)
    assert waits.exit_code == 1
    assert "hand the service a key of its own" in waits.waiting[0]
    assert cloud.effects == []
    done = go(tmp_path, actions, cloud, accepted=["A-001"])
    assert (done.exit_code, cloud.effects) == (0, ["l"])
    record = next(r for r in done.records if r.outcome is Outcome.DONE)
    assert (record.operation, record.caller) == ("person:rotate", "")


def test_a_person_carries_out_no_verb_of_a_cloud() -> None:
    with pytest.raises(CloudError, match="toy:Remove"):
        PersonExecutor().look(action("a", provider="person"))


# --------------------------------------------------------------------------- another look


def test_an_executor_may_say_that_it_is_too_early(tmp_path: Path, cloud: Watched) -> None:
    cloud.until = frozenset({"a"})
    actions = [action("a"), action("b", needs=("a",)), action("c")]
    result = go(tmp_path, actions, cloud)
    assert (result.exit_code, cloud.effects) == (1, ["c"])
    assert result.waiting[0].endswith("used a minute ago")
    cloud.until = frozenset()
    assert go(tmp_path, actions, cloud).exit_code == 0
    assert cloud.effects == ["c", "a", "b"]


def test_what_a_root_reverted_is_named_with_the_root(tmp_path: Path, cloud: Watched) -> None:
    one = replace(action("a"), reverted_by="infra/prod")
    assert go(tmp_path, [one], cloud).again == ()
    cloud.path.write_text("")
    result = go(tmp_path, [one], cloud)
    (said,) = result.again
    assert said.endswith("done again, for infra/prod had reverted it")
    assert said in result.done


# --------------------------------------------------------------------------- a time

HOUR = timedelta(hours=1)


def lifted(needs: tuple[str, ...] = ("a",), seconds: str = "3600") -> list[Action]:
    lift = replace(action("z", Phase.LIVE, needs=needs), params=(("not_before_seconds", seconds),))
    return [action("a"), lift]


def test_a_deny_stands_until_its_time(tmp_path: Path, cloud: Watched) -> None:
    first = go(tmp_path, lifted(), cloud)
    assert (first.exit_code, cloud.effects) == (1, ["a"])
    assert f"{START + HOUR:%Y-%m-%d %H:}" in first.waiting[0]
    assert "UTC, which is 1:00:00 after a" in first.waiting[0]
    second = go(tmp_path, lifted(), cloud, later=HOUR - timedelta(minutes=1))
    assert (second.exit_code, second.records) == (1, ())
    assert go(tmp_path, lifted(), cloud, later=HOUR + timedelta(minutes=1)).exit_code == 0
    assert cloud.effects == ["a", "z"]


def test_the_time_counts_from_the_first_success(tmp_path: Path, cloud: Watched) -> None:
    go(tmp_path, lifted(), cloud)
    cloud.path.write_text("")  # somebody lifted it: it is set again
    again = go(tmp_path, lifted(), cloud, later=HOUR - timedelta(minutes=1))
    assert cloud.effects == ["a"]
    assert again.exit_code == 1
    assert go(tmp_path, lifted(), cloud, later=HOUR + timedelta(minutes=1)).exit_code == 0


@pytest.mark.parametrize("phases", [None, [Phase.LIVE]])
def test_without_a_journal_the_time_counts_from_now(
    tmp_path: Path, cloud: Watched, phases: Sequence[Phase] | None
) -> None:
    go(tmp_path, lifted(), cloud)
    (tmp_path / "journal.jsonl").unlink()
    day = timedelta(days=1)
    lost = go(tmp_path, lifted(), cloud, phases=phases, later=day)
    assert (lost.exit_code, cloud.effects) == (1, ["a"])
    assert lost.records[0].outcome is Outcome.ALREADY
    assert go(tmp_path, lifted(), cloud, phases=phases, later=day + HOUR * 2).exit_code == 0
    assert cloud.effects == ["a", "z"]


@pytest.mark.parametrize(("needs", "seconds"), [(("a",), "soon"), ((), "3600")])
def test_a_time_that_cannot_be_told_is_a_fault(
    tmp_path: Path, cloud: Watched, needs: tuple[str, ...], seconds: str
) -> None:
    result = go(tmp_path, lifted(needs, seconds), cloud)
    assert result.exit_code == 2
    assert "from when" in result.failed[0]
    assert cloud.effects == ["a"]


# --------------------------------------------------------------------------- a lost journal


def test_needs_of_a_phase_that_is_left_out_are_read_live(tmp_path: Path, cloud: Watched) -> None:
    actions = [action("a"), action("l", Phase.LIVE, needs=("a",))]
    waits = go(tmp_path, actions, cloud, phases=[Phase.LIVE])
    assert (waits.exit_code, cloud.effects) == (1, [])
    cloud.path.write_text("a\n")  # done by a runner whose disk is gone
    assert go(tmp_path, actions, cloud, phases=[Phase.LIVE]).exit_code == 0
    assert cloud.effects == ["a", "l"]


def test_needs_that_cannot_be_read_or_are_not_accepted_still_wait(
    tmp_path: Path, cloud: Watched
) -> None:
    cloud.path.write_text("a\n")
    actions = [hazardous("a"), action("l", Phase.LIVE, needs=("a",))]
    assert go(tmp_path, actions, cloud, phases=[Phase.LIVE]).exit_code == 1
    assert cloud.looks == 0
    cloud.unseen = CloudError("no session")
    plain = [action("a"), action("l", Phase.LIVE, needs=("a",))]
    assert go(tmp_path, plain, cloud, phases=[Phase.LIVE]).exit_code == 1
    assert cloud.effects == ["a"]


# --------------------------------------------------------------------------- sessions


def denied(finding: str = "F-1, F-2", seconds: str = "3600") -> list[Action]:
    lift = replace(
        action("z", Phase.LIVE, needs=("a",)),
        finding=finding,
        params=(("after_sessions_seconds", seconds),),
    )
    return [action("a"), lift]


def test_a_lift_waits_until_every_way_in_was_read_gone(tmp_path: Path, cloud: Watched) -> None:
    first = go(tmp_path, denied(), cloud, gone={"F-1": START})
    assert (first.exit_code, cloud.effects) == (1, ["a"])
    assert first.waiting[0].endswith(
        "waits until verify has read the way in gone: run iac-offboard verify 'my case/plan.json'"
    )
    gone = {"F-1": START, "F-2": START + HOUR}
    second = go(tmp_path, denied(), cloud, gone=gone, later=HOUR + timedelta(minutes=59))
    assert (second.exit_code, cloud.effects) == (1, ["a"])
    assert "waits until 2026-11-24 11:00:00 UTC, which is 1:00:00 after" in second.waiting[0]
    assert go(tmp_path, denied(), cloud, gone=gone, later=HOUR * 2).exit_code == 0
    assert cloud.effects == ["a", "z"]


@pytest.mark.parametrize(("finding", "seconds"), [("", "3600"), ("F-1", "long")])
def test_a_lift_that_names_nothing_to_wait_for_is_a_fault(
    tmp_path: Path, cloud: Watched, finding: str, seconds: str
) -> None:
    result = go(tmp_path, denied(finding, seconds), cloud, gone={"F-1": START}, later=HOUR * 9)
    assert (result.exit_code, cloud.effects) == (2, ["a"])
    assert "from when" in result.failed[0]
