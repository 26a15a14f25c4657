"""Cutting spans out of files, byte for byte (rule 5 of the design).

Pure: bytes in, bytes out. What lies outside the cut spans, their separators and their own
comments stays as it is: line ends, byte order mark, tabs, a missing final newline. The one
exception is the alignment of neighbouring lines in a file that ``terraform fmt`` would have
left alone (see ``align``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from iac_offboard.edit import align
from iac_offboard.edit.document import Document, Syntax, syntax_of
from iac_offboard.edit.group import Group
from iac_offboard.edit.removal import Change, changes
from iac_offboard.edit.resolve import Chosen, resolve
from iac_offboard.edit.view import View
from iac_offboard.errors import EditError
from iac_offboard.model import Cut, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class EditResult:
    """``files``: the new bytes of changed files only. ``done``: what was cut in the end, after
    escalation, in file order. ``manual``: cuts that were asked for and not made, with the
    reason. ``alignment``: 1-based lines of the NEW file whose spaces before ``=`` or a comment
    were adjusted. ``removed``: the bytes that went, in offsets of the old files."""

    files: Mapping[str, bytes]
    done: tuple[Cut, ...]
    manual: tuple[tuple[Cut, str], ...]
    alignment: Mapping[str, tuple[int, ...]]
    removed: tuple[Span, ...]


def apply_cuts(files: Mapping[str, bytes], cuts: Iterable[Cut]) -> EditResult:
    """Take the cuts out of the files, all at once.

    Raises NothingToEdit when a cut's bytes are not what it says, or its file is not given;
    EditError when a file cannot be parsed, before or after the edit.
    """
    asked = list(cuts)
    documents = {name: Document(name, data) for name, data in files.items()}
    resolved = resolve(documents, asked)
    new: dict[str, bytes] = {}
    alignment: dict[str, tuple[int, ...]] = {}
    removed: list[Span] = []
    for file in sorted({c.cut.span.file for c in resolved.chosen}):
        made = _changes([c for c in resolved.chosen if c.cut.span.file == file])
        after, lines = _edited(documents[file], made)
        if after != files[file]:
            new[file] = after
        if lines:
            alignment[file] = lines
        removed += [Span(file=file, start=c.start, end=c.end) for c in made if c.start < c.end]
    return EditResult(
        files=new,
        done=tuple(c.cut for c in resolved.chosen),
        manual=tuple(resolved.manual),
        alignment=alignment,
        removed=tuple(removed),
    )


def _changes(chosen: Sequence[Chosen]) -> list[Change]:
    """The changes of one file in file offsets, sorted and without overlap."""
    groups: dict[tuple[int, int], tuple[View, Group, set[int]]] = {}
    for one in chosen:
        place = one.place
        groups.setdefault(place.key, (place.view, place.group, set()))[2].add(place.index)
    made = [
        Change(view.out(c.start), view.out(c.end), c.text)
        for view, group, cut in groups.values()
        for c in changes(view.text, group, cut)
    ]
    return _disjoint(sorted(made))


def _disjoint(made: Sequence[Change]) -> list[Change]:
    found: list[Change] = []
    for change in made:
        if found and change.start < found[-1].end:
            last = found.pop()
            end = max(last.end, change.end)
            found.append(Change(last.start, end, last.text + change.text))
        else:
            found.append(change)
    return found


def _edited(document: Document, made: Sequence[Change]) -> tuple[bytes, tuple[int, ...]]:
    before = document.data
    parts: list[bytes] = []
    at = 0
    for change in made:
        parts += [before[at : change.start], change.text]
        at = change.end
    after = b"".join([*parts, before[at:]])
    lines: tuple[int, ...] = ()
    if syntax_of(document.file) is Syntax.HCL:
        after, lines = align.adjust(before, after)
    new_faults = set(Document(document.file, after).faults()) - set(document.faults())
    if new_faults:
        raise EditError(
            f"{document.file} would no longer be valid {', '.join(sorted(new_faults))} after "
            "the removal, so it was not made.",
            hint="Remove the entry by hand.",
        )
    return after, lines
