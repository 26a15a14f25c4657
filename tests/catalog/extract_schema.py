"""Makes ``aws_schema.json`` and ``google_schema.json``: the paths and kinds of the providers'
schemas that rows go by.

    python -m tests.catalog.extract_schema aws
    python -m tests.catalog.extract_schema google

Run it after adding a row; it needs Terraform and an AWS provider of version 5, or a Google
provider of version 7, on this machine (``iac_offboard.demo.toolchain`` says how they are found).
Of each type in the catalog the extract holds all attributes and blocks at the top, and those
inside a block that some path of the row leads into: names, kinds and whether the cloud alone
decides them, nothing else.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from iac_offboard.catalog.paths import steps
from iac_offboard.catalog.rows import Row, rows
from iac_offboard.demo.terraform import TerraformRun, Toolchain, find_toolchain
from iac_offboard.errors import ToolError

FILE = Path(__file__).with_name("aws_schema.json")
GOOGLE = Path(__file__).with_name("google_schema.json")
MAJOR = 5
# Terraform's words for what repeats; in a row's path it is [*] either way.
_EACH = "[*]"
_ROOT = (
    'terraform {{\n  required_providers {{\n    {0} = {{ source = "hashicorp/{0}" }}\n  }}\n}}\n'
)

Extract: TypeAlias = Mapping[str, Mapping[str, str]]
"""Type -> path -> kind: ``string``, ``number``, ``bool``, ``object``, ``block`` ... A path ends in
``[*]`` for each element of what repeats; ``computed `` stands before what nobody can set, and
``mirrored `` before what shows the cloud's own where nobody sets it."""


def aws_rows() -> tuple[Row, ...]:
    return rows_of("aws")


def rows_of(provider: str) -> tuple[Row, ...]:
    """The rows of a provider of the catalog."""
    return tuple(row for row in rows().values() if row.provider == provider)


def extract(toolchain: Toolchain) -> Extract:
    """The extract of this machine's provider. Raises ToolError where it cannot be asked, or is
    the AWS provider of another major version."""
    if toolchain.provider == "aws" and toolchain.provider_major != MAJOR:
        raise ToolError(
            f"The AWS provider here is {toolchain.provider_version}, not {MAJOR}.x.",
            hint=f"Name a filesystem mirror with hashicorp/aws {MAJOR}.x for the toolchain.",
        )
    with tempfile.TemporaryDirectory(prefix="iac-offboard-") as scratch:
        (Path(scratch) / "main.tf").write_text(_ROOT.format(toolchain.provider), encoding="utf-8")
        code, out, err = TerraformRun(toolchain, Path(scratch), {}).run(
            "providers", "schema", "-json"
        )
    if code != 0:
        raise ToolError("terraform providers schema failed.", hint=err[:2000])
    (provider,) = json.loads(out)["provider_schemas"].values()
    known = aws_rows() if toolchain.provider == "aws" else rows_of("gcp")
    return {row.type: dict(_of_row(row, provider)) for row in known if _schema(row, provider)}


def _schema(row: Row, provider: Any) -> Any:
    if row.type.startswith("data."):
        return provider["data_source_schemas"].get(row.type.removeprefix("data."))
    return provider["resource_schemas"].get(row.type)


def _of_row(row: Row, provider: Any) -> Iterator[tuple[str, str]]:
    wanted = {p[:i] for path in paths_of(row) for p in (steps(path),) for i in range(len(p) + 1)}
    found = _walk(_schema(row, provider)["block"], ())
    yield from sorted((_text(path), kind) for path, kind in found if path[:-1] in wanted)


def _text(path: tuple[str, ...]) -> str:
    return "".join(s if s == _EACH else f".{s}" for s in path).removeprefix(".")


def _walk(block: Any, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, attribute in block.get("attributes", {}).items():
        front = _front(attribute)
        if "nested_type" in attribute:
            yield from _nested(attribute["nested_type"], (*at, name))
        else:
            yield from _typed(attribute["type"], (*at, name), front)
    for name, inner in block.get("block_types", {}).items():
        yield from _nested(inner, (*at, name))


def _front(attribute: Any) -> str:
    if not attribute.get("computed"):
        return ""
    return "mirrored " if attribute.get("optional") else "computed "


def _nested(inner: Any, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    yield at, "block"
    repeated = inner["nesting_mode"] in ("list", "set")
    yield from _walk(inner.get("block", inner), (*at, _EACH) if repeated else at)


def _typed(kind: Any, at: tuple[str, ...], front: str) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(kind, str):
        yield at, front + kind
        return
    word, inner = kind
    yield at, front + word
    if word in ("list", "set"):
        yield from _typed(inner, (*at, _EACH), front)
    elif word == "object":
        for name, of in inner.items():
            yield from _typed(of, (*at, name), front)


def paths_of(row: Row) -> Iterator[str]:
    """Every attribute path that a row reads: of identities, conditions, targets, templates."""
    for entry in row.paths:
        yield entry.path
        yield from filter(None, (entry.when and entry.when[0], entry.condition))
        yield from _template(entry.detail)
        for text in (entry.target.name, entry.target.arn, entry.target.unique_id):
            yield from _template(text)
    for attribute, template in row.computed.items():
        yield attribute
        yield from (p for p in _template(template) if p)


def _template(text: str) -> Iterator[str]:
    if "{" not in text:
        yield from filter(None, (text,))
        return
    for part in text.split("{")[1:]:
        spec = part.partition("}")[0]
        for one in spec.removeprefix("?").split(","):
            yield from filter(None, (one.partition("|")[0].rpartition(":")[2],))


def dumps(found: Extract) -> str:
    """One line for each type, so that a diff shows which changed."""
    lines = (f"{json.dumps(t)}: {json.dumps(p, sort_keys=True)}" for t, p in sorted(found.items()))
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    chosen = sys.argv[1] if len(sys.argv) > 1 else "aws"
    text = dumps(extract(find_toolchain(provider=chosen)))
    (FILE if chosen == "aws" else GOOGLE).write_text(text, encoding="utf-8")
