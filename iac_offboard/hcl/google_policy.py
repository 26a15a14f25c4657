"""``data.google_iam_policy.x.policy_data`` as the document it will be, slots and all.

Rules: the data source's documentation and "Policy" in the IAM API reference. The provider joins
blocks of one role into one binding; here each block stays apart, because each is cut by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from iac_offboard.hcl.documents import encoded
from iac_offboard.hcl.values import Element, Entry, List, Map, Null, Piece, Str, Unknown, Value

TYPE = "google_iam_policy"


def policy_data(attrs: Map) -> Str:
    """The string of ``.policy_data``; its document is a Map of bindings and auditConfigs."""
    entries = [Entry(_text("bindings"), _each(attrs.get("binding"), _binding))]
    audits = attrs.get("audit_config")
    if _elements(audits):
        entries.append(Entry(_text("auditConfigs"), _each(audits, _audit)))
    return encoded(Map(tuple(entries), attrs.span))


def _text(text: str) -> Str:
    return Str((Piece(text),))


def _elements(value: Value | None) -> tuple[Element, ...]:
    """Nested blocks; JSON syntax may write a single one as an object."""
    match value:
        case None | Null():
            return ()
        case List():
            return value.elements
        case _:
            return (Element(value),)


def _each(value: Value | None, made: Callable[[Map], Map]) -> Value:
    """Every block made into its object; what is not known stays so."""
    if isinstance(value, Unknown):
        return value
    elements = tuple(
        Element(made(e.value) if isinstance(e.value, Map) else e.value, e.slots, e.also)
        for e in _elements(value)
    )
    return List(elements, value.span if isinstance(value, List) else None)


def _object(block: Map, names: Mapping[str, str]) -> list[Entry]:
    """The attributes that are set, under the names that the API gives them. Each keeps how it
    is written down in the block."""
    return [
        Entry(_text(names[name]), entry.value, entry.slots, entry.also)
        for entry in block.entries
        if (name := entry.key.text) in names
        and name is not None
        and not isinstance(entry.value, Null)
    ]


def _binding(block: Map) -> Map:
    entries = _object(block, {"role": "role", "members": "members"})
    for condition in _elements(block.get("condition"))[:1]:
        entries.append(Entry(_text("condition"), condition.value, condition.slots))
    return Map(tuple(entries), block.span)


def _audit(block: Map) -> Map:
    entries = _object(block, {"service": "service"})
    logs = _each(block.get("audit_log_configs"), _log)
    return Map((*entries, Entry(_text("auditLogConfigs"), logs)), block.span)


def _log(block: Map) -> Map:
    names = {"log_type": "logType", "exempted_members": "exemptedMembers"}
    return Map(tuple(_object(block, names)), block.span)
