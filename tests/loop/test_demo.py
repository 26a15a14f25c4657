"""The demo as a user runs it: in a process of its own, to the end, and what it leaves behind."""

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
from iac_offboard.demo.toolchain import find_toolchain
from iac_offboard.plan import file_v1

PEOPLE = '    alice = { email = "alice@example.com", groups = ["developers", "admins"] }'
REMOVED = {
    "infra/alerts.tf": ['        aws_iam_user.person["alice"].arn, # wrote the alerting'],
    "infra/deploy.tf": [
        '            aws_iam_user.person["alice"].arn,',
        '              "arn:aws:iam::${data.aws_caller_identity.current.account_id}'
        ':user/people/alice",',
    ],
    "infra/groups.tf": ['    aws_iam_user.person["alice"].name,'],
    "infra/people.tf": [
        f"{PEOPLE} # on call in odd weeks",
        '    bob   = { email = "bob@example.com", groups = ["developers"] }',
    ],
}
# The one line that is not the leaver's: terraform fmt aligns it to what is left.
ADDED = {"infra/people.tf": ['    bob = { email = "bob@example.com", groups = ["developers"] }']}


@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
@pytest.mark.parametrize(
    "bundled",
    [
        pytest.param(True, id="bundled"),
        pytest.param(False, id="newest", marks=pytest.mark.real),
    ],
)
def test_the_demo_ends_well(tmp_path: Path, bundled: bool) -> None:
    version = find_toolchain(prefer_bundled=bundled).provider_version
    if not bundled and int(version.partition(".")[0]) < 5:
        pytest.skip(
            "No AWS provider 5 or newer found: unpack one into a filesystem mirror and name the "
            "mirror in IAC_OFFBOARD_TERRAFORM_PROVIDERS."
        )
    prefer = {"IAC_OFFBOARD_PREFER_BUNDLED": "1" if bundled else "0"}
    done = subprocess.run(
        [sys.executable, "-m", "iac_offboard", "demo", "--keep", str(tmp_path / "kept")],
        env={**os.environ, **prefer, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    _said_what_it_proves(done.stdout, version)
    _plan_is_what_it_says(tmp_path / "kept")
    _patch_touches_the_leavers_lines_only(tmp_path / "kept")
    _nothing_is_left_of_secrets(done.stdout + done.stderr)


def _said_what_it_proves(said: str, version: str) -> None:
    for sentence in (
        f"AWS provider {version}",
        "the patch changed the files",
        "terraform fmt has nothing to change",
        "only the leaver's resources would be destroyed",
        "after apply the next plan is empty",
        "leaver-2041: access dead, return risk none",
        "the key of alice is refused everywhere",
        "the key of alice, by hand is refused everywhere",
        *(f"{name} can do what {name} could do before" for name in ("bob", "carol", "dave")),
        "every other binding of both accounts is as it was",
        "nothing of ours is left behind",
    ):
        assert sentence in said


def _plan_is_what_it_says(kept: Path) -> None:
    data = (kept / "case/plan.json").read_bytes()
    plan = json.loads(data)
    jsonschema.Draft202012Validator(json.loads(file_v1.schema())).validate(plan)
    assert plan["can_apply"]
    assert (plan["skipped"], plan["holds"]) == ([], [])
    steps = [step["text"] for step in plan["manual"]]
    assert len(steps) == 2  # a role each in both accounts, and bob may enter them too
    assert all(t.startswith("Open sessions at ") and "user/people/bob" in t for t in steps)
    assert {a["phase"] for a in plan["actions"]} == {"contain", "unblock", "code", "live"}
    (patch,) = plan["patches"]
    written = (kept / "case" / patch["file"]).read_bytes()
    assert hashlib.sha256(written).hexdigest() == patch["digest"]
    verify_chain(kept / "case/journal.jsonl", hashlib.sha256(data).hexdigest())


def _patch_touches_the_leavers_lines_only(kept: Path) -> None:
    removed: dict[str, list[str]] = {}
    added: dict[str, list[str]] = {}
    file = ""
    for line in (kept / "case/removal.patch").read_text(encoding="utf-8").splitlines():
        if line.startswith("+++ b/"):
            file = line.removeprefix("+++ b/")
        elif line.startswith("-") and not line.startswith("--- "):
            removed.setdefault(file, []).append(line[1:])
        elif line.startswith("+"):
            added.setdefault(file, []).append(line[1:])
    assert removed == REMOVED
    assert added == ADDED


def _nothing_is_left_of_secrets(said: str) -> None:
    assert "SecretAccessKey" not in said
    assert "aws_secret_access_key" not in said
