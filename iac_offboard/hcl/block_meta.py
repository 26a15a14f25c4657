"""What Terraform itself reads of a block: lifecycle and provider."""

from __future__ import annotations

from functools import cached_property

from iac_offboard.hcl import ast
from iac_offboard.hcl.convert import truth
from iac_offboard.hcl.declarations import spelled
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.module import Module


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
            return tuple([spelled(item) for item in found[-1].expr.items])
        return spelled(found[-1].expr)

    @cached_property
    def provider(self) -> str:
        found = self._block.body.attribute("provider")
        return "" if found is None else spelled(found.expr)

    def _lifecycle(self, name: str) -> list[ast.Attribute]:
        blocks = self._block.body.blocks_of("lifecycle")
        return [a for b in blocks if (a := b.body.attribute(name)) is not None]
