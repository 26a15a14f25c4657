"""The safe way out of an index shift: ``for_each`` in the place of ``count``, with its moves.

Under ``count`` an instance is called by its number, so that an element that goes renames all
behind it, and Terraform destroys and creates them anew. Under ``for_each`` each is called by its
key; a ``moved`` block tells Terraform that the instance stays the same ("Refactoring", Terraform
language documentation). Pure text: what is written here goes into a manual step.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from iac_offboard.edit.align import tidy
from iac_offboard.hcl import ast
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.syntax import parse
from iac_offboard.hcl.values import Str

_PLAIN = re.compile(r'"((?:[^"\\$%\x00-\x1f]|[$%](?!\{))+)"')
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_RESOURCE = re.compile(r"(?!(?:var|local|module|each|path|self|data)\.)[\w-]+\.[\w-]+")
_ADDRESS = r"(?<![\w.-])(?:data\.)?[\w-]+\.[\w-]+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A block under ``count`` over a list: its ``text``, its ``address`` in its module, the
    source of each element in order, the numbers that go, and the addresses of all blocks of the
    module that count over the same list."""

    text: bytes
    address: str
    elements: Sequence[bytes]
    gone: Set[int]
    alike: Set[str]


def counted_list(text: bytes) -> str:
    """What a block counts: ``var.users`` of ``count = length(var.users)``; "" for another form."""
    count = _count(text)
    if count is None or not isinstance(count.expr, ast.Call):
        return ""
    call = count.expr
    if call.name != "length" or len(call.args) != 1 or call.expand:
        return ""
    span = call.args[0].span
    return " ".join(text[span.start : span.end].decode("utf-8", "replace").split())


def for_each_form(counted: Counted) -> str:
    """The block with for_each and a ``moved`` block for each instance that stays, as
    ``terraform fmt`` leaves them; "" where that cannot be said with certainty."""
    listed, count = counted_list(counted.text), _count(counted.text)
    keys = _keys(counted.elements)
    if count is None or not listed or keys is None:
        return ""
    over, key, value = (f"toset({listed})", "each.value", "each.value")
    if _RESOURCE.fullmatch(listed):  # it has its own for_each form by then, with the same keys
        over, key = listed, "each.key"
    elif "*" in listed:
        return ""  # a splat over what is a map by then
    elif keys.field:
        over, key = f"{{ for item in {listed} : item.{keys.field} => item }}", "each.key"
    span = count.span
    head, tail = counted.text[: span.start].decode(), counted.text[span.end :].decode()
    spelled = r"\s*".join(re.escape(part) for part in listed.split())
    for old, new in (
        (rf"(?<![\w.]){spelled}\[\s*count\.index\s*\]", value),
        (rf"\belement\(\s*{spelled}\s*,\s*count\.index\s*\)", value),
    ):
        head, tail = re.sub(old, new, head), re.sub(old, new, tail)
    body = f"{head}for_each = {over}{tail}"
    body = re.sub(
        rf"({_ADDRESS})\[\s*count\.index\s*\]",
        lambda m: f"{m[1]}[{key}]" if m[1] in counted.alike else m[0],
        body,
    ).replace("\r\n", "\n")
    if "count." in body:
        return ""
    moves = (
        f'\n\nmoved {{\n  from = {counted.address}[{i}]\n  to   = {counted.address}["{name}"]\n}}'
        for i, name in enumerate(keys.names)
        if i not in counted.gone
    )
    return tidy(body.encode()).decode() + "".join(moves)


def _count(text: bytes) -> ast.Attribute | None:
    try:
        body = parse(text, "block")
    except FileFault:
        return None
    return body.blocks[0].body.attribute("count") if len(body.blocks) == 1 else None


@dataclass(frozen=True, slots=True)
class _Keys:
    """``field`` is the attribute of each object that tells it from the others, "" for strings."""

    names: tuple[str, ...]
    field: str = ""


def _keys(elements: Sequence[bytes]) -> _Keys | None:
    """What would be the key of each element; None where it is not written plainly or two share
    one."""
    plain = [_PLAIN.fullmatch(e.decode("utf-8", "replace").strip()) for e in elements]
    if all(plain):
        names = tuple(m[1] for m in plain if m)
        return _Keys(names) if len(set(names)) == len(names) else None
    objects = [_fields(e) for e in elements]
    shared = [name for name in objects[0] if all(name in fields for fields in objects)]
    for field in sorted(shared, key=lambda name: name not in ("name", "user_name", "username")):
        names = tuple(fields[field] for fields in objects)
        if len(set(names)) == len(names):
            return _Keys(names, field)
    return None


def _fields(element: bytes) -> dict[str, str]:
    """The attributes of an object that are plain strings."""
    try:
        body = parse(b"x = " + element + b"\n", "element")
    except FileFault:
        return {}
    expr = body.attributes[0].expr if body.attributes else None
    found: dict[str, str] = {}
    for item in expr.items if isinstance(expr, ast.Object) else ():
        name, text = _literal(item.key), _literal(item.value)
        if _NAME.fullmatch(name) and _PLAIN.fullmatch(f'"{text}"'):
            found[name] = text
    return found


def _literal(expr: ast.Expr) -> str:
    value = expr.value if isinstance(expr, ast.Literal) else None
    return (value.text or "") if isinstance(value, Str) else ""
