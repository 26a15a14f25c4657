"""What one directory declares: blocks by address, overrides merged into what they override."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace

from iac_offboard.hcl import ast
from iac_offboard.hcl.files import normal
from iac_offboard.hcl.values import Str

_MODES = {"resource": "managed", "data": "data", "ephemeral": "ephemeral"}


@dataclass(slots=True)
class Configuration:
    """``resources`` are keyed by (mode, type, name); ``lines`` finds the line of an offset."""

    path: str
    files: list[str] = field(default_factory=list)
    variables: dict[str, ast.Block] = field(default_factory=dict)
    locals: dict[str, ast.Attribute] = field(default_factory=dict)
    resources: dict[tuple[str, str, str], ast.Block] = field(default_factory=dict)
    modules: dict[str, ast.Block] = field(default_factory=dict)
    outputs: dict[str, ast.Block] = field(default_factory=dict)
    blocks: list[ast.Block] = field(default_factory=list)
    providers: list[ast.Block] = field(default_factory=list)

    def local_calls(self) -> list[str]:
        """The directories of this repository that are called as modules."""
        found = [local_source(self.path, literal(b, "source")) for b in self.modules.values()]
        return [path for path in found if path is not None]


def literal(block: ast.Block, name: str) -> str:
    """The text of an attribute that is a plain string, else ""."""
    attribute = block.body.attribute(name)
    if attribute is None or not isinstance(attribute.expr, ast.Literal):
        return ""
    value = attribute.expr.value
    return value.text or "" if isinstance(value, Str) else ""


def spelled(expr: ast.Expr) -> str:
    """A reference as it is written: ``aws.east``, ``tags["x"]``, ``all``."""
    match expr:
        case ast.Variable():
            return expr.name
        case ast.Literal():
            return expr.value.text or "" if isinstance(expr.value, Str) else ""
        case ast.Traversal():
            text = spelled(expr.base)
            for step in expr.steps:
                if isinstance(step, ast.GetAttr):
                    text += f".{step.name}"
                elif isinstance(step, ast.Index):
                    text += f"[{spelled(step.key)}]"
            return text
        case _:
            return ""


def local_source(caller: str, source: str) -> str | None:
    """The directory a local module source names; None for every other kind of source."""
    if source in (".", "..") or source.startswith(("./", "../")):
        return normal(posixpath.join(caller, source))
    return None


def declared_before(found: Configuration, block: ast.Block) -> str:
    """What a block declares although it was declared before; "" when there is nothing. Terraform
    refuses it, and which of the two is meant nobody can tell."""
    name = ".".join(block.labels)
    match block.type, len(block.labels):
        case "locals", 0:
            twice = block.body.twice() or found.locals.keys() & block.body.names()
            return f"local.{min(twice)}" if twice else ""
        case "variable", 1:
            return f"var.{name}" if name in found.variables else ""
        case "module", 1:
            return f"module.{name}" if name in found.modules else ""
        case "output", 1:
            return f"output.{name}" if name in found.outputs else ""
        case (("resource" | "data" | "ephemeral"), 2):
            key = (_MODES[block.type], block.labels[0], block.labels[1])
            shown = name if block.type == "resource" else f"{block.type}.{name}"
            return shown if key in found.resources else ""
    return ""


def add(found: Configuration, block: ast.Block, *, override: bool) -> None:
    """Take a block of a file of the directory in; ``override``: over what was declared before."""
    labels = block.labels
    if block.type == "locals":
        found.blocks.append(block)
        for attribute in block.body.attributes:
            found.locals[attribute.name] = attribute
        return
    table: dict[str, ast.Block] | None = {
        "variable": found.variables,
        "module": found.modules,
        "output": found.outputs,
    }.get(block.type)
    if table is not None and len(labels) == 1:
        block = _merged(table.get(labels[0]), block, found) if override else block
        table[labels[0]] = block
    elif block.type in _MODES and len(labels) == 2:
        key = (_MODES[block.type], labels[0], labels[1])
        block = _merged(found.resources.get(key), block, found) if override else block
        found.resources[key] = block
    elif block.type == "check":
        for inner in block.body.blocks_of("data"):  # can be referred to in the check only
            if len(inner.labels) == 2:
                found.resources.setdefault(("data", inner.labels[0], inner.labels[1]), inner)
    elif block.type == "provider" and len(labels) == 1:
        found.providers.append(block)
    found.blocks.append(block)


def _merged(base: ast.Block | None, other: ast.Block, found: Configuration) -> ast.Block:
    """An override file's block over the block that it overrides ("Merging Behavior")."""
    if base is None:
        return other
    found.blocks = [b for b in found.blocks if b is not base]
    names = {a.name for a in other.body.attributes}
    types = {b.type for b in other.body.blocks}
    attributes = tuple([a for a in base.body.attributes if a.name not in names])
    blocks = tuple([b for b in base.body.blocks if b.type not in types])
    body = replace(
        base.body,
        attributes=attributes + other.body.attributes,
        blocks=blocks + other.body.blocks,
    )
    return replace(base, written=body, overridden=True)
