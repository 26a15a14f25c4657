"""YAML documents inside strings, opened where the catalog says that identities stand in them.

An EKS cluster's map of users is such a string, and so is a manifest. What is opened has the
origins of every element, as a policy document has; what cannot be read stays a string.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import TypeAlias

from iac_offboard.catalog.paths import YAML, steps
from iac_offboard.catalog.rows import rows
from iac_offboard.hcl.documents import document_of
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.resources import Content, Resource, Root, Wanted
from iac_offboard.hcl.text_map import as_text
from iac_offboard.hcl.values import Entry, List, Map, Str, Value
from iac_offboard.hcl.yaml_spans import parse_yaml

Documents: TypeAlias = Mapping[str, frozenset[tuple[str, ...]]]
"""The paths of the documents in the resources of each type."""


def with_documents(root: Root) -> Root:
    """The same root; the documents in a resource are opened when it is asked for."""
    return replace(root, content=_Opened(root.content))


class _Opened:
    """The content of a root with the documents in it opened."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._opened: dict[int, tuple[Resource, Resource]] = {}
        self.calls = content.calls
        self.blocks = content.blocks
        self.outputs = content.outputs
        self.undecided = content.undecided

    def resources(self, wanted: Wanted | None = None) -> tuple[Resource, ...]:
        found = self._content.resources(wanted)
        documents = _wanted()
        return tuple([self._once(r, documents) if r.type in documents else r for r in found])

    def _once(self, resource: Resource, documents: Documents) -> Resource:
        """The same object each time: others compare resources by what they are."""
        known = self._opened.get(id(resource))
        if known is None:
            known = self._opened[id(resource)] = (resource, _opened(resource, documents))
        return known[1]


@cache
def _wanted() -> Documents:
    """By type, where its documents stand."""
    found: dict[str, frozenset[tuple[str, ...]]] = {}
    for type_, row in rows().items():
        paths = [steps(entry.path) for entry in row.paths]
        fronts = frozenset(p[: p.index(YAML)] for p in paths if YAML in p)
        if fronts:
            found[type_] = fronts
    return found


def _opened(resource: Resource, wanted: Documents) -> Resource:
    attrs = resource.attrs
    for path in wanted.get(resource.type, ()) if resource.mode == "managed" else ():
        found = with_value(attrs, path, _document)
        attrs = found if isinstance(found, Map) else attrs
    return resource if attrs is resource.attrs else replace(resource, attrs=attrs)


def with_value(value: Value, path: tuple[str, ...], made: Callable[[Value], Value]) -> Value:
    """The same value with ``made`` of each value at a path of attributes, blocks and elements."""
    if not path:
        return made(value)
    if isinstance(value, List) and path[0] == "[*]":
        elements = (replace(e, value=with_value(e.value, path[1:], made)) for e in value.elements)
        return replace(value, elements=tuple(elements))
    if not isinstance(value, Map):
        return value
    entries = tuple(
        Entry(e.key, with_value(e.value, path[1:], made), e.slots, e.also)
        if e.key.text == path[0]
        else e
        for e in value.entries
    )
    return replace(value, entries=entries)


def _document(value: Value) -> Value:
    if not isinstance(value, Str):
        return value
    made = document_of(value)
    if made is not None:
        return made
    try:
        found = parse_yaml(as_text(value), "document")
    except FileFault:
        return value
    return found if isinstance(found, List | Map) else value
