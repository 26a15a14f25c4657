"""Bodies, attributes and blocks of a file."""

from __future__ import annotations

from iac_offboard.hcl import ast
from iac_offboard.hcl.reader import Node, Reader, meaningful
from iac_offboard.hcl.template_syntax import quoted_pieces
from iac_offboard.model import CutKind, Span


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
        expr = self.expression(value)
        return ast.Attribute(self.text(name), self.span_of(name), expr, span, taken)

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
