"""Our own small syntax tree of HCL. Every node carries the bytes it was read from.

Spans are bytes of the whole file. Strings without interpolation are ``Literal``; chains such as
``a.b["c"][*].d`` are one ``Traversal``, so that long chains do not nest.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from iac_offboard.hcl.later import Later
from iac_offboard.hcl.values import Bool, Null, Num, Piece, Str
from iac_offboard.model import Cut, CutKind, Span


@dataclass(frozen=True, slots=True)
class Literal:
    value: Str | Num | Bool | Null
    span: Span


@dataclass(frozen=True, slots=True)
class Interpolation:
    expr: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class IfDirective:
    condition: Expr
    then: tuple[Part, ...]
    otherwise: tuple[Part, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ForDirective:
    key_var: str
    value_var: str
    collection: Expr
    body: tuple[Part, ...]
    span: Span


Part: TypeAlias = Piece | Interpolation | IfDirective | ForDirective


@dataclass(frozen=True, slots=True)
class Template:
    """A quoted or heredoc template. ``wrap``: only one interpolation, whose value passes as is."""

    parts: tuple[Part, ...]
    span: Span
    wrap: bool = False

    @property
    def alone(self) -> Interpolation | None:
        """The interpolation beside which only space stands, such as a file's last line end."""
        rest = (p for p in self.parts if not isinstance(p, Piece) or p.text.strip())
        first = next(rest, None)
        return first if isinstance(first, Interpolation) and next(rest, None) is None else None


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class GetAttr:
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Index:
    key: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Splat:
    """``[*]`` or ``.*`` with the steps that are applied to each element."""

    steps: tuple[Step, ...]
    span: Span


Step: TypeAlias = GetAttr | Index | Splat


@dataclass(frozen=True, slots=True)
class Traversal:
    base: Expr
    steps: tuple[Step, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; ``expand``: the last argument ends in ``...``."""

    name: str
    args: tuple[Expr, ...]
    expand: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Tuple:
    items: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ObjectItem:
    """``key = value``; ``span`` reaches from the key's first byte to the value's last."""

    key: Expr
    value: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Object:
    items: tuple[ObjectItem, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class For:
    """``[for ...]`` when ``key`` is None, else ``{for ... : key => value}``."""

    key_var: str
    value_var: str
    collection: Expr
    key: Expr | None
    value: Expr
    condition: Expr | None
    group: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    condition: Expr
    yes: Expr
    no: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str
    operand: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Expr
    right: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Parens:
    inner: Expr
    span: Span


Expr: TypeAlias = (
    Literal
    | Template
    | Variable
    | Traversal
    | Call
    | Tuple
    | Object
    | For
    | Conditional
    | Unary
    | Binary
    | Parens
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """``cut`` takes the whole attribute out; ``written`` is what stands behind the ``=``."""

    name: str
    name_span: Span
    written: Expr | Later[Expr]
    span: Span
    cut: Cut

    @property
    def expr(self) -> Expr:
        """Raises FileFault for what the grammar takes and HCL does not."""
        return self.written.get() if isinstance(self.written, Later) else self.written


@dataclass(frozen=True, slots=True)
class Block:
    """``span`` is the whole block, ``written`` what stands in its braces; ``cut`` takes it out
    (an ENTRY in JSON syntax). ``overridden``: a block of an override file is merged into it,
    which dangles without it."""

    type: str
    labels: tuple[str, ...]
    written: Body | Later[Body]
    span: Span
    cut: Cut
    overridden: bool = False

    @property
    def body(self) -> Body:
        """Raises FileFault as ``Attribute.expr`` does."""
        return self.written.get() if isinstance(self.written, Later) else self.written


@dataclass(frozen=True, slots=True)
class Body:
    attributes: tuple[Attribute, ...]
    blocks: tuple[Block, ...]
    span: Span

    def attribute(self, name: str) -> Attribute | None:
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute
        return None

    def names(self) -> frozenset[str]:
        return frozenset([a.name for a in self.attributes])

    def twice(self) -> frozenset[str]:
        """The names that stand in front of more than one value, which Terraform refuses."""
        if len(self.names()) == len(self.attributes):
            return frozenset()
        times = Counter(a.name for a in self.attributes)
        return frozenset(name for name, number in times.items() if number > 1)

    def blocks_of(self, type_: str) -> tuple[Block, ...]:
        return tuple(b for b in self.blocks if b.type == type_)


def cut(kind: CutKind, span: Span, container: Span | None) -> Cut:
    return Cut(kind=kind, span=span, container=container)


@cache
def editable(file: str) -> bool:
    """Whether a patch may touch the file: downloaded modules are somebody else's."""
    return not {".terraform", ".terragrunt-cache"} & set(file.split("/"))


def slot(kind: CutKind, span: Span, container: Span | None) -> tuple[Cut, ...]:
    """The slot of a literal element, or none when its file is not ours to edit."""
    return (cut(kind, span, container),) if editable(span.file) else ()


def pieces_slot(span: Span, container: Span | None, separator: str) -> tuple[Cut, ...]:
    """The slot of a part of a text between separators, likewise."""
    if container is None or not editable(span.file):
        return ()
    taken = Cut(kind=CutKind.PIECE, span=span, container=container, separator=separator)
    return (taken,)
