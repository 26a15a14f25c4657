"""What only a state still holds: dropped from it, and never called dead for that."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from iac_offboard.demo.terraform import TerraformRun
from iac_offboard.demo.toolchain import find_toolchain
from tests.acceptance.desk import ALICE, ONE_ACCOUNT, Desk, Ran

STAYS = 'resource "aws_iam_user" "bob" {\n  name = "bob"\n}\n'
OF_GROUP = 'resource "aws_iam_group_membership" "readers" {\n  name = "m"\n  group = "readers"\n'
ADDRESS = 'aws_iam_user.person["alice"]'
PROVIDER = 'provider["registry.terraform.io/hashicorp/aws"]'
NEVER = "Forgetting is not removing"


def state_of(*names: str, unique_id: str = "AIDAGONEGONEGONEGONE") -> str:
    def instance(name: str) -> dict[str, Any]:
        arn = f"arn:aws:iam::111122223333:user/{name}"
        own = unique_id if name == "alice" else f"AIDA{name.upper():X<16}"
        attributes = {"name": name, "id": name, "arn": arn, "unique_id": own}
        return {"index_key": name, "schema_version": 0, "attributes": attributes}

    user = {
        "mode": "managed",
        "type": "aws_iam_user",
        "name": "person",
        "provider": PROVIDER,
        "instances": [instance(name) for name in names],
    }
    body = {"version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "x-1"}
    return json.dumps(body | {"outputs": {}, "resources": [user] if names else []})


@pytest.fixture
def left(desk: Desk) -> Desk:
    """A root of others, and the state of another one in the cloud of both."""
    desk.aliases = [ALICE]
    desk.user("bob")
    desk.write("infra/team/main.tf", STAYS)
    return desk


def steps(desk: Desk) -> list[Any]:
    return [m for m in desk.plan_json["manual"] if "state" in m["reason"]]


def verdict(ran: Ran) -> tuple[int, str, str]:
    (found,) = ran.json["verdicts"]
    return ran.code, found["access"], found["return_risk"]


def looked(desk: Desk) -> tuple[int, str, str]:
    return verdict(desk.verify("--format", "json"))


# ------------------------------------------------------------------ in a state, and nowhere else


TIED = ("--terraform", "infra", "--state", "infra/team=team.tfstate", *ONE_ACCOUNT)


def test_what_is_gone_live_is_dropped_by_the_next_apply_or_by_hand(left: Desk) -> None:
    left.write("team.tfstate", state_of("alice"))
    assert left.plan(*TIED).code == 0
    (step,) = steps(left)
    assert step["where"] == "infra/team"
    assert f"terraform state rm '{ADDRESS}'" in step["text"]
    assert "The next terraform apply of infra/team drops" in step["text"]
    assert "Nothing of it was found live, which alone makes it dead" in step["text"]
    assert left.actions() == ["code:apply"], "the apply stays the way"
    assert looked(left) == (1, "dead", "present"), "the state still names it"
    left.write("team.tfstate", state_of())
    assert looked(left) == (0, "dead", "none")


def test_a_block_without_a_key_is_written_out(left: Desk) -> None:
    plain = state_of("alice").replace('"index_key": "alice", ', "")
    left.write("team.tfstate", plain)
    left.plan(*TIED)
    (step,) = steps(left)
    assert step["code"].splitlines()[:2] == ["removed {", "  from = aws_iam_user.person"]
    assert "or merge what is written out" in step["text"]
    assert "from = aws\\_iam" not in left.plan_json["manual"][0]["text"]


def test_what_stands_live_has_no_step_on_the_state(left: Desk) -> None:
    unique_id = left.user("alice")
    left.write("team.tfstate", state_of("alice", unique_id=unique_id))
    left.plan(*TIED)
    assert steps(left) == []
    assert "code:apply" in left.actions()


@pytest.mark.parametrize("asked", [(), ("--live", "aws", "--service", "kms")])
def test_what_was_not_read_live_is_not_called_gone(left: Desk, asked: tuple[str, ...]) -> None:
    left.write("team.tfstate", state_of("alice"))
    left.plan(*TIED[:4], *asked)
    assert steps(left) == []
    assert left.actions() == ["code:apply"]


def test_a_list_that_others_are_in_is_not_forgotten(left: Desk) -> None:
    """The code took her out of the list and goes on to make it."""
    left.write("infra/team/main.tf", f'{STAYS}{OF_GROUP}  users = ["bob"]\n}}\n')
    body = json.loads(state_of("alice"))
    attributes = {"id": "m", "name": "m", "group": "readers", "users": ["alice", "bob"]}
    body["resources"].append(
        {
            "mode": "managed",
            "type": "aws_iam_group_membership",
            "name": "readers",
            "provider": PROVIDER,
            "instances": [{"attributes": attributes}],
        }
    )
    left.write("team.tfstate", json.dumps(body))
    assert left.plan(*TIED).code == 0
    (step,) = steps(left)
    assert f"terraform state rm '{ADDRESS}'." in step["text"]
    assert (step["code"], "aws_iam_group_membership" in step["text"]) == ("", False)
    assert "aws_iam_group_membership.readers" in left.plan_json["actions"][0]["reason"]


# ------------------------------------------------------------------ the root is gone


GONE = ("--terraform", "infra", "--state", "infra/old/terraform.tfstate", *ONE_ACCOUNT)


@pytest.fixture
def rootless(left: Desk) -> Desk:
    """The code of ``infra/old`` was deleted; its state, and her user, were not."""
    unique_id = left.user("alice")
    left.write("infra/old/terraform.tfstate", state_of("alice", "carol", unique_id=unique_id))
    return left


def state_rm(desk: Desk) -> None:
    """The very command that the plan says, by real Terraform."""
    (step,) = steps(desk)
    command = step["text"].partition("kept): ")[2].partition(". " + NEVER)[0]
    program, *arguments = shlex.split(command)
    assert program == "terraform"
    file = desk.here / arguments[2].removeprefix("-state=")
    arguments[2] = f"-state={file}"  # from a directory without code
    bare = desk.here / "bare"
    bare.mkdir()
    code, out, err = TerraformRun(find_toolchain(), bare, {}).run(*arguments)
    assert code == 0, out + err
    left_over = json.loads(file.read_bytes())["resources"]
    assert [i["index_key"] for r in left_over for i in r["instances"]] == ["carol"]


def test_what_no_root_makes_is_removed_live_and_then_taken_out(rootless: Desk) -> None:
    rootless.planned(*GONE)
    (step,) = steps(rootless)
    assert step["text"].startswith("Let the live phase remove it")
    assert NEVER in step["text"]
    assert "code:apply" not in rootless.actions(), "there is nobody to apply it"
    assert "iam:DeleteUser" in rootless.actions("live")
    assert rootless.apply().code == 0
    assert rootless.users() == ["bob"]
    assert looked(rootless) == (1, "dead", "present")
    state_rm(rootless)
    assert looked(rootless) == (0, "dead", "none")


def test_what_was_only_forgotten_is_alive(rootless: Desk) -> None:
    rootless.planned(*GONE)
    state_rm(rootless)
    assert looked(rootless) == (1, "alive", "none")
    assert "alice" in rootless.users()


def test_what_was_only_forgotten_and_not_looked_at_is_unknown(rootless: Desk) -> None:
    assert rootless.plan(*GONE[:4]).code == 0
    (step,) = steps(rootless)
    assert step["text"].startswith("Plan again with --live")
    state_rm(rootless)
    code, access, _ = looked(rootless)
    assert (code, access) == (3, "unknown")


def test_a_state_that_a_root_may_have_is_the_roots(left: Desk) -> None:
    """A copy elsewhere, or one of what a root still has a block for, is applied as ever."""
    left.write("copy.tfstate", state_of("alice"))
    left.plan("--terraform", "infra", "--state", "copy.tfstate", *ONE_ACCOUNT)
    assert [a["target"]["name"] for a in left.plan_json["actions"]] == ["infra/team"]
    left.write("infra/other/main.tf", 'resource "aws_iam_user" "person" {\n  name = "dora"\n}\n')
    left.write("infra/old/terraform.tfstate", state_of("alice"))
    left.plan(*GONE)
    (step,) = steps(left)
    assert step["reason"].startswith("only the state still has it")


def test_a_state_in_s3_of_which_no_root_is_left(rootless: Desk) -> None:
    rootless.aws("s3").create_bucket(Bucket="states")
    for key, names in (("old/x.tfstate", ("alice",)), ("team/x.tfstate", ("bob",))):
        rootless.aws("s3").put_object(Bucket="states", Key=key, Body=state_of(*names).encode())
    backend = '  backend "s3" {\n    bucket = "states"\n    key    = "team/x.tfstate"\n  }\n'
    rootless.write("infra/team/main.tf", f"terraform {{\n{backend}}}\n{STAYS}")
    states = ("--state", "s3://states/old/x.tfstate", "--state", "s3://states/team/x.tfstate")
    rootless.plan("--terraform", "infra", *states, *ONE_ACCOUNT)
    (step,) = steps(rootless)
    assert step["where"] == "s3://states/old/x.tfstate"
    assert f"terraform state rm '{ADDRESS}'" in step["text"]
    assert '    key    = "old/x.tfstate"' in step["code"].splitlines()
    assert "removed {" not in step["code"], "an apply there would destroy all else in that state"
