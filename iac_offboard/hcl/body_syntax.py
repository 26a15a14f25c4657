"""Bodies, attributes and blocks of a file."""

from __future__ import annotations

from functools import partial

from iac_offboard.hcl import ast
from iac_offboard.hcl.faults import MAX_DEPTH, FileFault
from iac_offboard.hcl.grammar import Node, body_of, depth_of, tree
from iac_offboard.hcl.later import Later
from iac_offboard.hcl.reader import Reader, meaningful
from iac_offboard.hcl.recursion import allow_deep_recursion
from iac_offboard.hcl.template_syntax import quoted_pieces
from iac_offboard.model import CutKind, Span

_NESTING = b"([{?!+-*/%<>=&|~"
"""Every level of an expression or a template begins with one of these."""


class BodyReader(Reader):
    """Reads whole files; ``Reader`` reads the expressions in them."""

    def body(self, node: Node, container: Span | None = None) -> ast.Body:
        whole = container or self.span_of(node)
        attributes: list[ast.Attribute] = []
        blocks: list[ast.Block] = []
        for child in node.named_children:
            if child.type == "attribute":
                attributes.append(self._attribute(child, whole))
            elif child.type == "block":
                blocks.append(self._block(child, whole))
        return ast.Body(tuple(attributes), tuple(blocks), whole)

    def _attribute(self, node: Node, container: Span) -> ast.Attribute:
        name, value = meaningful(node)[:2]
        span = self.span_of(node)
        taken = ast.cut(CutKind.ATTRIBUTE, span, container)
        written = self.expression(value) if self._may_be_too_deep(node) else self._later(node)
        return ast.Attribute(self.text(name), self.span_of(name), written, span, taken)

    def _later(self, node: Node) -> Later[ast.Expr]:
        # A heredoc ends with the line behind its last mark.
        text = self.data[node.start_byte : node.end_byte] + b"\n"
        return Later(partial(_expression, text, self.file, node.start_byte, node.start_point.row))

    def _may_be_too_deep(self, node: Node) -> bool:
        """What is nested too deep is said of the file, not only when somebody asks for it.

        A level takes a byte at least, and makes two nodes of ours at most.
        """
        left = (MAX_DEPTH - self.depth) // 2
        size: int = node.end_byte - node.start_byte
        if size < left:
            return False
        text = self.data[node.start_byte : node.end_byte]
        if size - len(text.translate(None, _NESTING)) < left:
            return False
        return depth_of(node) >= left

    def _block(self, node: Node, container: Span) -> ast.Block:
        self.enter(node)
        names: list[str] = []
        inner: Node | None = None
        opened, closed = node.end_byte, node.end_byte
        for child in node.named_children:
            if child.type == "identifier":
                names.append(self.text(child))
            elif child.type == "string_lit":
                names.append(self._label(child))
            elif child.type == "body":
                inner = child
            elif child.type == "block_start":
                opened = child.start_byte
            elif child.type == "block_end":
                closed = child.end_byte
        span = self.span_of(node)
        braces = self.span(opened, closed)
        body = ast.Body((), (), braces) if inner is None else self.body(inner, braces)
        self.depth -= 1
        taken = ast.cut(CutKind.BLOCK, span, container)
        return ast.Block(names[0] if names else "", tuple(names[1:]), body, span, taken)

    def _label(self, node: Node) -> str:
        raw = self.data[node.start_byte + 1 : node.end_byte - 1]
        return "".join(p.text for p in quoted_pieces(raw, node.start_byte + 1, self.span, True))


def _expression(text: bytes, file: str, at: int, row: int) -> ast.Expr:
    """The expression of an attribute whose text stands at a byte and a row of its file."""
    allow_deep_recursion()

    def moved(start: int, end: int) -> Span:
        return Span(file=file, start=start + at, end=end + at)

    body = body_of(tree(text))
    assert body is not None  # the whole file was parsed without an error
    _, value = meaningful(body.named_children[0])[:2]
    try:
        return Reader(text, file, moved).expression(value)
    except FileFault as fault:
        line = row + fault.line
        raise FileFault(file, fault.reason, fault.detail, line=line, hint=fault.hint) from fault
