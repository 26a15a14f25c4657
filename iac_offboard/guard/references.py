"""Whose a value is that only the apply knows: followed through the plan and, where given, the code.

A plan lists what every argument refers to, but not what else stands in it: a value that leads to
an identity of a leaver is theirs, and a value that leads elsewhere may still spell one beside it.
That only the code can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from iac_offboard.catalog.addresses import last_key, without_keys
from iac_offboard.catalog.principal import HOLE
from iac_offboard.catalog.sightings import Sighting, in_rows, in_text, matched
from iac_offboard.guard.asked import Asked, Decided
from iac_offboard.model import Change, Relation, Written

_MODULE = re.compile(r"^((?:module\.[^.]+\.)*)(.*)$")
_DEPTH = 30
_Arguments = Mapping[str, tuple[str, ...]]


class References:
    """Of one plan; ``changes`` are all of it."""

    def __init__(self, written: Written, changes: Sequence[Change], asked: Asked) -> None:
        self._written = written
        self._asked = asked
        self._planned: dict[str, list[Change]] = {}
        for change in changes:
            if change.mode:
                self._planned.setdefault(without_keys(change.address), []).append(change)

    def decide(self, change: Change, attribute: str) -> tuple[Decided, str]:
        """Whose the unknown attribute is, as far as anybody tells; and why nobody tells whether
        there is somebody else ("": all is told)."""
        here = without_keys(change.address)
        arguments = self._written.resources.get(here)
        if (
            arguments is not None
            and attribute not in arguments
            and _is_all_unknown(change, attribute)
        ):
            return Decided(), ""  # nobody gives it: what a provider puts there names nobody
        given = (arguments or {}).get(attribute, ())
        found: dict[str, str] = {}
        for leaf in self._leaves(given, _module(here), arguments or {}, 0):
            for subject, through in self._identity(leaf, last_key(change.address)):
                found.setdefault(subject, through)
        code = self._asked.code(change.address, attribute)
        if isinstance(code, Decided):
            found = dict.fromkeys(code.subjects, code.through) | found
        through = next(iter(found.values()), "")
        why = code if isinstance(code, str) else ""
        return Decided(subjects=tuple(found), through=through), why

    def _leaves(
        self, references: Iterable[str], module: str, around: _Arguments, depth: int
    ) -> Iterator[str]:
        """The resources that references lead to, by their address without keys. ``around`` are the
        arguments of the block that they stand in."""
        if depth > _DEPTH:
            return
        for reference in references:
            word, _, rest = reference.partition(".")
            if word in ("each", "count"):
                key = f"{'for_each' if word == 'each' else 'count'}_expression"
                yield from self._leaves(around.get(key, ()), module, {}, depth + 1)
            elif word == "var" and module:
                arguments = self._written.arguments.get(module, {})
                given = arguments.get(rest.partition(".")[0], ())
                yield from self._leaves(given, _caller(module), arguments, depth + 1)
            elif word == "module":
                yield from self._output(rest, module, depth)
            elif word not in ("path", "terraform", "self", "local", "var"):
                yield f"{module}.{_resource(reference)}".lstrip(".")

    def _output(self, rest: str, module: str, depth: int) -> Iterator[str]:
        name, _, output = without_keys(rest).partition(".")
        inner = f"{module}.module.{name}".lstrip(".")
        given = self._written.outputs.get(inner, {}).get(output.partition(".")[0], ())
        yield from self._leaves(given, inner, {}, depth + 1)

    def _identity(self, address: str, key: str) -> Iterator[tuple[str, str]]:
        """Whose the object is, as far as the plan tells: (subject, its address). Of several
        instances it is the one with the same key; which of them otherwise, the plan does not
        say."""
        planned = self._planned.get(address, ())
        if len(planned) > 1:
            planned = [c for c in planned if key and last_key(c.address) == key]
        for change in planned:
            for subject in matched(_named_by(change), self._asked.whose):
                yield subject, change.address


def _named_by(change: Change) -> list[Sighting]:
    """Whose identity an object is, or whom a document lets in."""
    after = change.after if isinstance(change.after, Mapping) else {}
    if change.type == "aws_iam_policy_document":
        allowed = [
            {"principals": one.get("principals"), "condition": one.get("condition")}
            for one in after.get("statement") or ()
            if isinstance(one, Mapping) and one.get("effect") in (None, "Allow")
        ]
        return list(in_text({"statement": allowed}))
    if change.type == "google_iam_policy":
        return list(in_text({"binding": after.get("binding")}))
    return [s for s in in_rows(change, after).sightings if s.relation is Relation.IDENTITY]


def _is_all_unknown(change: Change, attribute: str) -> bool:
    """Is nothing known of it? Of blocks that somebody wrote at least their number is."""
    return isinstance(change.after, Mapping) and change.after.get(attribute) == HOLE


def _module(address: str) -> str:
    found = _MODULE.match(address)
    return found.group(1).rstrip(".") if found else ""


def _caller(module: str) -> str:
    return module.rpartition(".module.")[0] if ".module." in module else ""


def _resource(reference: str) -> str:
    parts = without_keys(reference).split(".")
    return ".".join(parts[: 3 if parts[0] == "data" else 2])
