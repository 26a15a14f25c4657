"""A root module and all that it calls, as flat tuples of instances."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from iac_offboard.hcl import ast
from iac_offboard.hcl.bodies import BodyReader
from iac_offboard.hcl.configuration import Configuration
from iac_offboard.hcl.convert import truth
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.expansion import MAX_POSSIBLE, Expansion, Instance
from iac_offboard.hcl.instances import cuts_of, key_suffix
from iac_offboard.hcl.module import Module, ResourceKey
from iac_offboard.hcl.references import addresses_in, references_in, references_of
from iac_offboard.hcl.resources import ModuleCall, Resource, Root, TopBlock, Undecided
from iac_offboard.hcl.values import Entry, Map, Piece, Str, Value
from iac_offboard.model import Cut, SkipReason

_ADDRESSES = {"variable": "var.", "module": "module.", "output": "output."}
_MODULE_META = frozenset(["for_each", "count", "depends_on", "providers", "source", "version"])
MAX_RESOURCES = 500_000


@dataclass(frozen=True, slots=True)
class _Place:
    """What the calls around a module add to its resources."""

    calls: tuple[ModuleCall, ...] = ()
    slots: tuple[Cut, ...] = ()
    also: tuple[tuple[Cut, ...], ...] = ()


@dataclass(slots=True)
class Collector:
    resources: list[Resource] = field(default_factory=list)
    calls: list[ModuleCall] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    blocks: list[TopBlock] = field(default_factory=list)
    used: dict[str, Configuration] = field(default_factory=dict)

    def root(self, module: Module, tfvars: tuple[str, ...]) -> Root:
        self._module(module, _Place())
        names = module.configuration.outputs
        outputs = Map(tuple([Entry(Str((Piece(n),)), module.output(n)) for n in names]), None)
        for configuration in self.used.values():
            self.blocks.extend(_top_blocks(configuration, module))
        files = [f for c in self.used.values() for f in c.files]
        return Root(
            path=module.configuration.path,
            resources=tuple(self.resources),
            calls=tuple(self.calls),
            blocks=tuple(self.blocks),
            undecided=tuple(self.undecided),
            outputs=outputs,
            files=(*files, *tfvars),
        )

    def _module(self, module: Module, place: _Place) -> None:
        self.used.setdefault(module.configuration.path, module.configuration)
        for key, block in module.configuration.resources.items():
            expansion = module.resource_expansion(key)
            for instance in () if expansion is None else expansion.instances:
                if len(self.resources) >= MAX_RESOURCES:
                    _too_many(module)
                    return
                assert expansion is not None
                self.resources.append(_resource(module, key, block, instance, expansion, place))
            if expansion is not None and expansion.reason:
                possible = expansion.possible(module.env)
                address = module.resource_address(key)
                made = [_resource(module, key, block, i, expansion, place) for i in possible]
                module.undecided[address] = replace(
                    module.undecided[address],
                    resources=tuple(made),
                    whole=len(possible) < MAX_POSSIBLE,
                )
        for name, block in module.configuration.modules.items():
            expansion = module.expansion(("module", name), block, f"module.{name}")
            for instance in expansion.instances:
                self._call(module, name, block, instance, expansion, place)
            if expansion.reason:
                self._possible_calls(module, name, block, expansion, place)
        self.undecided.extend(module.undecided.values())

    def _call(
        self,
        module: Module,
        name: str,
        block: ast.Block,
        instance: Instance,
        expansion: Expansion,
        place: _Place,
    ) -> None:
        found = module.found(name)
        child = module.child(name, instance)
        reader = BodyReader(lambda b, r, v: module.note_undecided(f"module.{name}", b, r, (v,)))
        call = ModuleCall(
            address=module.named(f"module.{name}{key_suffix(instance.key)}"),
            name=name,
            key=instance.key,
            repeat=expansion.repeat,
            source=found.source,
            version=found.version,
            present=child is not None,
            args=reader.top(block.body, instance.env, _MODULE_META),
            block=block.cut,
            file=block.span.file,
            line=module.line(block.span.file, block.span.start),
            slots=instance.slots,
            also=cuts_of(instance.also),
            refs=addresses_in(block, module.configuration),
            overridden=block.overridden,
        )
        self.calls.append(call)
        if child is not None:
            inner = _Place(
                (*place.calls, call),
                place.slots + tuple([c for c in instance.slots if c not in place.slots]),
                place.also + call.also,
            )
            self._module(child, inner)

    def _possible_calls(
        self, module: Module, name: str, block: ast.Block, expansion: Expansion, place: _Place
    ) -> None:
        """What a call makes of whose instances not all are known."""
        possible = expansion.possible(module.env)
        inner = Collector()
        for instance in possible:
            inner._call(module, name, block, instance, expansion, place)
        self.undecided.extend(inner.undecided)
        module.undecided[f"module.{name}"] = replace(
            module.undecided[f"module.{name}"],
            resources=tuple(inner.resources),
            calls=tuple(inner.calls),
            whole=len(possible) < MAX_POSSIBLE,
        )


def _too_many(module: Module) -> None:
    module.context.faults.skip(
        module.context.root, SkipReason.UNSUPPORTED, f"has more than {MAX_RESOURCES} instances"
    )


def _resource(
    module: Module,
    key: ResourceKey,
    block: ast.Block,
    instance: Instance,
    expansion: Expansion,
    place: _Place,
) -> Resource:
    mode, type_, name = key
    attrs: Value = module.attributes(key, instance)
    prevent, ignored = _lifecycle(block, module)
    provider = block.body.attribute("provider")
    span = block.span
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
        attrs=attrs if isinstance(attrs, Map) else Map(()),
        block=block.cut,
        file=span.file,
        line=module.line(span.file, span.start),
        instance_slots=place.slots + tuple([c for c in instance.slots if c not in place.slots]),
        instance_also=place.also + cuts_of(instance.also),
        module_calls=place.calls,
        prevent_destroy=prevent,
        ignore_changes=ignored,
        provider="" if provider is None else _spelled(provider.expr),
        refs=addresses_in(block, module.configuration),
        editable=ast.editable(span.file),
        overridden=block.overridden,
    )


def _lifecycle(block: ast.Block, module: Module) -> tuple[bool, tuple[str, ...] | str]:
    prevent, ignored = False, None
    for inner in block.body.blocks_of("lifecycle"):
        attribute = inner.body.attribute("prevent_destroy")
        prevent = prevent or (
            attribute is not None and truth(evaluate(attribute.expr, module.env)) is True
        )
        ignored = inner.body.attribute("ignore_changes") or ignored
    if ignored is None:
        return prevent, ()
    if isinstance(ignored.expr, ast.Tuple):
        return prevent, tuple([_spelled(item) for item in ignored.expr.items])
    return prevent, _spelled(ignored.expr)


def _spelled(expr: ast.Expr) -> str:
    """A reference as it is written: ``aws.east``, ``tags["x"]``, ``all``."""
    match expr:
        case ast.Variable():
            return expr.name
        case ast.Literal():
            return expr.value.text or "" if isinstance(expr.value, Str) else ""
        case ast.Traversal():
            text = _spelled(expr.base)
            for step in expr.steps:
                if isinstance(step, ast.GetAttr):
                    text += f".{step.name}"
                elif isinstance(step, ast.Index):
                    text += f"[{_spelled(step.key)}]"
            return text
        case _:
            return ""


def _top_blocks(configuration: Configuration, root: Module) -> list[TopBlock]:
    found: list[TopBlock] = []
    for block in configuration.blocks:
        prefix = _ADDRESSES.get(block.type, "")
        address = prefix + ".".join(block.labels) if prefix else ""
        if block.type == "resource":
            address = ".".join(block.labels)
        elif block.type in ("data", "ephemeral"):
            address = ".".join((block.type, *block.labels))
        references = references_of(block.body, configuration)
        found.append(
            TopBlock(
                kind=block.type,
                labels=block.labels,
                address=address,
                module=configuration.path,
                file=block.span.file,
                line=root.line(block.span.file, block.span.start),
                block=block.cut,
                references=references,
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
                line=root.line(attribute.span.file, attribute.span.start),
                block=attribute.cut,
                references=references_in(attribute.expr, configuration),
            )
        )
    return found
