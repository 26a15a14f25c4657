"""One module in use: what its names stand for, its resources and the modules it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from iac_offboard.hcl import ast
from iac_offboard.hcl.bodies import BodyReader
from iac_offboard.hcl.configuration import Configurations
from iac_offboard.hcl.constants import made_once
from iac_offboard.hcl.context import Context
from iac_offboard.hcl.convert import failure
from iac_offboard.hcl.declarations import Configuration
from iac_offboard.hcl.env import Env
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.expansion import Expansion, Instance
from iac_offboard.hcl.instances import gathered, key_suffix
from iac_offboard.hcl.module_sources import Found, find_module
from iac_offboard.hcl.policy_document import maker
from iac_offboard.hcl.provider_defaults import defaults
from iac_offboard.hcl.scope import Scope
from iac_offboard.hcl.template_data import renderer
from iac_offboard.hcl.values import Map, Num, Str, Unknown, Value

ResourceKey = tuple[str, str, str]
_MODULE_META = frozenset(["for_each", "count", "depends_on", "providers", "source", "version"])


class Module(Scope):
    """A scope with its resources and calls. Children are made when something needs them."""

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
        super().__init__(
            context,
            configurations,
            configuration,
            address=address,
            dotted=dotted,
            parent=parent,
            arguments=arguments,
        )
        self._children: dict[tuple[str, str | int | None], Module | None] = {}
        self._found: dict[str, Found] = {}
        self._attrs: dict[tuple[ResourceKey, str | int | None], Map] = {}

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

    # ------------------------------------------------------------------ resources

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
        return gathered(expansion, lambda i: self.attributes(key, i))

    def _instance_value(self, key: ResourceKey, index: str | int) -> Value | None:
        expansion = self.resource_expansion(key)
        instance = None if expansion is None else expansion.find(index)
        return None if instance is None else self.attributes(key, instance)

    def attributes(self, key: ResourceKey, instance: Instance) -> Map:
        """The attributes of one instance, each evaluated when somebody asks for it; those that
        are computed answer on request."""
        found = self._attrs.get((key, instance.key))
        if found is None:
            found = self._attrs[key, instance.key] = self._attributes(key, instance)
        return found

    def _attributes(self, key: ResourceKey, instance: Instance) -> Map:
        block = self.configuration.resources[key]
        address = self.resource_address(key) + key_suffix(instance.key)

        def undecidable(inner: ast.Block, reason: str, known: Value) -> None:
            where = f"{address} dynamic {' '.join(inner.labels)}"
            managed = key[1] if key[0] == "managed" else ""
            self.note_undecided(where, inner, reason, (known,), (managed, inner.labels[0]))

        ref = self.named(address)
        once = self.under(key, instance.key)
        bare = BodyReader(undecidable, ref).top(block.body, instance.env, once)
        mode, type_, _ = key
        given = defaults(self, type_, block)
        bare = Map((*bare.entries, *given), bare.span) if given else bare

        def missing(name: str) -> Value:
            if mode == "data":
                make = maker(type_, name)
                if make is not None:
                    whole = partial(make, bare)
                    return once((name, "made"), lambda: made_once(block, whole))
                render = renderer(type_, name, self.context)
                if render is not None:
                    return once((name, "made"), partial(render, bare))
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
        return gathered(expansion, lambda i: self._outputs(name, i))

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

    def given(self, name: str, instance: Instance) -> Map:
        """The arguments of one instance of a call, each evaluated when somebody asks for it."""
        block = self.configuration.modules[name]

        def undecidable(inner: ast.Block, reason: str, known: Value) -> None:
            self.note_undecided(f"module.{name}", inner, reason, (known,))

        once = self.under("argument", name, instance.key)
        return BodyReader(undecidable).top(block.body, instance.env, once, _MODULE_META)

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

        once = self.under("argument", name, instance.key)

        def argument(attribute: ast.Attribute) -> Callable[[], Value]:
            return lambda: once(attribute.name, lambda: evaluate(attribute.expr, instance.env))

        return Module(
            self.context,
            self.configurations,
            found.configuration,
            address=self.named(f"module.{name}{key_suffix(instance.key)}"),
            dotted=f"{self.dotted}.{name}" if self.dotted else name,
            parent=self,
            arguments={a.name: argument(a) for a in block.body.attributes},
        )
