"""One walk over a tree: where configuration, tfvars files and terragrunt files lie."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from iac_offboard.hcl.configuration import is_configuration
from iac_offboard.hcl.context import Faults
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.files import Files, normal
from iac_offboard.model import SkipReason

MAX_DIRECTORY_DEPTH = 60
_TERRAGRUNT = ("terragrunt.hcl", "terragrunt.stack.hcl")
_STACKS = tuple(
    f".{kind}.{form}" for kind in ("tfstack", "tfcomponent", "tfdeploy") for form in ("hcl", "json")
)
"""The files of a stack and of its deployments ("Stacks", Terraform language)."""
_NEVER = frozenset([".git", ".terraform", ".terragrunt-cache"])
_STATES = "terraform.tfstate.d"


@dataclass(slots=True)
class Survey:
    """Paths relative to the top. ``folders`` hold configuration; ``states`` maps a directory to
    the workspaces that have a local state there ("Workspaces: internals", Terraform CLI)."""

    folders: list[str] = field(default_factory=list)
    tfvars: list[str] = field(default_factory=list)
    terragrunt: list[str] = field(default_factory=list)
    states: dict[str, tuple[str, ...]] = field(default_factory=dict)


def survey(files: Files, faults: Faults) -> Survey:
    """Copies that tools keep of other code (``.terraform``, ``.terragrunt-cache``) are never
    entered, nor is git's own directory; other hidden directories are like any. A tree without
    any configuration is told: it is the wrong one, and nothing was looked for in it."""
    found = Survey()
    _walk(files, ".", faults, 0, found)
    found.folders.sort()
    if not (found.folders or found.terragrunt or faults.skipped):
        what, step = "holds no Terraform", "Name a root module or the top of a repository."
        faults.skip(".", SkipReason.MISSING, what, step)
    return found


def _walk(files: Files, path: str, faults: Faults, depth: int, found: Survey) -> None:
    names = _listed(files, path, faults)
    plain = [name for name, is_dir in names if not is_dir]
    if any(is_configuration(name) for name in plain):
        found.folders.append(path)
    for name in plain:
        if name.endswith((".tfvars", ".tfvars.json")):
            found.tfvars.append(normal(posixpath.join(path, name)))
        elif name.endswith(_STACKS):
            what, step = "Terraform stacks are not read", "Look through it by hand, then waive it."
            faults.skip(normal(posixpath.join(path, name)), SkipReason.UNSUPPORTED, what, step)
        elif name in _TERRAGRUNT:
            found.terragrunt.append(normal(posixpath.join(path, name)))
    for name, is_dir in names:
        inner = normal(posixpath.join(path, name))
        if is_dir and name == _STATES:
            found.states[path] = tuple([n for n, sub in _listed(files, inner, faults) if sub])
        elif is_dir and name not in _NEVER and depth < MAX_DIRECTORY_DEPTH:
            _walk(files, inner, faults, depth + 1, found)


def _listed(files: Files, path: str, faults: Faults) -> list[tuple[str, bool]]:
    """What is in a directory; nothing of one that may not be looked into, which is said."""
    try:
        return files.names(path)
    except FileFault as fault:
        faults.fault(fault)
        return []
