"""Attributes that only the cloud knows in full, as far as the configuration fixes them."""

from __future__ import annotations

import re

from iac_offboard.catalog.rows import row
from iac_offboard.hcl.values import Hole, Map, Null, Piece, Str, Value

_PART = re.compile(r"([^{]*)(?:\{([^}]*)\})?")


def computed(type_: str, attribute: str, attrs: Map) -> Value | None:
    """The value of a computed attribute by the row's template, holes where the cloud decides.

    ``{name}`` is an attribute, ``{path|/}`` one with a default, ``{?}`` unknown. Returns None
    when the catalog knows nothing: the attribute stays unknown.
    """
    known = row(type_)
    template = known.computed.get(attribute) if known else None
    if template is None:
        return None
    pieces: list[Piece | Hole] = []
    for literal, name in _PART.findall(template):
        if literal:
            pieces.append(Piece(literal))
        if name == "?":
            pieces.append(Hole("decided by the cloud"))
        elif name:
            pieces.extend(_attribute(name, attrs))
    return Str(tuple(pieces))


def _attribute(spec: str, attrs: Map) -> tuple[Piece | Hole, ...]:
    name, _, default = spec.partition("|")
    value = attrs.get(name)
    if isinstance(value, Str):
        return value.pieces
    if value is None or isinstance(value, Null):
        return (Piece(default),) if default else (Hole(f"{name} is not set"),)
    return (Hole(f"{name} is not known"),)
