"""Module calls whose code is not in the tree: what their arguments say.

Such a call is a boundary (DESIGN.md, rule 1): nobody here knows what the module makes of its
arguments. An argument that spells an identity is still the sign that it makes something of it,
so it is undecided; whoever matches it to a leaver drops the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from iac_offboard.catalog import google
from iac_offboard.hcl.plain import HOLE
from iac_offboard.hcl.resources import ModuleCall
from iac_offboard.hcl.terragrunt import NAME
from iac_offboard.hcl.values import List, Map, Str, Unknown, Value
from iac_offboard.model import Side, Skipped, SkipReason, Span
from iac_offboard.sources.places import Lines, literal_of

_CALL_STEP = "run `terraform get` there, or give the state with --state"
_UNIT_STEP = (
    "bring the unit's module into the tree, or give the unit's state (`terragrunt state pull`) "
    "with --state"
)


class Arguments:
    """The arguments of the absent modules of one reading. ``wanted`` says of which texts
    anybody wants to hear, ``lines`` where they stand."""

    def __init__(self, wanted: Callable[[str], bool], lines: Lines) -> None:
        self._wanted = wanted
        self._lines = lines
        self._patterns: dict[str, str] = {}
        self._known: dict[int, tuple[Value, Mapping[str, Span | None]]] = {}

    def undecided(self, calls: Iterable[ModuleCall], label: str) -> Iterator[Skipped]:
        """One for each whole string in the arguments of an absent module, at the literal that it
        comes from; ``pattern`` is the text."""
        for call in calls:
            if call.present:
                continue
            for entry in call.args.entries:
                for pattern, span in self._of(entry.value).items():
                    at = f"{call.file}:{call.line}"
                    if span is not None:
                        at = f"{span.file}:{self._lines.at(span)[0]}"
                    place = f"{entry.key.render('*')} ({at})"
                    yield Skipped(
                        where=f"{label}: {call.address}",
                        reason=SkipReason.UNDECIDED,
                        detail=f"its argument {place} spells the subject, and what the module "
                        "makes of it is not in this tree",
                        side=Side.RETURN_RISK,
                        next_step=_UNIT_STEP if call.file.endswith(NAME) else _CALL_STEP,
                        pattern=pattern,
                    )

    def _of(self, value: Value) -> Mapping[str, Span | None]:
        """The wanted texts in a value, each once, also in what went into an unknown one, and the
        first literal of each. One value is often an argument of a hundred modules: it is looked
        through once."""
        if isinstance(value, Str):
            pattern = self._in_text(value.render(HOLE))
            return {pattern: literal_of(value)} if pattern else {}
        inside = _inside(value)
        if not inside:
            return {}
        known = self._known.get(id(value))
        if known is None:
            found: dict[str, Span | None] = {}
            for inner in inside:
                for pattern, span in self._of(inner).items():
                    found.setdefault(pattern, span)
            known = self._known[id(value)] = (value, found)  # the value keeps its id
        return known[1]

    def _in_text(self, text: str) -> str:
        pattern = self._patterns.get(text)
        if pattern is None:
            found = _identity(text)
            pattern = self._patterns[text] = found if found and self._wanted(found) else ""
        return pattern


def _inside(value: Value) -> list[Value]:
    match value:
        case List():
            return [element.value for element in value.elements]
        case Map():
            return [one for entry in value.entries for one in (entry.key, entry.value)]
        case Unknown():
            return list(value.inside)
        case _:
            return []


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
