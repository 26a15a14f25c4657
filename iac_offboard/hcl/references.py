"""Which resources, variables, locals and modules a block mentions, and where."""

from __future__ import annotations

from collections.abc import Iterator

from iac_offboard.hcl import ast
from iac_offboard.hcl.declarations import Configuration
from iac_offboard.hcl.free_names import mentions
from iac_offboard.hcl.resources import Reference

_WORDS = {"var": "var", "local": "local", "module": "module"}


def references_of(body: ast.Body, configuration: Configuration) -> tuple[Reference, ...]:
    """In source order. A name is a resource only when the module declares it, so that the
    variables of ``for`` and of dynamic blocks are none."""
    found = [r for expr in _expressions(body) for r in _of(expr, configuration)]
    return tuple(sorted(found, key=lambda r: (r.span.start, r.to)))


def references_in(expr: ast.Expr, configuration: Configuration) -> tuple[Reference, ...]:
    found = list(_of(expr, configuration))
    return tuple(sorted(found, key=lambda r: (r.span.start, r.to)))


def _expressions(body: ast.Body) -> Iterator[ast.Expr]:
    todo = [body]
    while todo:
        current = todo.pop()
        for attribute in current.attributes:
            yield attribute.expr
        todo.extend(block.body for block in current.blocks)


def _of(expr: ast.Expr, configuration: Configuration) -> Iterator[Reference]:
    for name, steps, node in mentions(expr):
        words = [s.name for s in steps[:2] if isinstance(s, ast.GetAttr)]
        if name in _WORDS and words:
            yield Reference(to=f"{name}.{words[0]}", span=node.span)
        elif name == "data" and len(words) == 2:
            if ("data", words[0], words[1]) in configuration.resources:
                yield Reference(to=f"data.{words[0]}.{words[1]}", span=node.span)
        elif words and ("managed", name, words[0]) in configuration.resources:
            yield Reference(to=f"{name}.{words[0]}", span=node.span)
