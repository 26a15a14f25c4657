"""YAML text to values with the bytes of every item and entry, from the marks of yaml.compose."""

from __future__ import annotations

import re
from itertools import accumulate

import yaml

from iac_offboard.catalog.yaml_depth import LOADER, too_deep_at
from iac_offboard.hcl.ast import slot
from iac_offboard.hcl.convert import to_string
from iac_offboard.hcl.faults import MAX_DEPTH, FileFault, decode, too_deep
from iac_offboard.hcl.numbers import parse_number
from iac_offboard.hcl.text_map import PLACEHOLDER, TextMap
from iac_offboard.hcl.values import (
    Bool,
    Element,
    Entry,
    List,
    Map,
    Null,
    Num,
    Piece,
    Str,
    Unknown,
    Value,
)
from iac_offboard.model import CutKind, SkipReason, Span

_TAG = "tag:yaml.org,2002:"
_ALIAS = re.compile(r"\s*:\s*\*[^\s,\]}]+")
_NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?")
_BASED = re.compile(r"[-+]?0([xo])([0-9a-fA-F]+)")
_BASES = {"x": 16, "o": 8}
_TRUE = frozenset("y Y yes Yes YES on On ON true True TRUE".split())  # noqa: SIM905
_FALSE = frozenset("n N no No NO off Off OFF false False FALSE".split())  # noqa: SIM905
MAX_VALUES = 500_000
"""More than this after aliases are followed is a bomb, not data."""


def parse_yaml_file(data: bytes, file: str) -> Value:
    """A whole YAML file. Raises FileFault naming file, line and cause."""
    text = decode(data, file)
    bare = text.removeprefix("\ufeff")
    return parse_yaml(TextMap.of_file(bare, file, len(data) - len(bare.encode())), file)


def parse_yaml(text: TextMap, where: str) -> Value:
    """One YAML document, resolved as Terraform's yamldecode does (yes and on are true)."""
    characters = text.data.decode("utf-8", "replace")
    deep = too_deep_at(characters)
    if deep is not None:
        raise too_deep(where, characters.count("\n", 0, deep) + 1)
    try:
        node = yaml.compose(characters, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        line = 0 if error.problem_mark is None else error.problem_mark.line + 1
        detail = f"is not valid YAML: {error.problem or 'syntax error'}"
        raise FileFault(where, SkipReason.UNPARSEABLE, detail, line=line) from error
    except (yaml.YAMLError, ValueError) as error:
        raise FileFault(where, SkipReason.UNPARSEABLE, "is not valid YAML") from error
    except RecursionError as error:
        raise too_deep(where, 0) from error
    if node is None:
        return Null()
    return _Reader(text, characters, where).value(node, 0)


class _Reader:
    def __init__(self, text: TextMap, characters: str, where: str) -> None:
        self.text = text
        self.characters = characters
        self.where = where
        self.count = 0
        self._built: dict[int, tuple[Value, int]] = {}
        self._bytes: list[int] | None = None
        if not characters.isascii():
            self._bytes = [0, *accumulate(len(c.encode("utf-8", "replace")) for c in characters)]

    def offset(self, index: int) -> int:
        return index if self._bytes is None else self._bytes[min(index, len(self._bytes) - 1)]

    def span(self, start: int, end: int) -> Span | None:
        return self.text.span(self.offset(start), self.offset(end))

    def value(self, node: yaml.Node, depth: int) -> Value:
        """An anchor's value is built once, but counts as often as it is used."""
        known = self._built.get(id(node))
        before = self.count
        self.count += 1 if known is None else known[1]
        if self.count > MAX_VALUES:
            raise FileFault(self.where, SkipReason.TOO_LARGE, "holds too many values")
        if known is not None:
            return known[0]
        value = self._value(node, depth)
        self._built[id(node)] = (value, self.count - before)
        return value

    def _value(self, node: yaml.Node, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise too_deep(self.where, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            return self.sequence(node, depth)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, depth)
        assert isinstance(node, yaml.ScalarNode)
        return self.scalar(node)

    def end(self, node: yaml.Node) -> int:
        """Where the node's own text ends: a block's mark lies behind the space that follows."""
        while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            inner = last[1] if isinstance(last, tuple) else last
            if inner.start_mark.index < node.start_mark.index:  # an alias to an earlier anchor
                break
            node = inner
        start, end = node.start_mark.index, node.end_mark.index
        return start + len(self.characters[start:end].rstrip())

    def sequence(self, node: yaml.SequenceNode, depth: int) -> List:
        start, end = node.start_mark.index, self.end(node)
        container = self.span(start, end)
        elements: list[Element] = []
        for item in node.value:
            low, high = item.start_mark.index, self.end(item)
            span = self.span(low, high) if low >= start and high <= end else None
            slots = () if span is None else slot(CutKind.ELEMENT, span, container)
            elements.append(Element(self.value(item, depth + 1), slots))
        return List(tuple(elements), container)

    def mapping(self, node: yaml.MappingNode, depth: int) -> Map:
        container = self.span(node.start_mark.index, self.end(node))
        entries: dict[str, Entry] = {}
        merged: list[Entry] = []
        for key, item in node.value:
            if key.tag == _TAG + "merge":
                merged += self._merged(item, depth)
                continue
            name = self.key(key)
            value = self.value(item, depth + 1)
            span = self._entry_span(key, item)
            slots = () if span is None else slot(CutKind.ENTRY, span, container)
            shown = name.render(PLACEHOLDER)
            shadowed = entries.pop(shown, None)
            also = () if shadowed is None else (shadowed, *shadowed.also)
            entries[shown] = Entry(name, value, slots, also)
        for entry in merged:
            entries.setdefault(entry.key.render(PLACEHOLDER), entry)
        return Map(tuple(entries.values()), container)

    def key(self, node: yaml.Node) -> Str:
        """Keys are strings: a bare ``yes`` is the key "true", as Terraform has it."""
        text = to_string(self.scalar(node)) if isinstance(node, yaml.ScalarNode) else None
        return text if isinstance(text, Str) else self.scalar_text(node)

    def _merged(self, node: yaml.Node, depth: int) -> list[Entry]:
        found: list[Entry] = []
        for part in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            value = self.value(part, depth + 1)
            if isinstance(value, Map):
                found += value.entries
        return found

    def _entry_span(self, key: yaml.Node, item: yaml.Node) -> Span | None:
        start = key.start_mark.index
        if item.start_mark.index >= key.end_mark.index:
            return self.span(start, max(self.end(item), key.end_mark.index))
        alias = _ALIAS.match(self.characters, key.end_mark.index)
        return None if alias is None else self.span(start, alias.end())

    def scalar_text(self, node: yaml.Node) -> Str:
        if not isinstance(node, yaml.ScalarNode):
            return Str((Piece("", None),))
        start, end = node.start_mark.index, node.end_mark.index
        raw = self.characters[start:end]
        if raw != node.value and raw[1:-1] == node.value and raw[:1] in "'\"":
            start, end, raw = start + 1, end - 1, node.value
        if raw == node.value and raw:
            return Str(self.text.slice(self.offset(start), self.offset(end)))
        if node.style == "|":
            return self._literal_block(node)
        return Str((Piece(node.value, self.span(start, end)),))

    def _literal_block(self, node: yaml.ScalarNode) -> Str:
        """Line by line: each line's text stands in the file behind its indentation."""
        at = self.characters.find("\n", node.start_mark.index) + 1
        pieces: list[Piece] = []
        for line in node.value.splitlines(keepends=True):
            stop = self.characters.find("\n", at)
            stop = len(self.characters) if stop < 0 else stop + 1
            raw = self.characters[at:stop]
            ending = "\r\n" if raw.endswith("\r\n") else "\n" if raw.endswith("\n") else ""
            bare = line.removesuffix("\n")
            if not raw.removesuffix(ending).endswith(bare):
                return Str((Piece(node.value, self.span(node.start_mark.index, self.end(node))),))
            last = stop - len(ending)
            low, high = self.offset(last - len(bare)), self.offset(last)
            pieces += [p for p in self.text.slice(low, high) if isinstance(p, Piece)]
            if line != bare:  # YAML reads CRLF as one line feed
                pieces.append(Piece("\n", self.span(last, stop), ending == "\n"))
            at = stop
        return Str(tuple(pieces) or (Piece("", None),))

    def scalar(self, node: yaml.ScalarNode) -> Value:
        text = self.scalar_text(node)
        span = self.span(node.start_mark.index, node.end_mark.index)
        if PLACEHOLDER in node.value and text.text is not None:
            return Unknown("part of this YAML scalar is not known")
        if node.style or node.tag not in (
            _TAG + "bool",
            _TAG + "int",
            _TAG + "float",
            _TAG + "null",
            _TAG + "str",
        ):
            return text
        plain = node.value
        if node.tag == _TAG + "null" or plain in ("", "~", "null", "Null", "NULL"):
            return Null(span)
        if plain in _TRUE or plain in _FALSE:
            return Bool(plain in _TRUE, span)
        number = _number(plain)
        return text if number is None else Num(number, span)


def _number(text: str) -> int | float | None:
    based = _BASED.fullmatch(text)
    if based is not None:
        try:
            value = int(based.group(2), _BASES[based.group(1)])
        except ValueError:
            return None
        return -value if text.startswith("-") else value
    return parse_number(text) if _NUMBER.fullmatch(text) else None
