"""The fixed order of what many threads have read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from iac_offboard.model import Note, Observation, Read, Skipped

_T = TypeVar("_T")


def in_order(items: Iterable[_T], key: Callable[[_T], tuple[str, ...]]) -> tuple[_T, ...]:
    return tuple(sorted(items, key=key))


def by_binding(observation: Observation) -> tuple[str, ...]:
    binding = observation.binding
    target, principal = binding.target, binding.principal
    return (
        target.account or "",
        target.kind,
        target.name,
        target.region or "",
        binding.relation,
        principal.kind,
        principal.value,
        binding.detail,
        binding.condition,
    )


def by_place(skipped: Skipped) -> tuple[str, ...]:
    return (skipped.where, skipped.permission, skipped.reason, skipped.detail)


def by_note(note: Note) -> tuple[str, ...]:
    return (note.where, note.kind, note.text)


def by_text(item: object) -> tuple[str, ...]:
    return (repr(item),)


def by_read(read: Read) -> tuple[str, ...]:
    return (read.where, read.operation, read.at.isoformat(), read.digest)
