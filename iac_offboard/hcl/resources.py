"""What a repository of Terraform evaluates to: roots, resource instances, module calls, blocks."""

from __future__ import annotations

from dataclasses import dataclass, field

from iac_offboard.hcl.values import Map, Value
from iac_offboard.model import Cut, Note, Skipped, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleCall:
    """One instance of a ``module`` block.

    ``address`` is ``module.a["k"].module.b``; ``present``: its code was read; ``slots`` are those
    of its own for_each or count element (not the outer calls'), outermost first;
    ``overridden``: a second block in an override file needs this one, so it cannot go alone.
    """

    address: str
    name: str
    key: str | int | None
    repeat: str
    source: str
    version: str
    present: bool
    args: Map
    block: Cut
    file: str
    line: int
    slots: tuple[Cut, ...] = ()
    also: tuple[tuple[Cut, ...], ...] = ()
    refs: frozenset[str] = frozenset()
    overridden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One instance of a resource or data source.

    ``instance_slots``: removing any one takes the instance away, the outermost (a module call's
    for_each entry) first; ``instance_also``: slots of equal elements, one of each group has to go
    as well. ``attrs`` has an entry per attribute (kind ATTRIBUTE) and one list per nested block
    type (elements of kind BLOCK). ``editable`` is False for code under ``.terraform``.
    """

    address: str
    module: str
    mode: str
    type: str
    name: str
    key: str | int | None
    repeat: str
    count: int | None
    attrs: Map
    block: Cut
    file: str
    line: int
    instance_slots: tuple[Cut, ...] = ()
    instance_also: tuple[tuple[Cut, ...], ...] = ()
    module_calls: tuple[ModuleCall, ...] = ()
    prevent_destroy: bool = False
    ignore_changes: tuple[str, ...] | str = ()
    provider: str = ""
    refs: frozenset[str] = frozenset()
    editable: bool = True
    overridden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A mention of ``to`` ("aws_iam_user.alice", "var.x", "local.y", "module.m") in the code."""

    to: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class TopBlock:
    """A top-level block of a module that is in use.

    ``kind`` is the block type; every single local is one of kind ``local`` with its name as label
    (its ``block`` is then an ATTRIBUTE cut). ``module`` is the directory; ``address`` what other
    code calls it by, "" for terraform, provider and the like.
    """

    kind: str
    labels: tuple[str, ...]
    address: str
    module: str
    file: str
    line: int
    block: Cut
    references: tuple[Reference, ...] = ()
    overridden: bool = False

    @property
    def refs(self) -> frozenset[str]:
        return frozenset(r.to for r in self.references)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A block whose for_each, count or dynamic for_each is not known. ``known`` is what is.

    ``resources`` and ``calls`` are what it may make, evaluated with that unknown: they are no
    instances of the root; ``whole`` is False when there may be others. ``inside``: the resource
    type and the name of the nested blocks that a dynamic block makes.
    """

    address: str
    reason: str
    known: tuple[Value, ...]
    file: str
    line: int
    block: Cut
    resources: tuple[Resource, ...] = ()
    calls: tuple[ModuleCall, ...] = ()
    whole: bool = False
    inside: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One root module, evaluated in one way. ``path`` is relative to the top, "." at the top;
    ``variant`` names the tfvars file that no rule loads, the workspace, or the terragrunt file
    that this way needs, "" for what Terraform does by itself."""

    path: str
    variant: str = ""
    resources: tuple[Resource, ...] = ()
    calls: tuple[ModuleCall, ...] = ()
    blocks: tuple[TopBlock, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    outputs: Map = field(default_factory=lambda: Map(()))
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    roots: tuple[Root, ...]
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[Note, ...] = ()
