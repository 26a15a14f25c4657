"""Terraform and OpenTofu states as observations, wherever they are kept. Read only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from iac_offboard.interface import StateFault, StatePlace
from iac_offboard.model import (
    Collected,
    Observation,
    Read,
    Skipped,
    StateOrigin,
    Subject,
)
from iac_offboard.sources.observed import Telling
from iac_offboard.sources.state_file import Holds, Instance, State, read_state

__all__ = ["Instance", "State", "StateFault", "StateSource", "read_state"]


def _now() -> datetime:
    return datetime.now(UTC)


class StateSource:
    """A ``Source`` for one state. ``root`` is the root module it belongs to, if known; ``holds`` as
    ``read_state`` has it."""

    def __init__(
        self,
        place: StatePlace,
        root: str = "",
        *,
        clock: Callable[[], datetime] = _now,
        holds: Holds | None = None,
    ) -> None:
        self.name = f"state {place.name}"
        self._path = place.name
        self._place = place
        self._root = root
        self._clock = clock
        self._holds = holds

    def collect(self, subjects: Sequence[Subject]) -> Collected:
        """Every binding in the state, whoever it names; matching comes later. What cannot be
        read is in ``skipped``; nothing is raised."""
        del subjects
        try:
            state = read_state(self._place.read(), self._path, self._holds)
        except StateFault as fault:
            return Collected(skipped=(fault.skipped(self._path),))
        read = Read(source=self.name, where=self._path, at=self._clock(), digest=state.digest)
        told = self._telling(state)
        found = [one for instance in state.instances for one in told.of(instance)]
        return Collected(
            observations=tuple(o for o in found if isinstance(o, Observation)),
            skipped=tuple(s for s in found if isinstance(s, Skipped)),
            reads=(read,),
            referring=state.referring,
        )

    def _telling(self, state: State) -> Telling:
        return telling(
            self._path,
            state,
            root=self._root,
            look=lambda one: f"Look at it with `terraform state show '{one.address}'`.",
            anew="Fetch it anew with `terraform state pull > FILE`.",
        )


def telling(
    file: str, state: State, *, root: str = "", look: Callable[[Instance], str], anew: str
) -> Telling:
    """How a state in a file speaks of its instances."""

    def origin(instance: Instance, path: str) -> StateOrigin:
        return StateOrigin(
            file=file,
            address=instance.address,
            path=path,
            serial=state.serial,
            lineage=state.lineage,
            digest=state.digest,
            root=root,
        )

    return Telling(origin=origin, where=lambda one: f"{file} {one.address}", look=look, anew=anew)
