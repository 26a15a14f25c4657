"""Typed reading of YAML nodes with their lines. Works on the text of scalars, because YAML's
own types would change it: a timestamp loses its offset, an account its leading zero."""

from __future__ import annotations

from collections.abc import Collection

import yaml

from iac_offboard.subjects.faults import Faults, unknown_key

_NULL = "tag:yaml.org,2002:null"
_BOOL = "tag:yaml.org,2002:bool"
# YAML 1.1, "Boolean language-independent type", without the forms that PyYAML does not read.
_TRUE = frozenset({"true", "yes", "on"})


def line_of(node: yaml.Node) -> int:
    """1-based line where a node starts."""
    mark = node.start_mark
    return int(mark.line) + 1 if mark is not None else 0


def is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == _NULL


def items(node: yaml.Node) -> list[yaml.Node]:
    """The elements of a sequence node; none for another node."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


class Fields:
    """One mapping of the roster. A key of a wrong type is a fault, and reads as absent."""

    def __init__(
        self, node: yaml.MappingNode, known: Collection[str], where: str, faults: Faults
    ) -> None:
        self._faults = faults
        self._where = where
        self._nodes: dict[str, yaml.Node] = {}
        self.keys: dict[str, int] = {}
        self.line = line_of(node)
        for key, value in node.value:
            self._take(key, value, known)

    def _take(self, key: yaml.Node, value: yaml.Node, known: Collection[str]) -> None:
        line = line_of(key)
        if not isinstance(key, yaml.ScalarNode):
            self._faults.add(line, f"a key {self._where} is not a word")
            return
        name = str(key.value)
        if name not in known:
            self._faults.add(line, unknown_key(name, known, self._where))
        elif name in self.keys:
            self._faults.add(line, f'"{name}" stands twice {self._where}; YAML keeps only one')
        else:
            self.keys[name] = line
            self._nodes[name] = value

    def node(self, key: str) -> yaml.Node | None:
        """The value's node; None when the key is absent or null."""
        node = self._nodes.get(key)
        return None if node is None or is_null(node) else node

    def line_at(self, key: str) -> int:
        node = self._nodes.get(key)
        return line_of(node) if node is not None else self.line

    def text(self, key: str) -> str | None:
        node = self.node(key)
        if node is None:
            return None
        found = scalar_text(node)
        if found is None:
            self._faults.add(line_of(node), f'"{key}" {self._where} has to be a string')
        return found

    def flag(self, key: str) -> bool:
        node = self.node(key)
        if node is None:
            return False
        if not isinstance(node, yaml.ScalarNode) or node.tag != _BOOL:
            self._faults.add(line_of(node), f'"{key}" {self._where} has to be true or false')
            return False
        return str(node.value).lower() in _TRUE

    def list(self, key: str) -> list[yaml.Node]:
        node = self.node(key)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self._faults.add(line_of(node), f'"{key}" {self._where} has to be a list')
        return items(node)


def scalar_text(node: yaml.Node) -> str | None:
    """The text of a string or number; None for anything else (``no`` is a boolean in YAML)."""
    if not isinstance(node, yaml.ScalarNode) or node.tag in (_NULL, _BOOL):
        return None
    return str(node.value)
