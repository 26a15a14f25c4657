"""CSV text to values: every row and cell knows its bytes.

Rules: RFC 4180 as ``csvdecode`` takes it: a header, rows of as many fields, empty lines skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from iac_offboard.hcl.ast import pieces_slot
from iac_offboard.hcl.faults import BOM, FileFault
from iac_offboard.hcl.text_map import TextMap
from iac_offboard.hcl.values import Element, Entry, List, Map, Piece, Str
from iac_offboard.model import SkipReason

_FIELD = re.compile(rb'"((?:[^"]|"")*)"(?=,|\r?\n|\Z)|([^,"\r\n]*)(?=,|\r?\n|\Z)')


@dataclass(frozen=True, slots=True)
class _Row:
    """Bytes [start, end) without the line break, and those of each field's inside."""

    start: int
    end: int
    fields: tuple[tuple[int, int], ...]


def parse_csv(text: TextMap, where: str) -> List:
    """One map per row behind the header. Raises FileFault naming the line."""
    rows = list(_rows(text.data, where))
    if not rows:
        raise FileFault(where, SkipReason.UNPARSEABLE, "has no header line")
    names = [_cell(text, *field) for field in rows[0].fields]
    first = text.data[rows[0].end :]
    separator = "\r\n" if first.startswith(b"\r\n") else "\n"
    whole = text.span(0, len(text.data))
    found: list[Element] = []
    for row in rows[1:]:
        if len(row.fields) != len(names):
            line = text.data.count(b"\n", 0, row.start) + 1
            what = "holds a row with another number of fields than the header"
            raise FileFault(where, SkipReason.UNPARSEABLE, what, line=line)
        cells = [_cell(text, *field) for field in row.fields]
        span = text.span(row.start, row.end)
        entries = tuple([Entry(n, c) for n, c in zip(names, cells, strict=True)])
        slots = () if span is None else pieces_slot(span, whole, separator)
        found.append(Element(Map(entries, span), slots))
    return List(tuple(found), whole)


def _rows(data: bytes, where: str) -> Iterator[_Row]:
    at = len(BOM) if data.startswith(BOM) else 0
    while at < len(data):
        start, fields = at, []
        while True:
            field = _FIELD.match(data, at)
            if field is None:
                line = data.count(b"\n", 0, at) + 1
                what = "is not valid CSV: a quote stands in the middle of a field or is not closed"
                raise FileFault(where, SkipReason.UNPARSEABLE, what, line=line)
            fields.append(field.span(1) if field.group(1) is not None else field.span(2))
            at = field.end()
            if data[at : at + 1] != b",":
                break
            at += 1
        if at > start:
            yield _Row(start, at, tuple(fields))
        at += 2 if data[at : at + 2] == b"\r\n" else 1


def _cell(text: TextMap, start: int, end: int) -> Str:
    raw = text.data[start:end]
    if b'""' in raw:
        plain = raw.replace(b'""', b'"').decode("utf-8", "replace")
        return Str((Piece(plain, text.span(start, end)),))
    return Str(text.slice(start, end) or (Piece(""),))
