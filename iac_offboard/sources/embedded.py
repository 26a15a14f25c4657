"""YAML documents inside strings, opened where the catalog says that identities stand in them.

An EKS cluster's map of users is such a string, and so is a manifest. What is opened has the
origins of every element, as a policy document has; what cannot be read stays a string.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from iac_offboard.catalog.paths import YAML, steps
from iac_offboard.catalog.rows import rows
from iac_offboard.hcl.documents import document_of
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.resources import Repository, Resource
from iac_offboard.hcl.text_map import as_text
from iac_offboard.hcl.values import List, Map, Str, Value
from iac_offboard.hcl.yaml_spans import parse_yaml


def with_documents(repository: Repository) -> Repository:
    """The same repository, with the documents in its resources opened."""
    wanted = _wanted()
    if not any(r.type in wanted for root in repository.roots for r in root.resources):
        return repository
    roots = tuple(
        replace(root, resources=tuple(_opened(r, wanted) for r in root.resources))
        for root in repository.roots
    )
    return replace(repository, roots=roots)


@cache
def _wanted() -> Mapping[str, frozenset[tuple[str, ...]]]:
    """By type, where its documents stand."""
    found: dict[str, frozenset[tuple[str, ...]]] = {}
    for type_, row in rows().items():
        paths = [steps(entry.path) for entry in row.paths]
        fronts = frozenset(p[: p.index(YAML)] for p in paths if YAML in p)
        if fronts:
            found[type_] = fronts
    return found


def _opened(resource: Resource, wanted: Mapping[str, frozenset[tuple[str, ...]]]) -> Resource:
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
        replace(e, value=with_value(e.value, path[1:], made)) if e.key.text == path[0] else e
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
