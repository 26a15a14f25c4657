"""`removed` blocks that take a thing out of the state and leave it standing."""

from __future__ import annotations

from collections.abc import Iterator

from iac_offboard.hcl import ast
from iac_offboard.hcl.values import Bool

_SAID = (
    "is only forgotten (`removed` with destroy = false) and goes on to stand: nothing dies of "
    "that. Remove it live, or let Terraform destroy it"
)


def forgotten(body: ast.Body, data: bytes) -> Iterator[tuple[int, str]]:
    """Of each `from` under ``lifecycle { destroy = false }`` (Terraform's documentation, "Remove
    resources from state"): its line, and what to say, which begins with the address."""
    for block in body.blocks_of("removed"):
        from_ = block.body.attribute("from")
        tests = [b.body.attribute("destroy") for b in block.body.blocks_of("lifecycle")]
        values = [t.expr.value for t in tests if t is not None and isinstance(t.expr, ast.Literal)]
        if from_ is not None and any(isinstance(v, Bool) and not v.value for v in values):
            span = from_.expr.span
            address = data[span.start : span.end].decode("utf-8", "replace").strip('"')
            yield data.count(b"\n", 0, span.start) + 1, f"{address} {_SAID}"
