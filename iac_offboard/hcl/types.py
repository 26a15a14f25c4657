"""Type constraints of variables, as far as they change a value: sets, and optional attributes."""

from __future__ import annotations

from iac_offboard.hcl import ast
from iac_offboard.hcl.convert import make_set, to_bool, to_number, to_string
from iac_offboard.hcl.env import Env
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.values import Element, Entry, List, Map, Null, Piece, Str, Unknown, Value


def conform(value: Value, type_: ast.Expr, env: Env) -> Value:
    """The value converted to a type; what does not fit is left as it is."""
    if isinstance(value, Unknown | Null):
        return value
    if isinstance(type_, ast.Variable):
        return _primitive(value, type_.name)
    if not isinstance(type_, ast.Call) or not type_.args:
        return value
    inner = type_.args[0]
    if type_.name in ("list", "set") and isinstance(value, List):
        elements = [Element(conform(e.value, inner, env), e.slots, e.also) for e in value.elements]
        return make_set(elements) if type_.name == "set" else List(tuple(elements), value.span)
    if type_.name == "map" and isinstance(value, Map):
        entries = [
            Entry(e.key, conform(e.value, inner, env), e.slots, e.also) for e in value.entries
        ]
        return Map(tuple(entries), value.span, value.missing)
    if type_.name == "object" and isinstance(value, Map) and isinstance(inner, ast.Object):
        return _object(value, inner, env)
    return value


def _primitive(value: Value, name: str) -> Value:
    if isinstance(value, List | Map):
        return value
    convert = {"string": to_string, "number": to_number, "bool": to_bool}.get(name)
    found = value if convert is None else convert(value)
    return value if isinstance(found, Unknown) else found


def _object(value: Map, wanted: ast.Object, env: Env) -> Map:
    """Attributes that the type does not name are dropped, optional ones get their default."""
    entries: list[Entry] = []
    for item in wanted.items:
        if not isinstance(item.key, ast.Literal) or not isinstance(item.key.value, Str):
            continue
        name = item.key.value.text or ""
        type_, default, optional = item.value, None, False
        if isinstance(type_, ast.Call) and type_.name == "optional" and type_.args:
            optional = True
            default = type_.args[1] if len(type_.args) > 1 else None
            type_ = type_.args[0]
        entry = next((e for e in value.entries if e.key.text == name), None)
        if entry is not None and not (isinstance(entry.value, Null) and default is not None):
            inner = conform(entry.value, type_, env)
            entries.append(Entry(entry.key, inner, entry.slots, entry.also))
        elif optional:
            filled = Null() if default is None else conform(evaluate(default, env), type_, env)
            entries.append(Entry(Str((Piece(name),)), filled))
    kept = {e.key.text for e in entries}
    unknown_keys = [e for e in value.entries if e.key.text is None and e.key.text not in kept]
    return Map((*entries, *unknown_keys), value.span, value.missing)
