"""Terraform and OpenTofu states as observations, wherever they are kept. Read only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from iac_offboard.catalog.extract import extract
from iac_offboard.catalog.rows import Row, row
from iac_offboard.interface import StateFault, StatePlace
from iac_offboard.model import (
    Collected,
    Observation,
    Read,
    Side,
    Skipped,
    SkipReason,
    StateOrigin,
    Subject,
)
from iac_offboard.sources.state_file import Instance, State, read_state

__all__ = ["Instance", "State", "StateFault", "StateSource", "read_state"]


def _now() -> datetime:
    return datetime.now(UTC)


class StateSource:
    """A ``Source`` for one state. ``root`` is the root module it belongs to, if known."""

    def __init__(
        self, place: StatePlace, root: str = "", *, clock: Callable[[], datetime] = _now
    ) -> None:
        self.name = f"state {place.name}"
        self._path = place.name
        self._place = place
        self._root = root
        self._clock = clock

    def collect(self, subjects: Sequence[Subject]) -> Collected:
        """Every binding in the state, whoever it names; matching comes later. What cannot be
        read is in ``skipped``; nothing is raised."""
        del subjects
        try:
            state = read_state(self._place.read(), self._path)
        except StateFault as fault:
            return Collected(skipped=(fault.skipped(self._path),))
        read = Read(source=self.name, where=self._path, at=self._clock(), digest=state.digest)
        found = [
            one
            for instance in state.instances
            if (known := row(instance.type)) is not None
            for one in self._observed(state, instance, known)
        ]
        return Collected(
            observations=tuple(o for o in found if isinstance(o, Observation)),
            skipped=tuple(s for s in found if isinstance(s, Skipped)),
            reads=(read,),
        )

    def _observed(
        self, state: State, instance: Instance, known: Row
    ) -> Iterator[Observation | Skipped]:
        for name in instance.hidden:
            yield self._undecided(instance, known, f"{name} is sensitive or not there")
        for path in instance.malformed:
            yield self._skipped(
                instance,
                known,
                SkipReason.UNPARSEABLE,
                f"{path} is not of the type that {instance.type} has",
                "Fetch it anew with `terraform state pull > FILE`.",
            )
        for found in extract(known, instance.attrs, account=instance.account):
            path = _spelled(found.value_path, found.doc_path)
            if found.binding is None:
                yield self._undecided(instance, known, f"{path} cannot be understood")
                continue
            origin = StateOrigin(
                file=self._path,
                address=instance.address,
                path=path,
                serial=state.serial,
                lineage=state.lineage,
                digest=state.digest,
                root=self._root,
            )
            yield Observation(
                binding=found.binding,
                origin=origin,
                resource_type=instance.type,
                authoritative=known.authoritative,
                removal=found.entry.removal.value,
                mirror=found.entry.mirror,
                status="deposed" if instance.deposed else "",
            )

    def _undecided(self, instance: Instance, known: Row, detail: str) -> Skipped:
        return self._skipped(
            instance,
            known,
            SkipReason.UNDECIDED,
            detail,
            f"Look at it with `terraform state show '{instance.address}'`.",
        )

    def _skipped(
        self, instance: Instance, known: Row, reason: SkipReason, detail: str, next_step: str
    ) -> Skipped:
        """Of one instance: unread state hides what only state knows, as StateFault says of all."""
        return Skipped(
            where=f"{self._path} {instance.address}",
            reason=reason,
            detail=detail,
            side=Side.RETURN_RISK,
            next_step=next_step,
            kinds=frozenset(entry.target.kind for entry in known.paths),
        )


def _spelled(value_path: Sequence[str | int], doc_path: Sequence[str | int]) -> str:
    def joined(path: Sequence[str | int]) -> str:
        parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        return "".join(parts).removeprefix(".")

    return joined(value_path) + (f"$json.{joined(doc_path)}" if doc_path else "")
