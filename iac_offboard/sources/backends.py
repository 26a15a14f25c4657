"""Where a root module keeps its state: its ``backend`` or ``cloud`` block.

A block may be filled in by ``terraform init -backend-config``: what the last init made of it lies
in ``.terraform/terraform.tfstate`` beside the root, and goes before the block ("Partial
Configuration", Backend Configuration, Terraform documentation).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from iac_offboard.hcl import ast
from iac_offboard.hcl.convert import known_text
from iac_offboard.hcl.declarations import Configuration
from iac_offboard.sources.terraform import TerraformSource

LOCAL = "local"
REMOTE = frozenset({"cloud", "remote"})
"""Those that run Terraform, too."""
_DATA = ".terraform"
_INITIALISED = Path(_DATA) / "terraform.tfstate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """``settings`` are the arguments that are known, those of blocks by ``BLOCK.NAME``; they may
    hold credentials and are never shown. ``unknown``: an argument is there that is not known.
    ``initialised``: somebody ran ``terraform init`` there."""

    type: str
    settings: Mapping[str, str] = field(repr=False)
    initialised: bool = False
    unknown: bool = False


def backend_of(source: TerraformSource, path: str) -> Backend:
    """Of the root module at a path of a directory; that of no block is ``local``."""
    root = Path(source.directory) / path
    initialised = (root / _DATA).is_dir()
    configuration = source.frame.configurations.get(path)
    written = _written(configuration) if configuration is not None else None
    last = _initialised(root / _INITIALISED)
    if last is not None and (written is None or written.type == last.type):
        return last
    if written is None:
        return Backend(type=LOCAL, settings={}, initialised=initialised)
    return Backend(
        type=written.type,
        settings=written.settings,
        unknown=written.unknown,
        initialised=initialised,
    )


def _initialised(file: Path) -> Backend | None:
    try:
        body = json.loads(file.read_bytes())
        found = body["backend"]
        return Backend(type=str(found["type"]), settings=_flat(found["config"]), initialised=True)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _flat(config: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in config.items():
        if isinstance(value, list) and len(value) == 1:
            value = value[0]  # a block of the protocol's own making
        if isinstance(value, str) and value:
            found[prefix + name] = value
        elif isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{name}.")
    return found


def _written(configuration: Configuration) -> Backend | None:
    for block in configuration.blocks:
        if block.type != "terraform":
            continue
        for inner in block.body.blocks:
            settings: dict[str, str] = {}
            if inner.type == "cloud":
                _read(inner.body, settings, "")  # the environment may say the rest
                return Backend(type="cloud", settings=settings)
            if inner.type == "backend" and inner.labels:
                unknown = not _read(inner.body, settings, "")
                return Backend(type=inner.labels[0], settings=settings, unknown=unknown)
    return None


def _read(body: ast.Body, settings: dict[str, str], prefix: str) -> bool:
    """Whether every argument is known: a backend takes no references."""
    known = True
    for attribute in body.attributes:
        known &= _read_value(attribute.expr, settings, prefix + attribute.name)
    for block in body.blocks:
        known &= _read(block.body, settings, f"{prefix}{block.type}.")
    return known


def _read_value(expr: ast.Expr, settings: dict[str, str], name: str) -> bool:
    if isinstance(expr, ast.Object):  # ``assume_role = { ... }``
        keys = [(_key(item.key), item.value) for item in expr.items]
        read = [_read_value(v, settings, f"{name}.{k}") for k, v in keys if k]
        return all(read) and len(read) == len(keys)
    if not isinstance(expr, ast.Literal):
        return False
    text = known_text(expr.value)
    if text:
        settings[name] = text
    return True


def _key(expr: ast.Expr) -> str:
    if isinstance(expr, ast.Variable):
        return expr.name
    return (known_text(expr.value) or "") if isinstance(expr, ast.Literal) else ""
