"""Containers of JSON: arrays and objects."""

from __future__ import annotations

import tree_sitter

from iac_offboard.edit.group import JSON_COMMENT, Group, Item, Style
from iac_offboard.edit.tree import exact

_VALUES = frozenset({"object", "array", "string", "number", "true", "false", "null", "pair"})


def find(root: tree_sitter.Node, start: int, end: int) -> tuple[Group, int] | None:
    """The container of the array element or member at exactly [start, end), and its index."""
    node = exact(root, start, end, _VALUES)
    while node is not None and node.start_byte == start and node.end_byte == end:
        parent = node.parent
        if parent is not None and parent.type == "array" and node.type in _VALUES:
            return _group(parent), _index(parent, node)
        if parent is not None and parent.type == "object" and node.type == "pair":
            return _group(parent), _index(parent, node)
        node = parent
    return None


def _members(parent: tree_sitter.Node) -> list[tree_sitter.Node]:
    return [c for c in parent.named_children if c.type in _VALUES]


def _index(parent: tree_sitter.Node, node: tree_sitter.Node) -> int:
    return [c.start_byte for c in _members(parent)].index(node.start_byte)


def _group(parent: tree_sitter.Node) -> Group:
    items = tuple(Item(c.start_byte, c.end_byte) for c in _members(parent))
    return Group(parent.start_byte + 1, parent.end_byte - 1, items, Style.STRICT, JSON_COMMENT)
