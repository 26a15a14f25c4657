"""Which undecided values may still be a leaver's, once every source was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from functools import cache

from iac_offboard.model import Collected, Skipped, SkipReason, StateOrigin
from iac_offboard.pipeline.plans import Told
from iac_offboard.subjects import google
from iac_offboard.subjects.matching import Matcher


def unresolved(
    skipped: Iterable[Skipped],
    parts: Sequence[Collected],
    matcher: Matcher,
    plans: Sequence[Told] = (),
) -> tuple[Skipped, ...]:
    """An undecided value counts only while neither a plan nor a state tells it and its known part
    may be a leaver's (DESIGN.md, rule 1). What a plan leaves open, too, will be another value than
    a state tells."""
    known = {
        f"{o.origin.root}: {o.origin.address}"
        for p in parts
        for o in p.observations
        if isinstance(o.origin, StateOrigin)
    }
    may_be = may_be_named(matcher)

    def told(one: Skipped) -> bool:
        if any(plan.leaves_open(one) for plan in plans):
            return False
        return _told(one.where, known) or any(plan.tells(one) for plan in plans)

    return tuple(
        dict.fromkeys(
            s
            for s in skipped
            if s.reason is not SkipReason.UNDECIDED or (not told(s) and may_be(s.pattern))
        )
    )


def may_be_named(matcher: Matcher) -> Callable[[str], bool]:
    """May what is known of an undecided value be the spelling of a subject?"""
    hints = matcher.hints()
    spellings = [s.lower() for s in (*hints.names, *hints.emails, *hints.arns)]
    spellings += google.spellings(matcher.subjects)
    repositories = frozenset(hints.repositories)

    @cache
    def ask(pattern: str) -> bool:
        return _may_match(pattern, spellings) or pattern.lower() in repositories

    return ask


def _told(where: str, known: Set[str]) -> bool:
    """Does a state hold this address, or what is in this module?"""
    return where in known or any(address.startswith(f"{where}.") for address in known)


def _may_match(pattern: str, spellings: Sequence[str]) -> bool:
    """Could the unknown text be one of these? ``*`` in the pattern is what is not known; an ARN
    ends in the name, so the last part of either is compared as well."""
    if not pattern:
        return True
    if "*" not in pattern and not pattern.startswith("arn:"):
        return pattern.lower() in spellings
    # The claim of a token is compared as a whole: its last part is a repository without owner.
    claim = pattern.startswith(("attribute.", "subject:"))
    tail = "" if claim else pattern.lower().rsplit("/", 1)[-1]
    return any(
        _fits(text, pattern.lower()) or _fits(text.rsplit("/", 1)[-1], tail) for text in spellings
    )


def _fits(text: str, pattern: str) -> bool:
    """``*`` is any text, and nothing else is special: patterns are texts of a configuration."""
    first, *middle = pattern.split("*")
    if not middle:
        return text == first
    *middle, last = middle
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
