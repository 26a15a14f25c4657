"""The variables and locals of one module, evaluated lazily, once each; a cycle is unknown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence

from iac_offboard.hcl import ast, calls
from iac_offboard.hcl.configuration import Configurations
from iac_offboard.hcl.context import Context
from iac_offboard.hcl.declarations import Configuration
from iac_offboard.hcl.env import Env
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.expansion import Expansion, expand
from iac_offboard.hcl.faults import FileFault, refused
from iac_offboard.hcl.module_sources import relative_path
from iac_offboard.hcl.resources import Undecided
from iac_offboard.hcl.types import conform
from iac_offboard.hcl.values import (
    Null,
    Piece,
    Str,
    Unknown,
    Value,
)


class Scope(ABC):
    """``address`` is "" for the root, else ``module.a["k"].module.b``."""

    def __init__(
        self,
        context: Context,
        configurations: Configurations,
        configuration: Configuration,
        *,
        address: str = "",
        dotted: str = "",
        parent: Scope | None = None,
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

    # ------------------------------------------------------------------ Names

    @abstractmethod
    def resolve(self, name: str, steps: Sequence[ast.Step], env: Env) -> tuple[Value, int]: ...

    def call(self, call: ast.Call, env: Env) -> Value:
        return calls.call(call, env, self.context)

    def spend(self, turns: int = 1) -> bool:
        return self.context.spend(turns)

    def _path(self, name: str) -> Value:
        here = self.configuration.path
        text = relative_path(here, self.context.root) if name == "module" else "."
        return Str((Piece(text),))

    def _terraform(self, name: str) -> Value:
        if name == "workspace" and self.context.workspace:
            return Str((Piece(self.context.workspace),))
        return Unknown(f"terraform.{name} is chosen at run time", f"terraform.{name}")

    def once(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        found = self._values.get(key)
        if found is not None:
            return found
        if key in self._busy:
            return Unknown("this refers to itself")
        self._busy.add(key)
        # What a name stands for is evaluated by itself: a ``try`` around the name catches nothing
        # in it, and whoever asks next must find what was missing recorded.
        tolerant, self.context.tolerant = self.context.tolerant, 0
        try:
            value = self.context.scale.bounded(compute())
        except RecursionError:
            value = Unknown("references are nested too deep to be evaluated")
        except FileFault as fault:
            self.context.faults.fault(fault)
            value = Unknown("its expression cannot be read")
        finally:
            self.context.tolerant = tolerant
            self._busy.discard(key)
        self._values[key] = value
        return value

    def under(self, *front: Hashable) -> Callable[[Hashable, Callable[[], Value]], Value]:
        """``once`` for keys that belong to something."""
        return lambda key, compute: self.once((*front, key), compute)

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

    def expansion(self, kind: Hashable, block: ast.Block, address: str) -> Expansion:
        found = self._expansions.get(kind)
        if found is not None:
            return found
        if kind in self._busy:
            return Expansion("for_each", (), None, "its for_each refers to itself")
        self._busy.add(kind)
        try:
            found = expand(block.body, self.env)
            self._say_twice(block, address)
        except RecursionError:
            found = Expansion("for_each", (), None, "its for_each is nested too deep")
        except FileFault as fault:
            self.context.faults.fault(fault)
            found = Expansion("for_each", (), None, "its for_each cannot be read")
        finally:
            self._busy.discard(kind)
        self._expansions[kind] = found
        if found.reason:
            self.note_undecided(address, block, found.reason, found.known)
        return found

    def _say_twice(self, block: ast.Block, address: str) -> None:
        twice, file = block.body.twice(), block.span.file
        if twice:
            what = f"{self.named(address)} sets {min(twice)} more than once"
            self.context.faults.fault(refused(file, what, self.line(file, block.span.start)))

    def note_undecided(
        self,
        address: str,
        block: ast.Block,
        reason: str,
        known: tuple[Value, ...],
        inside: tuple[str, str] | None = None,
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
                makes=(block.type, block.labels[0] if block.labels else ""),
                inside=inside,
            ),
        )

    def line(self, file: str, offset: int) -> int:
        return self.configurations.line(file, offset)
