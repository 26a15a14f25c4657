"""HCL text to syntax tree: what is plain by patterns, the rest on tree-sitter.

``parse`` reads a file; ``parse_template`` reads a bare template, which is what ``templatefile``
files and the strings of ``.tf.json`` are. Rules: the HCL native syntax specification.
"""

from __future__ import annotations

from collections.abc import Callable

from iac_offboard.hcl import ast
from iac_offboard.hcl.body_syntax import BodyReader
from iac_offboard.hcl.faults import FileFault, decode
from iac_offboard.hcl.grammar import Node, body_of, tree
from iac_offboard.hcl.parsing import TooBroken
from iac_offboard.hcl.plain_bodies import plain_file
from iac_offboard.hcl.reader import Reader
from iac_offboard.hcl.recursion import allow_deep_recursion
from iac_offboard.model import SkipReason, Span

_NOT_HCL = "syntax error: an unclosed bracket, quote or heredoc, or text that is not HCL"


def parse(data: bytes, file: str) -> ast.Body:
    """The body of a .tf, .tofu or .tfvars file. Raises FileFault naming file, line and cause.

    Blocks and the names of attributes are there at once; the expression of an attribute is built
    from its own bytes when somebody asks for it, so that no tree outlives this call.
    """
    allow_deep_recursion()
    decode(data, file)
    plain = plain_file(data, file)
    return parse_tree(data, file) if plain is None else plain


def parse_tree(data: bytes, file: str) -> ast.Body:
    """The same from a tree of the whole file, whatever is plain in it."""
    try:
        root = tree(data)
    except TooBroken as broken:
        raise _fault(data, file, broken.offset, _NOT_HCL) from broken
    if root.has_error:
        raise _syntax_fault(data, file, root)
    body = body_of(root)
    if body is not None:
        return BodyReader(data, file).body(body)
    whole = next((child for child in root.children if child.type == "object"), None)
    if whole is not None:  # which the grammar takes for a value in a file of its own
        raise _fault(data, file, whole.start_byte, _NOT_HCL)
    return ast.Body((), (), Span(file=file, start=0, end=len(data)))


_MARK = b"__IAC_OFFBOARD_TEMPLATE__"
_HEAD = b"x = <<" + _MARK + b"\n"


def parse_template(
    text: bytes, file: str, locate: Callable[[int, int], Span], *, exact: bool = True
) -> ast.Template | ast.Literal:
    """A bare template. ``locate`` maps offsets in ``text`` to a span of ``file``."""
    allow_deep_recursion()
    data = _HEAD + text + b"\n" + _MARK + b"\n"
    invalid = FileFault(file, SkipReason.UNPARSEABLE, "is not a valid template")
    try:
        root = tree(data)
    except TooBroken as broken:
        raise invalid from broken
    if root.has_error or _MARK in text:
        raise invalid
    shift, size = len(_HEAD), len(text)

    def moved(start: int, end: int) -> Span:
        low, high = max(start - shift, 0), min(end - shift, size)
        return locate(min(low, high), high)

    reader = Reader(data, file, moved, exact=exact)
    node = root.named_children[0].named_children[0].named_children[1].named_children[0]
    heredoc = node.named_children[0]
    return reader.template_between(heredoc, shift, shift + size, moved(shift, shift + size))


def _syntax_fault(data: bytes, file: str, root: Node) -> FileFault:
    node = root
    while True:
        bad = [c for c in node.children if c.has_error or c.is_missing or c.type == "ERROR"]
        if not bad or node.type == "ERROR":
            break
        node = bad[0]
    if node.is_missing:
        detail = f"syntax error: {node.type.strip()!r} is missing"
    elif data.count(b"<<<<<<< ") and data.count(b">>>>>>> "):
        detail = "syntax error: the file holds unresolved merge conflict marks"
    else:
        detail = _NOT_HCL
    return _fault(data, file, node.start_byte, detail)


def _fault(data: bytes, file: str, offset: int, detail: str) -> FileFault:
    line = data.count(b"\n", 0, offset) + 1
    hint = (
        "Run `terraform fmt` on the file, or `terraform validate` in its directory, and correct it."
    )
    return FileFault(file, SkipReason.UNPARSEABLE, detail, line=line, hint=hint)
