"""Configuration -> observations: every resource instance read by its catalog row.

For each identity that stands in the code, the spans that have to go so that it no longer does
are worked out here, from the origins of the values; the edit room only cuts them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import assert_never

from iac_offboard.catalog.extract import Extracted
from iac_offboard.catalog.principal import HOLE
from iac_offboard.catalog.rows import Row, row
from iac_offboard.hcl.files import Files
from iac_offboard.hcl.plain import to_plain
from iac_offboard.hcl.recursion import collector_paused
from iac_offboard.hcl.repository import load
from iac_offboard.hcl.resources import Repository, Resource
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
    Binding,
    CodeInstance,
    CodeOrigin,
    CodeValue,
    Collected,
    InlineOwner,
    Observation,
    Side,
    Skipped,
    SkipReason,
    Subject,
    Use,
)
from iac_offboard.sources.absent_modules import undecided_arguments
from iac_offboard.sources.computed import computed
from iac_offboard.sources.cuts import Place, Places, cuts_for
from iac_offboard.sources.embedded import with_documents
from iac_offboard.sources.identities import identities_in
from iac_offboard.sources.ignored import ignored
from iac_offboard.sources.inline_owners import inline_owners_in
from iac_offboard.sources.places import Lines, dotted, within
from iac_offboard.sources.referred import told_elsewhere
from iac_offboard.sources.unknown_instances import unknown_instances
from iac_offboard.sources.uses import Profiles, uses_in


def everybody(_: Binding) -> bool:
    """Every binding is wanted."""
    return True


@dataclass(slots=True)
class TerraformSource:
    """All root modules below one directory.

    ``files`` gives the bytes (a directory, or one with an edit laid over it); ``var_files``
    are the extra variable files of each root, in the order of the command line;
    ``known_labels`` are the root modules' labels where they are known without reading.
    """

    directory: str
    files: Files
    var_files: Mapping[str, Sequence[str]]
    name: str = "terraform"
    known_labels: tuple[str, ...] | None = None
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
    def repository(self) -> Repository:
        if self._repository is None:
            found = load(self.files, var_files=self.var_files, computed=computed)
            self._repository = with_documents(found)
        return self._repository

    def collect(
        self,
        subjects: Sequence[Subject],  # noqa: ARG002 - everybody's bindings are wanted, for the proof
        concerns: Callable[[Binding], bool] = everybody,
    ) -> Collected:
        """``concerns`` says of which bindings the places and cuts are wanted; what could not be
        decided is told of all."""
        repository = self.repository
        observations: list[Observation] = []
        skipped: list[Skipped] = []
        with collector_paused():
            places = Places.of(repository.roots, _may_hold)
            for root in repository.roots:
                label = self.label(root.path, root.variant)
                for resource in root.resources_of(_may_hold):
                    for found in self._resource(label, resource, places.at(resource), concerns):
                        if isinstance(found, Skipped):
                            skipped.append(found)
                        else:
                            observations.append(found)
                skipped.extend(unknown_instances(root, label))
                skipped.extend(undecided_arguments(root.calls, label))
        return Collected(
            observations=tuple(observations),
            skipped=tuple(dict.fromkeys((*repository.skipped_so_far, *skipped))),
            notes=repository.notes,
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

    def _resource(
        self, label: str, resource: Resource, place: Place, concerns: Callable[[Binding], bool]
    ) -> Iterator[Observation | Skipped]:
        known = row(resource.type)
        assert known is not None
        for found in identities_in(resource, known):
            if found.binding is None:
                if not told_elsewhere(resource.attrs, found):
                    yield _undecided(label, resource, found)
            elif concerns(found.binding):
                yield self._observation(label, known, found, place)

    def _observation(self, label: str, known: Row, found: Extracted, place: Place) -> Observation:
        assert found.binding is not None
        resource = place.resource
        literal, cuts, why = cuts_for(place, found)
        # A reference spells nobody: what stands here, and would be cut here, is the place then.
        here = literal if literal and (not cuts or within(literal, cuts[0].span)) else None
        span = here or (cuts[0].span if cuts else resource.block.span)
        line, digest = self.lines.at(span)
        return Observation(
            binding=found.binding,
            origin=CodeOrigin(
                root=label,
                address=resource.address,
                path=_dotted(found),
                span=span,
                line=line,
                digest=digest,
                cuts=() if found.manual else cuts,
                why_no_cut=found.manual or why,
                directory=self.directory,
                ignored=ignored(resource, found),
            ),
            resource_type=resource.type,
            authoritative=known.authoritative and found.entry.removal.value != "block",
            removal=found.entry.removal.value,
        )


def _may_hold(mode: str, type_: str) -> bool:
    """Only what has a row can hold an identity; everything else is evaluated as far as that
    refers to it."""
    return mode == "managed" and row(type_) is not None


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


def _dotted(found: Extracted) -> str:
    text = dotted(found.value_path)
    inner = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in found.doc_path)
    return text + (f"$json{inner}" if found.doc_path else "")


def _undecided(root: str, resource: Resource, found: Extracted) -> Skipped:
    known = found.text.replace(HOLE, "*")
    if found.broken:
        return Skipped(
            where=f"{root}: {resource.address}",
            reason=SkipReason.UNPARSEABLE,
            detail=f"{dotted(found.value_path)} is not valid JSON",
            side=Side.RETURN_RISK,
            next_step="run `terraform plan`, which refuses it, and correct the document",
            kinds=frozenset({found.entry.target.kind}),
        )
    return Skipped(
        where=f"{root}: {resource.address}",
        reason=SkipReason.UNDECIDED,
        detail=f"{_dotted(found)} is not known before apply (known part: {known!r})",
        side=Side.RETURN_RISK,
        next_step="give the state with --state, or the variable's value with --var-file",
        kinds=frozenset({found.entry.target.kind}),
        pattern=known,
    )


def with_overlay(source: TerraformSource, files: Files) -> TerraformSource:
    """The same roots over other bytes, for evaluating an edit before anyone sees it."""
    return TerraformSource(directory=source.directory, files=files, var_files=source.var_files)
