"""Function calls: those with arguments that may fail, those that read files, and all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from iac_offboard.hcl import (
    ast,
    format_text,  # noqa: F401 - registers its functions
    functions_collections,  # noqa: F401
    functions_data,
    functions_encoding,  # noqa: F401
    functions_numbers,  # noqa: F401
    functions_patterns,  # noqa: F401
    functions_sets,  # noqa: F401
    functions_tests,  # noqa: F401
    functions_text,  # noqa: F401
)
from iac_offboard.hcl.context import Context
from iac_offboard.hcl.convert import error_in, failure, prefixed, unknown
from iac_offboard.hcl.env import Env
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.json_spans import parse_json
from iac_offboard.hcl.registry import gathers, invoke
from iac_offboard.hcl.syntax import parse_template
from iac_offboard.hcl.text_map import TextMap
from iac_offboard.hcl.values import Bool, List, Map, Null, Piece, Str, Unknown, Value
from iac_offboard.hcl.yaml_spans import parse_yaml
from iac_offboard.model import Span

_DECODERS = {"jsondecode": parse_json, "yamldecode": parse_yaml}


def call(expr: ast.Call, env: Env, context: Context) -> Value:
    name = expr.name.removeprefix("core::")
    if name in ("try", "can"):
        return _guarded(name, expr.args, env, context)
    inner = expr.args[0] if len(expr.args) == 1 else None
    if name in _DECODERS and isinstance(inner, ast.Call) and inner.name == "file":
        paths = [evaluate(a, env) for a in inner.args]
        if len(paths) == 1:
            return functions_data.decoded_file(paths, context, _DECODERS[name])
    args: Sequence[Value] | None = [evaluate(a, env) for a in expr.args]
    if expr.expand and args is not None:
        known, args = args, _spread(name, args)
        if args is None:
            return unknown(f"the arguments of {name} are not known", *known)
    assert args is not None
    return apply(name, args, context)


def apply(name: str, args: Sequence[Value], context: Context) -> Value:
    if name == "templatefile" and len(args) == 2:
        return _templatefile(args, context)
    if name == "templatestring" and len(args) == 2:
        return _templatestring(args, context)
    reads = functions_data.FILE_FUNCTIONS.get(name)
    if reads is not None:
        return reads[1](args, context) if len(args) == reads[0] else failure(f"{name}: arguments")
    return invoke(name, args)


def _spread(name: str, values: Sequence[Value]) -> list[Value] | None:
    """The arguments of a call whose last one ends in ``...``; None when it is not known. What is
    certain of it counts where the function gathers what stands in its arguments."""
    *before, last = values or (Null(),)
    more: list[Value] = []
    if isinstance(last, Unknown) and isinstance(last.certain, List) and gathers(name):
        more, last = [replace(last, certain=None)], last.certain
    if not isinstance(last, List):
        return None
    return [*before, *[prefixed(e.value, e.slots, e.also) for e in last.elements], *more]


def _guarded(name: str, args: Sequence[ast.Expr], env: Env, context: Context) -> Value:
    """``try``: the first argument without an error; ``can``: whether there is none."""
    context.tolerant += 1
    try:
        for arg in args:
            value = evaluate(arg, env)
            error = error_in(value)
            if name == "can":
                if error is not None:
                    return Bool(False)
                undecided = isinstance(value, Unknown)
                return (
                    unknown("whether this works is not known", value) if undecided else Bool(True)
                )
            if error is None:
                return value
    finally:
        context.tolerant -= 1
    return failure("no argument of try works")


@dataclass(frozen=True, slots=True)
class _TemplateNames:
    """In a template file only the given variables have a meaning."""

    context: Context

    def resolve(
        self,
        name: str,
        steps: Sequence[ast.Step],
        env: Env,  # noqa: ARG002 - the Protocol's signature
    ) -> tuple[Value, int]:
        return failure(f"the template has no variable {name}"), len(steps)

    def call(self, call_: ast.Call, env: Env) -> Value:
        if call_.name in ("templatefile", "templatestring"):
            return failure("a template may not read a template")
        return call(call_, env, self.context)

    def spend(self, turns: int = 1) -> bool:
        return self.context.spend(turns)


def _templatefile(args: Sequence[Value], context: Context) -> Value:
    return _file_rendered((functions_data.file(args[:1], context), args[1]), context)


def rendered(template: Value, variables: Value, context: Context) -> Value:
    """A template as ``templatefile`` renders it where its text is a file's, so that what stands
    in the file keeps its place; else as ``templatestring`` does."""
    if isinstance(template, Str) and len(template.pieces) == 1:
        piece = template.pieces[0]
        if isinstance(piece, Piece) and piece.exact and piece.span and piece.span.start == 0:
            return _file_rendered((template, variables), context)
    return _templatestring((template, variables), context)


def _file_rendered(args: Sequence[Value], context: Context) -> Value:
    text = args[0]
    if not isinstance(text, Str) or text.text is None:
        return text
    if not isinstance(args[1], Map):
        return unknown("the variables of the template are not known", *args)
    path = text.spans[0].file if text.spans else ""
    data = text.text.encode()

    def locate(start: int, end: int) -> Span:
        return Span(file=path, start=start, end=end)

    try:
        template = parse_template(data, path, locate)
    except FileFault as fault:
        context.record(fault)
        return failure(f"{path} {fault.detail}")
    return _rendered(template, args[1], context)


def _templatestring(args: Sequence[Value], context: Context) -> Value:
    """What it makes stands where the whole template does."""
    text = args[0]
    places = TextMap(text.pieces if isinstance(text, Str) else ())
    whole = places.span(0, len(places.data))
    if not isinstance(text, Str) or places.has_holes or whole is None:
        return unknown("the template is not known", *args)
    if not isinstance(args[1], Map):
        return unknown("the variables of the template are not known", *args)
    try:
        template = parse_template(places.data, whole.file, lambda _s, _e: whole, exact=False)
    except FileFault as fault:
        return failure(f"the template {fault.detail}", *args)
    return _rendered(template, args[1], context)


def _rendered(template: ast.Expr, variables: Map, context: Context) -> Value:
    bindings = {e.key.text: e.value for e in variables.entries if e.key.text is not None}
    return evaluate(template, Env(_TemplateNames(context), bindings))
