"""Elements of lists and sets, entries of maps, nested blocks: what goes for one identity.

When nothing would be left, the catalog says what the provider wants: the empty list, the whole
block, or a person's decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from iac_offboard.catalog.rows import OnEmpty, RemovalWord
from iac_offboard.hcl.values import Element, Entry, List, Map, Unknown, Value
from iac_offboard.model import Cut, CutKind, Emptied, Span
from iac_offboard.sources.places import innermost, literal_of, within

YAML = (".yaml", ".yml")
HIDDEN = "the list is put together in a way that hides where its elements come from"
_NO_BLOCK = "no nested block of its own stands around it"

Chain: TypeAlias = tuple[Element | Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where an identity stands: the links from the resource's attributes down to it, the value
    that holds each link, the literal that names it, the block of the resource where that may
    go as a whole (it makes this instance and no other), and the entry of a map that makes this
    instance."""

    chain: Chain
    holders: Sequence[Value]
    literal: Span | None
    whole: Cut | None
    instance: Cut | None = None


def element_cuts(spot: Spot, removal: RemovalWord, empty: OnEmpty) -> tuple[tuple[Cut, ...], str]:
    """(the cuts, why there are none)."""
    at = removed_link(spot, removal)
    if at is None:
        return (), _NO_BLOCK if removal is RemovalWord.NESTED else HIDDEN
    holder = spot.holders[at]
    cuts = choose(spot.chain[at], spot.literal)
    return tuple(_with_emptied(spot, holder, cut, empty) for cut in cuts), ""


def removed_link(spot: Spot, removal: RemovalWord) -> int | None:
    """Which link of the chain goes for the identity, or None."""
    return _nested(spot) if removal is RemovalWord.NESTED else _element(spot)


def _element(spot: Spot) -> int | None:
    """The innermost link that can be cut. A list of several whose elements cannot be told apart
    in the text is not given up as a whole for one of them."""
    for at in reversed(range(len(spot.chain))):
        if spot.chain[at].slots:
            return at
        holder = spot.holders[at]
        if isinstance(holder, Unknown) or (isinstance(holder, List) and len(holder.elements) > 1):
            return None
    return None


def _nested(spot: Spot) -> int | None:
    """The innermost link that is a nested block (or an object of a list) and can be cut."""
    for at in reversed(range(len(spot.chain))):
        link = spot.chain[at]
        if isinstance(link, Element) and isinstance(link.value, Map):
            return at if link.slots else None
    return None


def choose(link: Element | Entry, literal: Span | None) -> tuple[Cut, ...]:
    """The cut for one link, and one for each equal element that was merged into it."""
    own = innermost(link.slots, literal) or link.slots[-1]
    merged = [
        innermost(other.slots, literal_of(_named(other))) or other.slots[-1]
        for other in link.also
        if other.slots
    ]
    return tuple(dict.fromkeys((own, *merged)))


def _named(link: Element | Entry) -> Value:
    return link.key if isinstance(link, Entry) else link.value


def _with_emptied(spot: Spot, holder: Value, cut: Cut, empty: OnEmpty) -> Cut:
    # Whether others are left in a list that is not known in full, nobody knows: a block stays.
    open_ = isinstance(holder, Unknown) and empty.takes_block
    if empty is OnEmpty.KEEP or open_ or filled_from_elsewhere(holder, cut):
        return replace(cut, emptied=Emptied.KEEP)
    whole = spot.whole
    if empty.takes_block and whole is not None and within(cut.span, whole.span):
        return replace(cut, emptied=Emptied.ENCLOSING, enclosing=whole)
    if empty is OnEmpty.BLOCK_OR_KEEP:
        entry = spot.instance if _is_all_of(spot.instance, holder, cut) else None
        emptied = Emptied.KEEP if entry is None else Emptied.ENCLOSING
        return replace(cut, emptied=emptied, enclosing=entry)
    return replace(cut, emptied=Emptied.MANUAL)


def _is_all_of(entry: Cut | None, holder: Value, cut: Cut) -> bool:
    """Is the list all that the entry holds? What stands behind a list in an object, or closes it,
    comes after the list's end; in YAML the end says nothing."""
    if entry is None or not isinstance(holder, List) or holder.span is None:
        return False
    own = within(cut.span, holder.span) and within(holder.span, entry.span)
    return own and holder.span.end == entry.span.end and not entry.span.file.endswith(YAML)


def filled_from_elsewhere(holder: Value, cut: Cut) -> bool:
    """Does the list get elements from another literal too, as ``concat`` makes it? Then the
    literal that the cut stands in may be left empty."""
    if not isinstance(holder, List) or cut.container is None or cut.kind is CutKind.BLOCK:
        return False
    return any(
        e.slots and all(slot.container != cut.container for slot in e.slots)
        for e in holder.elements
    )
