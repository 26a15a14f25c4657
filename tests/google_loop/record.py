"""``python -m tests.google_loop.record [NAME...]``: record what the real Google provider does.

For each situation: the code before the patch is applied, what people do by hand is done, the
code after the patch is applied. ``cases/NAME/recorded.json`` is what the tests without a provider
play; ``cases/NAME/after`` has to be there. ``demo`` is the demo's own code.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from iac_offboard.demo.google import GoogleServer
from iac_offboard.demo.google_team import loop, recording, world
from iac_offboard.demo.google_team.endpoints import provider_environment
from iac_offboard.demo.terraform import TerraformRun
from iac_offboard.demo.toolchain import Toolchain, find_toolchain
from tests.acceptance.desk import run
from tests.google_loop.recorder import Recorder
from tests.google_loop.situations import CASES, SITUATIONS, furnish
from tests.loop.checkout import Checkout

DEMO = "demo"


class Recording:
    """Real Terraform in ``root``, against ``server`` through a proxy that keeps what was asked."""

    def __init__(self, toolchain: Toolchain, server: GoogleServer, root: Path) -> None:
        self.toolchain = toolchain
        self.root = root
        self.runs: list[dict[str, Any]] = []
        self.proxy = Recorder(server.url)
        administrator = f"serviceAccount:{server.world.administrator.email}"
        environment = provider_environment(self.proxy.url, server.token(administrator))
        # One after the other, so that two recordings of the same code are the same.
        environment |= {"TF_CLI_ARGS_apply": "-parallelism=1"}
        self.terraform = TerraformRun(toolchain, root, environment)

    def apply(self) -> None:
        self.terraform.apply()
        assert not self.terraform.plan().changes
        state = json.loads((self.root / recording.STATE).read_bytes())
        run = {
            "code": recording.digests(self.root),
            "exchanges": [asdict(exchange) for exchange in self.proxy.taken],
            "state": _without_secrets(state),
        }
        self.runs.append(run)
        self.proxy.taken.clear()

    def write(self, path: Path) -> None:
        document = {
            "terraform": self.toolchain.terraform_version,
            "provider": self.toolchain.provider_version,
            "runs": self.runs,
        }
        path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def record_situation(name: str, toolchain: Toolchain, work: Path) -> None:
    with GoogleServer() as server:
        furnish(server.world)
        SITUATIONS[name].before(server.world)
        made = Recording(toolchain, server, work)
        with made.proxy:
            shutil.copytree(CASES / name / "infra", work, dirs_exist_ok=True)
            made.apply()
            SITUATIONS[name].by_hand(server.world)
            shutil.copytree(CASES / name / "after", work, dirs_exist_ok=True)
            made.apply()
        made.write(CASES / name / "recorded.json")


def record_demo(toolchain: Toolchain, work: Path) -> None:
    """The demo's code; what it is after the patch, our own plan of it says."""
    root = work / "repository/infra"
    team = world.start(root, toolchain)
    try:
        world.copy_example(root)
        made = Recording(toolchain, team.server, root)
        with made.proxy:
            made.apply()
            world.add_unmanaged(team)
            loop.write_roster(work)
            os.chdir(work)
            asked = ("--subjects", "leavers.yaml", "--terraform", "repository", "--out", "case")
            assert run("plan", *asked).code == 0
            Checkout(work).apply(json.loads(Path("case/plan.json").read_bytes()))
            made.apply()
        made.write(Path(world.__file__).parent / "recorded.json")
    finally:
        team.server.close()


def _without_secrets(state: Any) -> Any:
    for resource in state["resources"]:
        for instance in resource["instances"]:
            if instance["attributes"].get("private_key"):
                instance["attributes"]["private_key"] = "not recorded"
    return state


def main(names: list[str]) -> None:
    toolchain = find_toolchain(provider="google")
    for name in names or (*SITUATIONS, DEMO):
        with tempfile.TemporaryDirectory() as work:
            if name == DEMO:
                record_demo(toolchain, Path(work))
            else:
                record_situation(name, toolchain, Path(work))
        print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
