"""``format`` and ``formatlist``: the verbs of Go's fmt that Terraform documents."""

from __future__ import annotations

import re
from collections.abc import Sequence

from iac_offboard.hcl.convert import failure, to_number, to_string, unknown
from iac_offboard.hcl.documents import json_pieces
from iac_offboard.hcl.registry import function
from iac_offboard.hcl.strings import string_of
from iac_offboard.hcl.text_map import TextMap
from iac_offboard.hcl.values import (
    Element,
    Hole,
    List,
    Null,
    Num,
    Piece,
    Str,
    Unknown,
    Value,
)

_VERB = re.compile(r"%(?:\[(\d+)\])?([-+ 0#]*)(\d*)(?:\.(\d+))?([a-zA-Z%])")
_MAX_WIDTH = 200


@function("format", 1, -1, strict=False)
def format_(args: Sequence[Value]) -> Value:
    """``format(template, values...)``; an unknown value is a hole in the result."""
    template = to_string(args[0])
    if not isinstance(template, Str) or template.text is None:
        return unknown("the format is not known", *args)
    whole = TextMap(template.pieces)
    pieces: list[Piece | Hole] = []
    at, following = 0, 1
    text = template.text
    for match in _VERB.finditer(text):
        pieces += whole.slice(len(text[:at].encode()), len(text[: match.start()].encode()))
        at = match.end()
        if match.group(5) == "%":
            pieces.append(Piece("%"))
            continue
        number = int(match.group(1)) if match.group(1) else following
        following = number + 1
        if not 1 <= number < len(args):
            return failure("format has too few arguments", *args)
        part = _verb(match, args[number])
        if isinstance(part, Unknown):
            return part
        pieces += part
    pieces += whole.slice(len(text[:at].encode()), len(text.encode()))
    return string_of(pieces) if pieces else Str((Piece(""),))


def _verb(match: re.Match[str], value: Value) -> list[Piece | Hole] | Unknown:
    flags, verb = match.group(2), match.group(5)
    width = int(match.group(3) or 0)
    if width > _MAX_WIDTH or int(match.group(4) or 0) > _MAX_WIDTH:
        return failure("format: the width is too large", value)
    if isinstance(value, Unknown):
        return value if value.error else [Hole(value.reason, value.ref)]
    if verb == "q":
        return list(json_pieces(value))
    if verb in "sv" and not isinstance(value, Null):
        text = to_string(value)
        if isinstance(text, Str):
            return _padded(text, width, "-" in flags)
    if verb == "v":
        return list(json_pieces(value))
    return _number(match, value, verb)


def _padded(text: Str, width: int, left: bool) -> list[Piece | Hole]:
    missing = 0 if text.text is None else width - len(text.text)
    if missing <= 0:
        return list(text.pieces)
    pad = Piece(" " * missing)
    return [*text.pieces, pad] if left else [pad, *text.pieces]


def _number(match: re.Match[str], value: Value, verb: str) -> list[Piece | Hole] | Unknown:
    number = to_number(value)
    if not isinstance(number, Num):
        return failure(f"format: %{verb} needs another type", value)
    flags, width, precision = match.group(2), match.group(3), match.group(4)
    spec = "".join(["<" if "-" in flags else "", "+" if "+" in flags else ""])
    spec += ("0" if "0" in flags and "-" not in flags else "") + (width or "")
    if verb in "dxXob":
        return [Piece(format(int(number.value), spec + verb), number.span)]
    if verb in "eEfFgG":
        after = f".{precision}" if precision else ""
        return [Piece(format(float(number.value), spec + after + verb), number.span)]
    return failure(f"format: %{verb} is not evaluated", value)


@function("formatlist", 1, -1, strict=False)
def formatlist(args: Sequence[Value]) -> Value:
    """One string per element; each keeps the slots of the element that it came from."""
    if any(isinstance(a, Unknown) for a in args):
        return unknown("an argument of formatlist is not known", *args)
    lists = [a for a in args[1:] if isinstance(a, List)]
    if len({len(a.elements) for a in lists}) > 1:
        return failure("formatlist needs lists of one length", *args)
    count = len(lists[0].elements) if lists else 1
    result: list[Element] = []
    for i in range(count):
        row = [a.elements[i].value if isinstance(a, List) else a for a in args[1:]]
        sources = [a.elements[i] for a in lists if a.elements[i].slots]
        slots = sources[0].slots if sources else ()
        also = sources[0].also if sources else ()
        for other in sources[1:]:  # the lists would no longer be of one length
            if other.slots != slots:
                also += (Element(other.value, other.slots),)
        result.append(Element(format_([args[0], *row]), slots, also))
    return List(tuple(result))
