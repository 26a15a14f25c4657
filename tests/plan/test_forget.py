"""What is written out to be forgotten: real Terraform takes it, and destroys nothing."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from iac_offboard.demo.terraform import TerraformRun
from iac_offboard.demo.toolchain import find_toolchain
from iac_offboard.plan.forget import instead_of_destroying, state_rm

NEVER = "Forgetting is not removing"


@pytest.mark.terraform
def test_terraform_forgets_by_the_block_and_by_the_command(tmp_path: Path) -> None:
    run = TerraformRun(find_toolchain(prefer_bundled=True), tmp_path, {})
    main = tmp_path / "main.tf"
    main.write_text(
        'resource "terraform_data" "one" {}\n\n'
        'resource "terraform_data" "each" {\n  for_each = toset(["it\'s", "b"])\n}\n',
        encoding="utf-8",
    )
    run.apply()
    written = instead_of_destroying(".", "terraform_data.one")
    assert NEVER in written
    main.write_text(written + "\n", encoding="utf-8")
    assert run.fmt_check()
    keyed = instead_of_destroying(".", 'terraform_data.each["it\'s"]')
    assert "removed {" not in keyed
    assert NEVER in keyed
    (command,) = [line for line in keyed.splitlines() if not line.startswith("#")]
    program, *arguments = shlex.split(command)
    assert program == "terraform"
    code, out, err = run.run(*arguments)
    assert code == 0, out + err
    code, out, err = run.run("plan", "-input=false", "-no-color")
    assert "1 to destroy" in out, out + err
    assert "terraform_data.one will no longer be managed" in out
    assert 'terraform_data.each["b"] will be destroyed' in out
    run.apply()
    assert run.run("state", "list")[1] == ""


def test_a_command_is_quoted_for_a_shell() -> None:
    addresses = ["aws_iam_user.a", 'module.m["it\'s"].aws_iam_user.b[0]']
    assert shlex.split(state_rm(addresses, "old states/x")) == [
        *("terraform", "state", "rm", "-state=old states/x"),
        *addresses,
    ]
