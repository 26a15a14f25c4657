"""``python -m tests.google_loop.record [NAME...]``: record what the real Google provider does.

For each situation: the code before the patch is applied, what people do by hand is done, the
code after the patch is applied. ``cases/NAME/recorded.json`` is what the tests without a provider
play; ``cases/NAME/after`` has to be there.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from iac_offboard.demo.google import GoogleServer
from iac_offboard.demo.google_team import recording
from iac_offboard.demo.google_team.endpoints import provider_environment
from iac_offboard.demo.terraform import TerraformRun
from iac_offboard.demo.toolchain import Toolchain, find_toolchain
from tests.google_loop.recorder import Recorder
from tests.google_loop.situations import CASES, SITUATIONS, furnish


def recorded(name: str, toolchain: Toolchain) -> dict[str, Any]:
    """Both runs of one situation."""
    with (
        GoogleServer() as server,
        Recorder(server.url) as proxy,
        tempfile.TemporaryDirectory() as work,
    ):
        furnish(server.world)
        SITUATIONS[name].before(server.world)
        administrator = f"serviceAccount:{server.world.administrator.email}"
        environment = provider_environment(proxy.url, server.token(administrator))
        # One after the other, so that two recordings of the same code are the same.
        environment |= {"TF_CLI_ARGS_apply": "-parallelism=1"}
        root = Path(work)
        terraform = TerraformRun(toolchain, root, environment)
        runs = []
        for part in ("infra", "after"):
            shutil.copytree(CASES / name / part, root, dirs_exist_ok=True)
            terraform.apply()
            assert not terraform.plan().changes
            state = json.loads((root / recording.STATE).read_bytes())
            runs.append(
                {
                    "code": recording.digests(root),
                    "exchanges": [
                        {"method": e.method, "path": e.path, "body": e.body, "answer": e.answer}
                        for e in proxy.taken
                    ],
                    "state": _without_secrets(state),
                }
            )
            proxy.taken.clear()
            if part == "infra":
                SITUATIONS[name].by_hand(server.world)
    version = toolchain.provider_version
    return {"terraform": toolchain.terraform_version, "provider": version, "runs": runs}


def _without_secrets(state: Any) -> Any:
    for resource in state["resources"]:
        for instance in resource["instances"]:
            if instance["attributes"].get("private_key"):
                instance["attributes"]["private_key"] = "not recorded"
    return state


def main(names: list[str]) -> None:
    toolchain = find_toolchain(provider="google")
    for name in names or SITUATIONS:
        text = json.dumps(recorded(name, toolchain), indent=1)
        (CASES / name / "recorded.json").write_text(text + "\n", encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
