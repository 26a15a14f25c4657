"""Where a configuration spells an identity by its ARN or id, at whatever place.

What a row reads is a binding, and is left to it; here is everything else: a variable of a function,
an output, what a policy speaks of, the role that a provider or a backend assumes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from iac_offboard.catalog.anywhere import TALK, named
from iac_offboard.hcl.documents import document_of
from iac_offboard.hcl.plain import HOLE
from iac_offboard.hcl.resources import Root, TopBlock
from iac_offboard.hcl.values import List, Map, Str, Value
from iac_offboard.model import Principal, Span
from iac_offboard.sources.places import literal_of
from iac_offboard.sources.terraform import TerraformSource

# Blocks that no value is worked out for: whom Terraform itself logs in as.
_LOGINS = frozenset({"provider", "terraform"})
_ANSWERED = re.compile(f":(?:user|role|group){HOLE}")
_QUOTED = re.compile(rb'"((?:arn:|AIDA|AROA|AKIA)[^"$\\]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """``attribute`` of what has the address, "" where it is none; ``place`` is the literal, or the
    block that it ends up in."""

    root: str
    address: str
    attribute: str
    principal: Principal
    place: Span


def literals(source: TerraformSource, wanted: Callable[[Principal], bool]) -> Iterator[Literal]:
    """Each place in each root that spells somebody who is wanted. Evaluates all of the roots."""
    for root in source.repository.roots:
        label = source.label(root.path, root.variant)
        for address, attribute, value, span in _attributes(root):
            for text in texts(value):
                for principal in _spelled(text):
                    if wanted(principal):
                        yield Literal(
                            root=label,
                            address=address,
                            attribute=attribute,
                            principal=principal,
                            place=literal_of(text) or span,
                        )
        for block in root.blocks:
            if block.kind in _LOGINS:
                yield from (one for one in _logins(source, label, block) if wanted(one.principal))


def _spelled(text: Str) -> Iterator[Principal]:
    """Not what a data source answers: of such an ARN not even the path is known, and the data
    source is what refers to somebody."""
    said = text.render(HOLE)
    if not _ANSWERED.search(said):
        yield from (principal for _, principal in named(said))


def _attributes(root: Root) -> Iterator[tuple[str, str, Value, Span]]:
    bodies = [(r.address, r.attrs, r.block.span) for r in root.resources]
    # What goes into a module that is there comes out of a resource in it.
    bodies += [(c.address, c.args, c.block.span) for c in root.calls if not c.present]
    for address, body, span in bodies:
        for entry in body.entries:
            name = entry.key.text or ""
            if name not in TALK:
                yield address, name, entry.value, span
    written = {b.labels[0]: b.block.span for b in root.blocks if b.kind == "output" and b.labels}
    for entry in root.outputs.entries:
        name = entry.key.text or ""
        if name in written:
            yield f"output.{name}", "", entry.value, written[name]


def texts(value: Value) -> Iterator[Str]:
    """Every text in a value, and in the documents that are texts of it."""
    match value:
        case Str():
            inside = document_of(value)
            if inside is not None and not isinstance(inside, Str):
                yield from texts(inside)
            else:
                yield value
        case List():
            for element in value.elements:
                yield from texts(element.value)
        case Map():
            for entry in value.entries:
                if entry.key.text not in TALK:
                    yield entry.key
                    yield from texts(entry.value)
        case _:
            return


def _logins(source: TerraformSource, root: str, block: TopBlock) -> Iterator[Literal]:
    span = block.block.span
    text = source.files.read(span.file)[span.start : span.end]
    for found in _QUOTED.finditer(text):
        for _, principal in named(found.group(1).decode("utf-8", "replace")):
            yield Literal(
                root=root,
                address=".".join((block.kind, *block.labels)),
                attribute="",
                principal=principal,
                place=Span(
                    file=span.file, start=span.start + found.start(1), end=span.start + found.end(1)
                ),
            )
