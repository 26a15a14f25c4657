"""Rows by pattern: many resource types that differ in their target alone.

In a provider's file, ``[families.NAME]`` lists ``stems`` (what each type's name begins with, and
the target it leads to) and ``rows`` (one template for each ending). A stem with an ending is a
row like any other. A stem may give a Pulumi token for one ending (``pulumi_iam_policy``), and
``paths`` beside those of the template. With a ``pattern`` the family has rows for stems that it
does not know, too.

Where the types share no ending, a family lists whole ``types``: ``row`` and ``path`` are what all
of them have in common, and each type says what it has of its own (a key of either), with ``paths``
for more places of the same form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from iac_offboard.errors import InputError

# Rows as TOML gives them: strings, lists and tables, which rows.py reads by name.
Raw = Mapping[str, Any]

OTHERS = "*"
"""The name of a target that stands in the attributes that its family does not name."""

LEFT_OUT = "left_out"
"""The table of a provider's file that says which types have no row, and why."""


def expanded(raw: Raw) -> Iterator[tuple[str, Raw]]:
    """Every (type, row) of a provider's file, the families' rows first. Raises InputError for a
    family without stems or templates."""
    for name, family in raw.get("families", {}).items():
        yield from _rows(name, family)
    for name, row in raw.items():
        if name not in ("families", LEFT_OUT):
            yield name, row


def by_pattern(raw: Raw, type_: str) -> Raw | None:
    """The row of a type that no family knows, and whose name is one of theirs (``pattern``, what
    it begins with, and one of the endings): a newer provider's. None where it is not."""
    for family in raw.get("families", {}).values():
        begin = family.get("pattern")
        if not begin or not type_.startswith(begin):
            continue
        for ending, template in family["rows"].items():
            stem = type_.removesuffix(f"_{ending}")
            if stem != type_ and len(stem) > len(begin):
                return _row(stem, ending, {"pulumi": "", "name": OTHERS}, template)
    return None


# The keys of a type that speak of its path; all others are its row's.
_OF_PATH = frozenset(
    {
        "path",
        "role",
        "spelling",
        "relation",
        "removal",
        "empty",
        "when",
        "mirror",
        "detail",
        "condition",
        "effect",
    }
)


def _rows(name: str, family: Raw) -> Iterator[tuple[str, Raw]]:
    if "types" in family:
        for type_, facts in family["types"].items():
            yield type_, _typed(family, facts)
        return
    stems, templates = family.get("stems"), family.get("rows")
    if not stems or not templates:
        raise InputError(f"Catalog family {name} needs stems and rows.")
    for stem, facts in stems.items():
        endings = (*family.get("endings", templates), *facts.get("endings", ()))
        for ending in endings:
            yield f"{stem}_{ending}", _row(stem, ending, facts, templates[ending])


def _typed(family: Raw, facts: Raw) -> Raw:
    common = family.get("path", {})
    first = {**common, **{k: v for k, v in facts.items() if k in _OF_PATH}}
    own = {k: v for k, v in facts.items() if k not in _OF_PATH}
    more = [{**common, **path} for path in facts.get("paths", ())]
    return {**family.get("row", {}), **own, "paths": [first, *more]}


def _row(stem: str, ending: str, facts: Raw, template: Raw) -> Raw:
    """``word`` is what ``*`` in a stem's Pulumi token stands for."""
    token = facts.get(f"pulumi_{ending}") or facts["pulumi"].replace("*", template["word"])
    _, _, kind = stem.partition("_")
    return {
        "pulumi": token,
        "authoritative": template.get("authoritative", False),
        "target": {
            "kind": facts.get("kind") or f"{template['provider']}_{kind}",
            "name": facts["name"],
            "full": facts.get("full", ""),
        },
        "paths": [*template["paths"], *facts.get("paths", ())],
        "read": facts.get("read", template.get("read", "")),
        "remove": facts.get("remove", template.get("remove", "")),
    }
