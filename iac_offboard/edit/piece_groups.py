"""Pieces of a text between separators: the rows of a CSV file, the parts that ``split`` makes."""

from __future__ import annotations

from iac_offboard.edit.group import HCL_COMMENT, Group, Item, Style
from iac_offboard.edit.view import View
from iac_offboard.model import Cut


def find(text: View, cut: Cut) -> tuple[Group, int] | None:
    """The text that holds the piece at the bytes of ``cut``, and the piece's index."""
    outer, separator = cut.container, cut.separator.encode()
    around = None if outer is None else text.back(outer.start, outer.end)
    inner = text.back(cut.span.start, cut.span.end)
    if around is None or inner is None or not separator:
        return None
    items: list[Item] = []
    at = around[0]
    for part in text.text[around[0] : around[1]].split(separator):
        items.append(Item(at, at + len(part)))
        at += len(part) + len(separator)
    for index, item in enumerate(items):
        if item.start <= inner[0] and inner[1] <= item.end:
            # The indentation of a <<- heredoc is no part of its text.
            beside = text.text[item.start : inner[0]] + text.text[inner[1] : item.end]
            group = Group(*around, tuple(items), Style.PIECES, HCL_COMMENT)
            return None if beside.strip() else (group, index)
    return None
