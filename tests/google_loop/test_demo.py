"""``demo --cloud gcp`` as a user runs it: in a process of its own, to the end."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from iac_offboard.apply import verify_chain
from iac_offboard.demo.google_team import recording, world
from iac_offboard.demo.toolchain import find_toolchain
from iac_offboard.errors import ToolError
from iac_offboard.plan import file_v1

SAID = (
    "the patch changed the files",
    "the patched code names none of the leavers",
    "leaver-2041: access dead, return risk none",
    "repository-7: access dead, return risk none",
    "a token of alice can do nothing any more",
    "the key alice-jobs is refused",
    "the key alice-jobs, by hand is refused",
    *(f"{name} can do what {name} could do before" for name in world.OTHERS),
    "every other member of every policy and group is as it was",
    "attested: gcp:acme-prod: https://token.actions.githubusercontent.com",
)


def run_demo(kept: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "iac_offboard", "demo", "--cloud", "gcp", "--keep", str(kept)],
        env={**os.environ, "NO_COLOR": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "private_key" not in done.stdout + done.stderr
    whole = " ".join(done.stdout.split())
    assert [sentence for sentence in SAID if sentence not in whole] == []
    return whole


def test_the_demo_ends_well_where_terraform_is_not(tmp_path: Path) -> None:
    said = run_demo(tmp_path / "kept", IAC_OFFBOARD_TERRAFORM="no-terraform-here")
    assert "Terraform does not run here. Its part is played from a recording" in said
    assert "terraform plan" not in said
    data = (tmp_path / "kept/case/plan.json").read_bytes()
    plan = json.loads(data)
    jsonschema.Draft202012Validator(json.loads(file_v1.schema())).validate(plan)
    assert (plan["can_apply"], plan["skipped"], plan["holds"]) == (True, [], [])
    assert {a["phase"] for a in plan["actions"]} == {"contain", "code", "live"}
    verify_chain(tmp_path / "kept/case/journal.jsonl", hashlib.sha256(data).hexdigest())


@pytest.mark.real
@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
def test_the_demo_ends_well_with_the_real_provider(tmp_path: Path) -> None:
    try:
        version = find_toolchain(provider="google").provider_version
    except ToolError as missing:
        pytest.skip(str(missing))
    said = run_demo(tmp_path / "kept")
    for sentence in (
        f"Google provider {version}",
        "terraform fmt has nothing to change",
        "after apply the next plan is empty",
    ):
        assert sentence in said


def test_a_recording_is_of_one_code_only(tmp_path: Path) -> None:
    world.copy_example(tmp_path)
    (tmp_path / "groups.tf").write_text("# another code\n", encoding="utf-8")
    playback = recording.Playback(recording=world.recorded(), url="http://127.0.0.1:9", token="x")
    with pytest.raises(ToolError, match="is not the code that was recorded"):
        playback.apply(tmp_path)
    assert not (tmp_path / recording.STATE).exists()
