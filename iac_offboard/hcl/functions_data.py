"""Functions that encode, decode and read files."""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from iac_offboard.hcl import ast
from iac_offboard.hcl.context import Context, text_part
from iac_offboard.hcl.convert import failure, known_text, text_value, to_string, unknown
from iac_offboard.hcl.csv_spans import parse_csv
from iac_offboard.hcl.documents import encoded
from iac_offboard.hcl.faults import FileFault, decode
from iac_offboard.hcl.files import normal
from iac_offboard.hcl.json_spans import parse_json
from iac_offboard.hcl.registry import function
from iac_offboard.hcl.sets import make_set
from iac_offboard.hcl.text_map import TextMap
from iac_offboard.hcl.value_types import STRING
from iac_offboard.hcl.values import (
    Bool,
    Element,
    Null,
    Piece,
    Str,
    Value,
)
from iac_offboard.hcl.yaml_spans import parse_yaml
from iac_offboard.hcl.yaml_text import yaml_encoded
from iac_offboard.model import Cut, CutKind, Span

FileFunction: TypeAlias = Callable[[Sequence[Value], Context], Value]


@function("jsonencode", 1, strict=False, nulls=True)
def _jsonencode(args: Sequence[Value]) -> Value:
    return encoded(args[0])


@function("yamlencode", 1, strict=False, nulls=True)
def _yamlencode(args: Sequence[Value]) -> Value:
    return yaml_encoded(args[0])


@function("jsondecode", 1, takes=(STRING,))
def _jsondecode(args: Sequence[Value]) -> Value:
    return _decoded(args[0], parse_json)


@function("yamldecode", 1, takes=(STRING,))
def _yamldecode(args: Sequence[Value]) -> Value:
    return _decoded(args[0], parse_yaml)


def _decoded(value: Value, parse: Callable[[TextMap, str], Value]) -> Value:
    text = to_string(value)
    if not isinstance(text, Str):
        return failure("this is not a string", value)
    if text.document is not None:
        return text.document
    where = text.spans[0].file if text.spans else "text"
    try:
        return parse(TextMap(text.pieces), where)
    except FileFault as fault:
        if text.text is None:
            return unknown("part of the document is not known", value)
        return failure(fault.detail, value)


@function("csvdecode", 1, takes=(STRING,))
def _csvdecode(args: Sequence[Value]) -> Value:
    text = to_string(args[0])
    if not isinstance(text, Str) or text.text is None:
        return unknown("the text is not known", *args)
    where = text.spans[0].file if text.spans else "text"
    try:
        return parse_csv(TextMap(text.pieces), where)
    except FileFault as fault:
        return failure(fault.detail, *args)


@function("basename", 1, takes=(STRING,))
def _basename(args: Sequence[Value]) -> Value:
    """Paths are relative to the root module here, so ``.`` may stand for ``path.cwd``: what that
    directory is called on the machine of the run is not known."""
    text = known_text(args[0])
    if text is None or posixpath.basename(text.rstrip("/")) in (".", ".."):
        return unknown("the path is not known", *args)
    return text_value(posixpath.basename(text.rstrip("/")) or ("/" if text else "."))


@function("dirname", 1, takes=(STRING,))
def _dirname(args: Sequence[Value]) -> Value:
    text = known_text(args[0])
    if text is None:
        return unknown("the path is not known", *args)
    cleaned = posixpath.normpath(text[: text.rfind("/") + 1] or ".")
    return text_value("/" if cleaned == "//" else cleaned)


@function("abspath", 1, takes=(STRING,))
@function("pathexpand", 1, takes=(STRING,))
def _abspath(args: Sequence[Value]) -> Value:
    """Paths stay relative to the root module: where it lies on a machine is not known."""
    return args[0]


# ------------------------------------------------------------------ functions that read files


def _path(value: Value, context: Context) -> str | None:
    text = known_text(value)
    return None if text is None else context.path(text)


def _no_path(args: Sequence[Value]) -> Value:
    """Null is refused, so that ``try`` goes on; anything else is only not known yet."""
    if any(isinstance(a, Null) for a in args):
        return failure("the path is null", *args)
    return unknown("the path is not known", *args)


def read_text(path: str, context: Context) -> Str:
    """A whole file as one exact piece. Raises FileFault."""
    data = context.read(path)
    text = decode(data, path)
    return Str((Piece(text, Span(file=path, start=0, end=len(data)), True),))


def file(args: Sequence[Value], context: Context) -> Value:
    path = _path(args[0], context)
    if path is None:
        return _no_path(args)
    try:
        return read_text(path, context)
    except FileFault as fault:
        context.record(fault)
        return failure(f"{path} {fault.detail}")


def filebase64(args: Sequence[Value], context: Context) -> Value:
    """The bytes of a file that need not be text."""
    path = _path(args[0], context)
    if path is None:
        return _no_path(args)
    try:
        data = context.read(path)
    except FileFault as fault:
        return failure(f"{path} {fault.detail}")
    whole = Span(file=path, start=0, end=len(data))
    return Str((Piece(base64.b64encode(data).decode(), whole),))


def decoded_file(
    args: Sequence[Value], context: Context, parse: Callable[[TextMap, str], Value]
) -> Value:
    """``yamldecode(file(...))`` and ``jsondecode(file(...))``: read and parsed once."""
    path = _path(args[0], context)
    if path is None:
        return _no_path(args)
    key = (path, parse.__name__)
    found = context.contents.parsed.get(key)
    if found is None:
        try:
            found = parse(TextMap(read_text(path, context).pieces), path)
        except FileFault as fault:
            found = fault
        context.contents.parsed[key] = found
    else:
        context.contents.parts.used(text_part(path))
    if isinstance(found, FileFault):
        context.record(found)
        return failure(f"{path} {found.detail}")
    return found


def fileexists(args: Sequence[Value], context: Context) -> Value:
    path = _path(args[0], context)
    if path is None:
        return _no_path(args)
    folder, name = posixpath.split(path)
    try:
        return Bool((name, False) in context.files.names(folder or "."))
    except FileFault as fault:
        context.record(fault)
        return unknown("whether the file exists is not known", *args)


def fileset(args: Sequence[Value], context: Context) -> Value:
    top, pattern = _path(args[0], context), known_text(args[1])
    if top is None or pattern is None:
        return _no_path(args)
    matcher = _glob(pattern)
    try:
        found = [p for p in _below(top, "", context, "**" in pattern, 0) if matcher.fullmatch(p)]
    except FileFault as fault:
        context.record(fault)
        return unknown("the files are not known", *args)
    return make_set([Element(text_value(path), _whole_file(top, path, context)) for path in found])


def _whole_file(top: str, path: str, context: Context) -> tuple[Cut, ...]:
    """What takes an element of a fileset away is that its file goes."""
    file = context.files.real(normal(posixpath.join(top, path)))
    try:
        size = len(context.read(file))
    except FileFault:
        return ()  # said already, and cannot be told apart from others
    return ast.slot(CutKind.FILE, Span(file=file, start=0, end=size), None)


def _below(top: str, under: str, context: Context, deep: bool, depth: int) -> Iterator[str]:
    for name, is_dir in context.files.names(posixpath.join(top, under)):
        path = posixpath.join(under, name)
        if is_dir and depth < 30 and name not in (".git", ".terraform"):
            yield from _below(top, path, context, deep, depth + 1)
        elif not is_dir:
            yield path


def _glob(pattern: str) -> re.Pattern[str]:
    """Terraform's fileset patterns: ``*``, ``**``, ``?``, ``{a,b}``, ``[a-z]``."""
    out, at = "", 0
    while at < len(pattern):
        char = pattern[at]
        if pattern.startswith("**/", at):
            out, at = out + "(?:.*/)?", at + 2
        elif pattern.startswith("**", at):
            out, at = out + ".*", at + 1
        elif char == "[" and "]" in pattern[at:]:
            end = pattern.index("]", at)
            out, at = out + "[" + pattern[at + 1 : end].replace("\\", "\\\\") + "]", end
        else:
            plain = {"*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|"}
            out += plain.get(char, re.escape(char))
        at += 1
    try:
        return re.compile(out)
    except re.error:
        return re.compile(re.escape(pattern))


FILE_FUNCTIONS: dict[str, tuple[int, FileFunction]] = {
    "file": (1, file),
    "filebase64": (1, filebase64),
    "fileexists": (1, fileexists),
    "fileset": (2, fileset),
}
