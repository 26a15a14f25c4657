"""The runner: order, needs, refusals, failures, gates, and taking up where it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from iac_offboard.apply import Journal, RunResult, run
from iac_offboard.errors import CloudError, DeniedError, OffboardError, UsageError
from iac_offboard.model import Action, Hold, Outcome, Phase, Plan, Record
from tests.apply.plans import DIGEST, START, Clock, Cloud, action, plan


def go(
    folder: Path,
    the_plan: Plan | Sequence[Action],
    cloud: Cloud,
    phases: Sequence[Phase] | None = None,
    code: tuple[str, ...] = (),
) -> RunResult:
    made = the_plan if isinstance(the_plan, Plan) else plan(the_plan)
    with Journal.open(folder / "journal.jsonl", DIGEST, Clock()) as journal:
        return run(
            made,
            DIGEST,
            executors={"toy": cloud},
            journal=journal,
            phases=phases,
            clock=Clock(),
            code_ready=lambda: code,
        )


def outcomes(records: Sequence[Record]) -> list[tuple[str, Outcome]]:
    return [(r.action, r.outcome) for r in records]


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path / "effects")


def test_phases_in_order_and_actions_as_planned(tmp_path: Path, cloud: Cloud) -> None:
    actions = [action("c", Phase.LIVE), action("b", Phase.UNBLOCK), action("a"), action("z")]
    result = go(tmp_path, actions, cloud)
    assert cloud.effects == ["a", "z", "b", "c"]
    assert result.exit_code == 0
    assert len(result.done) == 4
    assert result.started > START


def test_an_intent_before_and_all_facts_after_every_call(tmp_path: Path, cloud: Cloud) -> None:
    result = go(tmp_path, [action("a")], cloud)
    intent, done = result.records
    assert (intent.outcome, done.outcome) == (Outcome.INTENT, Outcome.DONE)
    assert done.request_id == "r-a"
    assert done.caller == "arn:toy:toy:writer"
    assert done.operation == "toy:Remove"
    assert done.undo == '{"was": "thing-a"}'


def test_what_is_gone_already_is_success_without_a_call(tmp_path: Path, cloud: Cloud) -> None:
    cloud.path.write_text("a\n")
    result = go(tmp_path, [action("a"), action("b", needs=("a",))], cloud)
    assert outcomes(result.records)[0] == ("a", Outcome.ALREADY)
    assert cloud.effects == ["a", "b"]
    assert result.exit_code == 0


def test_a_replaced_target_is_refused_and_the_rest_goes_on(tmp_path: Path, cloud: Cloud) -> None:
    cloud.replaced = frozenset({"a"})
    result = go(tmp_path, [action("a"), action("b", needs=("a",)), action("c")], cloud)
    assert cloud.effects == ["c"]
    assert result.exit_code == 2
    assert "not the planned object" in result.refused[0]
    assert "thing-a is another" in result.refused[0]
    assert "It needs a first" in result.waiting[0]


def test_a_failed_call_holds_only_what_needs_it(tmp_path: Path, cloud: Cloud) -> None:
    cloud.fails = {"a": DeniedError("may not", operation="toy:Do", request_id="r9")}
    actions = [action("a"), action("b", needs=("a",)), action("c")]
    result = go(tmp_path, actions, cloud)
    assert outcomes(result.records) == [
        ("a", Outcome.INTENT),
        ("a", Outcome.FAILED),
        ("b", Outcome.WAITING),
        ("c", Outcome.INTENT),
        ("c", Outcome.DONE),
    ]
    assert (result.records[1].operation, result.records[1].request_id) == ("toy:Do", "r9")
    assert result.exit_code == 2
    cloud.fails = {}
    again = go(tmp_path, actions, cloud)
    assert again.exit_code == 0
    assert again.earlier == ("c",)
    assert cloud.effects == ["c", "a", "b"]


def test_a_look_that_fails_is_a_failure_without_an_intent(tmp_path: Path, cloud: Cloud) -> None:
    cloud.unseen = CloudError("no session")
    result = go(tmp_path, [action("a")], cloud)
    assert outcomes(result.records) == [("a", Outcome.FAILED)]
    assert cloud.effects == []


def test_what_is_done_is_not_done_again(tmp_path: Path, cloud: Cloud) -> None:
    removal = action("a", Phase.UNBLOCK)
    go(tmp_path, [removal], cloud)
    cloud.path.write_text("")  # somebody put it back: that is for verify to see
    result = go(tmp_path, [removal], cloud)
    assert (result.records, result.earlier, cloud.effects) == ((), ("a",), [])


def test_containment_that_others_undid_is_done_again(tmp_path: Path, cloud: Cloud) -> None:
    go(tmp_path, [action("a")], cloud)
    cloud.path.write_text("")
    result = go(tmp_path, [action("a")], cloud)
    assert outcomes(result.records) == [("a", Outcome.INTENT), ("a", Outcome.DONE)]
    assert cloud.effects == ["a"]


def test_containment_is_over_once_live_has_begun(tmp_path: Path, cloud: Cloud) -> None:
    both = [action("a"), action("l", Phase.LIVE)]
    go(tmp_path, both, cloud)
    cloud.path.write_text("")
    result = go(tmp_path, both, cloud)
    assert (result.records, result.earlier, cloud.effects) == ((), ("a", "l"), [])


def test_live_waits_for_the_code(tmp_path: Path, cloud: Cloud) -> None:
    actions = [
        action("a"),
        action("code", Phase.CODE, provider="terraform"),
        action("l", Phase.LIVE, needs=("code",)),
    ]
    held = go(tmp_path, actions, cloud, code=("infra/prod",))
    assert cloud.effects == ["a"]
    assert held.exit_code == 1
    assert "infra/prod" in held.waiting[0]
    done = go(tmp_path, actions, cloud)
    assert cloud.effects == ["a", "l"]
    assert done.exit_code == 0


def test_live_alone_waits_for_the_code_too(tmp_path: Path, cloud: Cloud) -> None:
    result = go(tmp_path, [action("l", Phase.LIVE)], cloud, [Phase.LIVE], ("infra",))
    assert (result.exit_code, cloud.effects) == (1, [])


def test_a_phase_of_its_own_does_not_ask_for_the_code(tmp_path: Path, cloud: Cloud) -> None:
    actions = [action("a"), action("b", Phase.UNBLOCK), action("c", Phase.LIVE)]
    result = go(tmp_path, actions, cloud, [Phase.UNBLOCK], ("infra",))
    assert (result.exit_code, cloud.effects) == (0, ["b"])


def test_waiting_twice_for_the_same_is_written_once(tmp_path: Path, cloud: Cloud) -> None:
    actions = [action("a", Phase.UNBLOCK, needs=("later",)), action("later", Phase.LIVE)]
    first = go(tmp_path, actions, cloud, [Phase.UNBLOCK])
    second = go(tmp_path, actions, cloud, [Phase.UNBLOCK])
    assert (len(first.records), len(second.records)) == (1, 0)
    assert first.waiting == second.waiting
    assert second.exit_code == 1


def test_an_answer_that_was_lost_keeps_its_undo(tmp_path: Path, cloud: Cloud) -> None:
    cloud.fails = {"a": CloudError("no answer", code="Unreachable")}
    go(tmp_path, [action("a")], cloud)
    cloud.path.write_text("a\n")  # the call had gone through
    result = go(tmp_path, [action("a")], cloud)
    assert outcomes(result.records) == [("a", Outcome.ALREADY)]
    assert result.records[0].undo == '{"was": "thing-a"}'
    assert "lost" in result.records[0].detail


def test_a_refusal_of_the_cloud_leaves_nothing_to_undo(tmp_path: Path, cloud: Cloud) -> None:
    cloud.fails = {"a": DeniedError("may not")}
    go(tmp_path, [action("a")], cloud)
    cloud.path.write_text("a\n")  # a person did it
    result = go(tmp_path, [action("a")], cloud)
    assert (result.records[0].outcome, result.records[0].undo) == (Outcome.ALREADY, "")


def test_a_held_plan_is_not_begun(tmp_path: Path, cloud: Cloud) -> None:
    hold = Hold(code="X", where="aws_s3_bucket.b", text="would be destroyed", release="release it")
    with pytest.raises(OffboardError, match=r"aws_s3_bucket\.b.*release it"):
        go(tmp_path, plan([action("a")], holds=(hold,)), cloud)
    assert cloud.effects == []


def test_a_plan_that_nobody_can_carry_out_is_not_begun(tmp_path: Path, cloud: Cloud) -> None:
    with pytest.raises(UsageError, match="gcp"):
        go(tmp_path, [action("a"), action("b", provider="gcp")], cloud)
    assert cloud.effects == []


@pytest.mark.parametrize("phase", [Phase.CODE, Phase.VERIFY])
def test_phases_that_are_not_ours(tmp_path: Path, cloud: Cloud, phase: Phase) -> None:
    with pytest.raises(UsageError, match=phase.value):
        go(tmp_path, [action("a")], cloud, [phase])


def test_the_journal_has_to_be_the_plans(tmp_path: Path, cloud: Cloud) -> None:
    with (
        Journal.open(tmp_path / "j", "cd" * 32, Clock()) as journal,
        pytest.raises(UsageError, match="another plan"),
    ):
        run(
            plan([action("a")]),
            DIGEST,
            executors={"toy": cloud},
            journal=journal,
            phases=None,
            clock=Clock(),
            code_ready=tuple,
        )
