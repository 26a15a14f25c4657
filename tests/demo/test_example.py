"""The example offboarded by hand: real Terraform and the real provider against the strict AWS.

This is what the product's own patch and actions are measured against.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from iac_offboard.demo import world as demo
from iac_offboard.demo.snapshot import snapshot, without
from iac_offboard.demo.terraform import TerraformRun
from iac_offboard.demo.toolchain import find_toolchain
from iac_offboard.demo.world import LEAVER, World
from iac_offboard.errors import ToolError

REPOSITORY = Path(__file__).parents[2]
EXPECTED = {
    'aws_iam_access_key.person["alice"]': ("delete",),
    'aws_iam_user.person["alice"]': ("delete",),
    'aws_iam_user_group_membership.person["alice"]': ("delete",),
    "aws_iam_group_membership.oncall": ("update",),
    "aws_iam_role.deploy": ("update",),
    "aws_s3_bucket_policy.artifacts": ("update",),
    "aws_sns_topic_policy.alerts": ("update",),
}
DEAD = "InvalidClientTokenId"


def test_what_users_copy_is_what_the_demo_runs(tmp_path: Path) -> None:
    demo.copy_example(tmp_path)
    shown = {p.name: p.read_bytes() for p in (REPOSITORY / "examples/aws-team").glob("*.tf")}
    assert shown == {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert len(shown) >= 5


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    prefer_bundled = bool(request.param)
    toolchain = find_toolchain(prefer_bundled=prefer_bundled)
    if not prefer_bundled and toolchain.provider_major < 5:
        pytest.skip(
            "No AWS provider 5 or newer found: unpack one into a filesystem mirror and name the "
            "mirror in IAC_OFFBOARD_TERRAFORM_PROVIDERS."
        )
    made = demo.start(tmp_path / "team", toolchain)
    yield made
    made.server.close()


@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
@pytest.mark.parametrize(
    "world",
    [
        pytest.param(True, id="bundled"),
        pytest.param(False, id="newer", marks=pytest.mark.real),
    ],
    indirect=True,
)
def test_the_example_offboarded_by_hand(world: World) -> None:
    demo.apply_example(world)
    terraform = world.terraform
    assert terraform.fmt_check()
    assert not terraform.plan().changes
    demo.add_unmanaged(world)
    keys = {**world.keys, "unmanaged": world.unmanaged or world.bootstrap}
    before = {name: demo.probe(world, key) for name, key in keys.items()}
    assert before["unmanaged"] == before[LEAVER]
    assert set(before[LEAVER].values()) == {True}
    taken = snapshot(world)

    _without_the_leaver(world.root_module)
    terraform.validate()
    plan = terraform.plan()
    assert plan.changes
    assert plan.actions() == EXPECTED
    with pytest.raises(ToolError, match="DeleteConflict"):
        terraform.apply()
    names = _unblock(world)
    terraform.apply()
    assert not terraform.plan().changes
    _clean_what_is_live_only(world)

    for name, key in keys.items():
        if name in {LEAVER, "unmanaged"}:
            assert demo.probe(world, key)["who am I"] == DEAD
            assert True not in demo.probe(world, key).values()
        else:
            assert demo.probe(world, key) == before[name]
    after = snapshot(world)
    assert LEAVER not in json.dumps(after)
    assert after == without(taken, names)


def _without_the_leaver(root: Path) -> None:
    """The example names her once a line, so that a person would delete those lines."""
    for file in root.glob("*.tf"):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(n for n in lines if LEAVER not in n), encoding="utf-8")


def _unblock(world: World) -> set[str]:
    """Removes what Terraform does not know of; every name under which she may stand."""
    iam = world.caller().client("iam")
    user = iam.get_user(UserName=LEAVER)["User"]
    key = (world.unmanaged or world.bootstrap).key_id
    iam.delete_access_key(UserName=LEAVER, AccessKeyId=key)
    iam.delete_login_profile(UserName=LEAVER)
    (device,) = iam.list_mfa_devices(UserName=LEAVER)["MFADevices"]
    iam.deactivate_mfa_device(UserName=LEAVER, SerialNumber=device["SerialNumber"])
    iam.delete_virtual_mfa_device(SerialNumber=device["SerialNumber"])
    return {LEAVER, user["Arn"], user["UserId"]}


def _clean_what_is_live_only(world: World) -> None:
    """The trust in the other account now shows her id, and has to lose it."""
    iam = world.security().client("iam")
    trust = iam.get_role(RoleName="audit")["Role"]["AssumeRolePolicyDocument"]
    (statement,) = trust["Statement"]
    left = [p for p in statement["Principal"]["AWS"] if not p.startswith("AIDA")]
    assert len(left) == len(statement["Principal"]["AWS"]) - 1
    statement["Principal"]["AWS"] = left
    iam.update_assume_role_policy(RoleName="audit", PolicyDocument=json.dumps(trust))


@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
def test_local_modules_need_no_network(tmp_path: Path) -> None:
    (tmp_path / "child").mkdir()
    (tmp_path / "child" / "main.tf").write_text('output "x" {\n  value = "y"\n}\n')
    (tmp_path / "main.tf").write_text('module "child" {\n  source = "./child"\n}\n')
    run = TerraformRun(find_toolchain(prefer_bundled=True), tmp_path, {})
    run.get()
    run.validate()
    assert (tmp_path / ".terraform" / "modules" / "modules.json").is_file()
