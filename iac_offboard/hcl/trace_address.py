"""Addresses as Terraform spells them, and the things of a root module that have one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from iac_offboard.errors import UsageError
from iac_offboard.hcl import ast
from iac_offboard.hcl.convert import known_text, whole_number
from iac_offboard.hcl.expansion import Instance
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.instances import key_suffix
from iac_offboard.hcl.module import Module, ResourceKey
from iac_offboard.hcl.syntax import parse
from iac_offboard.hcl.trace_paths import KeyOf, Path
from iac_offboard.hcl.values import Num


@dataclass(frozen=True, slots=True)
class Thing:
    """What an address names. ``key`` is (mode, type, name) of a resource, (word, "", name) of a
    local, variable or output, ("module", "", name) of an argument; ``instance`` is that of the
    resource or call; ``path`` leads on into its value."""

    module: Module
    key: ResourceKey
    path: Path
    instance: Instance | None = None


def parse_address(text: str) -> Path:
    """The words and keys of an address. Raises ``UsageError``."""
    try:
        body = parse(f"x = {text}\n".encode(), "ADDRESS")
    except FileFault as error:
        raise _not_an_address(text) from error
    expr = body.attributes[0].expr if len(body.attributes) == 1 and not body.blocks else None
    if isinstance(expr, ast.Traversal) and isinstance(expr.base, ast.Variable):
        keys = [_key(step) for step in expr.steps]
        known = [key for key in keys if key is not None]
        if len(known) == len(keys):
            return (expr.base.name, *known)
    raise _not_an_address(text)


def _key(step: ast.Step) -> str | KeyOf | None:
    if isinstance(step, ast.GetAttr):
        return step.name
    if isinstance(step, ast.Index) and isinstance(step.key, ast.Literal):
        value = step.key.value
        key = whole_number(value) if isinstance(value, Num) else known_text(value)
        return None if key is None else KeyOf(key)
    return None


def _plain(path: Path) -> Path:
    """What is left of an address leads into a value: a key in brackets is a step like a name."""
    return tuple([step.key if isinstance(step, KeyOf) else step for step in path])


def _not_an_address(text: str) -> UsageError:
    return UsageError(
        f"{text} is not an address.",
        hint="Spell it as Terraform does, in quotes for the shell: "
        '\'module.a["k"].aws_iam_user.x["alice"].name\', local.x, var.x or output.x.',
    )


def things(root: Module, steps: Path) -> list[Thing]:
    """Everything that the address names below ``root``; nothing when there is no such thing."""
    if steps[0] == "module" and len(steps) > 1:
        return _in_module(root, steps)
    word = str(steps[0])
    name = str(steps[1]) if len(steps) > 1 else ""
    tables: dict[str, Collection[str]] = {
        "local": root.configuration.locals,
        "var": root.configuration.variables,
        "output": root.configuration.outputs,
    }
    if word in tables:
        found = name in tables[word]
        return [Thing(root, (word, "", name), _plain(steps[2:]))] if found else []
    at = 1 if word in ("data", "ephemeral") else 0
    mode = word if at else "managed"
    if len(steps) < at + 2:
        return []
    key = (mode, str(steps[at]), str(steps[at + 1]))
    return list(_instances(root, key, steps[at + 2 :]))


def _in_module(root: Module, steps: Path) -> list[Thing]:
    name = str(steps[1])
    block = root.configuration.modules.get(name)
    if block is None:
        return []
    expansion = root.expansion(("module", name), block, f"module.{name}")
    found: list[Thing] = []
    for instance in expansion.instances:
        rest = steps[2:]
        if expansion.repeat and rest and isinstance(rest[0], KeyOf):
            if rest[0].key != instance.key:
                continue
            rest = rest[1:]
        child = root.child(name, instance)
        here = [] if child is None or not rest else _below(child, rest)
        if not here and (not rest or block.body.attribute(str(rest[0])) is not None):
            found.append(Thing(root, ("module", "", name), _plain(rest), instance))
        found += here
    return found


def _below(child: Module, rest: Path) -> list[Thing]:
    if str(rest[0]) in child.configuration.outputs:
        return [Thing(child, ("output", "", str(rest[0])), _plain(rest[1:]))]
    return things(child, rest)


def _instances(module: Module, key: ResourceKey, rest: Path) -> Iterator[Thing]:
    expansion = module.resource_expansion(key)
    if expansion is None:
        return
    for instance in expansion.instances:
        keyed = bool(expansion.repeat) and bool(rest) and isinstance(rest[0], KeyOf)
        if not keyed:
            yield Thing(module, key, _plain(rest), instance)
        elif instance.key is not None and rest[0] == KeyOf(instance.key):
            yield Thing(module, key, _plain(rest[1:]), instance)


def addresses(module: Module) -> Iterator[str]:
    """Every address below ``module``, for a hint at what was meant."""
    configuration = module.configuration
    for word, table in (("local", configuration.locals), ("var", configuration.variables)):
        yield from (module.named(f"{word}.{name}") for name in table)
    yield from (f"output.{n}" for n in configuration.outputs if not module.address)
    for key in configuration.resources:
        expansion = module.resource_expansion(key)
        for instance in () if expansion is None else expansion.instances:
            yield module.named(module.resource_address(key) + key_suffix(instance.key))
    for name, block in configuration.modules.items():
        expansion = module.expansion(("module", name), block, f"module.{name}")
        for instance in expansion.instances:
            yield module.named(f"module.{name}{key_suffix(instance.key)}")
            child = module.child(name, instance)
            if child is not None:
                yield from addresses(child)
