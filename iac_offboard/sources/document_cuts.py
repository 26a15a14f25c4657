"""What goes for a principal in a policy document: its element, its kind, or its statement.

Without its last value a Condition lets in everybody, so that never goes alone. A statement that
has to find that value lets in nobody else, and goes; the last statement is a person's.
"""

from __future__ import annotations

from dataclasses import replace

from iac_offboard.catalog.extract import Extracted
from iac_offboard.hcl.plain import to_plain
from iac_offboard.hcl.values import Element, List, Map, Unknown, Value
from iac_offboard.model import Cut, CutKind, Emptied, Span
from iac_offboard.sources.list_cuts import Chain, choose
from iac_offboard.sources.places import literal_of, value_at, within

AUDIT = "auditConfigs"
"""Where a policy of Google's says whom its audit logs leave out: that may be nobody."""
ONLY_CONDITION = "it is the only value of a Condition: removing that would widen access"


def document_cuts(
    document: Value, leaf: Value, chain: Chain, found: Extracted
) -> tuple[tuple[Cut, ...], str]:
    literal = literal_of(leaf)
    in_condition = "Condition" in found.doc_path
    statement = _statement_cut(chain, found)
    if in_condition:
        outer = statement if has_to_be_there(_operator(found)) else None
    else:
        outer = _type_cut(document, chain, found, statement)
    last = chain[-1] if chain else None
    if not isinstance(last, Element):
        if in_condition and not _spelled_in(literal, outer):
            return (), ONLY_CONDITION
        return ((outer,), "") if outer else ((), "no statement of its own to remove")
    if not last.slots:
        return (), "the principals are put together in a way that hides where they come from"
    own_list, _ = value_at(document, found.doc_path[:-1])
    chosen = choose(last, literal)
    if found.doc_path[0] == AUDIT:
        return tuple(replace(cut, emptied=Emptied.KEEP) for cut in chosen), ""
    if in_condition:
        open_ = any(_holds_others(cut, last, own_list) for cut in chosen)
        return tuple(_with_statement(cut, None if open_ else outer) for cut in chosen), ""
    alone = isinstance(own_list, List) and len(own_list.elements) == 1
    here = any(within(literal, cut.span) for cut in chosen)
    if alone and not here and outer and _spelled_in(literal, outer):
        return (outer,), ""  # a template writes the element for everybody, its caller for one
    return tuple(_with_escalation(cut, last, own_list, outer) for cut in chosen), ""


def has_to_be_there(operator: str) -> bool:
    """Does a condition turn away requests without the key that it compares? With
    ``...IfExists`` and ``ForAllValues:`` they are let in, whoever makes them ("IAM JSON policy
    elements: Condition operators" in the IAM user guide)."""
    name = operator.lower()
    return not name.endswith("ifexists") and not name.startswith("forallvalues:")


def _operator(found: Extracted) -> str:
    return str(found.doc_path[found.doc_path.index("Condition") + 1])


def _spelled_in(literal: Span | None, outer: Cut | None) -> bool:
    return literal is not None and outer is not None and within(literal, outer.span)


def _with_statement(cut: Cut, statement: Cut | None) -> Cut:
    """The statement goes for the last value of its condition where the values are its own: from
    a list that others share it would let in who is left there."""
    if statement is not None and within(cut.span, statement.span):
        return replace(cut, emptied=Emptied.ENCLOSING, enclosing=statement)
    return replace(cut, emptied=Emptied.MANUAL)


def _with_escalation(cut: Cut, own: Element, own_list: Value, outer: Cut | None) -> Cut:
    """An emptied principal list is no valid policy: its statement goes instead, but only when
    the list stands in the document itself; a list shared with other places is a person's. Where
    others come from elsewhere, as ``concat`` makes it, the literal alone is left empty, or goes
    with its own block."""
    span = own_list.span if isinstance(own_list, List) else None
    if outer is not None and _holds_others(cut, own, own_list):
        block = next((slot for slot in own.slots if slot.kind is CutKind.BLOCK), None)
        emptied = Emptied.KEEP if block is None else Emptied.ENCLOSING
        return replace(cut, emptied=emptied, enclosing=block)
    if span is not None and outer is not None and within(cut.span, span):
        return replace(cut, emptied=Emptied.ENCLOSING, enclosing=outer)
    if outer is not None and cut.container is not None and within(cut.container, outer.span):
        return replace(cut, emptied=Emptied.ENCLOSING, enclosing=outer)
    return replace(cut, emptied=Emptied.MANUAL)


def _holds_others(cut: Cut, own: Element, principals: Value) -> bool:
    """In a list that is not known in full others may be left."""
    if not isinstance(principals, List):
        return isinstance(principals, Unknown)
    mine = to_plain(own.value)
    return any(
        isinstance(e.value, Unknown)
        or (
            e.slots
            and all(slot.container != cut.container for slot in e.slots)
            and to_plain(e.value) != mine
        )
        for e in principals.elements
    )


def _statement_cut(chain: Chain, found: Extracted) -> Cut | None:
    if len(found.doc_path) < 2 or not isinstance(found.doc_path[1], int) or len(chain) < 2:
        return None
    link = chain[1]
    return replace(link.slots[-1], emptied=Emptied.MANUAL) if link.slots else None


def _type_cut(document: Value, chain: Chain, found: Extracted, statement: Cut | None) -> Cut | None:
    """The ``"AWS"`` entry when other kinds of principals stand beside it, else the statement."""
    depth = found.doc_path.index("Principal") if "Principal" in found.doc_path else -1
    principal, _ = value_at(document, found.doc_path[: depth + 1])
    if depth < 0 or not isinstance(principal, Map) or len(principal.entries) < 2:
        return statement
    link = chain[depth + 1] if len(chain) > depth + 1 else None
    return link.slots[-1] if link is not None and link.slots else statement
