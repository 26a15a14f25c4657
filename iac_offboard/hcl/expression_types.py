"""The type of an expression, read from how it is written."""

from __future__ import annotations

from iac_offboard.hcl import ast
from iac_offboard.hcl.free_names import children
from iac_offboard.hcl.value_types import BOOL, NUMBER, STRING, Type, type_of
from iac_offboard.hcl.values import Str

_STRINGS = frozenset(
    [
        "base64encode",
        "base64decode",
        "basename",
        "chomp",
        "dirname",
        "file",
        "format",
        "indent",
        "join",
        "jsonencode",
        "lower",
        "md5",
        "pathexpand",
        "replace",
        "sha1",
        "sha256",
        "sha512",
        "substr",
        "title",
        "trim",
        "trimprefix",
        "trimspace",
        "trimsuffix",
        "upper",
        "urlencode",
        "yamlencode",
        "templatefile",
    ]
)
_BOOLS = frozenset(
    ["alltrue", "anytrue", "can", "contains", "endswith", "fileexists", "startswith", "strcontains"]
)
_NUMBERS = frozenset(
    [
        "abs",
        "ceil",
        "floor",
        "index",
        "length",
        "log",
        "max",
        "min",
        "parseint",
        "pow",
        "signum",
        "sum",
    ]
)


def written_type(expr: ast.Expr) -> Type | None:
    """None when only evaluating tells; the functions above have one type whatever they get."""
    match expr:
        case ast.Literal():
            return type_of(expr.value)
        case ast.Template():
            return None if expr.wrap else STRING
        case ast.Parens():
            return written_type(expr.inner)
        case ast.Tuple():
            parts = [written_type(item) for item in expr.items]
            return None if None in parts else Type("tuple", tuple([p for p in parts if p]))
        case ast.Object():
            return _object(expr)
        case ast.Unary():
            return BOOL if expr.operator == "!" else NUMBER
        case ast.Binary():
            return NUMBER if expr.operator in "+-*/%" else BOOL
        case ast.Call():
            return _call(expr.name)
        case _:
            return None


_FILES = frozenset(["file", "fileexists", "fileset", "templatefile", "filebase64"])


def reads_files(expr: ast.Expr) -> bool:
    todo: list[ast.Expr] = [expr]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Call) and node.name in _FILES:
            return True
        todo.extend([node.base] if isinstance(node, ast.Traversal) else children(node))
    return False


def _call(name: str) -> Type | None:
    if name in _STRINGS:
        return STRING
    return BOOL if name in _BOOLS else NUMBER if name in _NUMBERS else None


def _object(expr: ast.Object) -> Type | None:
    found: dict[str, Type] = {}
    for item in expr.items:
        key = item.key.value if isinstance(item.key, ast.Literal) else None
        part = written_type(item.value)
        if not isinstance(key, Str) or part is None:
            return None
        found[key.text or ""] = part
    names = tuple(sorted(found))
    return Type("object", tuple([found[name] for name in names]), names)
