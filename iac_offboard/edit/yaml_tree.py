"""A YAML document as nodes with exact bytes, from the events of PyYAML's parser.

``yaml.compose`` will not do: an alias would carry the marks of its anchor, and a block ends
for it behind the comments that follow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import Protocol

import yaml


class _Mark(Protocol):
    """A mark of either of PyYAML's parsers."""

    index: int


@dataclass(slots=True)
class Node:
    """[start, end) in bytes, without what trails it. ``inside`` is where the first child may
    stand; ``children`` are elements, or keys and values in turn."""

    kind: str  # "scalar" | "alias" | "sequence" | "mapping"
    start: int
    end: int
    inside: int = 0
    flow: bool = False
    style: str = ""
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tree:
    """``roots`` are (offset where the document's content may begin, root node)."""

    text: bytes
    roots: tuple[tuple[int, Node], ...]


def parse_yaml(text: bytes) -> Tree | None:
    """The documents of a YAML stream, or None when it is not valid UTF-8 YAML."""
    try:
        characters = text.decode("utf-8")
        events = list(yaml.parse(characters, Loader=yaml.SafeLoader))
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return None
    if not _anchored(events):
        return None
    offsets: list[int] | range = range(len(characters) + 1)
    if not characters.isascii():
        offsets = [0, *accumulate(len(c.encode()) for c in characters)]
    return _Builder(text, offsets).build(events)


def _anchored(events: list[yaml.Event]) -> bool:
    """Whether every alias has its anchor before it, in its document."""
    known: set[str | None] = set()
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            known = set()
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in known:
                return False
        elif isinstance(event, yaml.NodeEvent):
            known.add(event.anchor)
    return True


class _Builder:
    def __init__(self, text: bytes, offsets: list[int] | range) -> None:
        self.text = text
        self.offsets = offsets
        self.stack: list[Node] = []
        self.roots: list[tuple[int, Node]] = []
        self.content = 0

    def build(self, events: list[yaml.Event]) -> Tree:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self.content = self.at(event.end_mark) if event.explicit else 0
            elif isinstance(event, yaml.CollectionEndEvent):
                self.close(event)
            elif isinstance(event, (yaml.NodeEvent)):
                self.open(event)
        return Tree(self.text, tuple(self.roots))

    def at(self, mark: _Mark | None) -> int:
        return 0 if mark is None else self.offsets[min(mark.index, len(self.offsets) - 1)]

    def open(self, event: yaml.NodeEvent) -> None:
        start, end = self.at(event.start_mark), self.at(event.end_mark)
        if isinstance(event, yaml.CollectionStartEvent):
            kind = "sequence" if isinstance(event, yaml.SequenceStartEvent) else "mapping"
            node = Node(kind, start, end, end, bool(event.flow_style))
        elif isinstance(event, yaml.AliasEvent):
            node = Node("alias", start, end)
        else:
            end = start + len(self.text[start:end].rstrip())
            style = event.style or "" if isinstance(event, yaml.ScalarEvent) else ""
            node = Node("scalar", start, end, style=style)
        if self.stack:
            self.stack[-1].children.append(node)
        else:
            self.roots.append((self.content, node))
        if isinstance(event, yaml.CollectionStartEvent):
            self.stack.append(node)

    def close(self, event: yaml.CollectionEndEvent) -> None:
        node = self.stack.pop()
        if node.flow:
            node.end = self.at(event.end_mark)
        elif node.children:
            node.end = max(c.end for c in node.children)
