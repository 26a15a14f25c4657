"""Roots of a tree, evaluated in two steps: what each shares with others, then what is found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from iac_offboard.hcl.recursion import collector_paused
from iac_offboard.pipeline.watched import Watched
from iac_offboard.sources.by_root import Found, RootReading
from iac_offboard.sources.sharing import Asked, Digests, Share, Shares
from iac_offboard.sources.terraform import TerraformSource
from iac_offboard.sources.wanted import Concern


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """What was found in a root, and what was asked of the others."""

    found: Found
    others: Mapping[Asked, bool]


class Evaluation(Protocol):
    """First of all roots what they share, then what is found in them."""

    def shares(self, paths: Iterable[str]) -> dict[str, Share]: ...
    def found(self, paths: Iterable[str], shares: Shares) -> dict[str, Evaluated]: ...


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
        """Of paths whose shares were asked for."""
        found = {}
        with collector_paused():
            for path in paths:
                others = shares.others(path)
                with self.watched.part(root_part(path)):
                    one = self._readings[path].found(others)
                found[path] = Evaluated(found=one, others=others.asked)
        return found
