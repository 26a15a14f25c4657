"""From a name to where it is declared: locals, variables and who gives them, outputs, resources."""

from __future__ import annotations

from collections.abc import Sequence

from iac_offboard.hcl import ast
from iac_offboard.hcl.convert import truth
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.expansion import Instance
from iac_offboard.hcl.instances import key_suffix
from iac_offboard.hcl.module import Module, ResourceKey
from iac_offboard.hcl.secret_names import secret_name
from iac_offboard.hcl.trace_blocks import at_top, place_of, written_at, written_in
from iac_offboard.hcl.trace_hops import Draft, HopKind, calls_sensitive
from iac_offboard.hcl.trace_paths import Path, at, leaves, spelled, touches
from iac_offboard.hcl.trace_walk import Place, Walk
from iac_offboard.hcl.values import Unknown, Value
from iac_offboard.model import Span


def names(walk: Walk, name: str, path: Path, place: Place) -> list[Draft]:
    """The hops behind a name that no ``for`` binds."""
    module = place.module
    word = path[0] if path and isinstance(path[0], str) else ""
    if name == "local" and word:
        return local(walk, module, word, path[1:])
    if name == "var" and word:
        return variable(walk, module, word, path[1:])
    if name == "module" and word:
        return _called(walk, module, word, path[1:])
    if name in ("data", "ephemeral"):
        kind = path[1] if len(path) > 1 and isinstance(path[1], str) else ""
        return _resource(walk, module, (name, word, kind), path[2:])
    if ("managed", name, word) in module.configuration.resources:
        return _resource(walk, module, ("managed", name, word), path[1:])
    value = at(module.resolve(name, _written(path[:1]), place.env)[0], path[1:])
    label = f"{name}{spelled(path)}"
    return [Draft(kind=HopKind.NAME, label=label, value=value, of=(module.address, label))]


def _written(path: Path) -> Sequence[ast.Step]:
    nowhere = Span(file="", start=0, end=0)
    return [ast.GetAttr(step, nowhere) for step in path if isinstance(step, str)]


def _draft(
    kind: HopKind,
    module: Module,
    label: str,
    value: Value,
    expr: ast.Expr | None,
    *,
    secret: bool = False,
) -> Draft:
    return Draft(
        kind=kind,
        label=label,
        value=value,
        span=None if expr is None else expr.span,
        expr=expr,
        secret=secret or (expr is not None and calls_sensitive(expr)),
        of=(module.address, f"{kind} {label}"),
    )


def local(walk: Walk, module: Module, name: str, path: Path) -> list[Draft]:
    found = module.configuration.locals.get(name)
    label = module.named(f"local.{name}{spelled(path)}")
    draft = _draft(
        HopKind.LOCAL,
        module,
        label,
        at(module.local(name), path),
        None if found is None else found.expr,
        secret=secret_name(name) or any(map(secret_name, _texts(path))),
    )
    if found is None:
        return [draft]
    return walk.fresh(draft, lambda: walk.follow(found.expr, path, at_top(module)))


def _texts(path: Path) -> list[str]:
    return [step for step in path if isinstance(step, str)]


# ------------------------------------------------------------------ variables


def variable(walk: Walk, module: Module, name: str, path: Path) -> list[Draft]:
    block = module.configuration.variables.get(name)
    value = at(module.variable(name), path)
    sensitive = block is not None and _flag(block, "sensitive", module)
    draft = _draft(
        HopKind.VARIABLE,
        module,
        module.named(f"var.{name}{spelled(path)}"),
        value,
        None,
        secret=sensitive or secret_name(name) or any(map(secret_name, _texts(path))),
    )
    draft.span = None if block is None else block.span
    return walk.fresh(draft, lambda: _given(walk, module, name, path, value))


def _flag(block: ast.Block, name: str, module: Module) -> bool:
    attribute = block.body.attribute(name)
    return attribute is not None and truth(evaluate(attribute.expr, module.env)) is True


def _given(walk: Walk, module: Module, name: str, path: Path, value: Value) -> list[Draft]:
    block = module.configuration.variables.get(name)
    default = None if block is None else block.body.attribute("default")
    inside = leaves(value)
    if block is not None and inside and all(_in(span, block.span) for span in inside):
        if default is not None and any(_in(span, default.span) for span in inside):
            return _default(walk, module, name, path, default.expr)
        optional = _default(walk, module, name, path, None)  # optional(string, "this")
        optional[0].span = min(inside, key=lambda span: span.start)
        return optional
    if name in module.arguments and isinstance(module.parent, Module):
        return _argument(walk, module, module.parent, name, path)
    if name in module.arguments:
        return [_from_file(module, name, path, value)]
    return [] if default is None else _default(walk, module, name, path, default.expr)


def _in(inner: Span, outer: Span) -> bool:
    return inner.file == outer.file and outer.start <= inner.start and inner.end <= outer.end


def _default(
    walk: Walk, module: Module, name: str, path: Path, expr: ast.Expr | None
) -> list[Draft]:
    label = module.named(f"var.{name}{spelled(path)}")
    value = at(module.variable(name), path)
    draft = _draft(HopKind.DEFAULT, module, label, value, expr)
    if expr is None:
        return [draft]
    return walk.fresh(draft, lambda: walk.follow(expr, path, at_top(module)))


def _from_file(module: Module, name: str, path: Path, value: Value) -> Draft:
    """A root's variable: its value knows the bytes of the file that gave it."""
    whole = module.arguments[name]()
    spans = sorted(leaves(value) or leaves(whole), key=lambda span: (span.file, span.start))
    span = getattr(value, "span", None) or (spans[0] if spans else None)
    draft = _draft(HopKind.GIVEN, module, f"{name}{spelled(path)}", value, None)
    draft.span = span
    draft.secret = draft.secret or secret_name(name)
    return draft


def _argument(walk: Walk, module: Module, caller: Module, name: str, path: Path) -> list[Draft]:
    call = module.dotted.rsplit(".", 1)[-1]
    block = caller.configuration.modules[call]
    expansion = caller.expansion(("module", call), block, f"module.{call}")
    same = (
        i
        for i in expansion.instances
        if caller.named(f"module.{call}{key_suffix(i.key)}") == module.address
    )
    instance = next(same, None)
    return [] if instance is None else argument(walk, caller, block, instance, name, path)


def argument(
    walk: Walk, caller: Module, block: ast.Block, instance: Instance, name: str, path: Path
) -> list[Draft]:
    """The hops behind one argument of one module call."""
    attribute = block.body.attribute(name)
    if attribute is None:
        return []
    expr = attribute.expr
    place = place_of(walk, caller, block, instance)
    value = at(evaluate(expr, instance.env), path)
    called = caller.named(f"module.{block.labels[0]}{key_suffix(instance.key)}")
    label = f"{called}.{name}{spelled(path)}"
    draft = _draft(HopKind.ARGUMENT, caller, label, value, expr, secret=secret_name(name))
    return walk.fresh(draft, lambda: walk.follow(expr, path, place))


# ------------------------------------------------------------------ modules


def _called(walk: Walk, module: Module, name: str, path: Path) -> list[Draft]:
    block = module.configuration.modules.get(name)
    if block is None:
        return []
    expansion = module.expansion(("module", name), block, f"module.{name}")
    chosen = [i for i in expansion.instances if path and i.key == path[0]] or None
    rest = path if chosen is None or expansion.repeat == "" else path[1:]
    found: list[Draft] = []
    for instance in chosen or expansion.instances:
        child = module.child(name, instance)
        address = module.named(f"module.{name}{key_suffix(instance.key)}")
        if child is None:
            source = block.body.attribute("source")
            draft = _draft(
                HopKind.BOUNDARY,
                module,
                address + spelled(rest),
                Unknown("the module's code is not in this tree"),
                None if source is None else source.expr,
            )
            found.append(draft)
        elif rest and isinstance(rest[0], str):
            found += output(walk, child, rest[0], rest[1:])
    return found


def output(walk: Walk, module: Module, name: str, path: Path) -> list[Draft]:
    block = module.configuration.outputs.get(name)
    attribute = None if block is None else block.body.attribute("value")
    if block is None or attribute is None:
        return []
    expr = attribute.expr
    label = module.named(f"{name}{spelled(path)}") if module.address else f"output.{name}"
    draft = _draft(
        HopKind.OUTPUT,
        module,
        label,
        at(module.output(name), path),
        expr,
        secret=_flag(block, "sensitive", module) or secret_name(name),
    )
    return walk.fresh(draft, lambda: walk.follow(expr, path, at_top(module)))


# ------------------------------------------------------------------ resources


def _resource(walk: Walk, module: Module, key: ResourceKey, path: Path) -> list[Draft]:
    expansion = module.resource_expansion(key)
    if expansion is None:
        return []
    chosen = [i for i in expansion.instances if path and i.key == path[0]]
    rest = path[1:] if chosen and expansion.repeat else path
    found: list[Draft] = []
    for instance in chosen or expansion.instances:
        found += attribute(walk, module, key, instance, rest)
    return found


def attribute(
    walk: Walk, module: Module, key: ResourceKey, instance: Instance, path: Path
) -> list[Draft]:
    """The hops behind one attribute of one instance; without a path, behind its key."""
    block = module.configuration.resources[key]
    address = module.named(module.resource_address(key) + key_suffix(instance.key))
    place = place_of(walk, module, block, instance)
    if not path:
        repeat = block.body.attribute("for_each") or block.body.attribute("count")
        return [] if repeat is None else walk.follow(repeat.expr, (), at_top(module))
    value = at(module.attributes(key, instance), path)
    written = written_at(walk, block.body, path, place)
    label = address + spelled(path)
    secret = any(map(secret_name, _texts(path)))
    if written is None:
        draft = _draft(HopKind.COMPUTED, module, label, value, None, secret=secret)
        draft.span = block.span
        return walk.fresh(draft, lambda: _computed(walk, block.body, value, place, module, address))
    expr, rest, inner = written
    draft = _draft(HopKind.ATTRIBUTE, module, label, value, expr, secret=secret)
    return walk.fresh(draft, lambda: walk.follow(expr, rest, inner))


def _computed(
    walk: Walk, body: ast.Body, value: Value, place: Place, module: Module, address: str
) -> list[Draft]:
    """What the provider makes it from: the attributes whose bytes are in it."""
    found: list[Draft] = []
    inside = leaves(value)
    for path, expr, inner in written_in(walk, body, place):
        part = evaluate(expr, inner.env)
        if touches(leaves(part), inside):
            draft = _draft(HopKind.ATTRIBUTE, module, address + spelled(path), part, expr)
            found += walk.fresh(draft, lambda e=expr, p=inner: walk.follow(e, (), p))  # type: ignore[misc]
    return found
