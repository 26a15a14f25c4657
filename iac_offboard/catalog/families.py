"""Rows by pattern: many resource types that differ in their target alone.

In a provider's file, ``[families.NAME]`` lists ``stems`` (what each type's name begins with, and
the target it leads to) and ``rows`` (one template for each ending). A stem with an ending is a
row like any other. A stem may give a Pulumi token for one ending (``pulumi_iam_policy``), and
``paths`` beside those of the template.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from iac_offboard.errors import InputError

# Rows as TOML gives them: strings, lists and tables, which rows.py reads by name.
Raw = Mapping[str, Any]


def expanded(raw: Raw) -> Iterator[tuple[str, Raw]]:
    """Every (type, row) of a provider's file, the families' rows first. Raises InputError for a
    family without stems or templates."""
    for name, family in raw.get("families", {}).items():
        yield from _rows(name, family)
    for name, row in raw.items():
        if name != "families":
            yield name, row


def _rows(name: str, family: Raw) -> Iterator[tuple[str, Raw]]:
    stems, templates = family.get("stems"), family.get("rows")
    if not stems or not templates:
        raise InputError(f"Catalog family {name} needs stems and rows.")
    for stem, facts in stems.items():
        endings = (*family.get("endings", templates), *facts.get("endings", ()))
        for ending in endings:
            yield f"{stem}_{ending}", _row(stem, ending, facts, templates[ending])


def _row(stem: str, ending: str, facts: Raw, template: Raw) -> Raw:
    """``word`` is what ``*`` in a stem's Pulumi token stands for."""
    token = facts.get(f"pulumi_{ending}") or facts["pulumi"].replace("*", template["word"])
    _, _, kind = stem.partition("_")
    return {
        "pulumi": token,
        "authoritative": template.get("authoritative", False),
        "target": {"kind": f"{template['provider']}_{kind}", "name": facts["name"]},
        "paths": [*template["paths"], *facts.get("paths", ())],
        "read": facts.get("read", template.get("read", "")),
        "remove": facts.get("remove", template.get("remove", "")),
    }
