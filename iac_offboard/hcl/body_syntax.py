"""Bodies, attributes and blocks of a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from iac_offboard.hcl import ast
from iac_offboard.hcl.faults import MAX_DEPTH, FileFault
from iac_offboard.hcl.grammar import Node, body_of, deeper_than, meaningful, tree
from iac_offboard.hcl.later import Later
from iac_offboard.hcl.plain_syntax import plain_expression
from iac_offboard.hcl.reader import Reader
from iac_offboard.hcl.recursion import allow_deep_recursion
from iac_offboard.hcl.template_syntax import quoted_pieces
from iac_offboard.model import CutKind, Span

_NESTING = b"([{?!+-*/%<>=&|~"
"""Every level of an expression or a template begins with one of these."""


_NAME = re.compile(rb"[A-Za-z_][\w-]*(?=[ \t]*=)")
_HEAD = re.compile(rb'([A-Za-z_][\w-]*)((?:[ \t]+"[^"\\$%\r\n]*")*)[ \t]*\{')
_LABEL = re.compile(rb'"([^"]*)"')
"""How nearly all names and heads of blocks are spelled; the rest is left to the tree."""

_AT_ONCE = frozenset(["locals", "module", "variable", "check"])
"""Blocks that whoever reads a directory looks into."""


class BodyReader(Reader):
    """Reads whole files; ``Reader`` reads the expressions in them.

    ``at`` and ``row``: where the text stands in its file, when it is a part of it; the tree of a
    part stays until its expressions are read, that of a file does not.
    """

    def __init__(
        self, data: bytes, file: str, at: int = 0, row: int = 0, *, part: bool = False
    ) -> None:
        super().__init__(data, file, _moved(file, at))
        self._is_part = part
        self._at = at
        self._row = row

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
        start, end = node.start_byte, node.end_byte
        span = self.span(start, end)
        taken = ast.cut(CutKind.ATTRIBUTE, span, container)
        if self._may_be_too_deep(node):
            written: ast.Expr | Later[ast.Expr] = self.expression(meaningful(node)[1])
        else:
            written = self._later(node)
        plain = _NAME.match(self.data, start, end)
        if plain is not None:
            name = plain.group().decode()
            return ast.Attribute(name, self.span(start, plain.end()), written, span, taken)
        named = meaningful(node)[0]
        return ast.Attribute(self.text(named), self.span_of(named), written, span, taken)

    def _later(self, node: Node) -> Later[ast.Expr]:
        where = self.data, self.file, node.start_byte, node.end_byte, self._at, self._row
        return Later(partial(expression_between, *where, node if self._is_part else None))

    def _part(self, node: Node) -> tuple[bytes, str, int, int]:
        """The text of a node, its file, and the byte and row where it stands there."""
        # A heredoc ends with the line behind its last mark.
        text = self.data[node.start_byte : node.end_byte] + b"\n"
        return text, self.file, self._at + node.start_byte, self._row + node.start_point.row

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
        return deeper_than(node, left)

    def _block(self, node: Node, container: Span) -> ast.Block:
        self.enter(node)
        names, opened, closed, inner = self._head(node)
        span = self.span_of(node)
        braces = self.span(opened, closed)
        written: ast.Body | Later[ast.Body]
        if self.depth == 1 and names[0] not in _AT_ONCE and not self._may_be_too_deep(node):
            written = Later(partial(_body, *self._part(node), braces))
        else:
            body = _inside(node) if inner is None else inner
            written = ast.Body((), (), braces) if body is None else self.body(body, braces)
        self.depth -= 1
        taken = ast.cut(CutKind.BLOCK, span, container)
        return ast.Block(names[0], tuple(names[1:]), written, span, taken)

    def _head(self, node: Node) -> tuple[list[str], int, int, Node | None]:
        """The type and the labels of a block, where its braces are, and its body if it was met."""
        end = node.end_byte
        plain = _HEAD.match(self.data, node.start_byte, end)
        if plain is not None and self.data[end - 1 : end] == b"}":
            return [plain[1].decode(), *labels_in(plain[2])], plain.end() - 1, end, None
        names: list[str] = []
        inner: Node | None = None
        opened, closed = end, end
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
        return names or [""], opened, closed, inner

    def _label(self, node: Node) -> str:
        raw = self.data[node.start_byte + 1 : node.end_byte - 1]
        return "".join(p.text for p in quoted_pieces(raw, node.start_byte + 1, self.span, True))


def labels_in(written: bytes) -> list[str]:
    """The quoted labels of a block's head, which hold nothing that would be filled in."""
    return [label.decode("utf-8", "replace") for label in _LABEL.findall(written)]


def _moved(file: str, at: int) -> Callable[[int, int], Span]:
    def moved(start: int, end: int) -> Span:
        return Span(file=file, start=start + at, end=end + at)

    return moved


def _body(text: bytes, file: str, at: int, row: int, braces: Span) -> ast.Body:
    """The body of a block whose text stands at a byte and a row of its file."""
    inner = _inside(_first(text))
    if inner is None:
        return ast.Body((), (), braces)
    reader = BodyReader(text, file, at, row, part=True)
    reader.depth = 1  # the block itself
    return reader.body(inner, braces)


def expression_between(
    data: bytes,
    file: str,
    start: int,
    end: int,
    at: int = 0,
    row: int = 0,
    attribute: Node | None = None,
) -> ast.Expr:
    """The expression of the attribute between two bytes of a text, which stands at a byte and a
    row of its file; ``attribute`` is its node where there is a tree of the text. Raises FileFault
    for what the grammar takes and HCL does not."""
    text = data[start:end]
    plain = plain_expression(text, _moved(file, at + start))
    if plain is not None:
        return plain
    if attribute is not None:
        return _built(attribute, data, file, at, row)
    text += b"\n"  # a heredoc ends with the line behind its last mark
    return _built(_first(text), text, file, at + start, row + data.count(b"\n", 0, start))


def _built(attribute: Node, text: bytes, file: str, at: int, row: int) -> ast.Expr:
    """The same from the attribute's node in the tree of the text."""
    allow_deep_recursion()
    _, value = meaningful(attribute)[:2]
    try:
        return Reader(text, file, _moved(file, at)).expression(value)
    except FileFault as fault:
        line = row + fault.line
        raise FileFault(file, fault.reason, fault.detail, line=line, hint=fault.hint) from fault


def _inside(block: Node) -> Node | None:
    """The body of a block; None where nothing stands in its braces."""
    return next((child for child in block.named_children if child.type == "body"), None)


def _first(text: bytes) -> Node:
    """The attribute or block that a text holds."""
    body = body_of(tree(text))
    assert body is not None  # the whole file was parsed without an error
    return body.named_children[0]
