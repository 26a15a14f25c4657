"""tree-sitter with a limit for texts that are broken.

Recovering from errors may take it time by the square of the size (30 KB of question marks inside
a bracket that is not closed: 12 s), and all that comes of it is where the error is. Text without
errors takes a sixth of a second for a megabyte.
"""

from __future__ import annotations

import hashlib
import time

import tree_sitter

SECONDS = 1.0
SECONDS_PER_BYTE = 1e-6
"""The limit in processor time, which does not depend on what else the machine does."""
_CHUNK = 1 << 20
_SHORT = 4_096
"""Bytes. A text of no more than this stays under the limit however broken it is."""
_SELDOM = 64
"""The clock costs more than the work between two calls; it is read at every so many."""
_given_up: dict[bytes, int] = {}


class TooBroken(Exception):
    """Ends a parse; who asked for it says what it means. ``offset``: how far it got."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def parsed(parser: tree_sitter.Parser, data: bytes) -> tree_sitter.Node:
    """The root of the tree, which may have errors. Raises ``TooBroken``."""
    if len(data) <= _SHORT:
        return parser.parse(data).root_node
    if _given_up and (known := _given_up.get(hashlib.sha256(data).digest())) is not None:
        raise TooBroken(known)  # the same text is read again for the proof
    view, reached, calls = memoryview(data), 0, 0
    end = time.thread_time() + SECONDS + SECONDS_PER_BYTE * len(data)

    def read(at: int, _: object) -> memoryview:
        return view[at : at + _CHUNK]

    def halt(offset: int, _: bool) -> bool:
        nonlocal reached, calls
        reached = offset
        calls += 1
        return calls % _SELDOM == 0 and time.thread_time() > end

    try:
        return parser.parse(read, progress_callback=halt).root_node
    except ValueError as error:
        parser.reset()  # else it would go on with this text
        _given_up[hashlib.sha256(data).digest()] = reached
        raise TooBroken(reached) from error
