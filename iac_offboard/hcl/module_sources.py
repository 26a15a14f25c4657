"""Where the code of a module call is: in the tree, under .terraform, or nowhere we can read."""

from __future__ import annotations

import json
import posixpath
from dataclasses import dataclass
from typing import Protocol

from iac_offboard.hcl.configuration import Configurations
from iac_offboard.hcl.context import Context
from iac_offboard.hcl.declarations import Configuration, literal, local_source
from iac_offboard.hcl.faults import FileFault, decode
from iac_offboard.hcl.files import inside, normal
from iac_offboard.model import NoteKind, SkipReason


@dataclass(frozen=True, slots=True)
class Found:
    """``configuration`` is None for a module whose code was not read."""

    source: str
    version: str
    configuration: Configuration | None


class Caller(Protocol):
    """The module that calls, as far as this file needs it."""

    context: Context
    configurations: Configurations
    configuration: Configuration
    dotted: str

    @property
    def ancestors(self) -> list[str]: ...

    def named(self, rest: str) -> str: ...


def relative_path(path: str, root: str) -> str:
    """A module's directory as ``path.module`` shows it."""
    return posixpath.relpath(path, root)


def find_module(caller: Caller, name: str) -> Found:
    block = caller.configuration.modules[name]
    source, version = literal(block, "source"), literal(block, "version")
    address = f"{caller.context.root}: {caller.named(f'module.{name}')}"
    faults = caller.context.faults
    if not source:
        faults.skip(address, SkipReason.UNDECIDED, "its source is not a plain string")
        return Found(source, version, None)
    path = local_source(caller.configuration.path, source)
    if path is None:
        path = _downloaded(caller, name)
        if path is None:
            what = f"{source} {version}".strip()
            faults.note(
                NoteKind.BOUNDARY, address, f"module {what} is not in this tree; see its arguments"
            )
            return Found(source, version, None)
    if not inside(path):
        faults.skip(address, SkipReason.OUTSIDE, f"its source {source} is outside the tree")
        return Found(source, version, None)
    real = caller.context.files.real  # through a link to itself a module has no end of names
    if real(path) in map(real, caller.ancestors):
        faults.skip(address, SkipReason.UNSUPPORTED, "this module calls itself")
        return Found(source, version, None)
    configuration = caller.configurations.get(path)
    if configuration is None:
        what = f"there is no configuration in its source {path}"
        faults.skip(address, SkipReason.MISSING, what, "Correct the source, or bring the module.")
    return Found(source, version, configuration)


def _downloaded(caller: Caller, name: str) -> str | None:
    """The directory that ``terraform init`` put the module into, if it was run here."""
    root = caller.context.root
    key = f"{caller.dotted}.{name}" if caller.dotted else name
    return _manifest(caller.context, root).get(key)


def _manifest(context: Context, root: str) -> dict[str, str]:
    path = normal(posixpath.join(root, ".terraform/modules/modules.json"))
    try:
        data = json.loads(decode(context.files.read(path), path))
    except FileFault as fault:
        if fault.reason is not SkipReason.MISSING:  # without `terraform init` there is none
            context.faults.fault(fault)
        return {}
    except (ValueError, RecursionError):
        hint = "Run `terraform init` again."
        context.faults.skip(path, SkipReason.UNPARSEABLE, "is not valid JSON", hint)
        return {}
    modules = data.get("Modules") if isinstance(data, dict) else None
    found: dict[str, str] = {}
    for module in modules if isinstance(modules, list) else []:
        if isinstance(module, dict):
            key, folder = module.get("Key"), module.get("Dir")
            if isinstance(key, str) and isinstance(folder, str) and key:
                found[key] = normal(posixpath.join(root, folder))
    return found
