"""Files and bodies by pattern, without a tree: what is plain, and nobody asks for, is passed over
(``plain_ends``). A piece of a file that is not plain is read from a tree of its own.

What is read here is what the tree of the whole file leads to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from iac_offboard.hcl import ast
from iac_offboard.hcl.body_syntax import BodyReader, expression_between, labels_in
from iac_offboard.hcl.faults import BOM
from iac_offboard.hcl.grammar import Node, body_of, tree
from iac_offboard.hcl.later import Later
from iac_offboard.hcl.parsing import TooBroken
from iac_offboard.hcl.plain_ends import behind_space, block_end, expression_end, patterns
from iac_offboard.model import CutKind, Span

_PIECE_END = re.compile(rb"\n\}[^\n]*(?:\n|\Z)|\Z")
"""The first line that begins with a closing brace. Most blocks end there, and a piece that ends
where no block does has an error."""
_LONG = 65_536
"""Bytes. A longer piece is not looked at by itself: were there an error, it would take its time
twice."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A block, or an attribute whose name ends at ``named``."""

    start: int
    end: int
    named: int = 0


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is not plain: its body in its own tree, and where it stands."""

    start: int
    end: int
    reader: BodyReader
    node: Node


def plain_file(data: bytes, file: str) -> ast.Body | None:
    """The body of a file. None when a piece of it has an error by itself: what is wrong, the tree
    of the whole file tells."""
    parts: list[_Item | _Piece] = []
    at = 0
    while (at := behind_space(data, at)) < len(data):
        item = _item(data, at)
        if item is not None:
            parts.append(item)
            at = item.end
            continue
        ended = _PIECE_END.search(data, at)
        end = len(data) if ended is None else ended.end()
        read = _piece(data, file, at, end)
        if read is None:
            return None
        parts += read
        at = end
    if not parts:
        return ast.Body((), (), Span(file=file, start=0, end=len(data)))
    return _body_of(data, file, parts, Span(file=file, start=parts[0].start, end=parts[-1].end))


def _piece(data: bytes, file: str, at: int, end: int) -> list[_Piece] | None:
    """Empty where nothing but comments stands; None where there is an error."""
    if end - at > _LONG:
        return None
    text = data[at:end]
    if at and text.startswith(BOM):  # in the middle of a file it is no space
        return None
    try:
        root = tree(text)
    except TooBroken:
        return None
    if root.has_error:
        return None
    if any(child.type not in ("body", "comment") for child in root.children):
        return None  # an object can be a whole file, but not a piece of one
    node = body_of(root)
    if node is None:
        return []
    reader = BodyReader(text, file, at, data.count(b"\n", 0, at))
    return [_Piece(at + node.start_byte, at + node.end_byte, reader, node)]


def _body_of(data: bytes, file: str, parts: list[_Item | _Piece], container: Span) -> ast.Body:
    attributes: list[ast.Attribute] = []
    blocks: list[ast.Block] = []
    for part in parts:
        if isinstance(part, _Piece):
            body = part.reader.body(part.node, container)
            attributes += body.attributes
            blocks += body.blocks
        elif part.named:
            attributes.append(_attribute(data, file, part, container))
        else:
            blocks.append(_block(data, file, part, container))
    return ast.Body(tuple(attributes), tuple(blocks), container)


def _item(data: bytes, at: int) -> _Item | None:
    """What stands at a byte, when it is plain and its line ends behind it."""
    known = patterns()
    plain = known.attribute.match(data, at)
    if plain is not None:
        return _Item(at, plain.end("value"), plain.end("name"))
    named = known.name.match(data, at)
    end = block_end(data, at) if named is None else expression_end(data, named.end())
    if end < 0 or known.rest.match(data, end) is None:
        return None
    return _Item(at, end, 0 if named is None else named.end("name"))


def _attribute(data: bytes, file: str, item: _Item, container: Span) -> ast.Attribute:
    span = Span(file=file, start=item.start, end=item.end)
    return ast.Attribute(
        data[item.start : item.named].decode(),
        Span(file=file, start=item.start, end=item.named),
        Later(partial(expression_between, data, file, item.start, item.end)),
        span,
        ast.cut(CutKind.ATTRIBUTE, span, container),
    )


def _block(data: bytes, file: str, item: _Item, container: Span) -> ast.Block:
    head = patterns().head.match(data, item.start)
    assert head is not None  # its end was found by it
    span = Span(file=file, start=item.start, end=item.end)
    braces = Span(file=file, start=head.end() - 1, end=item.end)
    return ast.Block(
        head[1].decode(),
        tuple(labels_in(head[2])),
        Later(partial(_body, data, file, braces)),
        span,
        ast.cut(CutKind.BLOCK, span, container),
    )


def _body(data: bytes, file: str, braces: Span) -> ast.Body:
    """What stands in the braces of a plain block."""
    at, close = braces.start + 1, braces.end - 1
    parts: list[_Item | _Piece] = []
    inline = patterns().inline.match(data, at)
    if inline is not None:
        if inline["name"] is not None:
            parts.append(_Item(inline.start("name"), inline.end("value"), inline.end("name")))
        return _body_of(data, file, parts, braces)
    while (at := behind_space(data, at)) < close:
        item = _item(data, at)
        assert item is not None  # so the end of the block was found
        parts.append(item)
        at = item.end
    return _body_of(data, file, parts, braces)
