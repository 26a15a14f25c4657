"""Blocks of which nobody knows before apply which instances they make.

Most of them can make nothing of the leaver's: their type holds no identity, or the identity in it
is known and somebody else's. So each is evaluated with its key unknown, and what stands in it is
undecided with what is known of it; whoever matches it to a leaver drops the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iac_offboard.catalog.extract import Extracted
from iac_offboard.catalog.naming import HOLE, known_part
from iac_offboard.catalog.rows import holds_identities, row
from iac_offboard.hcl.resources import Root, Undecided
from iac_offboard.hcl.values import Unknown
from iac_offboard.model import Side, Skipped, SkipReason
from iac_offboard.sources.absent_modules import Arguments
from iac_offboard.sources.identities import identities_in
from iac_offboard.sources.referred import told_elsewhere

_STEP = re.compile(r"[.\[$]")
_OPEN = "give the state with --state, or the variable's value with --var-file"
_REFUSED = (
    "give the values that it needs with --var-file: with those that are given, `terraform plan` "
    "refuses it; where it does so with all of them, correct it"
)


def unknown_instances(root: Root, label: str, arguments: Arguments) -> Iterator[Skipped]:
    for undecided in _undecided(root):
        if undecided.inside is not None:
            if _holds(*undecided.inside):
                yield _skipped(undecided, label, "*")
            continue
        if not undecided.whole and _may_hold(*undecided.makes):
            yield _skipped(undecided, label, "*")
        for resource in undecided.resources:
            known = row(resource.type) if resource.mode == "managed" else None
            if known is None:
                continue
            for found in identities_in(resource, known):
                if found.binding is not None or not told_elsewhere(resource.attrs, found):
                    yield _skipped(undecided, label, _pattern(found), found)
        yield from arguments.undecided(undecided.calls, label)


def _undecided(root: Root) -> tuple[Undecided, ...]:
    """Those in what may hold an identity. What such a block may make is looked at first: nested
    blocks in it may be undecided themselves."""
    for undecided in root.undecided_so_far:
        for resource in undecided.resources:
            known = row(resource.type) if resource.mode == "managed" else None
            if known is not None:
                _ = tuple(identities_in(resource, known))
    return root.undecided_so_far


def _may_hold(kind: str, type_: str) -> bool:
    """What a data source only looks up is undecided where it is used."""
    return kind == "module" or (kind == "resource" and holds_identities(type_))


def _holds(type_: str, nested: str) -> bool:
    """Does this type hold an identity in nested blocks of this name?"""
    known = row(type_) if type_ else None
    return known is not None and any(_STEP.split(p.path)[0] == nested for p in known.paths)


def _pattern(found: Extracted) -> str:
    return known_part(found.text).replace(HOLE, "*")


def _skipped(
    undecided: Undecided, label: str, pattern: str, found: Extracted | None = None
) -> Skipped:
    return Skipped(
        where=f"{label}: {undecided.address}",
        reason=SkipReason.UNDECIDED,
        detail=f"which instances exist is not known before apply: {undecided.reason}",
        side=Side.RETURN_RISK,
        next_step=_REFUSED if _refused(undecided) else _OPEN,
        kinds=frozenset() if found is None else frozenset({found.entry.target.kind}),
        pattern=pattern,
    )


def _refused(undecided: Undecided) -> bool:
    return any(isinstance(value, Unknown) and value.error for value in undecided.known)
