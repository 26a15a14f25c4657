"""``python -m tests.guard.making``: write the plans of the cases anew, with real Terraform.

Each case is applied as ``before`` says to an empty embedded AWS, then planned as ``after`` says;
``plan.json`` is what ``terraform show -json`` prints of that plan.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from iac_offboard.demo.strict import StrictServer
from iac_offboard.demo.terraform import TerraformRun, provider_override
from iac_offboard.demo.toolchain import Toolchain, find_toolchain

PLANS = Path(__file__).parent / "plans"
LEAVERS = Path(__file__).parent / "leavers.yaml"
OLDEST = (1, 7)
"""The first Terraform with ``removed`` blocks."""
_SERVICES = ("iam", "sns", "sqs", "sts")
_OUTPUTS_ONLY = "found-output"  # needs no provider, so that it names none


def cases() -> list[str]:
    return sorted(p.name for p in PLANS.iterdir() if (p / "after").exists())


def new_enough(toolchain: Toolchain) -> bool:
    return tuple(int(part) for part in toolchain.terraform_version.split(".")[:2]) >= OLDEST


def planned(
    name: str,
    server: StrictServer,
    toolchain: Toolchain,
    work: Path,
    *,
    cases: Path = PLANS,
    env: Mapping[str, str] | None = None,
) -> str:
    """The plan of a case as JSON; ``env`` is what the pipeline's environment tells Terraform."""
    server.app.reset()
    root = server.app.config.root
    work.mkdir()
    if name != _OUTPUTS_ONLY:
        override = provider_override(toolchain, server.url, _SERVICES)
        (work / "provider.tf").write_text(override, encoding="utf-8")
    keys = {"AWS_ACCESS_KEY_ID": root.key_id, "AWS_SECRET_ACCESS_KEY": root.secret}
    run = TerraformRun(toolchain, work, {**keys, **(env or {}), "AWS_REGION": "us-east-1"})
    before = cases / name / "before"
    if before.exists():
        shutil.copytree(before, work, dirs_exist_ok=True)
        run.apply()
    shutil.copytree(cases / name / "after", work, dirs_exist_ok=True)
    if any(work.glob("*/*.tf")):
        run.get()
    return run.plan().json


def main() -> int:
    toolchain = find_toolchain()
    if not new_enough(toolchain):
        print("Terraform 1.7 or newer is needed.", file=sys.stderr)
        return 2
    with StrictServer() as server:
        for name in sys.argv[1:] or cases():
            with tempfile.TemporaryDirectory() as work:
                text = planned(name, server, toolchain, Path(work) / "root")
            (PLANS / name / "plan.json").write_text(text.strip() + "\n", encoding="utf-8")
            print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
