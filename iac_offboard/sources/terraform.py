"""Configuration -> observations: every resource instance read by its catalog row.

For each identity that stands in the code, the spans that have to go so that it no longer does
are worked out here, from the origins of the values; the edit room only cuts them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from posixpath import join, normpath
from typing import assert_never

from iac_offboard.catalog.principal import HOLE
from iac_offboard.hcl.configuration import Configurations
from iac_offboard.hcl.files import Files
from iac_offboard.hcl.plain import to_plain
from iac_offboard.hcl.recursion import collector_paused
from iac_offboard.hcl.repository import Entered, Frame, frame_of, repository_of
from iac_offboard.hcl.resources import Repository
from iac_offboard.hcl.values import (
    Bool,
    Entry,
    Hole,
    List,
    Map,
    Null,
    Num,
    Str,
    Unknown,
    Value,
)
from iac_offboard.model import (
    CodeInstance,
    CodeValue,
    Collected,
    InlineOwner,
    Subject,
    Use,
)
from iac_offboard.sources.by_root import RootReading, joined, may_hold
from iac_offboard.sources.computed import computed
from iac_offboard.sources.embedded import with_documents
from iac_offboard.sources.hollow import is_hollow
from iac_offboard.sources.inline_owners import inline_owners_in
from iac_offboard.sources.places import Lines
from iac_offboard.sources.sharing import Digests, Shares
from iac_offboard.sources.uses import Profiles, uses_in
from iac_offboard.sources.wanted import EVERYBODY, Concern


@dataclass(slots=True)
class TerraformSource:
    """All root modules below one directory.

    ``files`` gives the bytes (a directory, or one with an edit laid over it); ``var_files``
    are the extra variable files of each root, in the order of the command line;
    ``known_labels`` are the root modules' labels where they are known without reading;
    ``configurations`` are those of the same files as far as they were read.
    """

    directory: str
    files: Files
    var_files: Mapping[str, Sequence[str]]
    name: str = "terraform"
    known_labels: tuple[str, ...] | None = None
    configurations: Configurations | None = field(default=None, repr=False)
    _frame: Frame | None = field(default=None, repr=False)
    _paths: Mapping[str, Sequence[int]] | None = field(default=None, repr=False)
    _entered: dict[str, Entered] = field(default_factory=dict, repr=False)
    _repository: Repository | None = field(default=None, repr=False)
    _lines: Lines | None = field(default=None, repr=False)

    def label(self, root: str, variant: str = "") -> str:
        """What a root is called everywhere: its path from where the user stands, and the variant
        of it in brackets."""
        path = normpath(join(self.directory, root))
        return f"{path} [{variant}]" if variant else path

    def root_labels(self) -> tuple[str, ...]:
        """Of every root module, in order."""
        if self.known_labels is None:
            roots = self.repository.roots
            self.known_labels = tuple(self.label(root.path, root.variant) for root in roots)
        return self.known_labels

    def labels(self) -> frozenset[str]:
        return frozenset(self.root_labels())

    @property
    def lines(self) -> Lines:
        if self._lines is None:
            self._lines = Lines(self.files)
        return self._lines

    @property
    def frame(self) -> Frame:
        """The roots, with nothing in them evaluated."""
        if self._frame is None:
            self._frame = frame_of(
                self.files, var_files=self.var_files, configurations=self.configurations
            )
        return self._frame

    @property
    def paths(self) -> Mapping[str, Sequence[int]]:
        """The path of each root, with the places of its ways in the frame."""
        if self._paths is None:
            self._paths = self.frame.paths()
        return self._paths

    def entered(self, path: str) -> Entered:
        """The roots at a path, evaluated as far as somebody asks."""
        if path not in self._entered:
            found = self.frame.entered(path, self.paths[path], computed)
            opened = tuple((place, with_documents(root)) for place, root in found.roots)
            self._entered[path] = replace(found, roots=opened)
        return self._entered[path]

    @property
    def repository(self) -> Repository:
        if self._repository is None:
            with collector_paused():
                parts = [self.entered(path) for path in self.paths]
            self._repository = repository_of(self.frame, parts)
        return self._repository

    def collect(
        self,
        subjects: Sequence[Subject],  # noqa: ARG002 - everybody's bindings are wanted, for the proof
        concerns: Concern = EVERYBODY,
    ) -> Collected:
        """``concerns`` says of which bindings the places and cuts are wanted."""
        with collector_paused():
            digests = Digests()
            readings = {p: self.reading(p, concerns, digests) for p in self.paths}
            shares = Shares(digests, {path: one.share() for path, one in readings.items()})
            found = [one.found(shares.others(path)) for path, one in readings.items()]
        return joined(self.directory, self.frame.faults.told(), found)

    def reading(self, path: str, concerns: Concern, digests: Digests) -> RootReading:
        """What is read of the root at a path."""
        return RootReading(
            entered=self.entered(path),
            label=self.label,
            directory=self.directory,
            lines=self.lines,
            concerns=concerns,
            digests=digests,
        )

    def uses(self) -> tuple[Use, ...]:
        """Every workload that names an identity it runs as."""
        roots = self.repository.roots
        found: list[Use] = []
        with collector_paused():
            profiles = Profiles.of(roots)
            for root in roots:
                label = self.label(root.path, root.variant)
                found += uses_in(root, profiles, self.lines, label=label, directory=self.directory)
        return tuple(found)

    def instances(self) -> tuple[CodeInstance, ...]:
        """Every managed resource instance, of any type."""
        return tuple(
            CodeInstance(
                root=self.label(root.path, root.variant),
                address=r.address,
                type=r.type,
                prevent_destroy=r.meta.prevent_destroy,
            )
            for root in self.repository.roots
            for r in root.resources
            if r.mode == "managed"
        )

    def inline_owners(self) -> tuple[InlineOwner, ...]:
        """What would take a deny of ours out of a role or permission set."""
        roots = self.repository.roots
        return tuple(o for r in roots for o in inline_owners_in(r, self.label(r.path, r.variant)))

    def hollow(self, places: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Those of the (root, address) given whose policy has a statement that names nobody."""
        labels = {root for root, _ in places}
        return frozenset(
            (label, resource.address)
            for root in self.repository.roots
            if (label := self.label(root.path, root.variant)) in labels
            for resource in root.resources_of(may_hold)
            if (label, resource.address) in places and is_hollow(resource)
        )

    def values(self) -> tuple[CodeValue, ...]:
        """Every attribute of every managed instance, and every output of the roots."""
        found = []
        for root in self.repository.roots:
            label = self.label(root.path, root.variant)
            for r in root.resources:
                if r.mode == "managed":
                    found += [_value(label, r.address, e) for e in r.attrs.entries]
            found += [
                _value(label, f"output.{e.key.render(HOLE)}", e) for e in root.outputs.entries
            ]
        return tuple(found)


def _value(root: str, address: str, entry: Entry) -> CodeValue:
    text = json.dumps(to_plain(entry.value), sort_keys=True)
    return CodeValue(
        root=root,
        address=address,
        attribute=entry.key.render(HOLE),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        unknown=frozenset(_reasons(entry.value)),
    )


def _reasons(value: Value) -> Iterator[str]:
    """Why parts of a value are unknown. A part that an edit made unknown has a new reason."""
    match value:
        case Unknown():
            yield f"{value.reason} {value.ref}"
        case Str():
            yield from (f"{p.reason} {p.ref}" for p in value.pieces if isinstance(p, Hole))
        case List():
            for element in value.elements:
                yield from _reasons(element.value)
        case Map():
            for inner in value.entries:
                yield from _reasons(inner.key)
                yield from _reasons(inner.value)
        case Num() | Bool() | Null():
            return
        case _:
            assert_never(value)


def with_overlay(source: TerraformSource, files: Files) -> TerraformSource:
    """The same roots over other bytes, for evaluating an edit before anyone sees it."""
    return TerraformSource(directory=source.directory, files=files, var_files=source.var_files)
