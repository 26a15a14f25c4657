"""Containers of YAML, in block and in flow style."""

from __future__ import annotations

import re

from iac_offboard.edit.group import YAML_COMMENT, Group, Item, Style, line_end, line_start
from iac_offboard.edit.yaml_tree import Node, Tree
from iac_offboard.model import CutKind

_PROPERTIES = re.compile(rb"[ \t]*:(?=\s|$)(?:[ \t]+[&!][^\s#]*)*|(?:[ \t]+[&!][^\s#]*)*")
_TO_DASH = re.compile(rb"(?:\s|#[^\r\n]*)*")


def find(tree: Tree, kind: CutKind, start: int, end: int) -> tuple[Group, int] | None:
    """The container of the element or entry at exactly [start, end), and its index."""
    for content, root in tree.roots:
        node, inside = root, content
        while node.children:
            members = _members(tree.text, node)
            for index, (item, value) in enumerate(members):
                low = value.start if node.kind == "sequence" else item.start
                wanted = CutKind.ELEMENT if node.kind == "sequence" else CutKind.ENTRY
                if kind is wanted and (low, item.end) == (start, end):
                    return _group(tree.text, node, inside, [m for m, _ in members]), index
            below = [(m, v) for m, v in members if m.start <= start and end <= m.end]
            if not below or (step := below[0])[1].kind not in ("sequence", "mapping"):
                break
            inside, node = _inside(tree.text, node, *step), step[1]
    return None


def _members(text: bytes, node: Node) -> list[tuple[Item, Node]]:
    """Each sibling, from its dash or key on, with its value."""
    if node.kind == "mapping":
        pairs = zip(node.children[::2], node.children[1::2], strict=False)
        return [(Item(k.start, max(k.end, v.end)), v) for k, v in pairs]
    if node.flow:
        return [(Item(c.start, c.end), c) for c in node.children]
    found: list[tuple[Item, Node]] = []
    at = node.start
    for child in node.children:
        dash = text.index(b"-", _skip(text, at))
        found.append((Item(dash, max(child.end, dash + 1)), child))
        at = found[-1][0].end
    return found


def _skip(text: bytes, at: int) -> int:
    match = _TO_DASH.match(text, at)
    return match.end() if match else at


def _inside(text: bytes, parent: Node, item: Item, value: Node) -> int:
    """Where the inside of a block that is a value begins: after its colon, dash and anchor."""
    after = item.start + 1
    if parent.kind == "mapping":
        key = next(c for c in parent.children[::2] if c.start == item.start)
        after = key.end
    match = _PROPERTIES.match(text, after, max(value.end, after))
    return match.end() if match else after


def _group(text: bytes, node: Node, inside: int, items: list[Item]) -> Group:
    if node.flow:
        return Group(node.inside, node.end - 1, tuple(items), Style.LIST, YAML_COMMENT)
    empty = b"[]" if node.kind == "sequence" else b"{}"
    whole = [_with_inner_comments(text, item, after) for item, after in _pairs(items)]
    return Group(
        inside,
        _through_comment(text, whole[-1].end),
        tuple(whole),
        Style.LINES,
        YAML_COMMENT,
        empty,
    )


def _pairs(items: list[Item]) -> list[tuple[Item, Item | None]]:
    return list(zip(items, [*items[1:], None], strict=True))


def _through_comment(text: bytes, at: int) -> int:
    """The end of a comment that trails the last entry, else ``at``."""
    rest = text[at : line_end(text, at)]
    return at + len(rest.rstrip()) if rest.lstrip().startswith(b"#") else at


def _with_inner_comments(text: bytes, item: Item, after: Item | None) -> Item:
    """Comment lines indented deeper than an entry belong to what is inside that entry."""
    column = item.start - line_start(text, item.start)
    stop = after.start if after else len(text)
    end, at = item.end, line_end(text, item.end) + 1
    while at < stop:
        line = text[at : line_end(text, at)]
        bare = line.lstrip()
        if bare and (not bare.startswith(b"#") or len(line) - len(bare) <= column):
            break
        if bare:
            end = at + len(line.rstrip())
        at = line_end(text, at) + 1
    return Item(item.start, end)
