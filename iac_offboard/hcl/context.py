"""What all modules of one root share: files, faults that were met, and a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from iac_offboard.hcl import ast
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.files import NOBODY, Files, Parts, normal
from iac_offboard.hcl.values import Map, Value
from iac_offboard.hcl.weight import Scale
from iac_offboard.model import Note, NoteKind, Side, Skipped, SkipReason

Computed: TypeAlias = Callable[[str, str, Map], Value | None]

MAX_TURNS = 300_000
"""Turns of all iterations of one root; a configuration that needs more is not evaluated."""


def nothing_computed(_type: str, _attribute: str, _attrs: Map) -> Value | None:
    """The default for ``computed``: every attribute that is not written down is unknown."""
    return None


# What to do where whoever met it does not know better.
_NEXT = {
    SkipReason.MISSING: "put it where the code looks for it (check it out, or run the build that "
    "writes it), and scan again",
    SkipReason.UNPARSEABLE: "run `terraform validate` there, correct the file, and scan again",
    SkipReason.OUTSIDE: "scan from a directory that holds both, or bring it into the repository",
    SkipReason.DENIED: "let the user that runs this read it, and scan again",
    SkipReason.UNREACHABLE: "see to it that it can be read from here, and scan again",
    SkipReason.TOO_LARGE: "read it by hand for the leaver, or move the data out of the tree",
    SkipReason.ENCRYPTED: "decrypt it, and scan again",
    SkipReason.UNSUPPORTED: "read it by hand for the leaver",
    SkipReason.UNDECIDED: "give the state with --state, or the variable's value with --var-file",
}


@dataclass(slots=True)
class Faults:
    """What could not be read, each place and reason once."""

    skipped: dict[tuple[str, SkipReason], Skipped] = field(default_factory=dict)
    notes: dict[tuple[str, str], Note] = field(default_factory=dict)

    def skip(self, where: str, reason: SkipReason, detail: str, next_step: str = "") -> None:
        self.skipped.setdefault(
            (where, reason),
            Skipped(
                where=where,
                reason=reason,
                detail=detail,
                side=Side.RETURN_RISK,
                next_step=next_step or _NEXT.get(reason, ""),
            ),
        )

    def add(self, other: Faults) -> None:
        """What another look met as well."""
        if not other.skipped and not other.notes:
            return
        self.skipped = {**other.skipped, **self.skipped}
        self.notes = {**other.notes, **self.notes}

    def told(self) -> tuple[tuple[Skipped, ...], tuple[Note, ...]]:
        """Everything, in an order that depends on nothing else."""
        return (
            tuple(sorted(self.skipped.values(), key=lambda s: (s.where, s.reason))),
            tuple(sorted(self.notes.values(), key=lambda n: (n.where, n.text))),
        )

    def fault(self, fault: FileFault) -> None:
        line = f" (line {fault.line})" if fault.line else ""
        self.skip(fault.file, fault.reason, fault.detail + line, fault.hint)

    def note(self, kind: NoteKind, where: str, text: str) -> None:
        self.notes.setdefault((where, text), Note(kind=kind, where=where, text=text))


def text_part(path: str) -> str:
    """The part that reading a file for its contents is."""
    return f"text {path}"


def together(faults: Iterable[Faults]) -> Faults:
    """What all of them met; what several say of one place, the first one says."""
    found = Faults()
    for one in faults:
        found.add(one)
    return found


@dataclass(slots=True)
class Contents:
    """Files that were read for their contents, what their documents say, by the function that
    decodes them, and what tfvars files give: each file once for all roots of a tree. ``parts``
    are told of every use."""

    parts: Parts = NOBODY
    texts: dict[str, bytes | FileFault] = field(default_factory=dict)
    parsed: dict[tuple[str, str], Value | FileFault] = field(default_factory=dict)
    variables: dict[str, Mapping[str, ast.Attribute | Value] | FileFault] = field(
        default_factory=dict
    )


@dataclass(slots=True)
class Context:
    """``root`` is the root module's directory; ``workspace`` is "" where none is chosen.
    ``tolerant`` counts the enclosing ``try`` and ``can``: a file that is missing there is no
    fault."""

    files: Files
    root: str
    faults: Faults
    computed: Computed = nothing_computed
    workspace: str = ""
    tolerant: int = 0
    turns: int = 0
    scale: Scale = field(default_factory=Scale)
    contents: Contents = field(default_factory=Contents)

    def spend(self, turns: int = 1) -> bool:
        before = self.turns
        self.turns += turns
        if before < MAX_TURNS <= self.turns:
            self.faults.skip(
                self.root,
                SkipReason.UNSUPPORTED,
                f"needs more than {MAX_TURNS} turns of iterations to evaluate",
            )
        return self.turns < MAX_TURNS

    def path(self, given: str) -> str:
        """A path as an expression spells it: relative to the root module."""
        path = normal(given if given.startswith("/") else f"{self.root}/{given}")
        return self.files.real(path)

    def read(self, path: str) -> bytes:
        """A file's bytes, read once; raises FileFault, which is recorded as skipped."""
        found = self.contents.texts.get(path)
        if found is None:
            with self.contents.parts.part(text_part(path)):
                try:
                    found = self.files.read(path)
                except FileFault as fault:
                    found = fault
            self.contents.texts[path] = found
        else:
            self.contents.parts.used(text_part(path))
        if isinstance(found, bytes):
            return found
        self.record(found)
        raise found

    def holds(self, path: str) -> bool:
        """Is there a file or directory? Where it may not be looked for is recorded as skipped."""
        folder, _, name = path.rpartition("/")
        try:
            return any(found == name for found, _ in self.files.names(folder or "."))
        except FileFault as fault:
            self.record(fault)
            return False

    def record(self, fault: FileFault) -> None:
        if not self.tolerant or fault.reason is not SkipReason.MISSING:
            self.faults.fault(fault)
