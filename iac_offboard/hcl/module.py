"""One module in use: its names, evaluated lazily, once each; a cycle is unknown."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

from iac_offboard.hcl import ast, calls
from iac_offboard.hcl.bodies import BodyReader
from iac_offboard.hcl.configuration import Configuration, Configurations
from iac_offboard.hcl.context import Context
from iac_offboard.hcl.convert import failure
from iac_offboard.hcl.evaluate import Env, evaluate
from iac_offboard.hcl.expansion import Expansion, Instance, expand
from iac_offboard.hcl.module_sources import Found, find_module, relative_path
from iac_offboard.hcl.policy_document import TYPE, policy_json
from iac_offboard.hcl.resources import Undecided
from iac_offboard.hcl.types import conform
from iac_offboard.hcl.values import (
    Element,
    Entry,
    List,
    Map,
    Null,
    Num,
    Piece,
    Str,
    Unknown,
    Value,
)
from iac_offboard.model import Cut

ResourceKey = tuple[str, str, str]


def key_suffix(key: str | int | None) -> str:
    if key is None:
        return ""
    if isinstance(key, int):
        return f"[{key}]"
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'["{escaped}"]'


class Module:
    """``address`` is "" for the root, else ``module.a["k"].module.b``."""

    def __init__(
        self,
        context: Context,
        configurations: Configurations,
        configuration: Configuration,
        *,
        address: str = "",
        dotted: str = "",
        parent: Module | None = None,
        arguments: Mapping[str, Callable[[], Value]],
    ) -> None:
        self.context = context
        self.configurations = configurations
        self.configuration = configuration
        self.address = address
        self.dotted = dotted
        self.parent = parent
        self.arguments = arguments
        self.undecided: dict[str, Undecided] = {}
        self.env = Env(self)
        self._values: dict[Hashable, Value] = {}
        self._busy: set[Hashable] = set()
        self._expansions: dict[Hashable, Expansion] = {}
        self._children: dict[tuple[str, str | int | None], Module | None] = {}
        self._found: dict[str, Found] = {}

    # ------------------------------------------------------------------ Names

    def call(self, call: ast.Call, env: Env) -> Value:
        return calls.call(call, env, self.context)

    def spend(self) -> bool:
        return self.context.spend()

    def resolve(self, name: str, steps: Sequence[ast.Step], env: Env) -> tuple[Value, int]:
        word = steps[0].name if steps and isinstance(steps[0], ast.GetAttr) else ""
        match name:
            case "var":
                return self.variable(word), 1
            case "local":
                return self.local(word), 1
            case "path":
                return self._path(word), 1
            case "terraform":
                return self._terraform(word), 1
            case "module":
                return self._with_key(word, steps, 1, env, self._module_value, self.module_key)
            case "each" | "count" | "self":
                return Unknown(f"{name} has no meaning here", name), 0
        mode, at = ("managed", 0) if name not in ("data", "ephemeral") else (name, 1)
        type_ = name if at == 0 else word
        step = steps[at] if len(steps) > at else None
        if not isinstance(step, ast.GetAttr):
            return failure(f"{name} is not the name of anything"), len(steps)
        key = (mode, type_, step.name)
        return self._with_key(
            step.name,
            steps,
            at + 1,
            env,
            lambda _: self.resource_value(key),
            lambda _, k: self._instance_value(key, k),
        )

    def _with_key(
        self,
        name: str,
        steps: Sequence[ast.Step],
        used: int,
        env: Env,
        whole: Callable[[str], Value],
        keyed: Callable[[str, str | int], Value | None],
    ) -> tuple[Value, int]:
        """``x["k"]`` evaluates that one instance, not the map of all."""
        step = steps[used] if len(steps) > used else None
        if isinstance(step, ast.Index):
            value = evaluate(step.key, env)
            key: str | int | None = None
            if isinstance(value, Str):
                key = value.text
            elif isinstance(value, Num) and isinstance(value.value, int):
                key = value.value
            found = None if key is None else keyed(name, key)
            if found is not None:
                return found, used + 1
        return whole(name), used

    def _path(self, name: str) -> Value:
        here = self.configuration.path
        text = relative_path(here, self.context.root) if name == "module" else "."
        return Str((Piece(text),))

    def _terraform(self, name: str) -> Value:
        return Unknown(f"terraform.{name} is chosen at run time", f"terraform.{name}")

    def once(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        found = self._values.get(key)
        if found is not None:
            return found
        if key in self._busy:
            return Unknown("this refers to itself")
        self._busy.add(key)
        try:
            value = compute()
        except RecursionError:
            value = Unknown("references are nested too deep to be evaluated")
        finally:
            self._busy.discard(key)
        self._values[key] = value
        return value

    @property
    def ancestors(self) -> list[str]:
        """The directories of this module and of those that call it."""
        above = [] if self.parent is None else self.parent.ancestors
        return [*above, self.configuration.path]

    def named(self, rest: str) -> str:
        return f"{self.address}.{rest}" if self.address else rest

    # ------------------------------------------------------------------ variables and locals

    def variable(self, name: str) -> Value:
        return self.once(("var", name), lambda: self._variable(name))

    def _variable(self, name: str) -> Value:
        block = self.configuration.variables.get(name)
        given = self.arguments.get(name)
        value: Value | None = None if given is None else given()
        if block is None:
            missing = Unknown("this variable is not declared", self.named(f"var.{name}"))
            return missing if value is None else value
        default, nullable = block.body.attribute("default"), block.body.attribute("nullable")
        if isinstance(value, Null) and default is not None and nullable is not None:
            value = None
        if value is None:
            if default is None:
                return Unknown("no value is given for this variable", self.named(f"var.{name}"))
            value = evaluate(default.expr, self.env)
        type_ = block.body.attribute("type")
        return value if type_ is None else conform(value, type_.expr, self.env)

    def local(self, name: str) -> Value:
        attribute = self.configuration.locals.get(name)
        if attribute is None:
            return Unknown("this local is not declared", self.named(f"local.{name}"))
        return self.once(("local", name), lambda: evaluate(attribute.expr, self.env))

    def output(self, name: str) -> Value:
        block = self.configuration.outputs.get(name)
        attribute = None if block is None else block.body.attribute("value")
        if attribute is None:
            return Unknown("the module has no such output", self.named(name))
        return self.once(("output", name), lambda: evaluate(attribute.expr, self.env))

    # ------------------------------------------------------------------ resources

    def expansion(self, kind: Hashable, block: ast.Block, address: str) -> Expansion:
        found = self._expansions.get(kind)
        if found is not None:
            return found
        if kind in self._busy:
            return Expansion("for_each", (), None, "its for_each refers to itself")
        self._busy.add(kind)
        try:
            found = expand(block.body, self.env)
        except RecursionError:
            found = Expansion("for_each", (), None, "its for_each is nested too deep")
        finally:
            self._busy.discard(kind)
        self._expansions[kind] = found
        if found.reason:
            self.note_undecided(address, block, found.reason, found.known)
        return found

    def note_undecided(
        self, address: str, block: ast.Block, reason: str, known: tuple[Value, ...]
    ) -> None:
        span = block.span
        self.undecided.setdefault(
            address,
            Undecided(
                address=self.named(address),
                reason=reason,
                known=known,
                file=span.file,
                line=self.line(span.file, span.start),
                block=block.cut,
            ),
        )

    def line(self, file: str, offset: int) -> int:
        return self.configurations.line(file, offset)

    def resource_address(self, key: ResourceKey) -> str:
        mode, type_, name = key
        return f"{type_}.{name}" if mode == "managed" else f"{mode}.{type_}.{name}"

    def resource_expansion(self, key: ResourceKey) -> Expansion | None:
        block = self.configuration.resources.get(key)
        if block is None:
            return None
        return self.expansion(key, block, self.resource_address(key))

    def resource_value(self, key: ResourceKey) -> Value:
        expansion = self.resource_expansion(key)
        ref = self.named(self.resource_address(key))
        if expansion is None:
            return failure(f"{ref} is not declared")
        if expansion.reason:
            return Unknown(expansion.reason, ref, expansion.known)
        return _gathered(expansion, lambda i: self.attributes(key, i))

    def _instance_value(self, key: ResourceKey, index: str | int) -> Value | None:
        expansion = self.resource_expansion(key)
        instance = None if expansion is None else expansion.find(index)
        return None if instance is None else self.attributes(key, instance)

    def attributes(self, key: ResourceKey, instance: Instance) -> Value:
        """The attributes of one instance; those that are computed answer on request."""
        return self.once((key, instance.key), lambda: self._attributes(key, instance))

    def _attributes(self, key: ResourceKey, instance: Instance) -> Value:
        block = self.configuration.resources[key]
        address = self.resource_address(key) + key_suffix(instance.key)

        def undecidable(inner: ast.Block, reason: str, known: Value) -> None:
            where = f"{address} dynamic {' '.join(inner.labels)}"
            self.note_undecided(where, inner, reason, (known,))

        bare = BodyReader(undecidable).top(block.body, instance.env)
        ref = self.named(address)
        mode, type_, _ = key

        def missing(name: str) -> Value:
            if mode == "data" and type_ == TYPE and name in ("json", "minified_json"):
                return self.once((key, instance.key, "json"), lambda: policy_json(bare))
            known = self.context.computed(
                type_ if mode == "managed" else f"{mode}.{type_}", name, bare
            )
            return Unknown("known only after apply", f"{ref}.{name}") if known is None else known

        return Map(bare.entries, bare.span, missing)

    # ------------------------------------------------------------------ module calls

    def _module_value(self, name: str) -> Value:
        block = self.configuration.modules.get(name)
        ref = self.named(f"module.{name}")
        if block is None:
            return failure(f"{ref} is not declared")
        expansion = self.expansion(("module", name), block, f"module.{name}")
        if expansion.reason:
            return Unknown(expansion.reason, ref, expansion.known)
        return _gathered(expansion, lambda i: self._outputs(name, i))

    def module_key(self, name: str, key: str | int) -> Value | None:
        block = self.configuration.modules.get(name)
        if block is None:
            return None
        instance = self.expansion(("module", name), block, f"module.{name}").find(key)
        return None if instance is None else self._outputs(name, instance)

    def _outputs(self, name: str, instance: Instance) -> Value:
        child = self.child(name, instance)
        ref = self.named(f"module.{name}{key_suffix(instance.key)}")
        if child is None:
            return Unknown("the module's code is not in this tree", ref)
        return Map((), None, child.output)

    def found(self, name: str) -> Found:
        """Where the code of a called module is."""
        if name not in self._found:
            self._found[name] = find_module(self, name)
        return self._found[name]

    def child(self, name: str, instance: Instance) -> Module | None:
        key = (name, instance.key)
        if key not in self._children:
            self._children[key] = self._make_child(name, instance)
        return self._children[key]

    def _make_child(self, name: str, instance: Instance) -> Module | None:
        found = self.found(name)
        if found.configuration is None:
            return None
        block = self.configuration.modules[name]

        def argument(attribute: ast.Attribute) -> Callable[[], Value]:
            key = ("argument", name, instance.key, attribute.name)
            return lambda: self.once(key, lambda: evaluate(attribute.expr, instance.env))

        return Module(
            self.context,
            self.configurations,
            found.configuration,
            address=self.named(f"module.{name}{key_suffix(instance.key)}"),
            dotted=f"{self.dotted}.{name}" if self.dotted else name,
            parent=self,
            arguments={a.name: argument(a) for a in block.body.attributes},
        )


def _gathered(expansion: Expansion, value_of: Callable[[Instance], Value]) -> Value:
    """All instances as Terraform shows them: one value, a list (count) or a map (for_each)."""
    if not expansion.repeat:
        return value_of(expansion.instances[0])
    if expansion.repeat == "count":
        return List(tuple([Element(value_of(i), i.slots, i.also) for i in expansion.instances]))
    entries: list[Entry] = []
    for instance in expansion.instances:
        key = instance.env.bindings["each"]
        name = key.entries[0].value if isinstance(key, Map) else Null()
        if isinstance(name, Str):
            entries.append(Entry(name, value_of(instance), instance.slots))
    return Map(tuple(entries))


def cuts_of(elements: Sequence[Element]) -> tuple[tuple[Cut, ...], ...]:
    """The slots of merged elements, one group each."""
    groups: list[tuple[Cut, ...]] = []
    for element in elements:
        groups.append(element.slots)
        groups.extend(cuts_of(element.also))
    return tuple(groups)
