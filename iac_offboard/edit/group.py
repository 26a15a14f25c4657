"""A container and its siblings, the same for every syntax, and the tokens between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from iac_offboard.errors import EditError


class Style(Enum):
    """What stands between two siblings, and what may follow the last."""

    LIST = "commas, a trailing one allowed"  # HCL tuples and objects, YAML flow
    STRICT = "commas, none trailing"  # JSON
    LINES = "lines"  # HCL bodies, YAML block style
    PIECES = "a text's own separator"  # between any two, never behind the last


@dataclass(frozen=True, slots=True)
class Item:
    """One sibling. ``label`` tells kinds of blocks apart; only equal ones count as siblings
    when we ask whether a container was emptied."""

    start: int
    end: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A container in a view: its inside is [open, close).

    ``empty``: the text to write right after ``open`` when nothing is left (YAML block style,
    where an empty list must be spelled out); "" when the brackets say it already.
    ``whole_file``: the body of a file, which may always be left empty.
    """

    open: int
    close: int
    items: tuple[Item, ...]
    style: Style
    comment: re.Pattern[bytes]
    empty: bytes = b""
    whole_file: bool = False

    def siblings(self, index: int) -> tuple[int, ...]:
        """The items that have to go, all of them, for the container to count as emptied: in a
        block's body those of the same block type, and the attributes, by themselves."""
        label = self.items[index].label
        return tuple(i for i, item in enumerate(self.items) if item.label == label)


HCL_COMMENT = re.compile(rb"/\*.*?\*/|(?:#|//)[^\r\n]*", re.DOTALL)
JSON_COMMENT = re.compile(rb"/\*.*?\*/|//[^\r\n]*", re.DOTALL)
YAML_COMMENT = re.compile(rb"#[^\r\n]*")
_SPACE = re.compile(rb"\s*")


class TokenKind(Enum):
    ITEM = "item"
    COMMA = "comma"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Token:
    """``index`` is the item's index, or that of the item before it (-1: none)."""

    kind: TokenKind
    start: int
    end: int
    index: int


def tokens(text: bytes, group: Group) -> tuple[Token, ...]:
    """Items, commas and comments of the container in order.

    Raises EditError when anything else stands between the items: then the structure is not
    what we think it is, and no byte may be touched.
    """
    found: list[Token] = []
    at = group.open
    for index, item in enumerate(group.items):
        found += _gap(text, at, item.start, index - 1, group)
        found.append(Token(TokenKind.ITEM, item.start, item.end, index))
        at = item.end
    found += _gap(text, at, group.close, len(group.items) - 1, group)
    return tuple(found)


def _gap(text: bytes, start: int, end: int, index: int, group: Group) -> list[Token]:
    found: list[Token] = []
    at = _skip(text, start, end)
    while at < end:
        if text[at : at + 1] == b"," and group.style is not Style.LINES:
            found.append(Token(TokenKind.COMMA, at, at + 1, index))
        elif match := group.comment.match(text, at, end):
            found.append(Token(TokenKind.COMMENT, at, match.end(), index))
        else:
            line = text.count(b"\n", 0, at) + 1
            raise EditError(
                f"Line {line} holds text between two entries that this tool does not understand.",
                hint="Remove the entry by hand.",
            )
        at = _skip(text, found[-1].end, end)
    return found


def _skip(text: bytes, start: int, end: int) -> int:
    match = _SPACE.match(text, start, end)
    return match.end() if match else start


def line_start(text: bytes, at: int) -> int:
    return text.rfind(b"\n", 0, at) + 1


def line_end(text: bytes, at: int) -> int:
    """The offset of the line feed that ends the line, or the end of the text."""
    found = text.find(b"\n", at)
    return len(text) if found < 0 else found


def begins_line(text: bytes, at: int) -> bool:
    return not text[line_start(text, at) : at].strip()


def ends_line(text: bytes, at: int) -> bool:
    return not text[at : line_end(text, at)].strip()
