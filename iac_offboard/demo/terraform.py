"""Real Terraform, run apart from whatever the user has configured.

Every run has a CLI configuration of its own that names the provider's directory and nothing
else, so neither ``terraform init`` nor a network is needed for a root without outside modules.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iac_offboard.demo.toolchain import Toolchain, find_toolchain
from iac_offboard.errors import ToolError
from iac_offboard.terraform.running import run_in

__all__ = ["PlanResult", "TerraformRun", "Toolchain", "find_toolchain"]

# What a run may keep of the caller's environment; credentials are handed over on purpose only.
_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV")
_SECRET = re.compile(r"SECRET|TOKEN|PASSWORD|ACCESS_KEY", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanResult:
    """``changes``: the plan would do something. ``json``: the text of ``terraform show -json``."""

    changes: bool
    json: str = field(repr=False)

    def actions(self) -> dict[str, tuple[str, ...]]:
        """Address -> actions (``create``, ``update``, ``delete``) of all that is not a no-op."""
        document = json.loads(self.json)
        found = {
            str(change["address"]): tuple(map(str, change["change"]["actions"]))
            for change in document.get("resource_changes", [])
        }
        return {
            a: actions for a, actions in found.items() if actions not in (("no-op",), ("read",))
        }


class TerraformRun:
    """Terraform in one root module.

    ``env`` goes on top of a bare environment: credentials, endpoint, ``TF_VAR_*``. Each method
    raises ``ToolError`` with what Terraform said, the values of secrets in ``env`` blanked.
    """

    def __init__(self, toolchain: Toolchain, directory: Path, env: Mapping[str, str]) -> None:
        self.toolchain = toolchain
        self.directory = directory
        self._env = dict(env)

    def get(self) -> None:
        """Local modules: ``terraform get`` works offline, unlike ``init``."""
        self._checked("get", "-no-color")

    def apply(self, *, plan: Path | None = None) -> str:
        """Applies ``plan``, or what the configuration says now. What Terraform printed."""
        arguments = ["apply", "-input=false", "-auto-approve", "-no-color"]
        return self._checked(*arguments, *([str(plan)] if plan else []))

    def plan(self, *, out: Path | None = None, detailed_exitcode: bool = True) -> PlanResult:
        """Plans, and reads the plan as JSON. ``out`` keeps the plan file."""
        with tempfile.TemporaryDirectory(prefix="iac-offboard-") as scratch:
            file = out or Path(scratch) / "plan"
            arguments = ["plan", "-input=false", "-no-color", f"-out={file}"]
            if detailed_exitcode:
                arguments.append("-detailed-exitcode")
            code, stdout, stderr = self.run(*arguments)
            if code not in (0, 2):
                raise self._failed("plan", stdout, stderr)
            shown = self.show_json(file)
        result = PlanResult(changes=code == 2, json=shown)
        if detailed_exitcode:
            return result
        return PlanResult(changes=bool(result.actions()), json=shown)

    def show_json(self, planfile: Path | None = None) -> str:
        """``terraform show -json`` of a plan file, or of the state."""
        return self._checked("show", "-json", "-no-color", *([str(planfile)] if planfile else []))

    def fmt_check(self) -> bool:
        """Would ``terraform fmt`` leave every file alone?"""
        code, stdout, stderr = self.run("fmt", "-check", "-recursive", "-no-color")
        if code not in (0, 3):
            raise self._failed("fmt", stdout, stderr)
        return code == 0

    def validate(self) -> None:
        self._checked("validate", "-no-color")

    # ------------------------------------------------------------------ running

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr; the latter two with secrets blanked. An interrupt ends
        Terraform and the provider with it."""
        with tempfile.TemporaryDirectory(prefix="iac-offboard-") as scratch:
            config = Path(scratch) / "terraform.rc"
            config.write_text(_cli_config(self.toolchain), encoding="utf-8")
            done = run_in(
                [*self.toolchain.terraform, *arguments],
                directory=self.directory,
                environment=self._environment(config),
            )
        stdout, stderr = (
            self._redacted(text.decode("utf-8", "replace")) for text in (done.stdout, done.stderr)
        )
        return done.code, stdout, stderr

    def _environment(self, config: Path) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return {
            **kept,
            "AWS_EC2_METADATA_DISABLED": "true",
            **self._env,
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(config),
            "TF_IN_AUTOMATION": "1",
        }

    def _redacted(self, text: str) -> str:
        for name, value in self._env.items():
            if len(value) >= 8 and _SECRET.search(name):
                text = text.replace(value, "[redacted]")
        return text

    def _checked(self, *arguments: str) -> str:
        code, stdout, stderr = self.run(*arguments)
        if code != 0:
            raise self._failed(arguments[0], stdout, stderr)
        return stdout

    def _failed(self, command: str, stdout: str, stderr: str) -> ToolError:
        return ToolError(
            f"terraform {command} failed in {self.directory}:\n{_errors(stderr or stdout)}",
            hint=f"Run terraform {command} there to see all of its output.",
        )


def _cli_config(toolchain: Toolchain) -> str:
    name, path = f"hashicorp/{toolchain.provider}", json.dumps(str(toolchain.provider_dir))
    return (
        "provider_installation {\n"
        f'  dev_overrides {{\n    "{name}" = {path}\n  }}\n'
        "  direct {}\n}\n"
    )


def _errors(text: str) -> str:
    """From the first error on: warnings about the provider in use are of no interest."""
    start = text.find("Error: ")
    return (text[start:] if start >= 0 else text).strip()[:4000]


def provider_override(toolchain: Toolchain, endpoint: str, services: Sequence[str]) -> str:
    """The text of a ``*_override.tf`` that points the provider at ``endpoint``.

    Written at run time because the arguments differ: 3.x asks the real EC2 for its platforms
    unless told not to, and spells the path style in another way (upgrade guides 4 and 5).
    """
    major = toolchain.provider_major
    style = "s3_force_path_style" if major < 4 else "s3_use_path_style"
    names = ["skip_credentials_validation", "skip_metadata_api_check", style]
    names += ["skip_get_ec2_platforms"] if major < 5 else []
    names += ["skip_region_validation"]
    width = max(map(len, names))
    flags = "".join(f"  {name:<{width}} = true\n" for name in names)
    longest = max(map(len, services))
    endpoints = "".join(f'    {name:<{longest}} = "{endpoint}"\n' for name in services)
    return f'provider "aws" {{\n{flags}\n  endpoints {{\n{endpoints}  }}\n}}\n'
