"""One file, read in the syntax that it is in, to find what a cut stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

import tree_sitter

from iac_offboard.edit import hcl_groups, json_groups, piece_groups, view, yaml_groups
from iac_offboard.edit.group import Group
from iac_offboard.edit.tree import around, parse_hcl, parse_json
from iac_offboard.edit.view import View
from iac_offboard.edit.yaml_tree import Tree, parse_yaml
from iac_offboard.errors import EditError, NothingToEdit
from iac_offboard.model import Cut, CutKind


class Syntax(Enum):
    HCL = "HCL"
    JSON = "JSON"
    YAML = "YAML"
    TEMPLATE = "template"


_SUFFIXES = {
    ".tf": Syntax.HCL,
    ".tofu": Syntax.HCL,
    ".tfvars": Syntax.HCL,
    ".hcl": Syntax.HCL,
    ".json": Syntax.JSON,
    ".yaml": Syntax.YAML,
    ".yml": Syntax.YAML,
    ".tftpl": Syntax.TEMPLATE,
    ".tpl": Syntax.TEMPLATE,
    ".tmpl": Syntax.TEMPLATE,
}


def syntax_of(file: str) -> Syntax | None:
    """The syntax that a file's name promises; None when this tool does not edit such files."""
    dot = file.rfind(".")
    return _SUFFIXES.get(file[dot:].lower()) if dot >= 0 else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cut lands: item ``index`` of ``group`` in ``view``."""

    view: View
    group: Group
    index: int

    @property
    def key(self) -> tuple[int, int]:
        """Tells containers of one file apart, in file offsets."""
        return self.view.out(self.group.open), self.view.out(self.group.close)

    @property
    def span(self) -> tuple[int, int]:
        item = self.group.items[self.index]
        return self.view.out(item.start), self.view.out(item.end)


@dataclass(slots=True)
class Document:
    """Parses once, however many cuts are looked up."""

    file: str
    data: bytes
    _hcl: dict[int, tree_sitter.Node] = field(default_factory=dict)
    _json: dict[int, tree_sitter.Node] = field(default_factory=dict)
    _yaml: dict[int, Tree | None] = field(default_factory=dict)
    _views: dict[tuple[int, int, int], View] = field(default_factory=dict)

    def place(self, cut: Cut) -> Place:
        """Raises NothingToEdit when the cut's bytes are no such thing, EditError when the
        file cannot be parsed."""
        syntax = syntax_of(self.file)
        if syntax is None and cut.kind is not CutKind.PIECE:
            raise EditError(
                f"{self.file} is not a kind of file that this tool edits.",
                hint="Remove the entry by hand.",
            )
        found: Place | None = None
        if syntax is None or cut.kind is CutKind.PIECE:
            piece = piece_groups.find(self._whole(), cut)
            found = None if piece is None else Place(self._whole(), *piece)
        else:
            found = self._in(self._whole(), syntax, cut)
        if found is None:
            raise NothingToEdit(
                f"{self.file}: no {cut.kind.value} stands at bytes {cut.span.start} to "
                f"{cut.span.end}.",
                hint="The file was changed since it was read; make the plan again.",
            )
        return found

    def directed(self, cut: Cut) -> bool:
        """Does the cut lie in a text that was looked into, and that directives make?"""
        span = cut.span
        made = (v for v in self._views.values() if v.directives)
        return any(view.back(span.start, span.end) is not None for view in made)

    def _whole(self) -> View:
        return self._kept((0, 0, 0), view.of_file(self.data))

    def _kept(self, key: tuple[int, int, int], made: View) -> View:
        return self._views.setdefault(key, made)

    def _in(self, text: View, syntax: Syntax, cut: Cut) -> Place | None:
        offsets = text.back(cut.span.start, cut.span.end)
        if offsets is None:
            return None
        if syntax is Syntax.HCL:
            return self._in_hcl(text, cut, *offsets)
        if syntax is Syntax.TEMPLATE:
            inner = view.of_bare_template(text)
            return None if inner is None else self._in_embedded(self._kept((1, 0, 0), inner), cut)
        found = self._in_json(text, cut) if syntax is Syntax.JSON else self._in_yaml(text, cut)
        if found is None and syntax is Syntax.JSON and self._json_of(text).has_error:
            return self._in(text, Syntax.TEMPLATE, cut)
        return found

    def _in_hcl(self, text: View, cut: Cut, start: int, end: int) -> Place | None:
        if id(text) not in self._hcl:
            self._hcl[id(text)] = parse_hcl(text.text)
        root = self._hcl[id(text)]
        if root.has_error:
            raise EditError(
                f"{self.file} has a syntax error, so nothing in it can be removed safely.",
                hint="Correct it (`terraform fmt` names the line) and plan again.",
            )
        found = hcl_groups.find(root, len(text.text), cut.kind, start, end)
        if found is not None:
            return Place(text, *found)
        node = around(root, start, end, view.TEMPLATES)
        if node is None:
            return None
        key = (2, node.start_byte, node.end_byte)
        inner = self._views.get(key) or self._kept(key, view.of_template(text, node))
        return self._in_embedded(inner, cut)

    def _in_embedded(self, text: View, cut: Cut) -> Place | None:
        if not self._json_of(text).has_error:
            return self._in_json(text, cut)
        return self._in_yaml(text, cut)

    def _json_of(self, text: View) -> tree_sitter.Node:
        if id(text) not in self._json:
            self._json[id(text)] = parse_json(text.text)
        return self._json[id(text)]

    def _in_json(self, text: View, cut: Cut) -> Place | None:
        root, offsets = self._json_of(text), text.back(cut.span.start, cut.span.end)
        if offsets is None or root.has_error:
            return None
        found = json_groups.find(root, *offsets)
        if found is not None:
            return Place(text, *found)
        node = around(root, *offsets, frozenset({"string"}))
        if node is None:
            return None
        key = (3, text.out(node.start_byte), text.out(node.end_byte))
        made = self._views.get(key)
        if made is None:
            made = self._kept(key, view.of_json_string(text, node.start_byte, node.end_byte))
        return (
            None
            if made.back(cut.span.start, cut.span.end) is None
            else self._in_embedded(made, cut)
        )

    def _in_yaml(self, text: View, cut: Cut) -> Place | None:
        if id(text) not in self._yaml:
            self._yaml[id(text)] = parse_yaml(text.text)
        tree, offsets = self._yaml[id(text)], text.back(cut.span.start, cut.span.end)
        if tree is None or offsets is None or cut.kind not in (CutKind.ELEMENT, CutKind.ENTRY):
            return None
        found = yaml_groups.find(tree, cut.kind, *offsets)
        return None if found is None else Place(text, *found)

    def faults(self) -> Iterator[str]:
        """What is syntactically wrong with the file, for the check after an edit."""
        text, syntax = self._whole(), syntax_of(self.file)
        if syntax is Syntax.HCL and parse_hcl(text.text).has_error:
            yield "HCL"
        if syntax is Syntax.JSON and self._json_of(text).has_error:
            yield "JSON"
        if syntax is Syntax.YAML and parse_yaml(text.text) is None:
            yield "YAML"
