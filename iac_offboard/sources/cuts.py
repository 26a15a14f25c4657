"""Which spans have to go so that a binding is no longer written.

The rule, for every kind of place: among the spans whose removal takes the binding away, the
innermost one that contains the literal which names the leaver. So a person's entry in a map
that feeds a dozen resources goes as that one entry, and a member of a shared list as that one
element.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.catalog.extract import Extracted
from iac_offboard.catalog.policy import Path
from iac_offboard.catalog.rows import RemovalWord
from iac_offboard.hcl.ast import editable
from iac_offboard.hcl.documents import document_of
from iac_offboard.hcl.resources import Resource, Root, Wanted
from iac_offboard.hcl.values import List, Value
from iac_offboard.model import Cut, CutKind, Span
from iac_offboard.sources.document_cuts import document_cuts
from iac_offboard.sources.list_cuts import Chain, Spot, element_cuts, removed_link
from iac_offboard.sources.places import innermost, literal_of, value_at
from iac_offboard.sources.sharing import Others, spelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A resource instance, the instances that share each block in every variant of its root
    (``called`` by their address, too), the different addresses of each block and module call
    there, and the other roots."""

    resource: Resource
    made_by: Mapping[Span, Sequence[Resource]]
    called: Mapping[tuple[Span, str], Sequence[Resource]]
    addresses: Mapping[Span, Set[str]]
    others: Others

    def alone(self, span: Span) -> bool:
        """Does a block make what has one address, and nothing else in any root?"""
        return len(self.addresses[span]) == 1 and not self.others.use(span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What ``Place`` has to know of the variants of one root, for resources that are wanted."""

    made_by: Mapping[Span, Sequence[Resource]]
    called: Mapping[tuple[Span, str], Sequence[Resource]]
    addresses: Mapping[Span, Set[str]]
    others: Others

    @classmethod
    def of(cls, roots: Iterable[Root], wanted: Wanted, others: Others) -> Places:
        made: defaultdict[Span, list[Resource]] = defaultdict(list)
        called: defaultdict[tuple[Span, str], list[Resource]] = defaultdict(list)
        addresses: defaultdict[Span, set[str]] = defaultdict(set)
        for root in roots:
            for r in root.resources_of(wanted):
                made[r.block.span].append(r)
                called[r.block.span, r.address].append(r)
                addresses[r.block.span].add(r.address)
            for c in root.calls:
                addresses[c.block.span].add(c.address)
        return cls(made_by=made, called=called, addresses=addresses, others=others)

    def at(self, resource: Resource) -> Place:
        return Place(
            resource=resource,
            made_by=self.made_by,
            called=self.called,
            addresses=self.addresses,
            others=self.others,
        )


_UNSEEN = "the document is put together in a way that hides its parts"
_BY_HAND = "the catalog leaves this place to a person"
Result: TypeAlias = tuple[Span | None, tuple[Cut, ...], str]


def cuts_for(place: Place, found: Extracted) -> Result:
    """(span of the literal that names the principal, the cuts, why there is none)."""
    value, chain = value_at(place.resource.attrs, found.value_path)
    if found.doc_path:
        document = document_of(value)
        if document is None:
            return literal_of(value), (), _UNSEEN
        leaf, inner = value_at(document, found.doc_path)
        if found.entry.removal is RemovalWord.MANUAL:
            return literal_of(leaf), (), _BY_HAND
        return literal_of(leaf), *document_cuts(document, leaf, inner, found)
    literal = literal_of(value)
    if found.entry.removal is RemovalWord.BLOCK:
        return literal, *instance_cuts(place, literal, found.value_path)
    if found.entry.removal in (RemovalWord.ELEMENT, RemovalWord.NESTED):
        spot = Spot(
            chain=chain,
            holders=_holders(place.resource.attrs, chain),
            literal=literal,
            whole=_own_block(place),
            instance=_own_entry(place.resource, literal),
        )
        if found.entry.empty.takes_block and _only_one(place, spot, found.entry.removal):
            return literal, *instance_cuts(place, literal, found.value_path)
        cuts, why = element_cuts(spot, found.entry.removal, found.entry.empty)
        if not cuts and literal is not None and not editable(literal.file):
            why = _nowhere(place)
        return literal, cuts, why
    return literal, (), _BY_HAND


def _only_one(place: Place, spot: Spot, removal: RemovalWord) -> bool:
    """Is the leaver the only one here, and spelled in what makes this one of several instances?
    Then the instance goes, as it would with its own block."""
    made = innermost(place.resource.instance_slots, spot.literal)
    at = removed_link(spot, removal)
    if made is None or at is None or innermost(spot.chain[at].slots, spot.literal) is not None:
        return False
    holder = spot.holders[at]
    return isinstance(holder, List) and len(holder.elements) == 1


def _holders(attrs: Value, chain: Chain) -> list[Value]:
    """The value that holds each link of a chain."""
    return [attrs, *(link.value for link in chain)][: len(chain)]


def _own_block(place: Place) -> Cut | None:
    """The block of the resource where it makes this instance and no other."""
    resource = place.resource
    own = resource.editable and not resource.overridden
    return resource.block if own and place.alone(resource.block.span) else None


def _own_entry(resource: Resource, literal: Span | None) -> Cut | None:
    """The entry of a map around the literal that makes this instance."""
    made = innermost(resource.instance_slots, literal)
    return made if made is not None and made.kind is CutKind.ENTRY and not made.shift else None


# --------------------------------------------------------------------------- whole instances


OVERRIDDEN = "an override file adds to this block: both of them have to go, by hand"
_OTHERWISE = "the same block names somebody else under another tfvars file or workspace"
OUTSIDE = "the configuration that makes it is outside the files that may be edited"
_APART = "the leaver is spelled outside of what makes this one of several instances"


def instance_cuts(place: Place, literal: Span | None, path: Path) -> tuple[tuple[Cut, ...], str]:
    """(what takes the whole instance away, why there is nothing). ``path`` leads to what names
    the leaver, ``literal`` is the text that does."""
    resource = place.resource
    outside = literal is not None and innermost(resource.instance_slots, literal) is None
    if outside and resource.instance_slots:
        return _apart(place, literal, path)
    if resource.repeat == "count" and (resource.count or 0) > 1:
        shifting = innermost(resource.instance_slots, literal)
        if shifting is None or shifting.shift:
            return (), "index shift: cutting one of several count instances renames the others"
    blocks = _blocks(place, path)
    chosen = innermost([*resource.instance_slots, *blocks], literal)
    if chosen is None and literal is not None and not editable(literal.file):
        return (), _nowhere(place)
    if chosen is None:
        # With an overridden call the leaver may stand in the override, not in the module.
        others = () if _overridden(resource) else blocks
        chosen = next(iter((*resource.instance_slots[-1:], *others)), None)
    if chosen is None:
        return (), _nowhere(place) if _alike(place, path) else _OTHERWISE
    merged = [group[-1] for group in resource.instance_also if group]
    keyed = chosen in resource.instance_slots
    return tuple(dict.fromkeys((chosen, *(merged if keyed else ())))), ""


def _alike(place: Place, path: Path) -> bool:
    """Does every variant of the root name the same identity with this instance?"""
    resource = place.resource
    mine = spelled(value_at(resource.attrs, path)[0])
    variants = place.called[resource.block.span, resource.address]
    return all(r is resource or spelled(value_at(r.attrs, path)[0]) == mine for r in variants)


def _blocks(place: Place, path: Path) -> list[Cut]:
    """Blocks that make this instance and nothing else of their kind, the innermost first."""
    resource, found = place.resource, list[Cut]()
    if not _alike(place, path):
        return found
    if (own_block := _own_block(place)) is not None:
        found.append(own_block)
    for call in reversed(resource.module_calls):
        own = editable(call.file) and not call.overridden
        if own and place.alone(call.block.span):
            found.append(call.block)
    return found


def _apart(place: Place, literal: Span | None, path: Path) -> tuple[tuple[Cut, ...], str]:
    """The leaver is not what makes the instances: without them the block would name nobody, or
    what is gone. So the block goes when all that it makes is the leaver's."""
    resource = place.resource
    inner = innermost(_blocks(place, path), literal)
    if inner is not None:
        return (inner,), ""
    if _overridden(resource):
        return (), OVERRIDDEN
    if not resource.editable:
        return (), _nowhere(place)
    mine, span = value_at(resource.attrs, path)[0], resource.block.span
    same = (spelled(value_at(r.attrs, path)[0]) == spelled(mine) for r in place.made_by[span])
    if all(same) and place.others.spell(span, path, mine):
        return (resource.block,), ""
    return (), _APART


def _overridden(resource: Resource) -> bool:
    return resource.overridden or any(call.overridden for call in resource.module_calls)


def _nowhere(place: Place) -> str:
    if _overridden(place.resource):
        return OVERRIDDEN
    return OUTSIDE + _upstream(place.resource)


def _upstream(resource: Resource) -> str:
    """The module that a resource stands in, as its caller names it."""
    for call in reversed(resource.module_calls):
        if call.source and not call.source.startswith((".", "/")):
            ref = f" {call.version}" if call.version else ""
            return f": it stands in module {call.source}{ref}; change it at its source"
    return ""
