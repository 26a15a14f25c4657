"""Days between the phases: everybody else goes on working, and one plan still holds."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from iac_offboard.demo.world import LEAVER
from tests.loop.team import SOURCES, Team

PLAN = "case/plan.json"
# A tag that nobody's patch touches, and a comment far away from the leaver's line.
UNRELATED = ('team  = "platform"', 'team  = "platforms"')
ELSEWHERE = ("# Dave was here before the map above was.", "# Dave was here first.")


def _planned(team: Team) -> dict[str, str]:
    """A plan, approved and contained; its one patch."""
    code, said = team.offboard("plan", *SOURCES, "--out", "case")
    assert code == 0, said
    assert team.offboard("approve", PLAN, "--by", "lead@example.com")[0] == 0
    code, said = team.offboard("apply", PLAN, "--phase", "contain")
    assert code == 0, said
    assert team.refused()
    (patch,) = json.loads((team.work / PLAN).read_bytes())["patches"]
    return {name: patch[name] for name in ("apply_in", "apply_command")}


def _digest(team: Team) -> str:
    return hashlib.sha256((team.work / PLAN).read_bytes()).hexdigest()


def _change(file: Path, change: tuple[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    assert change[0] in text
    file.write_text(text.replace(*change), encoding="utf-8")


def _activate(team: Team) -> None:
    key = team.world.keys[LEAVER].key_id
    iam = team.world.caller().client("iam")
    iam.update_access_key(UserName=LEAVER, AccessKeyId=key, Status="Active")


def _key_status(team: Team) -> str:
    keys = team.world.caller().client("iam").list_access_keys(UserName=LEAVER)
    managed = team.world.keys[LEAVER].key_id
    (status,) = [k["Status"] for k in keys["AccessKeyMetadata"] if k["AccessKeyId"] == managed]
    return str(status)


@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
@pytest.mark.parametrize(
    "team",
    [
        pytest.param(True, id="bundled", marks=pytest.mark.real),
        pytest.param(False, id="newest", marks=pytest.mark.real),
    ],
    indirect=True,
)
def test_one_plan_from_contain_to_dead(team: Team) -> None:
    terraform = team.world.terraform
    people = team.repository / "infra/people.tf"
    patch = _planned(team)
    digest = _digest(team)

    # Somebody else's change goes out, with the leaver still in the code.
    _change(people, UNRELATED)
    terraform.apply()
    if team.world.toolchain.provider_major >= 5:
        assert _key_status(team) == "Active", "the root sets its own key Active again"
    else:  # the old provider does not look at the status: somebody else does it
        _activate(team)
    assert team.denied(), "and the leaver is denied all the same"
    code, said = team.offboard("apply", PLAN, "--phase", "contain")
    assert code == 0, said
    assert _key_status(team) == "Inactive"
    code, said = team.offboard("apply", PLAN)
    assert code == 1, said
    assert "infra" in said
    assert "not merged" in said

    # Days later the patch is merged, on top of what was committed in the same file meanwhile.
    _change(people, ELSEWHERE)
    team.git("commit", "-q", "-a", "-m", "Somebody else's work")
    subprocess.run(patch["apply_command"], shell=True, cwd=patch["apply_in"], check=True)
    merged = people.read_text(encoding="utf-8")
    assert "alice" not in merged
    assert ELSEWHERE[1] in merged
    assert UNRELATED[1] in merged
    team.git("commit", "-q", "-a", "-m", "Offboard leaver-2041")
    code, said = team.offboard("apply", PLAN)
    assert code == 1, said
    assert "terraform apply has not removed everything" in said
    terraform.apply()
    assert not terraform.plan().changes

    code, said = team.offboard("apply", PLAN)
    assert code == 0, said
    code, said = team.offboard("verify", PLAN, "--settle", "1")
    assert code == 1, said
    assert "alive-until" in said
    code, said = team.later(2, "verify", PLAN, "--settle", "1")
    assert code == 0, said
    assert _digest(team) == digest
