"""Module calls whose code is not in the tree: what their arguments say.

Such a call is a boundary (DESIGN.md, rule 1): nobody here knows what the module makes of its
arguments. An argument that spells an identity is still the sign that it makes something of it,
so it is undecided; whoever matches it to a leaver drops the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iac_offboard.catalog import google
from iac_offboard.hcl.plain import HOLE
from iac_offboard.hcl.resources import ModuleCall
from iac_offboard.hcl.values import List, Map, Str, Unknown, Value
from iac_offboard.model import Side, Skipped, SkipReason


def undecided_arguments(calls: Iterable[ModuleCall], label: str) -> Iterator[Skipped]:
    """One for each whole string in the arguments of an absent module; ``pattern`` is the text."""
    for call in calls:
        if call.present:
            continue
        for entry in call.args.entries:
            for text in dict.fromkeys(_texts(entry.value, set())):
                pattern = _identity(text)
                if not pattern:
                    continue
                place = f"{entry.key.render('*')} ({call.file}:{call.line})"
                yield Skipped(
                    where=f"{label}: {call.address}",
                    reason=SkipReason.UNDECIDED,
                    detail=f"its argument {place} spells the subject, and what the module makes "
                    "of it is not in this tree",
                    side=Side.RETURN_RISK,
                    next_step="run `terraform get` there, or give the state with --state",
                    pattern=pattern,
                )


def _texts(value: Value, seen: set[int]) -> Iterator[str]:
    """Every whole string, also of what went into a value that is not known."""
    if id(value) in seen:
        return
    seen.add(id(value))
    match value:
        case Str():
            yield value.render(HOLE)
        case List():
            for element in value.elements:
                yield from _texts(element.value, seen)
        case Map():
            for entry in value.entries:
                yield from _texts(entry.key, seen)
                yield from _texts(entry.value, seen)
        case Unknown():
            for inner in value.inside:
                yield from _texts(inner, seen)
        case _:
            return


def _identity(text: str) -> str:
    """The text where it may be a name, an e-mail address, an ARN, a repository or a member of a
    policy of Google's, else ""."""
    text = google.known_part(text).removeprefix("group:")
    if text.startswith("subject:repo:"):
        text = text.removeprefix("subject:")
    if any(mark in text for mark in (HOLE, "*", "?", "[", " ", "\n")):
        repository = text.removeprefix("repo:").partition(":")[0]
        return repository if text.startswith("repo:") and HOLE not in repository else ""
    if text.startswith("repo:"):
        return text.removeprefix("repo:").partition(":")[0]
    return text if "/" not in text or text.startswith("arn:") or text.count("/") == 1 else ""
