"""Terraform providers that are installed on this machine: in mirrors, or as programs on the PATH.

No registry is asked for a provider: Terraform is told to use the one found by a
``dev_overrides`` entry, which needs no ``terraform init``.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

MIRRORS = "IAC_OFFBOARD_TERRAFORM_PROVIDERS"
_MIRROR_PATH = re.compile(r'path\s*=\s*"([^"]+)"')
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """``directory`` holds exactly one executable of the provider; ``version`` is "" when nothing
    says it."""

    directory: Path
    version: str


def installed(provider: str, env: Mapping[str, str]) -> Installed | None:
    """hashicorp's ``provider`` (``aws``, ``google``): the newest of all mirrors, else the one on
    the PATH."""
    return _newest(provider, env) or _on_path(provider, env)


def executables(directory: Path, provider: str) -> list[Path]:
    """The programs of ``provider`` in ``directory``: Terraform takes one by its name, which a
    version may follow after an underscore ("How Terraform Works With Plugins")."""
    name = re.compile(rf"terraform-provider-{re.escape(provider)}(_[^/]*)?(\.exe)?")
    try:
        found = [p for p in directory.iterdir() if name.fullmatch(p.name)]
    except OSError:
        return []
    return [p for p in found if p.is_file() and os.access(p, os.X_OK)]


def _newest(provider: str, env: Mapping[str, str]) -> Installed | None:
    found: dict[tuple[int, ...], Installed] = {}
    for mirror in mirrors(env):
        for directory in mirror.glob(f"*/hashicorp/{provider}/*/{this_platform()}"):
            match = _VERSION.fullmatch(directory.parent.name)
            if match and len(executables(directory, provider)) == 1:
                key = tuple(int(part) for part in match.groups())
                found.setdefault(key, Installed(directory=directory, version=match[0]))
    return found[max(found)] if found else None


def _on_path(provider: str, env: Mapping[str, str]) -> Installed | None:
    for directory in _paths(env.get("PATH", "")):
        programs = executables(directory, provider)
        if len(programs) == 1:
            match = _VERSION.search(programs[0].name)
            return Installed(directory=directory.absolute(), version=match[0] if match else "")
    return None


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


def this_platform() -> str:
    """As the directories of a mirror spell it: ``linux_amd64``."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return f"{platform.system().lower()}_{machine.lower()}"
