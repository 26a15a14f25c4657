"""Whose a value is that only the apply knows: followed through the configuration.

A plan lists what every argument refers to. A value that is made of nothing but attributes of
known identities is theirs or is not; a value that leads to a data source, a local or nowhere is
not decided. A provider makes computed attributes of what the configuration gives it: an object that
is given nothing of the subject cannot name it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from iac_offboard.guard.asked import Asked
from iac_offboard.guard.sightings import in_rows, in_text, matched, words
from iac_offboard.model import Change, Relation, Written

_INSTANCE = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*"|each\.key|count\.index)\]')
_MODULE = re.compile(r"^((?:module\.[^.]+\.)*)(.*)$")
# Objects that hand on what they are given, or what something outside says.
_OPAQUE = frozenset({"terraform_data", "null_resource", "external", "http"})
_PURE_DATA = frozenset({"aws_iam_policy_document", "google_iam_policy"})
_DEPTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """``subjects`` are those whose identity the value is made of (none: nobody's), ``through``
    the address of that identity."""

    subjects: tuple[str, ...] = ()
    through: str = ""


class References:
    """Of one plan. ``changes`` are all of it, ``read`` the data sources that it was made
    with."""

    def __init__(
        self,
        written: Written,
        changes: Sequence[Change],
        read: Sequence[Change],
        asked: Asked,
    ) -> None:
        self._written = written
        self._asked = asked
        self._planned: dict[str, list[Change]] = {}
        for change in (*changes, *read):
            if change.mode:
                self._planned.setdefault(without_keys(change.address), []).append(change)

    def decide(self, address: str, attribute: str) -> Decided | str:
        """Whose the unknown attribute is, or why that cannot be said."""
        here = without_keys(address)
        arguments = self._written.resources.get(here)
        if arguments is None:
            return "the plan has no configuration of it"
        if attribute not in arguments:
            return Decided()  # nobody gives it: what a provider puts there by itself names nobody
        references = arguments[attribute]
        if not references:
            return "a function makes it of nothing that the plan names"
        module = _module(here)
        found: list[Decided] = []
        for leaf in self._leaves(references, module, arguments, 0):
            decided = leaf if isinstance(leaf, str) else self._identity(leaf[0], leaf[1])
            if isinstance(decided, str):
                return decided
            found.append(decided)
        named = [d for d in found if d.subjects]
        return named[0] if named else Decided()

    def _leaves(
        self,
        references: Iterable[str],
        module: str,
        around: object,
        depth: int,
    ) -> Iterator[tuple[str, int] | str]:
        """The resources that references lead to (address without keys, depth), or why one leads
        nowhere. ``around`` are the arguments of the block that they stand in."""
        if depth > _DEPTH:
            yield "it is too far away"
            return
        for reference in _widest(references):
            word, _, rest = reference.partition(".")
            if word in ("each", "count"):
                key = f"{'for_each' if word == 'each' else 'count'}_expression"
                given = around.get(key, ()) if isinstance(around, dict) else ()
                yield from self._leaves(given, module, {}, depth + 1)
            elif word == "var":
                yield from self._variable(rest.partition(".")[0], module, depth)
            elif word == "module":
                yield from self._output(rest, module, depth)
            elif word in ("path", "terraform", "self"):
                continue
            elif word == "local":
                yield "it leads through a local, which a plan does not spell out"
            else:
                yield f"{module}.{_resource(reference)}".lstrip("."), depth

    def _variable(self, name: str, module: str, depth: int) -> Iterator[tuple[str, int] | str]:
        if not module:
            return  # the values of the root's variables are known
        arguments = self._written.arguments.get(module, {})
        caller = module.rpartition(".module.")[0] if ".module." in module else ""
        yield from self._leaves(arguments.get(name, ()), caller, arguments, depth + 1)

    def _output(self, rest: str, module: str, depth: int) -> Iterator[tuple[str, int] | str]:
        name, _, output = without_keys(rest).partition(".")
        inner = f"{module}.module.{name}".lstrip(".")
        outputs = self._written.outputs.get(inner)
        if outputs is None:
            yield f"the plan has no configuration of {inner}"
            return
        wanted = output.partition(".")[0]
        given = outputs.get(wanted)
        if given is None:
            yield from (
                leaf
                for refs in outputs.values()
                for leaf in self._leaves(refs, inner, {}, depth + 1)
            )
            return
        yield from self._leaves(given, inner, {}, depth + 1)

    def _identity(self, address: str, depth: int) -> Decided | str:
        """Whose the object is; nobody's where it is given nothing of a subject."""
        planned = self._planned.get(address, ())
        for change in planned:
            seen = in_rows(change, change.after)
            own = [s for s in seen.sightings if s.relation is Relation.IDENTITY]
            subjects = tuple(matched(own, self._asked.whose))
            if subjects:
                return Decided(subjects=subjects, through=change.address)
        return self._given(address, planned, depth)

    def _names_somebody(self, change: Change) -> bool:
        """Does a subject stand anywhere in it, be it as a word in a text?"""
        if not change.named:
            return False
        asked, after = self._asked, change.after
        seen = (*in_rows(change, after).sightings, *in_text(change, after))
        return bool(matched(seen, asked.whose)) or any(
            asked.named(word) for _, word in words(change, after)
        )

    def _given(self, address: str, planned: Sequence[Change], depth: int) -> Decided | str:
        """No identity of a subject: what does it make its own values of?"""
        if any(map(self._names_somebody, planned)):
            return f"it is of {address}, where a subject may be named"
        if not any(_hands_on(change) for change in planned):
            return Decided()
        if any(change.mode == "data" and change.type not in _PURE_DATA for change in planned):
            return f"{address} is read from outside"
        arguments = self._written.resources.get(address, {})
        references = [r for refs in arguments.values() for r in refs]
        for leaf in self._leaves(references, _module(address), arguments, depth + 1):
            decided = leaf if isinstance(leaf, str) else self._identity(leaf[0], leaf[1])
            if isinstance(decided, str) or decided.subjects:
                return decided
        return Decided()


def _hands_on(change: Change) -> bool:
    """Does it say what it is given, or what something outside says, and only when it is applied?
    What was read before the plan is known, and names nobody."""
    return change.type in _OPAQUE or "read" in change.actions


def without_keys(address: str) -> str:
    """An address as the configuration has it: without instance keys."""
    return _INSTANCE.sub("", address)


def _module(address: str) -> str:
    found = _MODULE.match(address)
    return found.group(1).rstrip(".") if found else ""


def _widest(references: Iterable[str]) -> tuple[str, ...]:
    """A plan lists a reference and everything in front of it: ``a.b.c``, then ``a.b``. Only the
    whole ones lead somewhere of their own."""
    plain = tuple(dict.fromkeys(references))
    return tuple(
        r for r in plain
        if not any(o != r and o.startswith((f"{r}.", f"{r}[")) for o in plain)
    )  # fmt: skip


def _resource(reference: str) -> str:
    parts = without_keys(reference).split(".")
    return ".".join(parts[: 3 if parts[0] == "data" else 2])
