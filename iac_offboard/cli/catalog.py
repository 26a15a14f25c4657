"""``iac-offboard catalog``: which resource types are understood, and what is done for each."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any

import typer

from iac_offboard.errors import UsageError

if TYPE_CHECKING:  # slow to load: see cli
    from iac_offboard.catalog.rows import PathEntry, Row

# What is done where a leaver stands at a path, by the row's word.
_DONE = {
    "block": "the block goes",
    "nested": "the nested block around it goes",
    "element": "the element goes",
    "document": "the principal is taken out of the document",
    "manual": "a step for a person",
}
_EMPTIED = {
    "keep": "",
    "block": ", the whole block with the last one",
    "manual": ", the last one is left to a person",
}


def catalog(
    pattern: Annotated[
        str, typer.Argument(metavar="[PATTERN]", help="A type or a shell pattern, e.g. aws_iam_*.")
    ] = "*",
    form: Annotated[str, typer.Option("--format", metavar="NAME", help="table or json.")] = "table",
) -> None:
    """List the resource types, where an identity stands in each, and what is done about it."""
    if form not in ("table", "json"):
        raise UsageError(f"There is no format {form!r} of the catalog.", hint="Use table or json.")
    found = _matching(pattern)
    if form == "json":
        typer.echo(json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False))
    elif found:
        typer.echo("\n".join(_lines(found)))
    if not found:
        part = "" if set(pattern) & set("*?[") else f" For a part of a name write '*{pattern}*'."
        typer.echo(f"No resource type matches {pattern!r}.{part}", err=True)


def _matching(pattern: str) -> dict[str, Any]:
    """By type: its row, the places where a workload runs as somebody, why it has no row."""
    from iac_offboard.catalog import runs_as
    from iac_offboard.catalog.rows import left_out, rows

    known, places, without = rows(), runs_as.rows(), left_out()
    found: dict[str, Any] = {}
    for name in sorted({*known, *places, *without}):
        if not fnmatchcase(name, pattern):
            continue
        item: dict[str, Any] = _row(known[name]) if name in known else {"type": name}
        if name in places:
            item["runs_as"] = [{"path": p.path, "names": p.names} for p in places[name]]
        if name in without:
            item["left_out"] = without[name]
        found[name] = item
    return found


def _row(row: Row) -> dict[str, Any]:
    return {
        "type": row.type,
        "provider": row.provider,
        "pulumi": row.pulumi,
        "authoritative": row.authoritative,
        "live_read": row.read,
        "live_remove": row.remove,
        "paths": [_path(entry) for entry in row.paths],
    }


def _path(entry: PathEntry) -> dict[str, Any]:
    return {
        "path": entry.path,
        "when": list(entry.when) if entry.when is not None else None,
        "role": entry.role.value,
        "relation": entry.relation.value,
        "spelling": entry.spelling,
        "effect": entry.effect.value,
        "removal": entry.removal.value,
        "emptied": entry.empty.value,
        "target": entry.target.kind,
    }


def _lines(found: dict[str, Any]) -> list[str]:
    """One line for the type, one for each place, then how it is read and removed live."""
    lines = []
    for name, item in found.items():
        owns = "  owns what it writes" if item.get("authoritative") else ""
        token = f"  ({item['pulumi']})" if item.get("pulumi") else ""
        lines.append(f"{name}{token}{owns}")
        lines += [_place(path) for path in item.get("paths", ())]
        # It shows that an identity is in use: nothing is removed there.
        lines += [f"  {p['path']}: runs as {p['names']}" for p in item.get("runs_as", ())]
        for word, key in (
            ("read live", "live_read"),
            ("removed live", "live_remove"),
            ("no row", "left_out"),
        ):
            if item.get(key):
                lines.append(f"  {word}: {item[key]}")
    return lines


def _place(path: dict[str, Any]) -> str:
    when = f" (when {path['when'][0]} is {path['when'][1]})" if path["when"] else ""
    done = _DONE[path["removal"]]
    if path["removal"] in ("element", "nested", "document"):
        done += _EMPTIED[path["emptied"]]
    kept_out = ", who stands here is kept out" if path["effect"] == "deny" else ""
    named = f"{path['role']}, {path['relation']}, {path['spelling']}{kept_out}"
    return f"  {path['path']}{when}: {named}: {done}"
