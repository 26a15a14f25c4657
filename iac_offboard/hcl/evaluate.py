"""Expressions to values. Never raises for what a configuration holds: the answer is Unknown.

``Env`` says what names mean here; ``origins`` are the slots of the elements that iteration
variables stand for. A literal element that is written with such a variable has those slots
and not its own: cutting the literal would take it from every other iteration too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from iac_offboard.hcl import ast
from iac_offboard.hcl.constants import once_for_all
from iac_offboard.hcl.conversion import matched
from iac_offboard.hcl.convert import (
    as_entries,
    equal,
    failure,
    grouped,
    joined,
    make_map,
    not_a_test,
    to_string,
    truth,
    unknown,
)
from iac_offboard.hcl.env import OVERSPENT, PARTS_PER_TURN, Env, Item, Origin, items_of
from iac_offboard.hcl.expression_types import reads_files, written_type
from iac_offboard.hcl.free_names import free_names
from iac_offboard.hcl.operators import binary, unary
from iac_offboard.hcl.partly import MAY_BE_ABSENT, counted, may_be_absent
from iac_offboard.hcl.steps import apply_steps
from iac_offboard.hcl.strings import MAX_PIECES, string_of
from iac_offboard.hcl.value_types import ANY, Type, type_of
from iac_offboard.hcl.values import (
    Bool,
    Element,
    Entry,
    Hole,
    List,
    Map,
    Null,
    Piece,
    Str,
    Unknown,
    Value,
)
from iac_offboard.model import Cut, CutKind

NO_TEST = "the condition is neither true nor false"


def evaluate(expr: ast.Expr, env: Env) -> Value:
    match expr:
        case ast.Literal():
            return expr.value
        case ast.Traversal():
            return _traversal(expr, env)
        case ast.Template():
            return _template(expr, env)
        case ast.Variable():
            return _variable(expr.name, (), env)[0]
        case ast.Call():
            return env.names.call(expr, env)
        case ast.Tuple():
            return once_for_all(expr, env, _tuple)
        case ast.Object():
            return once_for_all(expr, env, _object)
        case ast.For():
            return _for(expr, env)
        case ast.Conditional():
            return _conditional(expr, env)
        case ast.Unary():
            return unary(expr.operator, evaluate(expr.operand, env))
        case ast.Binary():
            return _binary(expr, env)
        case ast.Parens():
            return evaluate(expr.inner, env)


def _variable(name: str, steps: Sequence[ast.Step], env: Env) -> tuple[Value, int]:
    bound = env.bindings.get(name)
    return (bound, 0) if bound is not None else env.names.resolve(name, steps, env)


def _traversal(expr: ast.Traversal, env: Env) -> Value:
    if isinstance(expr.base, ast.Variable):
        value, used = _variable(expr.base.name, expr.steps, env)
    else:
        value, used = evaluate(expr.base, env), 0
    if used == len(expr.steps):
        return value

    def index(key: ast.Expr) -> Value:
        return evaluate(key, env)

    return apply_steps(value, expr.steps[used:], index)


def own_slots(expr: ast.Expr, slots: tuple[Cut, ...], env: Env) -> tuple[Cut, ...]:
    """The slots of a literal element: its own, or its iteration's when it is written with one."""
    if not env.origins:
        return slots
    found: tuple[Cut, ...] = ()
    iterated = False
    for name in free_names(expr):
        origin = env.origins.get(name)
        if origin is not None:
            iterated = True
            found = joined(found, origin.slots)
    return found if iterated else slots


def _tuple(expr: ast.Tuple, env: Env) -> Value:
    elements: list[Element] = []
    for item in expr.items:
        slots = ast.slot(CutKind.ELEMENT, item.span, expr.span)
        elements.append(Element(evaluate(item, env), own_slots(item, slots, env)))
    return List(tuple(elements), expr.span)


def _object(expr: ast.Object, env: Env) -> Value:
    entries: list[Entry] = []
    for item in expr.items:
        key = to_string(evaluate(item.key, env))
        if isinstance(key, Unknown) and key.error:
            return key
        if isinstance(key, Unknown):
            key = Str((Hole(key.reason, key.ref),))
        elif isinstance(key, Null):
            return failure("a key is null")
        slots = ast.slot(CutKind.ENTRY, item.span, expr.span)
        taken = own_slots(item.value, own_slots(item.key, slots, env), env)
        entries.append(Entry(key, evaluate(item.value, env), taken))
    return make_map(entries, expr.span)


def _for(expr: ast.For, env: Env) -> Value:
    collection = evaluate(expr.collection, env)
    result = _turns(expr, collection, env)
    known = collection.certain if isinstance(collection, Unknown) else None
    numbered = expr.key_var and isinstance(known, List)  # what is not known has a share in that
    if known is None or numbered or expr.group or not isinstance(result, Unknown):
        return result
    made = _turns(expr, known, env)
    return replace(result, certain=made) if isinstance(made, List | Map) else result


def _turns(expr: ast.For, collection: Value, env: Env) -> Value:
    items = items_of(collection)
    if items is None:
        if isinstance(collection, Unknown | Map):
            return unknown("what `for` goes through is not known", collection)
        return failure("`for` needs a list or a map", collection)
    elements: list[Element] = []
    entries: list[Entry] = []
    for item in items:
        if not env.names.spend():
            return Unknown(OVERSPENT)
        inner = _bound(expr.key_var, expr.value_var, item, env)
        chosen = None if expr.condition is None else evaluate(expr.condition, inner)
        keep = True if chosen is None else truth(chosen)
        if keep is False:
            continue
        value = evaluate(expr.value, inner)
        if keep is None:
            refused = chosen is not None and not_a_test(chosen)
            value = failure(NO_TEST, value) if refused else Unknown(MAY_BE_ABSENT, "", (value,))
        if expr.key is None:
            elements.append(Element(value, item.slots, item.also))
            continue
        key = to_string(evaluate(expr.key, inner))
        if isinstance(key, Null) or (isinstance(key, Unknown) and key.error):
            return failure("a key of `for` is no string", key)
        name = key if isinstance(key, Str) else Str((Hole("this key is not known"),))
        entries.append(Entry(name, value, item.slots, as_entries(item.also, name)))
    if expr.key is None:
        return counted(elements, may_be_absent, MAY_BE_ABSENT, span=expr.span)
    if expr.group:
        return grouped(entries)
    keys = [e.key.text for e in entries]
    if None not in keys and len(set(keys)) < len(keys):
        return failure("two turns of `for` have one key", *[e.value for e in entries])
    return make_map(entries)


def _bound(key_var: str, value_var: str, item: Item, env: Env) -> Env:
    names = {value_var: item.value}
    if key_var:
        names[key_var] = item.key
    return env.bind(names, Origin(item.slots, item.also))


def _conditional(expr: ast.Conditional, env: Env) -> Value:
    condition = evaluate(expr.condition, env)
    test = truth(condition)
    if test is not None:
        taken, left = (expr.yes, expr.no) if test else (expr.no, expr.yes)
        return matched(evaluate(taken, env), _type(left, env))
    if not_a_test(condition):
        return failure(NO_TEST, condition)
    yes, no = evaluate(expr.yes, env), evaluate(expr.no, env)
    if equal(yes, no):
        return yes
    ref = condition.ref if isinstance(condition, Unknown) else ""
    error = isinstance(condition, Unknown) and condition.error
    return Unknown("the condition is not known", ref, (yes, no), error)


def _type(expr: ast.Expr, env: Env) -> Type:
    """The type of the side that is not chosen. A file that only that side reads stays unread:
    it may well be missing."""
    found = written_type(expr)
    if found is not None:
        return found
    return ANY if reads_files(expr) else type_of(evaluate(expr, env))


def _binary(expr: ast.Binary, env: Env) -> Value:
    left = evaluate(expr.left, env)
    if expr.operator in ("&&", "||"):
        test = truth(left)
        if test is not None and test == (expr.operator == "||"):
            return Bool(test)
    return binary(expr.operator, left, evaluate(expr.right, env))


def _template(expr: ast.Template, env: Env) -> Value:
    if expr.wrap and isinstance(expr.parts[0], ast.Interpolation):
        return evaluate(expr.parts[0].expr, env)
    pieces: list[Piece | Hole] = []
    value = None if expr.alone is None else evaluate(expr.alone.expr, env)
    fault = _fill(expr.parts, pieces, env, value)
    if fault is not None:
        return replace(fault, inside=(Str(tuple(pieces)), *fault.inside))
    text = string_of(pieces)
    document = value.document if isinstance(value, Str) else None
    return Str(text.pieces, document) if document is not None and isinstance(text, Str) else text


def _fill(
    parts: Sequence[ast.Part], pieces: list[Piece | Hole], env: Env, value: Value | None = None
) -> Unknown | None:
    """``value``: what the only interpolation is worth, where that is known already."""
    if len(parts) >= PARTS_PER_TURN and not env.names.spend(len(parts) // PARTS_PER_TURN):
        return Unknown(OVERSPENT)
    for part in parts:
        fault: Unknown | None = None
        if isinstance(part, Piece):
            pieces.append(part)
        elif isinstance(part, ast.Interpolation):
            given = value if value is not None else evaluate(part.expr, env)
            fault = _interpolate(given, pieces)
        elif isinstance(part, ast.IfDirective):
            condition = evaluate(part.condition, env)
            test = truth(condition)
            if test is None and not_a_test(condition):
                fault = failure("the condition of %{ if } is neither true nor false", condition)
            elif test is None:
                pieces.append(Hole("the condition of %{ if } is not known"))
            else:
                fault = _fill(part.then if test else part.otherwise, pieces, env)
        else:
            collection = evaluate(part.collection, env)
            items = items_of(collection)
            if items is None and not isinstance(collection, Unknown | Map):
                fault = failure("%{ for } needs a list or a map", collection)
            elif items is None:
                pieces.append(Hole("what %{ for } goes through is not known"))
            for item in items or ():
                if not env.names.spend():
                    return Unknown(OVERSPENT)
                inner = _bound(part.key_var, part.value_var, item, env)
                fault = fault or _fill(part.body, pieces, inner)
        if fault is not None:
            return fault
        if len(pieces) > MAX_PIECES:
            return Unknown("the string is too long to be evaluated")
    return None


def _interpolate(value: Value, pieces: list[Piece | Hole]) -> Unknown | None:
    text = to_string(value)
    if isinstance(text, Str):
        pieces.extend(text.pieces)
    elif isinstance(text, Null):
        return failure("null stands in a string")
    elif text.error:
        return text
    else:
        pieces.append(Hole(text.reason, text.ref))
    return None
