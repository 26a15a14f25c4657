"""tree-sitter's parser of HCL: one for each thread."""

from __future__ import annotations

import re
import threading

import tree_sitter
import tree_sitter_hcl

from iac_offboard.hcl.parsing import parsed

Node = tree_sitter.Node

_LANGUAGE = tree_sitter.Language(tree_sitter_hcl.language())
_LOCAL = threading.local()
_EXPONENT = re.compile(rb"(?<![\w.])(?<!\w-)\d+(?:\.\d+)?[eE][-+]?\d+(?![\w.])")


def _parser() -> tree_sitter.Parser:
    parser = getattr(_LOCAL, "parser", None)
    if not isinstance(parser, tree_sitter.Parser):
        parser = tree_sitter.Parser(_LANGUAGE)
        _LOCAL.parser = parser
    return parser


def tree(data: bytes) -> Node:
    """The grammar refuses ``1e3``, which HCL takes: plain digits of the same length stand there
    while it is parsed, so that every span stays; the reader reads the text as it is.
    Raises ``TooBroken``."""
    root = parsed(_parser(), data)
    if not root.has_error:
        return root
    plain = _EXPONENT.sub(lambda found: b"1" * len(found.group()), data)
    again = root if plain == data else parsed(_parser(), plain)
    return root if again.has_error else again


def body_of(root: Node) -> Node | None:
    """The body of a file; None for one that holds nothing but comments."""
    return next((child for child in root.named_children if child.type == "body"), None)


def meaningful(node: Node, *, parens: bool = False) -> list[Node]:
    """Children without punctuation and comments; ``parens`` keeps round brackets."""
    kept: list[Node] = []
    for child in node.children:
        if child.type == "comment":
            continue
        if child.is_named or (parens and child.type in "()"):
            kept.append(child)
    return kept


def deeper_than(node: Node, limit: int) -> bool:
    """Do so many nodes stand in each other? Without recursion, and without going deeper: each
    step of tree-sitter down or up takes time by the depth it stands at."""
    cursor, depth = node.walk(), 0
    while True:
        if cursor.goto_first_child():
            depth += 1
            if depth >= limit:
                return True
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return False
            depth -= 1
