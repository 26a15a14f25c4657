"""Attributes that only the cloud knows in full, as far as the configuration fixes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from iac_offboard.catalog.rows import row
from iac_offboard.hcl.values import (
    Element,
    Entry,
    Hole,
    List,
    Map,
    Null,
    Piece,
    Str,
    Unknown,
    Value,
)

_PART = re.compile(r"([^{]*)(?:\{([^}]*)\})?")
_EACH = "[*]"
# A list is what goes through the elements of an attribute: not through those of a block's.
_LISTED = re.compile(r"\[\*\]\}")
# What a name in a template is the name of; without one of these words it is a user's.
_WORD = re.compile(r"^(?:([a-z]+):)?(.*)$")

Pieces: TypeAlias = tuple[Piece | Hole, ...]


def computed(type_: str, attribute: str, attrs: Map) -> Value | None:
    """The value of a computed attribute by the row's template, holes where the cloud decides.

    ``{name}`` is an attribute, ``{path|/}`` one with a default, ``{?}`` unknown; ``{?upn,mail}``
    an unknown id of what these attributes name (those that are set, the first decides), and
    ``{?group:display_name}`` of a group. ``{names[*]}`` makes a list, one for each element of the
    attribute, which is then the element to cut. A template of ``users[*].object_id`` is one
    attribute of the objects in the list ``users``. Returns None when the catalog knows nothing:
    the attribute stays unknown.
    """
    known = row(type_)
    if known is None:
        return None
    template = known.computed.get(attribute)
    if template is not None:
        label = f"{type_}.{attribute}"
        if _LISTED.search(template):
            return _list(template, attrs, label)
        text = _text(template, attrs, label)
        # Nothing but an id of which nobody says whose it is: the attribute stays unknown.
        nameless = all(isinstance(p, Hole) and not p.names for p in text.pieces)
        return None if nameless else text
    prefix = f"{attribute}{_EACH}."
    inner = {k.removeprefix(prefix): t for k, t in known.computed.items() if k.startswith(prefix)}
    return _objects(inner, attrs, f"{type_}.{attribute}") if inner else None


def _text(template: str, attrs: Map, label: str) -> Str:
    pieces: list[Piece | Hole] = []
    for literal, spec in _PART.findall(template):
        if literal:
            pieces.append(Piece(literal))
        if spec.startswith("?"):
            pieces.append(_unknown(spec[1:], attrs, label))
        elif spec:
            pieces.extend(_attribute(spec, attrs))
    return Str(tuple(pieces))


def _unknown(spec: str, attrs: Map, label: str) -> Hole:
    names = tuple(_names(spec.split(","), attrs)) if spec else ()
    if not names:
        return Hole("decided by the cloud")
    # The same name in two places is the same thing.
    shown = ",".join(n.render("*") for n in names)
    return Hole("decided by the cloud", f"{label} of {shown}", names)


def _names(specs: Iterable[str], attrs: Map) -> Iterable[Str]:
    for spec in specs:
        word, path = (_WORD.match(spec) or _no_match(spec)).groups()
        front = (Piece(f"{word}:"),) if word else ()
        for value in _values(path, attrs):
            if not isinstance(value, Str):
                continue
            known = [n for p in value.pieces if isinstance(p, Hole) for n in p.names]
            if known:  # the id of something else that has a name: an application's principal
                yield from known
            elif value.text:
                yield Str((*front, *value.pieces))


def _no_match(spec: str) -> re.Match[str]:
    raise AssertionError(f"no template of the catalog: {spec!r}")


def _values(path: str, attrs: Map) -> Iterable[Value]:
    """The values at a path of attributes and nested blocks."""
    found: Sequence[Value] = (attrs,)
    for step in path.replace(_EACH, f".{_EACH}").split("."):
        if step == _EACH:
            found = [e.value for v in found if isinstance(v, List) for e in v.elements]
        else:
            inner = [v.get(step) for v in found if isinstance(v, Map)]
            found = [v for v in inner if v is not None]
    return found


def _attribute(spec: str, attrs: Map) -> Pieces:
    name, _, default = spec.partition("|")
    value = next(iter(_values(name, attrs)), None)
    if isinstance(value, Str):
        return value.pieces
    if value is None or isinstance(value, Null):
        return (Piece(default),) if default else (Hole(f"{name} is not set"),)
    return (Hole(f"{name} is not known"),)


# --------------------------------------------------------------------------- lists


def _list(template: str, attrs: Map, label: str) -> Value:
    """One text for each element of the attribute that the template goes through."""
    source = _source(template)
    value = attrs.get(source)
    if not isinstance(value, List):
        return Unknown(f"{source} is not known")
    bare = template.replace(f"{source}{_EACH}", source)
    return List(
        tuple(
            Element(_text(bare, Map((_entry(source, e.value),)), label), e.slots, e.also)
            for e in value.elements
        )
    )


def _objects(templates: Mapping[str, str], attrs: Map, label: str) -> Value:
    lists = {name: _list(t, attrs, f"{label}.{name}") for name, t in templates.items()}
    known = {name: v for name, v in lists.items() if isinstance(v, List)}
    if not known:
        return next(iter(lists.values()))
    columns = list(known)
    rows = zip(*(v.elements for v in known.values()), strict=False)
    return List(
        tuple(
            Element(
                Map(tuple(_entry(n, cell.value) for n, cell in zip(columns, cells, strict=True))),
                cells[0].slots,
                cells[0].also,
            )
            for cells in rows
        )
    )


def _source(template: str) -> str:
    found = re.search(r"([\w]+)\[\*\]", template)
    return found.group(1) if found else ""


def _entry(name: str, value: Value) -> Entry:
    return Entry(Str((Piece(name),)), value)
