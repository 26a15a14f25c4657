"""A root module and all that it calls, as flat tuples of instances, found out on request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from iac_offboard.hcl import ast
from iac_offboard.hcl.block_meta import BlockMeta
from iac_offboard.hcl.declarations import Configuration
from iac_offboard.hcl.expansion import MAX_POSSIBLE, Expansion, Instance
from iac_offboard.hcl.instances import cuts_of, key_suffix
from iac_offboard.hcl.later import Later
from iac_offboard.hcl.module import Module, ResourceKey
from iac_offboard.hcl.references import references_in, references_of
from iac_offboard.hcl.resources import (
    ModuleCall,
    Reference,
    Resource,
    TopBlock,
    Undecided,
    Wanted,
)
from iac_offboard.hcl.values import LateEntry, Map, Piece, Str
from iac_offboard.model import Cut, SkipReason

_ADDRESSES = {"variable": "var.", "module": "module.", "output": "output."}
MAX_RESOURCES = 500_000


@dataclass(frozen=True, slots=True)
class _Place:
    """What the calls around a module add to its resources."""

    calls: tuple[ModuleCall, ...] = ()
    slots: tuple[Cut, ...] = ()
    also: tuple[tuple[Cut, ...], ...] = ()

    def within(self, call: ModuleCall) -> _Place:
        slots = self.slots + tuple([c for c in call.slots if c not in self.slots])
        return _Place((*self.calls, call), slots, self.also + call.also)


@dataclass(frozen=True, slots=True)
class _Use:
    """One use of a module: the root's, or that of one instance of a call."""

    module: Module
    place: _Place


@dataclass(slots=True)
class _Tree:
    """The uses of modules that one root leads to. ``after`` has callees before callers, and what
    calls may make of which nobody knows how many instances there are."""

    uses: list[_Use] = field(default_factory=list)
    calls: list[ModuleCall] = field(default_factory=list)
    after: list[Module | _Tree] = field(default_factory=list)

    def follow(self, module: Module, place: _Place) -> None:
        self.uses.append(_Use(module, place))
        for name, block in module.configuration.modules.items():
            expansion = module.expansion(("module", name), block, f"module.{name}")
            for instance in expansion.instances:
                self._call(module, name, instance, expansion, place)
            if expansion.reason:
                self._possible(module, name, expansion, place)
        self.after.append(module)

    def _call(
        self, module: Module, name: str, instance: Instance, expansion: Expansion, place: _Place
    ) -> None:
        call = _call(module, name, instance, expansion)
        self.calls.append(call)
        child = module.child(name, instance)
        if child is not None:
            self.follow(child, place.within(call))

    def _possible(self, module: Module, name: str, expansion: Expansion, place: _Place) -> None:
        """What a call makes of whose instances not all are known."""
        possible = expansion.possible(module.env)
        inner = _Tree()
        for instance in possible:
            inner._call(module, name, instance, expansion, place)
        self.after.append(inner)
        module.undecided[f"module.{name}"] = replace(
            module.undecided[f"module.{name}"],
            resources=ModuleContent(Later(lambda: inner)).resources(),
            calls=tuple(inner.calls),
            whole=len(possible) < MAX_POSSIBLE,
        )

    def undecided(self) -> Iterator[Undecided]:
        for part in self.after:
            if isinstance(part, _Tree):
                yield from part.undecided()
            else:  # resources before calls, whichever were looked at first
                yield from sorted(part.undecided.values(), key=_is_call)


def _is_call(undecided: Undecided) -> bool:
    return "." not in undecided.address.rpartition("module.")[2]


def content_of(root: Module) -> ModuleContent:
    """What a root module makes."""
    return ModuleContent(Later(lambda: _tree_of(root)))


def _tree_of(root: Module) -> _Tree:
    tree = _Tree()
    try:
        tree.follow(root, _Place())
    except RecursionError:
        context = root.context
        what = "its references are nested too deep"
        context.faults.skip(context.root, SkipReason.UNSUPPORTED, what)
    return tree


class ModuleContent:
    """What a root module makes. Calls are followed at the first question; resources are made for
    those who ask for their types, and evaluate nothing but their instances."""

    def __init__(self, tree: Later[_Tree]) -> None:
        self._tree = tree
        self._made: dict[tuple[int, ResourceKey], tuple[Resource, ...]] = {}

    def resources(self, wanted: Wanted | None = None) -> tuple[Resource, ...]:
        found: list[Resource] = []
        for number, use in enumerate(self._tree.get().uses):
            for key in use.module.configuration.resources:
                if wanted is None or wanted(key[0], key[1]):
                    found.extend(self._resources(number, use, key))
                if len(found) > MAX_RESOURCES:
                    _too_many(use.module)
                    return tuple(found[:MAX_RESOURCES])
        return tuple(found)

    def calls(self) -> tuple[ModuleCall, ...]:
        return tuple(self._tree.get().calls)

    def blocks(self) -> tuple[TopBlock, ...]:
        modules = {use.module.configuration.path: use.module for use in self._tree.get().uses}
        return tuple([b for module in modules.values() for b in _top_blocks(module)])

    def outputs(self) -> Map:
        root = self._tree.get().uses[0].module
        names = root.configuration.outputs
        entries = [LateEntry(Str((Piece(n),)), partial(root.output, n), tuple) for n in names]
        return Map(tuple(entries), None)

    def undecided(self) -> tuple[Undecided, ...]:
        return tuple(self._tree.get().undecided())

    def _resources(self, number: int, use: _Use, key: ResourceKey) -> tuple[Resource, ...]:
        found = self._made.get((number, key))
        if found is not None:
            return found
        module = use.module
        expansion = module.resource_expansion(key)
        assert expansion is not None
        meta = BlockMeta(module.configuration.resources[key], module)
        if expansion.reason:
            possible = expansion.possible(module.env)
            address = module.resource_address(key)
            module.undecided[address] = replace(
                module.undecided[address],
                resources=tuple([_resource(use, key, i, expansion, meta) for i in possible]),
                whole=len(possible) < MAX_POSSIBLE,
            )
        made = tuple([_resource(use, key, i, expansion, meta) for i in expansion.instances])
        self._made[number, key] = made
        return made


def _call(module: Module, name: str, instance: Instance, expansion: Expansion) -> ModuleCall:
    block = module.configuration.modules[name]
    found = module.found(name)
    return ModuleCall(
        address=module.named(f"module.{name}{key_suffix(instance.key)}"),
        name=name,
        key=instance.key,
        repeat=expansion.repeat,
        source=found.source,
        version=found.version,
        present=found.configuration is not None,
        args=module.given(name, instance),
        block=block.cut,
        file=block.span.file,
        line=module.line(block.span.file, block.span.start),
        slots=instance.slots,
        also=cuts_of(instance.also),
        overridden=block.overridden,
    )


def _too_many(module: Module) -> None:
    module.context.faults.skip(
        module.context.root, SkipReason.UNSUPPORTED, f"has more than {MAX_RESOURCES} instances"
    )


def _resource(
    use: _Use, key: ResourceKey, instance: Instance, expansion: Expansion, meta: BlockMeta
) -> Resource:
    module, place = use.module, use.place
    mode, type_, name = key
    block = module.configuration.resources[key]
    address = module.resource_address(key) + key_suffix(instance.key)
    return Resource(
        address=module.named(address),
        module=module.address,
        mode=mode,
        type=type_,
        name=name,
        key=instance.key,
        repeat=expansion.repeat,
        count=expansion.count,
        attrs=module.attributes(key, instance),
        meta=meta,
        block=block.cut,
        file=block.span.file,
        line=module.line(block.span.file, block.span.start),
        instance_slots=place.slots + tuple([c for c in instance.slots if c not in place.slots]),
        instance_also=place.also + cuts_of(instance.also),
        module_calls=place.calls,
        editable=ast.editable(block.span.file),
        overridden=block.overridden,
    )


def _top_blocks(module: Module) -> list[TopBlock]:
    configuration = module.configuration
    found: list[TopBlock] = []
    for block in configuration.blocks:
        prefix = _ADDRESSES.get(block.type, "")
        address = prefix + ".".join(block.labels) if prefix else ""
        if block.type == "resource":
            address = ".".join(block.labels)
        elif block.type in ("data", "ephemeral"):
            address = ".".join((block.type, *block.labels))
        found.append(
            TopBlock(
                kind=block.type,
                labels=block.labels,
                address=address,
                module=configuration.path,
                file=block.span.file,
                line=module.line(block.span.file, block.span.start),
                block=block.cut,
                mentioned=Later(partial(_references, block, configuration)),
                overridden=block.overridden,
            )
        )
    for name, attribute in configuration.locals.items():
        found.append(
            TopBlock(
                kind="local",
                labels=(name,),
                address=f"local.{name}",
                module=configuration.path,
                file=attribute.span.file,
                line=module.line(attribute.span.file, attribute.span.start),
                block=attribute.cut,
                mentioned=Later(partial(_references, attribute, configuration)),
            )
        )
    return found


def _references(
    of: ast.Block | ast.Attribute, configuration: Configuration
) -> tuple[Reference, ...]:
    if isinstance(of, ast.Block):
        return references_of(of.body, configuration)
    return references_in(of.expr, configuration)
