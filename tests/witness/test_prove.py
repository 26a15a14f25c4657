"""The real Terraform plans without the patch and with it, and what it shows is compared."""

from __future__ import annotations

import json

import pytest

from tests.witness.sabotage import SABOTAGES, sabotaged
from tests.witness.world import World

pytestmark = [pytest.mark.terraform, pytest.mark.xdist_group("witness")]


def test_the_right_patch_is_witnessed(world: World) -> None:
    lock = world.infra / ".terraform.tfstate.lock.info"
    lock.write_text('{"ID": "5f3a", "Who": "somebody else"}', encoding="utf-8")
    (world.infra / ".terraform.lock.hcl").write_text("# somebody's\n", encoding="utf-8")
    before = {p: p.read_bytes() for p in world.work.rglob("*") if p.is_file()}
    ran = world.prove()
    assert ran.code == 0, ran.out + ran.err
    (root,) = ran.json["roots"]
    assert (ran.json["grade"], root["grade"], root["root"]) == ("witnessed", "witnessed", "infra")
    assert {(c["address"], c["shown"], tuple(c["attributes"])) for c in root["changes"]} == {
        ('aws_iam_user.person["alice"]', "deleted", ()),
        ('aws_iam_user_group_membership.person["alice"]', "deleted", ()),
        ("aws_iam_group_membership.ops", "updated", ("users",)),
        ("aws_iam_policy_attachment.audit", "updated", ("users",)),
        ("aws_iam_role.deploy", "updated", ("assume_role_policy",)),
    }
    assert root["notes"] == []
    written = {p for p in world.work.rglob("*") if p.is_file() and before.get(p) != p.read_bytes()}
    assert written == {world.case / "witness.json"}
    assert json.loads((world.case / "witness.json").read_bytes()) == ran.json
    assert (world.case / "witness.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.real
@pytest.mark.parametrize("name", SABOTAGES)
def test_a_wrong_patch_is_refuted(world: World, name: str) -> None:
    _, where, text = SABOTAGES[name]
    sabotaged(world.case, world.infra, name)
    ran = world.prove()
    assert ran.code == 1, ran.out + ran.err
    (root,) = ran.json["roots"]
    assert ran.json["grade"] == "refuted"
    assert (where, text) in {(c["address"], c["text"]) for c in root["contradictions"]}
