""".tf.json and .tfvars.json to the same syntax tree as native syntax.

Rules: the JSON configuration syntax of the Terraform language. Strings are templates; inside a
body, what is a nested block and what an attribute is known only to the provider, so objects
are attributes, except for the few blocks of the language itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iac_offboard.hcl import ast
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.json_spans import parse_json_file
from iac_offboard.hcl.syntax import parse_template
from iac_offboard.hcl.text_map import TextMap
from iac_offboard.hcl.values import Bool, Entry, List, Map, Null, Num, Piece, Str, Unknown, Value
from iac_offboard.model import Cut, CutKind, Emptied, SkipReason, Span

_LABELS = {
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "module": 1,
    "variable": 1,
    "output": 1,
    "provider": 1,
    "locals": 0,
    "terraform": 0,
    "moved": 0,
    "removed": 0,
    "import": 0,
    "check": 1,
}
_NESTED = {"lifecycle": 0, "content": 0, "dynamic": 1}
_CHECK = {"data": 2, "assert": 0}


def parse_json_body(data: bytes, file: str) -> ast.Body:
    """A .tf.json file. Raises FileFault."""
    document = parse_json_file(data, file)
    if not isinstance(document, Map):
        raise FileFault(file, SkipReason.UNPARSEABLE, "does not hold a JSON object")
    return _Converter(file, len(data)).body(document, _LABELS, only_blocks=True)


class _Converter:
    def __init__(self, file: str, size: int) -> None:
        self.file = file
        self.whole = Span(file=file, start=0, end=size)

    def _cut(self, entry: Entry, container: Span) -> Cut:
        if entry.slots:
            return entry.slots[-1]
        span = entry.key.spans[0] if entry.key.spans else self.whole
        return ast.cut(CutKind.ENTRY, span, container)

    def body(self, value: Map, labels: dict[str, int], *, only_blocks: bool = False) -> ast.Body:
        span = value.span or self.whole
        attributes: list[ast.Attribute] = []
        blocks: list[ast.Block] = []
        for entry in _all_entries(value):
            name = entry.key.text or ""
            cut = self._cut(entry, span)
            if name == "//":
                continue
            if name in labels:
                blocks.extend(self._blocks(name, entry.value, labels[name], (), cut))
            elif not only_blocks:
                key_span = entry.key.spans[0] if entry.key.spans else cut.span
                expr = self.expression(entry.value, cut.span)
                attributes.append(ast.Attribute(name, key_span, expr, cut.span, cut))
        return ast.Body(tuple(attributes), tuple(blocks), span)

    def _blocks(
        self, type_: str, value: Value, left: int, names: tuple[str, ...], cut: Cut
    ) -> Iterator[ast.Block]:
        if isinstance(value, List):
            for element in value.elements:
                alone = len(value.elements) == 1  # then nothing is left of what holds it
                inner = element.slots[-1] if element.slots and not alone else cut
                yield from self._blocks(type_, element.value, left, names, inner)
        elif isinstance(value, Map) and left:
            for entry in _all_entries(value):
                name = entry.key.text or ""
                if name != "//":
                    # Terraform refuses an object of labels without any: what holds it goes then.
                    inner = replace(
                        self._cut(entry, value.span or self.whole),
                        emptied=Emptied.ENCLOSING,
                        enclosing=cut,
                    )
                    yield from self._blocks(type_, entry.value, left - 1, (*names, name), inner)
        elif isinstance(value, Map):
            inside = _CHECK if type_ == "check" else _NESTED
            yield ast.Block(type_, names, self.body(value, inside), cut.span, cut)

    def expression(self, value: Value, span: Span) -> ast.Expr:
        match value:
            case Str():
                return self._string(value, span)
            case Num() | Bool() | Null():
                return ast.Literal(value, value.span or span)
            case List():
                items = [
                    self._at(self.expression(e.value, span), e.slots[-1].span if e.slots else span)
                    for e in value.elements
                ]
                return ast.Tuple(tuple(items), value.span or span)
            case Map():
                return ast.Object(
                    tuple([self._item(e, value.span or span) for e in _all_entries(value)]),
                    value.span or span,
                )
            case Unknown():
                return ast.Literal(Null(), span)

    def _at(self, expr: ast.Expr, span: Span) -> ast.Expr:
        """An element of a JSON array reaches over its quotes."""
        return expr if expr.span == span else replace(expr, span=span)

    def _item(self, entry: Entry, container: Span) -> ast.ObjectItem:
        cut = self._cut(entry, container)
        return ast.ObjectItem(
            self._string(entry.key, cut.span), self.expression(entry.value, cut.span), cut.span
        )

    def _string(self, value: Str, span: Span) -> ast.Expr:
        text = value.text or ""
        if "${" not in text and "%{" not in text:
            return ast.Literal(value, span)
        pieces = TextMap(value.pieces)
        exact = all(isinstance(p, Piece) and p.exact for p in value.pieces)

        def locate(start: int, end: int) -> Span:
            return pieces.span(start, end) or span

        return parse_template(pieces.data, self.file, locate, exact=exact)


def _all_entries(value: Map) -> Iterator[Entry]:
    """Those of a repeated name, too: Terraform takes the blocks of all of them ("resource" may
    stand twice in a file), and refuses an attribute that is written twice."""
    for entry in value.entries:
        yield from reversed(entry.also)
        yield entry
