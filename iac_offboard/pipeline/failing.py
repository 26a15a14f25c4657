"""Lookups of identities that the removal destroys: they go along, or a person takes them out.

Where a directory holds the people and the configuration only looks them up, a lookup of the
leaver goes as soon as nothing is left that asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from iac_offboard.model import Cut, Effect, Finding, ManualStep, Relation
from iac_offboard.sources.lookups import Lookup, lookups
from iac_offboard.sources.terraform import TerraformSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """The data sources of one directory that look up what goes, with the finding of each, and
    those that look up who is named in something that goes."""

    found: Sequence[tuple[Lookup, Finding]]
    named: Sequence[Lookup] = ()

    @classmethod
    def of(cls, source: TerraformSource, findings: Iterable[Finding]) -> Failing:
        """A bare name is enough, as it is anywhere in code (rule 12)."""
        theirs = [
            f
            for f in findings
            if f.binding.effect is Effect.ALLOW and not (f.covered or f.shared or f.reused)
        ]
        going = {
            (f.binding.target.kind, f.binding.target.name.lower()): f
            for f in theirs
            if f.binding.relation is Relation.IDENTITY
        }
        # A kind of principal is what a target of that kind is called.
        named = {
            (str(o.binding.principal.kind), o.binding.principal.value.lower())
            for f in theirs
            for o in f.observations
        }
        if not named:
            return cls(found=())
        asked = [(one, (one.kind, one.name.lower())) for one in lookups(source)]
        return cls(
            found=[(one, going[key]) for one, key in asked if key in going],
            named=[one for one, key in asked if key in named and key not in going],
        )

    def cuts(self) -> Mapping[Cut, str]:
        """What goes along, and what is said of it."""
        return {
            cut: f"{one.root}: {one.address} looked up what goes and goes with it"
            for one, _ in self.found
            for cut in one.cuts
        }

    def unneeded(self, source: TerraformSource, after: TerraformSource) -> Mapping[Cut, str]:
        """The blocks that look up the leaver for what went, and for nothing else."""
        if not self.named:
            return {}
        was, now = referred(source), referred(after)
        blocks = {b.block: b for r in source.repository.roots for b in r.blocks}
        return {
            block.block: f"{one.root}: {one.address} looked up the leaver for what goes"
            for one in self.named
            for cut in one.cuts
            if (block := blocks.get(cut)) is not None
            and (key := (block.module, block.address)) in was
            and key not in now
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


def referred(source: TerraformSource) -> set[tuple[str, str]]:
    """(module, address) of everything that something in the same module names."""
    roots = source.repository.roots
    return {(b.module, to) for root in roots for b in root.blocks for to in b.refs}
