"""Lookups of identities that the removal destroys: they go along, or a person takes them out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from iac_offboard.model import Cut, Effect, Finding, ManualStep, Relation
from iac_offboard.sources.lookups import Lookup, lookups
from iac_offboard.sources.terraform import TerraformSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """The data sources of one directory that look up what goes, with the finding of each."""

    found: Sequence[tuple[Lookup, Finding]]

    @classmethod
    def of(cls, source: TerraformSource, findings: Iterable[Finding]) -> Failing:
        """A bare name is enough, as it is anywhere in code (rule 12)."""
        going = {
            (f.binding.target.kind, f.binding.target.name.lower()): f
            for f in findings
            if f.binding.relation is Relation.IDENTITY
            and f.binding.effect is Effect.ALLOW
            and not f.covered
            and not f.shared
            and not f.reused
        }
        if not going:
            return cls(found=())
        found = [
            (one, going[key])
            for one in lookups(source)
            if (key := (one.kind, one.name.lower())) in going
        ]
        return cls(found=found)

    def cuts(self) -> Mapping[Cut, str]:
        """What goes along, and what is said of it."""
        return {
            cut: f"{one.root}: {one.address} looked up what goes and goes with it"
            for one, _ in self.found
            for cut in one.cuts
        }

    def left(self, after: TerraformSource) -> tuple[ManualStep, ...]:
        """A step for each lookup that the edit did not take."""
        if not self.found:
            return ()
        standing = {(one.root, one.address, one.name) for one in lookups(after)}
        return tuple(
            ManualStep(
                subject=finding.subject,
                where=f"{one.root}: {one.address} ({one.place.file})",
                text=f"Take the lookup of the leaver out of {one.address} by hand.",
                reason="it looks up what goes, so that the next plan of its root would fail"
                + (f"; {one.why}" if one.why else ""),
                finding=finding.id,
            )
            for one, finding in self.found
            if (one.root, one.address, one.name) in standing
        )
