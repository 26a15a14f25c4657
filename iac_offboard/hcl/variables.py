"""tfvars in Terraform's order: terraform.tfvars, terraform.tfvars.json, *.auto.tfvars[.json] in
lexical order, then what --var-file names. Later values win."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from iac_offboard.hcl import ast, calls
from iac_offboard.hcl.context import Context, Faults, text_part
from iac_offboard.hcl.convert import failure
from iac_offboard.hcl.env import Env
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.faults import FileFault, refused
from iac_offboard.hcl.files import Files, normal
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

    def spend(self, turns: int = 1) -> bool:
        return self.context.spend(turns)


def automatic(files: Files, root: str, faults: Faults) -> list[str]:
    """The tfvars files that Terraform loads by itself, in its order."""
    try:
        names = [name for name, is_dir in files.names(root) if not is_dir]
    except FileFault as fault:
        faults.fault(fault)
        return []
    first = [n for n in ("terraform.tfvars", "terraform.tfvars.json") if n in names]
    then = sorted(n for n in names if n.endswith((".auto.tfvars", ".auto.tfvars.json")))
    return [files.real(normal(posixpath.join(root, n))) for n in first + then]


def names_in(path: str, context: Context) -> frozenset[str]:
    """The variables that a tfvars file gives; none for one that cannot be read."""
    return frozenset(_read(path, context))


def values_of_root(
    context: Context, var_files: Sequence[str], inputs: Mapping[str, Value]
) -> tuple[dict[str, Callable[[], Value]], tuple[str, ...]]:
    """The values given to a root module, and the files they were read from. ``inputs`` are
    environment variables to Terraform: every file wins over them."""
    paths = automatic(context.files, context.root, context.faults)
    paths += [context.files.real(normal(p)) for p in var_files]
    values = {name: _constant(value) for name, value in inputs.items()}
    for path in paths:
        for name, expr in _read(path, context).items():
            values[name] = _given(expr, context)
    return values, tuple(paths)


def _constant(value: Value) -> Callable[[], Value]:
    return lambda: value


def _given(written: ast.Attribute | Value, context: Context) -> Callable[[], Value]:
    if isinstance(written, ast.Attribute):
        return lambda: evaluate(written.expr, Env(_NoNames(context)))
    return _constant(written)


def _read(path: str, context: Context) -> Mapping[str, ast.Attribute | Value]:
    """What stands in a tfvars file, read once for all roots."""
    found = context.contents.variables.get(path)
    if found is None:
        try:
            found = _parsed(path, context.read(path))
        except FileFault as fault:
            found = fault
        context.contents.variables[path] = found
    else:
        context.contents.parts.used(text_part(path))
    if isinstance(found, FileFault):
        context.faults.fault(found)
        return {}
    return found


def _parsed(path: str, data: bytes) -> Mapping[str, ast.Attribute | Value]:
    if not path.endswith(".json"):
        body = parse(data, path)
        attributes = {a.name: a for a in body.attributes}
        for name in sorted(body.twice()):
            line = data.count(b"\n", 0, attributes[name].span.start) + 1
            raise refused(path, f"{name} is set more than once", line)
        return attributes
    document = parse_json_file(data, path)
    if not isinstance(document, Map):
        raise FileFault(path, SkipReason.UNPARSEABLE, "does not hold a JSON object")
    for entry in document.entries:
        if entry.also:
            raise refused(path, f"{entry.key.text} is set more than once", 0)
    return {e.key.text or "": e.value for e in document.entries}
