"""What a repository of Terraform evaluates to: roots, resource instances, module calls, blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from iac_offboard.hcl.context import Faults, together
from iac_offboard.hcl.later import Later
from iac_offboard.hcl.values import Map, Value
from iac_offboard.model import Cut, Note, Skipped, Span

Wanted: TypeAlias = Callable[[str, str], bool]
"""Says of a mode (``managed``, ``data``, ``ephemeral``) and a type whether somebody asks."""


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
    overridden: bool = False


class Meta(Protocol):
    """What Terraform itself reads of a resource's block: the same for all of its instances."""

    @property
    def prevent_destroy(self) -> bool: ...
    @property
    def ignore_changes(self) -> tuple[str, ...] | str: ...
    @property
    def provider(self) -> str: ...


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
    meta: Meta
    block: Cut
    file: str
    line: int
    instance_slots: tuple[Cut, ...] = ()
    instance_also: tuple[tuple[Cut, ...], ...] = ()
    module_calls: tuple[ModuleCall, ...] = ()
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
    mentioned: Later[tuple[Reference, ...]] = field(compare=False)
    overridden: bool = False

    @property
    def references(self) -> tuple[Reference, ...]:
        """Which others it names, in source order."""
        return self.mentioned.get()

    @property
    def refs(self) -> frozenset[str]:
        return frozenset(r.to for r in self.references)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A block whose for_each, count or dynamic for_each is not known. ``known`` is what is.

    ``resources`` and ``calls`` are what it may make, evaluated with that unknown: they are no
    instances of the root; ``whole`` is False when there may be others. ``makes`` is the type of
    the block and its first label. ``inside``: the resource type and the name of the nested blocks
    that a dynamic block makes.
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
    makes: tuple[str, str] = ("", "")
    inside: tuple[str, str] | None = None


class Content(Protocol):
    """What a root makes, found out as far as somebody asks; ``undecided`` tells what was met."""

    def resources(self, wanted: Wanted | None = None) -> tuple[Resource, ...]: ...
    def calls(self) -> tuple[ModuleCall, ...]: ...
    def blocks(self) -> tuple[TopBlock, ...]: ...
    def outputs(self) -> Map: ...
    def undecided(self) -> tuple[Undecided, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One root module, evaluated in one way. ``path`` is relative to the top, "." at the top;
    ``variant`` names the tfvars file that no rule loads, the workspace, or the terragrunt file
    that this way needs, "" for what Terraform does by itself.

    Nothing is evaluated before somebody asks for it, and of a resource only the attributes that
    somebody asks for.
    """

    path: str
    variant: str = ""
    content: Content

    @property
    def resources(self) -> tuple[Resource, ...]:
        return self.content.resources()

    def resources_of(self, wanted: Wanted) -> tuple[Resource, ...]:
        """Those whose mode and type are wanted, in the same order; no other is looked at."""
        return self.content.resources(wanted)

    @property
    def calls(self) -> tuple[ModuleCall, ...]:
        return self.content.calls()

    @property
    def blocks(self) -> tuple[TopBlock, ...]:
        return self.content.blocks()

    @property
    def outputs(self) -> Map:
        return self.content.outputs()

    @property
    def undecided(self) -> tuple[Undecided, ...]:
        """All of the root's: everything in it is evaluated."""
        everything(self)
        return self.content.undecided()

    @property
    def undecided_so_far(self) -> tuple[Undecided, ...]:
        """Those that were met in what was asked for."""
        return self.content.undecided()


def everything(root: Root) -> None:
    """Evaluate all that there is in a root."""
    bodies = [*(r.attrs for r in root.resources), *(c.args for c in root.calls), root.outputs]
    for body in bodies:
        for entry in body.entries:
            _ = entry.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """``faults``, the first of which are those of the tree itself, grow with what is evaluated:
    ``skipped`` and ``notes`` evaluate everything first, ``skipped_so_far`` tells what was met in
    what was asked for."""

    roots: tuple[Root, ...]
    faults: tuple[Faults, ...]

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        for root in self.roots:
            everything(root)
        return self.skipped_so_far

    @property
    def skipped_so_far(self) -> tuple[Skipped, ...]:
        return together(self.faults).told()[0]

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is said of the files and the module calls, which are all looked at."""
        for root in self.roots:
            _ = root.calls
        return together(self.faults).told()[1]
