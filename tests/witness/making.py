"""``python -m tests.witness.making``: write the plans of the team anew, with real Terraform.

``before.json`` is of the code as it is, ``right.json`` of the code with the right patch, the others
of the code with each of the wrong ones.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from iac_offboard.demo.strict import StrictServer
from iac_offboard.demo.toolchain import find_toolchain
from tests.witness.sabotage import SABOTAGES, sabotaged
from tests.witness.world import World, made

PLANS = Path(__file__).parent / "plans"


def plan_file(name: str) -> Path:
    return PLANS / f"{name.replace(' ', '-')}.json"


def planned(world: World, root: Path) -> str:
    return world.terraform(root).plan(detailed_exitcode=False).json.strip() + "\n"


def main() -> None:
    PLANS.mkdir(exist_ok=True)
    with StrictServer() as server, tempfile.TemporaryDirectory() as work:
        world = made(server, find_toolchain(prefer_bundled=True), Path(work))
        plan_file("before").write_text(planned(world, world.infra), encoding="utf-8")
        plan_file("right").write_text(planned(world, world.work / "right"), encoding="utf-8")
        for name in SABOTAGES:
            wrong = world.work / "wrong"
            shutil.copytree(world.infra, wrong)
            for file, data in sabotaged(world.case, world.infra, name, keep=True).items():
                (wrong / file).write_bytes(data)
            plan_file(name).write_text(planned(world, wrong), encoding="utf-8")
            shutil.rmtree(wrong)
            print(name)


if __name__ == "__main__":
    main()
