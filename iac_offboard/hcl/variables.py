"""tfvars in Terraform's order: terraform.tfvars, terraform.tfvars.json, *.auto.tfvars[.json] in
lexical order, then what --var-file names. Later values win."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from iac_offboard.hcl import ast, calls
from iac_offboard.hcl.context import Context
from iac_offboard.hcl.convert import failure
from iac_offboard.hcl.env import Env
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.files import normal
from iac_offboard.hcl.json_spans import parse_json_file
from iac_offboard.hcl.syntax import parse
from iac_offboard.hcl.values import Map, Value
from iac_offboard.model import SkipReason


@dataclass(frozen=True, slots=True)
class _NoNames:
    """A tfvars file holds literals only."""

    context: Context

    def resolve(
        self,
        name: str,
        steps: Sequence[ast.Step],
        env: Env,  # noqa: ARG002 - the Protocol's signature
    ) -> tuple[Value, int]:
        return failure(f"a tfvars file may not refer to {name}"), len(steps)

    def call(self, call: ast.Call, env: Env) -> Value:
        return calls.call(call, env, self.context)

    def spend(self) -> bool:
        return self.context.spend()


def values_of_root(
    context: Context, var_files: Sequence[str]
) -> tuple[dict[str, Callable[[], Value]], tuple[str, ...]]:
    """The values given to a root module, and the files they were read from."""
    try:
        names = [name for name, is_dir in context.files.names(context.root) if not is_dir]
    except FileFault as fault:
        context.record(fault)
        names = []
    first = [n for n in ("terraform.tfvars", "terraform.tfvars.json") if n in names]
    automatic = sorted(n for n in names if n.endswith((".auto.tfvars", ".auto.tfvars.json")))
    paths = [context.files.real(normal(posixpath.join(context.root, n))) for n in first + automatic]
    paths += [context.files.real(normal(p)) for p in var_files]
    values: dict[str, Callable[[], Value]] = {}
    for path in paths:
        for name, value in _read(path, context).items():
            values[name] = _constant(value)
    return values, tuple(paths)


def _constant(value: Value) -> Callable[[], Value]:
    return lambda: value


def _read(path: str, context: Context) -> dict[str, Value]:
    try:
        data = context.read(path)
        if path.endswith(".json"):
            document = parse_json_file(data, path)
            if not isinstance(document, Map):
                raise FileFault(path, SkipReason.UNPARSEABLE, "does not hold a JSON object")
            return {e.key.text or "": e.value for e in document.entries}
        body = parse(data, path)
    except FileFault as fault:
        context.faults.fault(fault)
        return {}
    env = Env(_NoNames(context))
    return {a.name: evaluate(a.expr, env) for a in body.attributes}
