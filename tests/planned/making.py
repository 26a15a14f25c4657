"""``python -m tests.planned.making``: write the plans of the cases anew, with real Terraform.

As for the guard: each case is applied as ``before`` says, then planned as ``after`` says, with
what the pipeline's environment tells Terraform and no file of the code does.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from iac_offboard.demo.strict import StrictServer
from iac_offboard.demo.toolchain import find_toolchain
from tests.guard.making import new_enough, planned

PLANS = Path(__file__).parent / "plans"
CASES = {
    "lookup": {"TF_VAR_oncall": "alice"},
    "moved": {"TF_VAR_people": '["alice"]'},
    "refresh-only": {"TF_CLI_ARGS_plan": "-refresh-only"},
    "targeted": {"TF_CLI_ARGS_plan": """-target=aws_iam_user.person[\\"bob\\"]"""},
    "undecided": {
        "TF_VAR_lead": "alice",
        "TF_VAR_deputy": "bob",
        "TF_VAR_people": '["dave", "erin-archive"]',
    },
}
"""The environment of each."""


def main() -> int:
    toolchain = find_toolchain()
    if not new_enough(toolchain):
        print("Terraform 1.7 or newer is needed.", file=sys.stderr)
        return 2
    with StrictServer() as server:
        for name in sys.argv[1:] or CASES:
            with tempfile.TemporaryDirectory() as work:
                root = Path(work) / "root"
                text = planned(name, server, toolchain, root, cases=PLANS, env=CASES[name])
            (PLANS / name / "plan.json").write_text(text.strip() + "\n", encoding="utf-8")
            print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
