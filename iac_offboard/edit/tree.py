"""Raw tree-sitter nodes. The edit room needs exact tokens, which the syntax tree of ``hcl/``
leaves out on purpose."""

from __future__ import annotations

from functools import lru_cache

import tree_sitter
import tree_sitter_hcl
import tree_sitter_json

_HCL = tree_sitter.Language(tree_sitter_hcl.language())
_JSON = tree_sitter.Language(tree_sitter_json.language())


@lru_cache(maxsize=4)
def parse_hcl(text: bytes) -> tree_sitter.Node:
    """The root of HCL text; ask ``has_error`` of it. The last ones are kept: an edit looks at the
    same text from several sides."""
    return tree_sitter.Parser(_HCL).parse(text).root_node


def parse_json(text: bytes) -> tree_sitter.Node:
    """The root of JSON text; ask ``has_error`` of it."""
    return tree_sitter.Parser(_JSON).parse(text).root_node


def exact(
    root: tree_sitter.Node, start: int, end: int, types: frozenset[str]
) -> tree_sitter.Node | None:
    """The innermost node of one of ``types`` that covers exactly [start, end)."""
    node = root.descendant_for_byte_range(start, end)
    while node is not None and node.start_byte == start and node.end_byte == end:
        if node.type in types:
            return node
        node = node.parent
    return None


def around(
    root: tree_sitter.Node, start: int, end: int, types: frozenset[str]
) -> tree_sitter.Node | None:
    """The innermost node of one of ``types`` that covers [start, end) and more."""
    node = root.descendant_for_byte_range(start, end)
    while node is not None and node.type not in types:
        node = node.parent
    return node
