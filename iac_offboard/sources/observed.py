"""One resource instance whose attributes are known -> observations, and what they do not tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from iac_offboard.catalog.extract import Extracted, extract
from iac_offboard.catalog.principal import HOLE
from iac_offboard.catalog.rows import Row, row
from iac_offboard.model import Observation, Origin, Side, Skipped, SkipReason
from iac_offboard.sources.state_instances import Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How one file speaks: ``origin`` of an instance and a path in it, ``where`` a person finds
    it, what to do to ``look`` at it, how to make the file ``anew``."""

    origin: Callable[[Instance, str], Origin]
    where: Callable[[Instance], str]
    look: Callable[[Instance], str]
    anew: str

    def of(self, instance: Instance) -> Iterator[Observation | Skipped]:
        """By the row of its type; nothing of a type that has none."""
        known = row(instance.type)
        if known is None:
            return
        for name in instance.hidden:
            yield self._skipped(
                instance,
                known,
                SkipReason.UNDECIDED,
                f"{name} is sensitive or not there",
                self.look(instance),
            )
        for path in instance.malformed:
            yield self._skipped(
                instance,
                known,
                SkipReason.UNPARSEABLE,
                f"{path} is not of the type that {instance.type} has",
                self.anew,
            )
        for found in extract(known, instance.attrs, account=instance.account):
            path = spelled(found)
            if found.binding is None:
                yield self._untold(instance, known, found, path)
                continue
            yield Observation(
                binding=found.binding,
                origin=self.origin(instance, path),
                resource_type=instance.type,
                authoritative=known.authoritative,
                removal=found.entry.removal.value,
                mirror=found.entry.mirror,
                status="deposed" if instance.deposed else "",
            )

    def _untold(self, instance: Instance, known: Row, found: Extracted, path: str) -> Skipped:
        """A plan has holes for what is known only after apply; a state has none."""
        open_ = HOLE in found.text
        why = "is known only after apply" if open_ else "cannot be understood"
        return replace(
            self._skipped(
                instance, known, SkipReason.UNDECIDED, f"{path} {why}", self.look(instance)
            ),
            kinds=frozenset({found.entry.target.kind}),
            pattern=found.text.replace(HOLE, "*") if open_ else "",
        )

    def _skipped(
        self, instance: Instance, known: Row, reason: SkipReason, detail: str, next_step: str
    ) -> Skipped:
        """Of one instance: what is not read hides what only the file knows, as ReadFault says of
        all of it."""
        return Skipped(
            where=self.where(instance),
            reason=reason,
            detail=detail,
            side=Side.RETURN_RISK,
            next_step=next_step,
            kinds=frozenset(entry.target.kind for entry in known.paths),
        )


def spelled(found: Extracted) -> str:
    """``block[0].attribute``, and further into the document that stands there."""
    inner = f"$json.{_joined(found.doc_path)}" if found.doc_path else ""
    return _joined(found.value_path) + inner


def _joined(path: Sequence[str | int]) -> str:
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(parts).removeprefix(".")
