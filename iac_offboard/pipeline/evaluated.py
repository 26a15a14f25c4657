"""Roots of a tree, evaluated in two steps: what each shares with others, then what is found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from iac_offboard.hcl.recursion import collector_paused
from iac_offboard.pipeline.watched import Question, Watched
from iac_offboard.sources.by_root import Found, RootReading
from iac_offboard.sources.sharing import Asked, Digests, Share, Shares
from iac_offboard.sources.terraform import TerraformSource
from iac_offboard.sources.wanted import Concern


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """What was found in a root, what was asked of the others, and what of the files; None where
    the answers to that are not known."""

    found: Found
    others: Mapping[Asked, bool]
    asked: Sequence[Question] | None


class Evaluation(Protocol):
    """First of all roots what they share, then what is found in them. A path may come in several
    calls, but in one of each kind only."""

    def shares(self, paths: Sequence[str]) -> dict[str, Share]: ...
    def found(self, paths: Sequence[str], shares: Shares) -> dict[str, Evaluated]: ...


def root_part(path: str) -> str:
    """The part of a reading that a root is (``hcl.files.Parts``)."""
    return f"root {path}"


@dataclass(slots=True)
class OneProcess:
    """All of them here."""

    source: TerraformSource
    watched: Watched
    concerns: Concern
    digests: Digests
    _readings: dict[str, RootReading] = field(default_factory=dict)

    def shares(self, paths: Iterable[str]) -> dict[str, Share]:
        found = {}
        with collector_paused():
            for path in paths:
                with self.watched.part(root_part(path)):
                    reading = self.source.reading(path, self.concerns, self.digests)
                    self._readings[path] = reading
                    found[path] = reading.share()
        return found

    def found(self, paths: Iterable[str], shares: Shares) -> dict[str, Evaluated]:
        found = {}
        with collector_paused():
            for path in paths:
                others = shares.others(path)
                with self.watched.part(root_part(path)):
                    one = self._readings[path].found(others)
                asked = self.watched.asked(root_part(path))
                found[path] = Evaluated(found=one, others=others.asked, asked=asked)
        return found
