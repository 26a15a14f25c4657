"""``data.aws_iam_policy_document.x.json`` as the document it will be, slots and all.

Rules: the data source's documentation (version 2012-10-17, Effect Allow by default, source
documents first, overriding statements by Sid) and the IAM policy grammar.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from iac_offboard.hcl import google_policy
from iac_offboard.hcl.convert import known_text
from iac_offboard.hcl.documents import document_of, encoded
from iac_offboard.hcl.values import Element, Entry, List, Map, Null, Piece, Str, Unknown, Value

TYPE = "aws_iam_policy_document"
_LISTS = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


def policy_json(attrs: Map) -> Str:
    """The string of ``.json``; its document is a Map of Version, Id and Statement."""
    return encoded(policy_document(attrs))


# What a data source makes of its own blocks, by its type and the attribute that holds it.
_MADE: Mapping[tuple[str, str], Callable[[Map], Str]] = {
    (TYPE, "json"): policy_json,
    (TYPE, "minified_json"): policy_json,
    (google_policy.TYPE, "policy_data"): google_policy.policy_data,
}


def maker(type_: str, attribute: str) -> Callable[[Map], Str] | None:
    """What makes the document in this attribute of a data source of a cloud's own; None when the
    attribute is none."""
    return _MADE.get((type_, attribute))


def policy_document(attrs: Map) -> Map:
    statements: list[Element] = []
    for name in ("source_json", "source_policy_documents"):
        for document in _documents(attrs.get(name)):
            statements = _overridden(statements, _statements_of(document))
    own = [Element(_statement(e.value), e.slots, e.also) for e in _elements(attrs.get("statement"))]
    statements = _overridden(statements, own)
    for name in ("override_json", "override_policy_documents"):
        for document in _documents(attrs.get(name)):
            statements = _overridden(statements, _statements_of(document))
    version = attrs.get("version")
    entries = [_entry("Version", version if isinstance(version, Str) else _text("2012-10-17"))]
    policy_id = attrs.get("policy_id")
    if isinstance(policy_id, Str):
        entries.append(_entry("Id", policy_id))
    return Map((*entries, _entry("Statement", List(tuple(statements)))), attrs.span)


def _text(text: str) -> Str:
    return Str((Piece(text),))


def _entry(name: str, value: Value) -> Entry:
    return Entry(_text(name), value)


def _elements(value: Value | None) -> tuple[Element, ...]:
    """Nested blocks; JSON syntax may write a single one as an object."""
    match value:
        case None | Null():
            return ()
        case List():
            return value.elements
        case _:
            return (Element(value),)


def _documents(value: Value | None) -> list[Value]:
    parts = [e.value for e in _elements(value)]
    return [p for p in parts if not isinstance(p, Null) and known_text(p) != ""]


def _statements_of(source: Value) -> list[Element]:
    document = document_of(source)
    if not isinstance(document, Map):
        return [Element(Unknown("a source document is not known", "", (source,)))]
    return list(_elements(document.get("Statement")))


def _sid(value: Value) -> str:
    sid = value.get("Sid") if isinstance(value, Map) else None
    return "" if sid is None else known_text(sid) or ""


def _overridden(before: list[Element], after: list[Element]) -> list[Element]:
    """A statement with the Sid of an earlier one takes its place; the earlier one would show
    through when it goes."""
    result = list(before)
    for element in after:
        sid = _sid(element.value)
        at = next((i for i, e in enumerate(result) if sid and _sid(e.value) == sid), None)
        if at is None:
            result.append(element)
        else:
            also = (*element.also, result[at], *result[at].also)
            result[at] = Element(element.value, element.slots, also)
    return result


def _statement(block: Value) -> Value:
    if not isinstance(block, Map):
        return block
    entries: list[Entry] = []
    sid = block.get("sid")
    if isinstance(sid, Str) and sid.text != "":
        entries.append(_entry("Sid", sid))
    effect = block.get("effect")
    entries.append(_entry("Effect", _text("Allow") if effect is None else effect))
    for name, key in _LISTS.items():
        value = block.get(name)
        if value is not None and not isinstance(value, Null):
            entries.append(_entry(key, value))
    for name, key in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        blocks = _elements(block.get(name))
        if blocks:
            entries.append(_entry(key, _principals(blocks)))
    conditions = _elements(block.get("condition"))
    if conditions:
        entries.append(_entry("Condition", _conditions(conditions)))
    return Map(tuple(entries), block.span)


def _principals(blocks: tuple[Element, ...]) -> Value:
    """{type: identifiers}. Several blocks of one type are one list; each keeps its block's slot."""
    kinds: dict[str, list[Element]] = {}
    keys: dict[str, Str] = {}
    for block in blocks:
        kind = block.value.get("type") if isinstance(block.value, Map) else None
        found = block.value.get("identifiers") if isinstance(block.value, Map) else None
        if not isinstance(kind, Str) or found is None:
            return Unknown("a principals block is not known", "", tuple([b.value for b in blocks]))
        elements = _all_of(found)
        alone = len(elements) == 1
        name = kind.render("\x00")
        keys.setdefault(name, kind)
        for element in elements:
            outer = block.slots if alone or not element.slots else ()
            slots = outer + tuple([c for c in element.slots if c not in outer])
            kinds.setdefault(name, []).append(Element(element.value, slots, element.also))
    if set(kinds) == {"*"} and [known_text(e.value) for e in kinds["*"]] == ["*"]:
        return kinds["*"][0].value
    entries: list[Entry] = []
    for name, identifiers in kinds.items():
        same = [b for b in blocks if isinstance(b.value, Map) and _type_of(b.value) == name]
        slots = same[0].slots
        also = tuple([Entry(keys[name], b.value, b.slots) for b in same[1:]])
        entries.append(Entry(keys[name], List(tuple(identifiers)), slots, also))
    return Map(tuple(entries))


def _all_of(identifiers: Value) -> tuple[Element, ...]:
    """What is certain of a list, and what is not known of it."""
    if isinstance(identifiers, List):
        return identifiers.elements
    if isinstance(identifiers, Unknown) and isinstance(identifiers.certain, List):
        return (*identifiers.certain.elements, Element(replace(identifiers, certain=None)))
    return (Element(identifiers),)


def _type_of(block: Map) -> str:
    kind = block.get("type")
    return kind.render("\x00") if isinstance(kind, Str) else ""


def _conditions(blocks: tuple[Element, ...]) -> Value:
    tests: dict[str, list[Entry]] = {}
    names: dict[str, Str] = {}
    for block in blocks:
        value = block.value
        test = value.get("test") if isinstance(value, Map) else None
        variable = value.get("variable") if isinstance(value, Map) else None
        values = value.get("values") if isinstance(value, Map) else None
        if not isinstance(test, Str) or not isinstance(variable, Str) or values is None:
            return Unknown("a condition is not known", "", tuple([b.value for b in blocks]))
        name = test.render("\x00")
        names.setdefault(name, test)
        tests.setdefault(name, []).append(Entry(variable, values, block.slots, ()))
    return Map(tuple([Entry(names[name], Map(tuple(e))) for name, e in tests.items()]))
