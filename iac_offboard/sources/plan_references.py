"""What the configuration in a plan's JSON refers to ("configuration", JSON Output Format)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from iac_offboard.model import Written

_REPEATED = ("for_each_expression", "count_expression")
_Named = dict[str, Mapping[str, tuple[str, ...]]]


def written(raw: Any) -> Written:
    """The references of everything below the "configuration" of a plan."""
    resources: _Named = {}
    outputs: _Named = {}
    arguments: _Named = {}
    for path, module in _modules(raw):
        prefix = f"{path}." if path else ""
        for one in _objects(module.get("resources")):
            resources[prefix + string(one.get("address"))] = _arguments(one)
        outputs[path] = {n: _in(out.get("expression")) for n, out in _items(module.get("outputs"))}
        for name, call in _items(module.get("module_calls")):
            arguments[f"{prefix}module.{name}"] = _arguments(call)
    return Written(resources=resources, outputs=outputs, arguments=arguments)


def providers(raw: Any) -> dict[str, str]:
    """Which provider configuration makes each resource ("provider_config_key"), by the address
    without keys: the changes of a plan name the provider alone."""
    return {
        f"{path}.{address}".lstrip("."): string(one.get("provider_config_key"))
        for path, module in _modules(raw)
        for one in _objects(module.get("resources"))
        if (address := string(one.get("address")))
    }


def makes_something(raw: Any) -> bool:
    """Is there a block of a managed resource?"""
    blocks = (one for _, module in _modules(raw) for one in _objects(module.get("resources")))
    return any(one.get("mode") == "managed" for one in blocks)


def _modules(raw: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every module with its path, "" for the root module."""
    root = raw.get("root_module") if isinstance(raw, Mapping) else None
    waiting = [("", root)] if isinstance(root, Mapping) else []
    while waiting:
        path, module = waiting.pop()
        yield path, module
        for name, call in _items(module.get("module_calls")):
            if isinstance(call.get("module"), Mapping):
                waiting.append((f"{path}.module.{name}".lstrip("."), call["module"]))


def _arguments(block: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The references of every argument of a block, and of what it is repeated by."""
    expressions = block.get("expressions")
    found = dict(expressions) if isinstance(expressions, Mapping) else {}
    found |= {key: block[key] for key in _REPEATED if key in block}
    return {name: _in(expression) for name, expression in found.items()}


def _items(raw: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(raw, Mapping):
        yield from ((name, one) for name, one in raw.items() if isinstance(one, Mapping))


def _objects(raw: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of a list; none of anything else."""
    yield from (one for one in raw if isinstance(one, Mapping)) if isinstance(raw, list) else ()


def _in(expression: Any) -> tuple[str, ...]:
    """Every reference below an expression: blocks hold expressions of their own."""
    found: dict[str, None] = {}
    waiting: list[Any] = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            references = node.get("references")
            if isinstance(references, Sequence) and not isinstance(references, str):
                found.update((r, None) for r in references if isinstance(r, str))
            waiting += [v for k, v in node.items() if k not in ("references", "constant_value")]
        elif isinstance(node, list):
            waiting += node
    return tuple(found)


def string(value: Any) -> str:
    """The text that a node is; "" for anything else."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
