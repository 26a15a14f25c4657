"""Whose a value is that only the apply knows: followed through the plan and, where given, the code.

A plan lists what every argument refers to, but not what else stands in it: a value that leads to
an identity of a leaver is theirs, and a value that leads elsewhere may still spell one beside it.
That only the code can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from iac_offboard.guard.asked import Asked, Decided
from iac_offboard.guard.sightings import in_rows, in_text, matched
from iac_offboard.model import Change, Relation, Written

_INSTANCE = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*"|each\.key|count\.index)\]')
_MODULE = re.compile(r"^((?:module\.[^.]+\.)*)(.*)$")
# Data sources that say what they are given and nothing else.
_PURE = frozenset({"aws_iam_policy_document", "google_iam_policy"})
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

    def decide(self, address: str, attribute: str) -> Decided | str:
        """Whose the unknown attribute is, or why that cannot be said."""
        here = without_keys(address)
        arguments = self._written.resources.get(here)
        if arguments is not None and attribute not in arguments:
            return Decided()  # nobody gives it: what a provider puts there by itself names nobody
        given = (arguments or {}).get(attribute, ())
        for leaf in self._leaves(given, _module(here), arguments or {}, 0):
            decided = self._identity(leaf)
            if decided.subjects:
                return decided
        return self._asked.code(address, attribute)

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

    def _identity(self, address: str) -> Decided:
        """Whose the object is, as far as the plan tells."""
        for change in self._planned.get(address, ()):
            if change.type in _PURE:
                named = list(in_text(change, change.after))
            else:
                seen = in_rows(change, change.after).sightings
                named = [s for s in seen if s.relation is Relation.IDENTITY]
            subjects = tuple(matched(named, self._asked.whose))
            if subjects:
                return Decided(subjects=subjects, through=change.address)
        return Decided()


def without_keys(address: str) -> str:
    """An address as the configuration has it: without instance keys."""
    return _INSTANCE.sub("", address)


def _module(address: str) -> str:
    found = _MODULE.match(address)
    return found.group(1).rstrip(".") if found else ""


def _caller(module: str) -> str:
    return module.rpartition(".module.")[0] if ".module." in module else ""


def _resource(reference: str) -> str:
    parts = without_keys(reference).split(".")
    return ".".join(parts[: 3 if parts[0] == "data" else 2])
