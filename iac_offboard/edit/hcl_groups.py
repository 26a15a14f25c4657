"""Containers of HCL: tuples, objects, bodies."""

from __future__ import annotations

import tree_sitter

from iac_offboard.edit.group import HCL_COMMENT, Group, Item, Style
from iac_offboard.edit.tree import exact
from iac_offboard.model import CutKind

_TYPES = {
    CutKind.ELEMENT: frozenset({"expression"}),
    CutKind.ENTRY: frozenset({"object_elem"}),
    CutKind.BLOCK: frozenset({"block"}),
    CutKind.ATTRIBUTE: frozenset({"attribute"}),
}
_PARENT = {CutKind.ELEMENT: "tuple", CutKind.ENTRY: "object"}


def find(
    root: tree_sitter.Node, size: int, kind: CutKind, start: int, end: int
) -> tuple[Group, int] | None:
    """The container of the element, entry, block or attribute at exactly [start, end), and
    its index there; None when no such thing stands there. ``size`` is that of the text."""
    node = exact(root, start, end, _TYPES[kind])
    while node is not None and node.start_byte == start and node.end_byte == end:
        parent = node.parent
        fits = parent is not None and parent.type == _PARENT.get(kind, "body")
        if parent is not None and fits and node.type in _TYPES[kind]:
            return _group(parent, size), _index(parent, node)
        node = parent
    return None


def _members(parent: tree_sitter.Node) -> list[tree_sitter.Node]:
    wanted = {"tuple": ("expression",), "object": ("object_elem",)}
    types = wanted.get(parent.type, ("attribute", "block"))
    return [c for c in parent.named_children if c.type in types]


def _index(parent: tree_sitter.Node, node: tree_sitter.Node) -> int:
    return [c.start_byte for c in _members(parent)].index(node.start_byte)


def _group(parent: tree_sitter.Node, size: int) -> Group:
    holder = parent
    if parent.type == "body" and parent.parent is not None:
        holder = parent.parent
    opened = next((c.end_byte for c in holder.children if c.type.endswith("_start")), 0)
    closed = next((c.start_byte for c in holder.children if c.type.endswith("_end")), size)
    nested = holder.type == "block"
    items = tuple(
        Item(c.start_byte, c.end_byte, _label(c) if nested else "") for c in _members(parent)
    )
    style = Style.LINES if parent.type == "body" else Style.LIST
    whole = parent.type == "body" and not nested
    return Group(opened, closed, items, style, HCL_COMMENT, whole_file=whole)


def _label(node: tree_sitter.Node) -> str:
    """The type of a nested block, with what a ``dynamic`` block generates."""
    if node.type != "block":
        return ""
    names = [c.text or b"" for c in node.named_children if c.type in ("identifier", "string_lit")]
    if len(names) > 1 and names[0] == b"dynamic":
        return names[1].strip(b'"').decode("utf-8", "replace")
    return names[0].decode("utf-8", "replace") if names else ""
