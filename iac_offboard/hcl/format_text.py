"""``format`` and ``formatlist``: the verbs of Go's fmt that Terraform documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from iac_offboard.hcl.arithmetic import Inexact, decimal_text, exact
from iac_offboard.hcl.convert import failure, to_bool, to_number, to_string, unknown
from iac_offboard.hcl.documents import json_pieces
from iac_offboard.hcl.registry import function
from iac_offboard.hcl.strings import graphemes, string_of
from iac_offboard.hcl.text_map import TextMap
from iac_offboard.hcl.values import (
    Bool,
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

_VERB = re.compile(r"%(?:%|([-+ 0#]*)(\d*)(\.\d*)?(?:\[(\d+)\])?([^\W\d_]|$)?)")
_MAX_WIDTH = 200
_BASES = {"b": "b", "d": "d", "o": "o", "x": "x", "X": "X"}
_DIGITS = 15
"""Decimal digits that a float keeps whatever they are."""


@function("format", 1, -1, strict=False, nulls=True)
def format_(args: Sequence[Value]) -> Value:
    """``format(template, values...)``; an unknown value is a hole in the result."""
    template = to_string(args[0])
    if isinstance(template, Null):
        return failure("format needs a string", *args)
    if not isinstance(template, Str) or template.text is None:
        return unknown("the format is not known", *args)
    whole = TextMap(template.pieces)
    pieces: list[Piece | Hole] = []
    at, following, highest = 0, 1, 0
    text = template.text
    for match in _VERB.finditer(text):
        pieces += whole.slice(len(text[:at].encode()), len(text[: match.start()].encode()))
        at = match.end()
        if match.group() == "%%":
            pieces.append(Piece("%"))
            continue
        number = int(match.group(4)) if match.group(4) else following
        following, highest = number + 1, max(highest, number)
        if not 1 <= number < len(args):
            return failure("format has too few arguments", *args)
        part = _verb(match, args[number])
        if isinstance(part, Unknown):
            return part
        pieces += part
    if highest < len(args) - 1:
        return failure("format has too many arguments", *args)
    pieces += whole.slice(len(text[:at].encode()), len(text.encode()))
    return string_of(pieces) if pieces else Str((Piece(""),))


def _verb(match: re.Match[str], value: Value) -> list[Piece | Hole] | Unknown:
    flags, width, precision, verb = match.group(1), match.group(2), match.group(3), match.group(5)
    places = int(precision[1:] or 0) if precision else None
    if int(width or 0) > _MAX_WIDTH or (places or 0) > _MAX_WIDTH:
        return failure("format: the width is too large", value)
    if isinstance(value, Unknown):
        return value if value.error else [Hole(value.reason, value.ref)]
    if isinstance(value, Null) and verb != "v":
        return failure(f"format: %{verb} of null", value)
    text: Value
    match verb:
        case "v":
            text = _as_it_is(value, "#" in flags)
        case "s" | "q" | "t":
            text = to_bool(value) if verb == "t" else to_string(value)
            if isinstance(text, Bool):
                text = to_string(text)
            elif verb == "q" and isinstance(text, Str):
                text = Str(tuple(json_pieces(text)))
            elif verb == "s" and isinstance(text, Str) and places is not None:
                text = _first(text, places)
        case "b" | "d" | "o" | "x" | "X" | "e" | "E" | "f" | "g" | "G":
            text = _number(value, verb, flags, int(width or 0), places)
        case _:
            return failure("format: this verb is not known", value)
    if isinstance(text, Str):
        return _padded(text, int(width or 0), flags)
    if isinstance(text, Unknown) and not text.error:
        return [Hole(text.reason, text.ref)]
    return failure(f"format: %{verb} needs another type", value)


def _as_it_is(value: Value, sharp: bool) -> Value:
    if isinstance(value, Str) and not sharp:
        return value
    if isinstance(value, Num) and not sharp:
        shown = decimal_text(value.value)
        if shown is None:
            return Unknown("not all digits of this number are known")
        return Str((Piece(_shortest(Decimal(shown)), value.span),))
    return Str(tuple(json_pieces(value)))


def _shortest(value: Decimal) -> str:
    """Go's %g with all digits: an exponent below 1e-4 and from 1e21 on."""
    if not value:
        return "0"
    sign, digits, _ = value.normalize().as_tuple()
    exponent = value.adjusted()
    if -4 <= exponent < max(len(digits), 21):
        return format(value.normalize(), "f")
    shown = "".join(map(str, digits))
    mantissa = shown[0] + ("." + shown[1:] if len(shown) > 1 else "")
    return f"{'-' if sign else ''}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _first(text: Str, count: int) -> Value:
    parts = None if text.text is None else graphemes(text.text)
    if parts is None:
        return unknown("the characters of this string are not counted", text)
    whole = TextMap(text.pieces)
    return Str(whole.slice(0, len("".join(parts[:count]).encode())) or (Piece(""),))


def _padded(text: Str, width: int, flags: str) -> list[Piece | Hole]:
    if not width or text.text is None:
        return list(text.pieces)
    parts = graphemes(text.text)
    if parts is None:
        return [Hole("the characters of this string are not counted")]
    missing = width - len(parts)
    if missing <= 0:
        return list(text.pieces)
    if "-" in flags:
        return [*text.pieces, Piece(" " * missing)]
    return [Piece(("0" if "0" in flags else " ") * missing), *text.pieces]


def _number(value: Value, verb: str, flags: str, width: int, places: int | None) -> Value:
    number = to_number(value)
    if not isinstance(number, Num):
        return number
    sign = "+" if "+" in flags else " " if " " in flags else ""
    fill = f"0{width}" if "0" in flags and "-" not in flags and width else ""
    if verb in _BASES:
        if exact(number.value).denominator != 1:
            return failure(f"format: %{verb} needs a whole number", value)
        if "#" in flags or places is not None:
            return unknown("this format is not evaluated", value)
        return Str((Piece(format(int(number.value), sign + fill + _BASES[verb]), number.span),))
    if "#" in flags or (isinstance(number.value, Inexact) and verb not in "f"):
        return unknown("this format is not evaluated", value)
    if verb == "f":
        fixed = _fixed(exact(number.value), 6 if places is None else places)
        return Str((Piece(format(fixed, sign + fill + "f"), number.span),))
    if verb in "gG" and places is None:
        return unknown("this format is not evaluated", value)
    if places is not None and places > _DIGITS:
        return unknown("this format is not evaluated", value)
    spec = sign + fill + f".{6 if places is None else places}" + verb
    return Str(
        (
            Piece(
                format(Decimal(repr(number.value)) if verb in "eE" else float(number.value), spec),
                number.span,
            ),
        )
    )


def _fixed(value: Fraction, places: int) -> Decimal:
    """Rounded to so many places, halves to the even one."""
    return Decimal(round(value * 10**places)).scaleb(-places)


@function("formatlist", 1, -1, strict=False, nulls=True)
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
        text = format_([args[0], *row])
        if isinstance(text, Unknown) and text.error:
            return text
        result.append(Element(text, slots, also))
    return List(tuple(result), typed=True)
