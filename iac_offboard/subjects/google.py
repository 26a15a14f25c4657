"""Principals of Google Cloud against the roster."""

from __future__ import annotations

from collections.abc import Iterator

from iac_offboard.model import Principal, Strength
from iac_offboard.subjects.hit import Hit
from iac_offboard.subjects.index import Entry, Index


def hits(index: Index, principal: Principal) -> Iterator[Hit]:
    """Every alias that is this principal."""
    for entry in index.exact.get(principal.value, ()):
        yield Hit(entry, Strength.STRONG, "principal identifier")


def covering(index: Index, principal: Principal) -> Iterator[Entry]:  # noqa: ARG001
    """Every alias that this principal lets in among others without naming it."""
    yield from ()
