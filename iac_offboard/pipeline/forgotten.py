"""What the code forgets, and may be a leaver's."""

from __future__ import annotations

import re
from collections.abc import Iterable

from iac_offboard.model import Finding, Note, NoteKind
from iac_offboard.subjects.matching import Matcher

_KEY = re.compile(r"\[[^\]]*\]")


def of_leavers(
    notes: Iterable[Note], matcher: Matcher, findings: Iterable[Finding]
) -> tuple[Note, ...]:
    """The notes without those of what is forgotten and nobody's who leaves: whose it is says a
    state, or the name of the block."""
    names = {name.lower() for name in matcher.hints().names}
    held = {_KEY.sub("", o.address) for f in findings for o in f.state}
    return tuple(
        note
        for note in notes
        if note.kind is not NoteKind.FORGOTTEN or _theirs(note.text.partition(" ")[0], names, held)
    )


def _theirs(address: str, names: Iterable[str], held: Iterable[str]) -> bool:
    words = set(address.lower().split("."))
    return not words.isdisjoint(names) or any(
        one == address or one.endswith(f".{address}") or one.startswith(f"{address}.")
        for one in held
    )
