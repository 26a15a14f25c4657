"""Functions that look for a text or a pattern in a string."""

from __future__ import annotations

from collections.abc import Sequence

from iac_offboard.hcl.convert import failure
from iac_offboard.hcl.patterns import find, substitute
from iac_offboard.hcl.registry import function
from iac_offboard.hcl.strings import string_in, string_of, text_in
from iac_offboard.hcl.text_map import PLACEHOLDER, TextMap
from iac_offboard.hcl.value_types import STRING
from iac_offboard.hcl.values import Element, Hole, List, Piece, Str, Unknown, Value


@function("replace", 3, takes=(STRING,))
def _replace(args: Sequence[Value]) -> Value:
    text, wanted, other = string_in(args[0]), text_in(args[1]), string_in(args[2])
    if len(wanted) > 1 and wanted[0] == wanted[-1] == "/":
        return substitute(text, wanted[1:-1], other, args)
    pieces: list[Piece | Hole] = []
    if not wanted:  # between all characters, and at both ends
        return substitute(text, "(?s)", other, args, literal=True)
    parts = text.render(PLACEHOLDER).split(wanted)
    at = 0
    whole = TextMap(text.pieces)
    for i, part in enumerate(parts):
        if i:
            pieces.extend(other.pieces)
        size = len(part.encode())
        pieces.extend(whole.slice(at, at + size))
        at += size + len(wanted.encode())
    return string_of(pieces) if pieces else Str((Piece(""),))


@function("regex", 2, takes=(STRING,))
def _regex(args: Sequence[Value]) -> Value:
    matches = find(text_in(args[0]), string_in(args[1]), args)
    if isinstance(matches, Unknown):
        return matches
    return matches[0] if matches else failure("the pattern does not match", *args)


@function("regexall", 2, takes=(STRING,))
def _regexall(args: Sequence[Value]) -> Value:
    matches = find(text_in(args[0]), string_in(args[1]), args)
    if isinstance(matches, Unknown):
        return matches
    return List(tuple([Element(m) for m in matches]), typed=True)
