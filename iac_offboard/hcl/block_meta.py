"""What Terraform itself reads of a block: lifecycle and provider."""

from __future__ import annotations

from functools import cached_property

from iac_offboard.hcl import ast
from iac_offboard.hcl.convert import truth
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.module import Module
from iac_offboard.hcl.values import Str


class BlockMeta:
    """What Terraform itself reads of the block of a resource, in one use of its module."""

    def __init__(self, block: ast.Block, module: Module) -> None:
        self._block = block
        self._module = module

    @cached_property
    def prevent_destroy(self) -> bool:
        found = self._lifecycle("prevent_destroy")
        return any(truth(evaluate(a.expr, self._module.env)) is True for a in found)

    @cached_property
    def ignore_changes(self) -> tuple[str, ...] | str:
        found = self._lifecycle("ignore_changes")
        if not found:
            return ()
        if isinstance(found[-1].expr, ast.Tuple):
            return tuple([_spelled(item) for item in found[-1].expr.items])
        return _spelled(found[-1].expr)

    @cached_property
    def provider(self) -> str:
        found = self._block.body.attribute("provider")
        return "" if found is None else _spelled(found.expr)

    def _lifecycle(self, name: str) -> list[ast.Attribute]:
        blocks = self._block.body.blocks_of("lifecycle")
        return [a for b in blocks if (a := b.body.attribute(name)) is not None]


def _spelled(expr: ast.Expr) -> str:
    """A reference as it is written: ``aws.east``, ``tags["x"]``, ``all``."""
    match expr:
        case ast.Variable():
            return expr.name
        case ast.Literal():
            return expr.value.text or "" if isinstance(expr.value, Str) else ""
        case ast.Traversal():
            text = _spelled(expr.base)
            for step in expr.steps:
                if isinstance(step, ast.GetAttr):
                    text += f".{step.name}"
                elif isinstance(step, ast.Index):
                    text += f"[{_spelled(step.key)}]"
            return text
        case _:
            return ""
