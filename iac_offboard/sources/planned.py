"""The JSON of a plan as a source: what an apply of the code leaves, and the state it started from.

Terraform itself has evaluated the code there, with every variable, data source and module that
the static reading may not have: each instance stands at its exact address. Read only; change by
change, so that a large plan is never an object as a whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from iac_offboard.catalog.addresses import without_keys
from iac_offboard.catalog.paths import top as top_of
from iac_offboard.catalog.policy import Json
from iac_offboard.catalog.principal import HOLE
from iac_offboard.interface import StateFault
from iac_offboard.model import (
    Collected,
    Observation,
    PlanOrigin,
    Read,
    Side,
    Skipped,
    SkipReason,
    Written,
)
from iac_offboard.sources.json_cursor import JsonCursor
from iac_offboard.sources.observed import Telling
from iac_offboard.sources.plan_json import actions_of, left_open, no_plan, read_top, with_holes
from iac_offboard.sources.plan_references import makes_something, providers, string, written
from iac_offboard.sources.state import telling
from iac_offboard.sources.state_file import State, read_prior
from iac_offboard.sources.state_instances import Instance, of_change, with_accounts

_GONE = frozenset({"delete", "forget"})
_NEXT = "give the code with --terraform DIR; or apply what it waits for, and plan again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """What a plan does not tell of an instance at ``address``, which the block ``block`` makes."""

    address: str
    block: str
    skipped: Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReading:
    """What a plan says. ``open`` is what it does not tell; ``addresses`` are all instances that an
    apply leaves, ``configured`` the blocks and module calls of its configuration (without instance
    keys). ``partial`` says why it speaks of a part of the root only, None for one that speaks of
    all of it; ``made_at`` is None where it does not say when."""

    collected: Collected
    digest: str
    open: tuple[Open, ...]
    addresses: frozenset[str]
    configured: frozenset[str]
    partial: Skipped | None
    made_at: datetime | None


def read_planned(
    data: bytes, name: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> PlanReading:
    """Every binding in the plan, whoever it names; matching comes later. Raises PlanFault where it
    is no whole plan."""
    reading = _Reading(name, hashlib.sha256(data).hexdigest())
    top = read_top(data, name, reading.take, reading.take_prior)
    return reading.told(top, clock())


@dataclass(slots=True)
class _Reading:
    """What was read of a plan so far."""

    name: str
    digest: str
    after: list[tuple[Instance, tuple[str, ...]]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    prior: State | None = None
    fault: StateFault | None = None

    def take(self, raw: Mapping[str, Any], text: str) -> None:
        """One change; nothing of what it destroys or forgets stands in the code."""
        del text
        if not all(isinstance(raw.get(key), str) for key in ("address", "mode", "type")):
            raise no_plan(self.name, "a resource change in it does not say of what")
        change = raw["change"]
        actions = actions_of(change, self.name)
        self.touched |= {string(raw.get("address")), string(raw.get("previous_address"))}
        if _GONE.issuperset(actions):
            return
        attrs = with_holes(change.get("after"), change.get("after_unknown"))
        instance = of_change(raw, attrs, change.get("after_sensitive"))
        if instance is not None:
            self.after.append((instance, actions))

    def take_prior(self, cursor: JsonCursor) -> None:
        try:
            self.prior = replace(read_prior(cursor, self.name), digest=self.digest)
        except StateFault as fault:
            self.fault = fault

    def told(self, top: Mapping[str, Any], at: datetime) -> PlanReading:
        keys = providers(top.get("configuration"))
        blocks = written(top.get("configuration"))
        placed = _in_accounts([instance for instance, _ in self.after], keys)
        made = [(i, actions) for i, (_, actions) in zip(placed, self.after, strict=True)]
        found = [one for i, actions in made for one in self._of(i, actions, blocks)]
        before = list(self._before(keys))
        skipped = [*left_open(top, self.name), *(s for s in before if isinstance(s, Skipped))]
        observed = [o for o in (*found, *before) if isinstance(o, Observation)]
        read = Read(source=f"plan {self.name}", where=self.name, at=at, digest=self.digest)
        return PlanReading(
            collected=Collected(
                observations=tuple(observed), skipped=tuple(skipped), reads=(read,)
            ),
            digest=self.digest,
            open=tuple(one for one in found if isinstance(one, Open)),
            addresses=frozenset(instance.address for instance, _ in made),
            configured=frozenset(blocks.resources) | frozenset(blocks.arguments),
            partial=self._partial(top),
            made_at=_time(top.get("timestamp")),
        )

    def _of(
        self, instance: Instance, actions: tuple[str, ...], blocks: Written
    ) -> Iterator[Observation | Open]:
        block = without_keys(instance.address)
        arguments = blocks.resources.get(block)
        known = replace(instance, attrs=_given(instance.attrs, arguments))
        for one in self._telling(actions).of(known):
            if isinstance(one, Skipped):
                yield Open(address=instance.address, block=block, skipped=one)
            # A copy of what stands live, that nobody writes here, is nothing that the code makes.
            elif not one.mirror or _path(one) in (arguments or ()):
                yield replace(one, authoritative=one.authoritative and one.removal != "block")

    def _telling(self, actions: tuple[str, ...]) -> Telling:
        def origin(instance: Instance, path: str) -> PlanOrigin:
            return PlanOrigin(
                file=self.name,
                address=instance.address,
                path=path,
                actions=actions,
                digest=self.digest,
            )

        return Telling(
            origin=origin,
            where=lambda one: f"{self.name} {one.address}",
            look=lambda _: _NEXT,
            anew="Write it anew with `terraform show -json PLANFILE > FILE`.",
        )

    def _before(self, keys: Mapping[str, str]) -> Iterator[Observation | Skipped]:
        """What stands in the state that was planned from, as in any other state."""
        if self.fault is not None:
            yield self.fault.skipped(self.name)
        if self.prior is None:
            return
        told = telling(
            self.name,
            self.prior,
            look=lambda one: f"Look at it with `terraform state show '{one.address}'`.",
            anew="Write it anew with `terraform show -json PLANFILE > FILE`.",
        )
        for instance in _in_accounts(self.prior.instances, keys):
            yield from told.of(instance)

    def _partial(self, top: Mapping[str, Any]) -> Skipped | None:
        """A plan lists every instance of its state and of its configuration, unless it was told to
        leave some out; newer ones say themselves that they are not complete ("complete", JSON
        Output Format), but not when they only refresh the state."""
        prior = self.prior.instances if self.prior is not None else ()
        left = sum(1 for one in prior if one.address not in self.touched)
        nothing = not self.touched and makes_something(top.get("configuration"))
        said = next(left_open(top, self.name), None)
        if said is not None or not (left or nothing or top.get("complete") is False):
            return said
        return Skipped(
            where=self.name,
            reason=SkipReason.UNDECIDED,
            detail="it speaks of a part of the root module only (-target, -exclude, "
            f"-refresh-only); {left} instance(s) of its state are in no change",
            side=Side.RETURN_RISK,
            next_step="plan without these options and give that plan",
        )


def _time(raw: object) -> datetime | None:
    """ "timestamp" (JSON Output Format), since Terraform 1.5."""
    try:
        at = datetime.fromisoformat(string(raw))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _path(observation: Observation) -> str:
    """The argument that it stands in."""
    origin = observation.origin
    return top_of(origin.path) if isinstance(origin, PlanOrigin) else ""


def _given(attrs: Mapping[str, Json], arguments: Container[str] | None) -> Mapping[str, Json]:
    """Without what is unknown and nobody writes: an ARN, an id, a generated name that a provider
    will put there names nobody before."""
    if arguments is None:
        return attrs
    return {name: v for name, v in attrs.items() if v != HOLE or name in arguments}


def _in_accounts(
    instances: Sequence[Instance], providers_of: Mapping[str, str]
) -> tuple[Instance, ...]:
    """Each in the account of its provider configuration, where that is known."""
    return with_accounts(
        [
            replace(one, provider=providers_of.get(without_keys(one.address), one.provider))
            for one in instances
        ]
    )
