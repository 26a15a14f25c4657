"""A configuration and a state for every path of every row of the catalog, made of the rows.

Each path becomes one case: a resource that the leaver stands in, one that somebody else stands
in and, where the path leads through a list, one that both stand in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import yaml

from iac_offboard.catalog.paths import steps
from iac_offboard.catalog.rows import PathEntry, RemovalWord, Role, Row, rows
from tests.catalog.examples import Example, example

Node: TypeAlias = "dict[str, Node] | list[Node] | str | Embedded"
EACH = "[*]"
YAML = "$yaml"
JSON = "$json"


@dataclass(frozen=True, slots=True)
class Embedded:
    """A document inside a string, in the language that ``mark`` says."""

    node: Node
    mark: str


# --------------------------------------------------------------------------- documents


def _policy(texts: Sequence[str]) -> Node:
    """One statement for each: what stands alone in one goes with it."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": f"S{i}",
                "Effect": "Allow",
                "Principal": {"AWS": text},
                "Action": "s3:GetObject",
                "Resource": "*",
            }
            for i, text in enumerate(texts)
        ],
    }


def _bindings(texts: Sequence[str]) -> Node:
    return {"bindings": [{"role": "roles/viewer", "members": list(texts)}]}


DOCUMENTS: Mapping[str, Callable[[Sequence[str]], Node]] = {
    "aws.principal": _policy,
    "gcp.policy": _bindings,
}


# --------------------------------------------------------------------------- attributes


@dataclass(frozen=True, slots=True)
class Case:
    """One path of one row. ``number`` keeps its resources apart from those of other cases."""

    number: int
    row: Row
    entry: PathEntry
    example: Example

    @property
    def name(self) -> str:
        return f"{self.row.type}:{self.entry.path}"

    @property
    def repeated(self) -> bool:
        """Does the path lead to one of several identities?"""
        several = self.document or EACH in steps(self.entry.path)
        alone = self.entry.role is Role.IS or self.entry.removal is RemovalWord.BLOCK
        return several and not alone

    @property
    def document(self) -> bool:
        return self.entry.path.endswith(JSON)

    def label(self, who: str) -> str:
        return f"{who}_{self.number}"

    def address(self, who: str) -> str:
        return f"{self.row.type}.{self.label(who)}"

    def resources(self) -> Iterator[tuple[str, dict[str, Node]]]:
        """(label, attributes) of the case's resources."""
        leaver, other = self.example.leaver, self.example.other
        yield self.label("leaver"), self._attributes([leaver], "leaver")
        yield self.label("other"), self._attributes([other], "other")
        if self.repeated:
            yield self.label("shared"), self._attributes([other, leaver], "shared")

    def _attributes(self, texts: list[str], who: str) -> dict[str, Node]:
        attrs: dict[str, Node] = {}
        path = steps(self.entry.path)
        at = max((i for i, step in enumerate(path) if step == EACH), default=-1)
        if self.document:
            document = Embedded(DOCUMENTS[self.entry.spelling](texts), JSON)
            _put(attrs, path, document)
        else:
            for i, text in enumerate(texts):
                _put(attrs, path, text, index=i, at=at)
        for i in range(len(texts)):
            for name, value in self.example.beside.items():
                plain = "." not in name and EACH not in name
                _put(attrs, (*path[:-1], name) if plain else steps(name), value, index=i, at=at)
            if self.entry.when is not None:
                where = steps(self.entry.when[0])
                inside = where[: at + 1] == path[: at + 1]
                _put(attrs, where, self.entry.when[1], index=i, at=at if inside else -1)
        for name in _templates(self.entry):
            _fill(attrs, steps(name), f"{who}-{self.number}")
        return attrs


def _templates(entry: PathEntry) -> Iterator[str]:
    """The paths that name the target, and what tells a binding from its neighbours."""
    yield from filter(None, (entry.target.arn, entry.condition))
    for template in (entry.target.name, entry.detail):
        if "{" in template:
            yield from (part.partition("}")[0] for part in template.split("{")[1:])
        elif template:
            yield template


def _put(
    attrs: dict[str, Node], path: Sequence[str], value: Node, *, index: int = 0, at: int = -1
) -> None:
    """Sets ``value`` at the path; the ``[*]`` at place ``at`` of it is element ``index``."""
    node: Node = attrs
    for i, step in enumerate(path):
        rest = path[i + 1 :]
        if isinstance(node, Embedded):
            node = node.node  # the step is the mark itself
            continue
        last = not rest
        made = value if last else _container(rest)
        if isinstance(node, dict):
            node = node.setdefault(step, made)
        elif isinstance(node, list):
            wanted = index if i == at else 0
            while len(node) <= wanted:
                node.append(made if last else _container(rest))
            node = node[wanted]


def _container(rest: Sequence[str]) -> Node:
    if rest[0] in (YAML, JSON):
        return Embedded(_container(rest[1:]), rest[0])
    return [] if rest[0] == EACH else {}


def _fill(attrs: dict[str, Node], path: Sequence[str], value: str) -> None:
    """Sets what is not set yet."""
    node: Node = attrs
    for step in path:
        if isinstance(node, dict) and step in node:
            node = node[step]
        elif isinstance(node, list) and step == EACH and node:
            node = node[0]
        else:
            _put(attrs, path, value)
            return


def cases() -> tuple[Case, ...]:
    """Every path of every row whose spelling has an example, in the order of the catalog."""
    found = [(row, entry) for row in rows().values() for entry in row.paths]
    return tuple(
        Case(i, row, entry, known)
        for i, (row, entry) in enumerate(found)
        if (known := example(row.type, entry.path, entry.spelling)) is not None
    )


# --------------------------------------------------------------------------- the two forms


def configuration(case: Case) -> str:
    """The case as Terraform spells it."""
    blocks = []
    for label, attrs in case.resources():
        body = "".join(_line(name, node, "  ") for name, node in attrs.items())
        blocks.append(f'resource "{case.row.type}" "{label}" {{\n{body}}}\n')
    return "\n".join(blocks)


def _line(name: str, node: Node, indent: str) -> str:
    if isinstance(node, list) and any(isinstance(item, dict) for item in node):
        return "".join(_block(name, item, indent) for item in node)
    return f"{indent}{name} = {_expression(node, indent)}\n"


def _block(name: str, node: Node, indent: str) -> str:
    assert isinstance(node, dict)
    body = "".join(_line(n, v, indent + "  ") for n, v in node.items())
    return f"{indent}{name} {{\n{body}{indent}}}\n"


def _expression(node: Node, indent: str) -> str:
    inner = indent + "  "
    match node:
        case str():
            return json.dumps(node)
        case Embedded():
            return f"{node.mark[1:]}encode({_expression(node.node, indent)})"
        case dict():
            entries = "".join(
                f"{inner}{json.dumps(n)} = {_expression(v, inner)}\n" for n, v in node.items()
            )
            return f"{{\n{entries}{indent}}}"
        case list():
            elements = "".join(f"{inner}{_expression(v, inner)},\n" for v in node)
            return f"[\n{elements}{indent}]"


def state(found: Sequence[Case]) -> str:
    """All cases in one state file of version 4."""
    resources = [
        {
            "mode": "managed",
            "type": case.row.type,
            "name": label,
            "provider": f'provider["example.com/hashicorp/{case.row.type.partition("_")[0]}"]',
            "instances": [{"schema_version": 0, "attributes": _plain(attrs)}],
        }
        for case in found
        for label, attrs in case.resources()
    ]
    return json.dumps({"version": 4, "serial": 1, "lineage": "generated", "resources": resources})


def _plain(node: Node) -> object:
    match node:
        case str():
            return node
        case Embedded():
            inner = _plain(node.node)
            return json.dumps(inner) if node.mark == JSON else yaml.safe_dump(inner)
        case dict():
            return {name: _plain(value) for name, value in node.items()}
        case list():
            return [_plain(item) for item in node]
