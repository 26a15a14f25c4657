"""Which spans have to go so that a binding is no longer written.

The rule, for every kind of place: among the spans whose removal takes the binding away, the
innermost one that contains the literal which names the leaver. So a person's entry in a map
that feeds a dozen resources goes as that one entry, and a member of a shared list as that one
element.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from iac_offboard.catalog.extract import Extracted
from iac_offboard.catalog.policy import Path
from iac_offboard.catalog.rows import OnEmpty, RemovalWord
from iac_offboard.hcl.ast import editable
from iac_offboard.hcl.documents import document_of
from iac_offboard.hcl.plain import at
from iac_offboard.hcl.resources import Resource
from iac_offboard.hcl.values import Element, Entry, List, Map, Piece, Str, Unknown, Value
from iac_offboard.model import Cut, Emptied, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A resource instance, the instances that share each block of the repository, and how
    often each module call is used."""

    resource: Resource
    made_by: Mapping[Span, Sequence[Resource]]
    call_used: Mapping[Span, int]


Chain: TypeAlias = tuple[Element | Entry, ...]
Result: TypeAlias = tuple[Span | None, tuple[Cut, ...], str]


def cuts_for(place: Place, found: Extracted) -> Result:
    """(span of the literal that names the principal, the cuts, why there is none)."""
    value, chain = _at(place.resource.attrs, found.value_path)
    if found.doc_path:
        document = document_of(value)
        if document is None:
            return _literal(value), (), "the document is put together in a way that hides its parts"
        leaf, inner = _at(document, found.doc_path)
        return _literal(leaf), *_document_cuts(document, leaf, inner, found)
    literal = _literal(value)
    if found.entry.removal is RemovalWord.BLOCK:
        return literal, *_instance_cuts(place, literal, found.value_path)
    if found.entry.removal is RemovalWord.ELEMENT:
        return literal, *_element_cuts(chain, literal, found.entry.empty)
    return literal, (), "the catalog leaves this place to a person"


def _at(value: Value, path: Path) -> tuple[Value, Chain]:
    """The value at a path that ``catalog.extract`` found in the same value's plain form."""
    found = at(value, path)
    return found if found is not None else (Unknown("not there"), ())


def _literal(value: Value) -> Span | None:
    """The span of the literal that names the principal: the last one for a composed string,
    as in ``"arn:aws:iam::${account}:user/${name}"``."""
    if not isinstance(value, Str):
        return None
    named = [p.span for p in value.pieces if isinstance(p, Piece) and p.span and p.text.strip("/")]
    return named[-1] if named else None


def within(inner: Span | None, outer: Span) -> bool:
    """Do the bytes of ``inner`` lie in ``outer``?"""
    return (
        inner is not None
        and inner.file == outer.file
        and outer.start <= inner.start
        and inner.end <= outer.end
    )


def innermost(cuts: Iterable[Cut], literal: Span | None) -> Cut | None:
    """The smallest cut around the literal, or None."""
    around = [c for c in cuts if within(literal, c.span)]
    return min(around, key=lambda c: c.span.end - c.span.start, default=None)


# --------------------------------------------------------------------------- whole instances


OVERRIDDEN = "an override file adds to this block: both of them have to go, by hand"
_APART = "the leaver is spelled outside of what makes this one of several instances"


def _instance_cuts(place: Place, literal: Span | None, path: Path) -> tuple[tuple[Cut, ...], str]:
    resource = place.resource
    outside = literal is not None and innermost(resource.instance_slots, literal) is None
    if outside and resource.instance_slots:
        return _apart(place, literal, path)
    if resource.repeat == "count" and (resource.count or 0) > 1:
        shifting = innermost(resource.instance_slots, literal)
        if shifting is None or shifting.shift:
            return (), "index shift: cutting one of several count instances renames the others"
    blocks = _blocks(place)
    chosen = innermost([*resource.instance_slots, *blocks], literal)
    if chosen is None:
        # With an overridden call the leaver may stand in the override, not in the module.
        others = () if _overridden(resource) else blocks
        chosen = next(iter((*resource.instance_slots[-1:], *others)), None)
    if chosen is None:
        return (), _nowhere(place)
    merged = [group[-1] for group in resource.instance_also if group]
    keyed = chosen in resource.instance_slots
    return tuple(dict.fromkeys((chosen, *(merged if keyed else ())))), ""


def _blocks(place: Place) -> list[Cut]:
    """Blocks that make this instance and nothing else of their kind, the innermost first."""
    resource, found = place.resource, []
    own = resource.editable and not resource.overridden
    if own and len(place.made_by[resource.block.span]) == 1:
        found.append(resource.block)
    for call in reversed(resource.module_calls):
        own = editable(call.file) and not call.overridden
        if own and place.call_used[call.block.span] == 1:
            found.append(call.block)
    return found


def _apart(place: Place, literal: Span | None, path: Path) -> tuple[tuple[Cut, ...], str]:
    """The leaver is not what makes the instances: without them the block would name nobody, or
    what is gone. So the block goes when all that it makes is the leaver's."""
    resource = place.resource
    inner = innermost(_blocks(place), literal)
    if inner is not None:
        return (inner,), ""
    if _overridden(resource):
        return (), OVERRIDDEN
    if not resource.editable:
        return (), _nowhere(place)
    mine, _ = _at(resource.attrs, path)
    others = (_at(other.attrs, path)[0] for other in place.made_by[resource.block.span])
    if all(_spelling(other) == _spelling(mine) for other in others):
        return (resource.block,), ""
    return (), _APART


def _overridden(resource: Resource) -> bool:
    return resource.overridden or any(call.overridden for call in resource.module_calls)


def _spelling(value: Value) -> str | None:
    return value.text if isinstance(value, Str) else None


def _nowhere(place: Place) -> str:
    if _overridden(place.resource):
        return OVERRIDDEN
    return "the configuration that makes it is outside the files that may be edited"


# --------------------------------------------------------------------------- elements of lists

_EMPTIED = {
    OnEmpty.KEEP: Emptied.KEEP,
    OnEmpty.MANUAL: Emptied.MANUAL,
    OnEmpty.BLOCK: Emptied.MANUAL,
}


def _element_cuts(
    chain: Chain, literal: Span | None, empty: OnEmpty
) -> tuple[tuple[Cut, ...], str]:
    links = [link for link in chain if link.slots]
    if not links:
        return (), "the list is put together in a way that hides where its elements come from"
    return tuple(replace(cut, emptied=_EMPTIED[empty]) for cut in _choose(links[-1], literal)), ""


def _choose(link: Element | Entry, literal: Span | None) -> tuple[Cut, ...]:
    """The cut for one link, and one for each equal element that was merged into it."""
    own = innermost(link.slots, literal) or link.slots[-1]
    merged = [
        innermost(other.slots, _literal(_named(other))) or other.slots[-1]
        for other in link.also
        if other.slots
    ]
    return tuple(dict.fromkeys((own, *merged)))


def _named(link: Element | Entry) -> Value:
    return link.key if isinstance(link, Entry) else link.value


# --------------------------------------------------------------------------- policy documents


def _document_cuts(
    document: Value, leaf: Value, chain: Chain, found: Extracted
) -> tuple[tuple[Cut, ...], str]:
    literal = _literal(leaf)
    in_condition = "Condition" in found.doc_path
    statement = _statement_cut(chain, found)
    outer = None if in_condition else _type_cut(document, chain, found, statement)
    last = chain[-1] if chain else None
    if not isinstance(last, Element):
        if in_condition:
            return (), "it is the only value of a Condition: removing that would widen access"
        return ((outer,), "") if outer else ((), "no statement of its own to remove")
    if not last.slots:
        return (), "the principals are put together in a way that hides where they come from"
    own_list, _ = _at(document, found.doc_path[:-1])
    return tuple(_with_escalation(c, own_list, outer) for c in _choose(last, literal)), ""


def _with_escalation(cut: Cut, own_list: Value, outer: Cut | None) -> Cut:
    """An emptied principal list is no valid policy: its statement goes instead, but only when
    the list stands in the document itself; a list shared with other places is a person's."""
    own = own_list.span if isinstance(own_list, List) else None
    if own is not None and outer is not None and within(cut.span, own):
        return replace(cut, emptied=Emptied.ENCLOSING, enclosing=outer)
    if outer is not None and cut.container is not None and within(cut.container, outer.span):
        return replace(cut, emptied=Emptied.ENCLOSING, enclosing=outer)
    return replace(cut, emptied=Emptied.MANUAL)


def _statement_cut(chain: Chain, found: Extracted) -> Cut | None:
    if len(found.doc_path) < 2 or not isinstance(found.doc_path[1], int) or len(chain) < 2:
        return None
    link = chain[1]
    return replace(link.slots[-1], emptied=Emptied.MANUAL) if link.slots else None


def _type_cut(document: Value, chain: Chain, found: Extracted, statement: Cut | None) -> Cut | None:
    """The ``"AWS"`` entry when other kinds of principals stand beside it, else the statement."""
    depth = found.doc_path.index("Principal") if "Principal" in found.doc_path else -1
    principal, _ = _at(document, found.doc_path[: depth + 1])
    if depth < 0 or not isinstance(principal, Map) or len(principal.entries) < 2:
        return statement
    link = chain[depth + 1] if len(chain) > depth + 1 else None
    return link.slots[-1] if link is not None and link.slots else statement
