"""Where a block or an expression of plain HCL ends.

The patterns know most of what people write and take a tenth of the time of a grammar. What they
take, tree-sitter's grammar takes as well, and ends it at the same byte (a property test compares
the two); what they do not know is left to it. Nothing broken passes, as they guess nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_S = rb"[ \t]*+"
_COMMENT = rb"(?:\#|//)[^\x00-\x08\n-\x1f]*+(?=\n|\Z)"
_SPACE = rb"(?:[ \t\n]++|" + _COMMENT + rb")*+"
_REST = _S + rb"(?:" + _COMMENT + rb")?+(?:\n|\Z)"
"""Of a line behind what stands in it."""

_ID = rb"(?!(?:for|if|in|else|endif|endfor)(?![\w-]))[A-Za-z_][\w-]*+"
_NUMBER = rb"-?+[0-9]++(?:\.[0-9]++)?+(?![\w.])"
_BARE = rb'"[^"\\$%\x00-\x08\n-\x1f]*+"'
_STEPS = (
    rb"(?:\.[A-Za-z_][\w-]*+|\[(?:[0-9]++|\*|" + _BARE
    + rb"|[A-Za-z_][\w-]*+(?:\.[A-Za-z_][\w-]*+)++)\])*+"
)  # fmt: skip
_REFERENCE = _ID + _STEPS + rb"(?!\()"
_FILLED = rb"\$\{" + _REFERENCE + rb"\}"
_TEXT = rb'"(?:[^"\\$%\x00-\x08\n-\x1f]++|[$%](?![{$%])|' + _FILLED + rb'|\\[nrt"\\])*+"'
_NAME = rb"(?:" + _ID + rb"|" + _TEXT + rb")" + _S + rb"[=:](?![=>])" + _S
"""Of an object's element."""
_OPERATOR = _S + rb"(?:[=!]=|[<>]=?+(?!<)|&&|\|\||[-+*%]|/(?![/*]))" + _S


_ELEMENT_END = _SPACE + rb"(?:," + _SPACE + rb"|(?=[\])]))"


def _listed(element: bytes) -> bytes:
    return rb"(?:" + element + _ELEMENT_END + rb")*+"


def _members(value: bytes) -> bytes:
    return rb"(?:" + _NAME + value + _MEMBER_END + rb")*+"


_MEMBER_END = _S + rb"(?:" + _COMMENT + rb")?+(?:," + _SPACE + rb"|(?=[\n}])" + _SPACE + rb")"
_ATOM = rb"!?+(?:" + _TEXT + rb"|" + _REFERENCE + rb"|" + _NUMBER + rb")"
_CALLED = rb"!?+" + _ID + rb"\(" + _SPACE + _listed(_ATOM) + rb"\)" + _STEPS
_FLAT = (
    rb"(?:" + _CALLED + rb"|" + _ATOM
    + rb"|\[" + _SPACE + _listed(_ATOM) + rb"\]"
    + rb"|\{" + _SPACE + _members(_ATOM) + rb"\})"
)  # fmt: skip
_SUM = _FLAT + rb"(?:" + _OPERATOR + _ATOM + rb")*+"
_ONE = rb"(?:" + _CALLED + rb"|" + _ATOM + rb")"
_BRANCH = rb"(?:" + _ONE + rb"|\[\]|\{\})"
_CHOSEN = rb"(?:" + _S + rb"\?" + _S + _BRANCH + _S + rb":" + _S + _BRANCH + rb")?+"
_FOR = (
    rb"\[" + _S + rb"for[ \t]++" + _ID + rb"(?:," + _S + _ID + rb")?+[ \t]++in[ \t]++" + _ONE + _S
    + rb":" + _S + _ONE + rb"(?:[ \t]++if[ \t]++" + _ONE + rb"(?:" + _OPERATOR + _ATOM + rb")?+)?+"
    + _S + rb"\]"
)  # fmt: skip
_HEREDOC = (
    rb"<<-?+(?P<mark>[A-Za-z_]++)\n(?:(?![ \t]*+(?P=mark))"
    rb"(?:[^$%\x00-\x08\n-\x1f]++|[$%](?![{$%])|" + _FILLED + rb")*+\n)*+"
    rb"[ \t]*+(?P=mark)(?=\n|\Z)"
)
_MAX_DEPTH = 60
"""Brackets, or blocks, in each other; deeper ones are left to the grammar, which counts them."""


@dataclass(frozen=True, slots=True)
class _Inside:
    """How a bracket goes on: plain elements, what stands behind one that is not plain, its end."""

    plain: re.Pattern[bytes]
    behind: re.Pattern[bytes]
    closed: re.Pattern[bytes]


@dataclass(frozen=True, slots=True)
class Patterns:
    """``space`` and comments between items; ``head`` of a block with its brace; ``inline``: the
    rest of a block of one line; ``rest`` of a line; ``attribute``: a plain one with the space
    before it and its line, its name and value in groups; ``name`` of an attribute with its ``=``;
    ``opened``: a bracket; ``member``: the key of an object's element."""

    space: re.Pattern[bytes]
    head: re.Pattern[bytes]
    inline: re.Pattern[bytes]
    rest: re.Pattern[bytes]
    attribute: re.Pattern[bytes]
    name: re.Pattern[bytes]
    opened: re.Pattern[bytes]
    member: re.Pattern[bytes]
    inside: dict[str, _Inside]


@cache
def patterns() -> Patterns:
    """Compiled when they are needed first."""
    value = rb"(?P<value>" + _FOR + rb"|" + _SUM + _CHOSEN + rb"|" + _HEREDOC + rb")"
    named = rb"(?P<name>" + _ID + rb")" + _S + rb"=(?![=>])" + _S
    listed, behind = re.compile(_listed(_SUM)), re.compile(_ELEMENT_END)
    return Patterns(
        space=re.compile(_SPACE),
        head=re.compile(rb"(" + _ID + rb')((?:[ \t]++"[^"\\$%\x00-\x1f]*+")*+)' + _S + rb"\{"),
        inline=re.compile(_S + rb"(?:" + named + rb"(?P<value>" + _ONE + rb")" + _S + rb")?+\}"),
        rest=re.compile(_REST),
        attribute=re.compile(_SPACE + named + value + _REST),
        name=re.compile(named),
        opened=re.compile(rb"(?:([\[{])|" + _ID + rb"\()" + _SPACE),
        member=re.compile(_NAME),
        inside={
            "]": _Inside(listed, behind, re.compile(rb"\]")),
            ")": _Inside(listed, behind, re.compile(rb"\)" + _STEPS)),
            "}": _Inside(re.compile(_members(_SUM)), re.compile(_MEMBER_END), re.compile(rb"\}")),
        },
    )


def behind_space(data: bytes, at: int) -> int:
    """Where the next thing stands that is neither space nor a comment that is known."""
    space = patterns().space.match(data, at)
    return at if space is None else space.end()


def block_end(data: bytes, at: int) -> int:
    """The byte behind the brace that closes the block at ``at``; -1 when this is not plain."""
    known = patterns()
    depth = 0
    while (head := known.head.match(data, at)) is not None and depth < _MAX_DEPTH:
        inline = known.inline.match(data, head.end())
        if inline is None:
            depth += 1
        elif depth == 0:
            return inline.end()
        line = known.rest.match(data, head.end() if inline is None else inline.end())
        if line is None:
            return -1
        at = attributes_end(data, line.end())
        while data.startswith(b"}", at):
            at += 1
            depth -= 1
            if depth == 0:
                return at
            line = known.rest.match(data, at)
            if line is None:
                return -1
            at = attributes_end(data, line.end())
    return -1


def attributes_end(data: bytes, at: int) -> int:
    """Where the next thing in a body stands that is neither space nor a plain attribute."""
    known = patterns()
    plain, name, rest = known.attribute.match, known.name.match, known.rest.match
    while True:
        while (found := plain(data, at)) is not None:
            at = found.end()
        at = behind_space(data, at)
        named = name(data, at)
        if named is None:
            return at
        end = expression_end(data, named.end())
        line = None if end < 0 else rest(data, end)
        if line is None:
            return at
        at = line.end()


def expression_end(data: bytes, at: int) -> int:
    """Of brackets in each other, as in ``jsonencode({...})``; -1 when they are not plain."""
    known = patterns()
    closing: list[str] = []
    while (opened := known.opened.match(data, at)) is not None and len(closing) < _MAX_DEPTH:
        closing.append({b"[": "]", b"{": "}"}.get(opened[1], ")"))
        at = opened.end()
        while True:
            inside = known.inside[closing[-1]]
            plain = inside.plain.match(data, at)
            at = at if plain is None else plain.end()
            closed = inside.closed.match(data, at)
            if closed is None:
                break
            at = closed.end()
            closing.pop()
            if not closing:
                return at
            behind = known.inside[closing[-1]].behind.match(data, at)
            if behind is None:
                return -1
            at = behind.end()
        if closing[-1] == "}":
            member = known.member.match(data, at)
            if member is None:
                return -1
            at = member.end()
    return -1
