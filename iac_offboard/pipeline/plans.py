"""Plans of Terraform as JSON, each tied to the root module that it is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from iac_offboard.catalog.addresses import without_keys
from iac_offboard.errors import UsageError
from iac_offboard.interface import PlanFault
from iac_offboard.model import Collected, Note, NoteKind, Side, Skipped, SkipReason
from iac_offboard.pipeline.git import committed_at
from iac_offboard.pipeline.state_roots import root_of
from iac_offboard.pipeline.tied import named, places_of, split, tied
from iac_offboard.sources.plan_json import STDIN, plan_bytes
from iac_offboard.sources.planned import Open, PlanReading, read_planned
from iac_offboard.sources.terraform import TerraformSource

_OF_NONE = (
    "of which root module it is cannot be told, so that it decides nothing that the code leaves "
    "open: name the root with --plan-json ROOT=FILE"
)
_AGAIN = "plan again with the code as it is now, and write that plan's JSON to the same file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a plan tells of the root ``root``, "" where that is not known."""

    root: str = ""
    reading: PlanReading | None = None

    def leaves_open(self, undecided: Skipped) -> bool:
        """Is what the code does not know unknown in the plan as well?"""
        address = self._address(undecided)
        if address is None or self.reading is None:
            return False
        block = without_keys(address)
        return any(
            _meets(address, block, one) and _of_one_kind(undecided, one.skipped)
            for one in self.reading.open
        )

    def tells(self, undecided: Skipped) -> bool:
        """Does the plan tell what the code does not know? Of what an apply leaves a plan of the
        whole root tells everything, also which instances there are."""
        address = self._address(undecided)
        if address is None or self.reading is None:
            return False
        if self.reading.partial is None and without_keys(address) in self.reading.configured:
            return True
        return address in self.reading.addresses or any(
            one.startswith(f"{address}.") for one in self.reading.addresses
        )

    def _address(self, undecided: Skipped) -> str | None:
        root, sign, address = undecided.where.rpartition(": ")
        return address if sign and self.root and root == self.root else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPlan:
    """A plan file as an earlier look read it, before the code was changed. ``counted``: something
    that it said of a subject, nothing else said."""

    digest: str
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """What the plans that were named say; ``stdin`` gives what is piped in."""

    code: Sequence[tuple[TerraformSource, Collected]]
    stdin: Callable[[], bytes]
    past: Mapping[str, PastPlan] = field(default_factory=dict)

    def read(self, specs: Sequence[str]) -> tuple[list[Collected], list[Told]]:
        """One reading for each ``FILE`` or ``ROOT=FILE``. Raises InputError for a ROOT that is none
        of those that were read."""
        found = [self._read(spec) for spec in specs]
        return [collected for collected, _ in found], [told for _, told in found]

    def _read(self, spec: str) -> tuple[Collected, Told]:
        name, file = split(spec)
        sources = [source for source, _ in self.code]
        label = named(name, f"--plan-json {spec}", sources) if name and sources else name
        try:
            reading = read_planned(plan_bytes(file, self.stdin), file)
        except PlanFault as fault:
            return Collected(skipped=(fault.skipped(file),)), Told()
        past = self.past.get(file)
        if past is not None and past.digest == reading.digest:
            return _of_the_past(file, past, reading), Told()
        root = label or _root_of(file, reading, sources)
        told = Told(root=root, reading=reading)
        found = self._tied(reading, root)
        notes = (
            Note(kind=NoteKind.HAZARD, where=file, text=text)
            for text in self._doubts(reading, root)
        )
        return replace(found, notes=(*found.notes, *notes)), told

    def _doubts(self, reading: PlanReading, root: str) -> Iterator[str]:
        """Why it may say less of the code than one believes."""
        source = next((s for s, _ in self.code if root in s.labels()), None)
        if self.code and not root and (reading.configured or reading.addresses):
            yield _OF_NONE
        changed = committed_at(Path(source.directory)) if source is not None else None
        if changed is not None and reading.made_at is not None and changed > reading.made_at:
            made, since = (at.isoformat(timespec="seconds") for at in (reading.made_at, changed))
            yield f"the plan was made at {made}, and the code was committed after it, at {since}"

    def _tied(self, reading: PlanReading, root: str) -> Collected:
        known = any(root in source.labels() for source, _ in self.code)
        placed = tied(reading.collected, root, None)
        written = places_of(placed.observations)
        if known:
            written |= places_of(o for _, c in self.code for o in c.observations)
        speaks_for_all = known or reading.partial is None
        placed = tied(placed, root, written if speaks_for_all else None)
        unread = list(self._left_open(reading, root, known=known))
        if reading.partial is not None and not known:
            unread.append(reading.partial)
        return replace(placed, skipped=(*placed.skipped, *unread))

    def _left_open(self, reading: PlanReading, root: str, *, known: bool) -> Iterator[Skipped]:
        """What only the plan could tell. Of what the code itself makes, its own reading says
        whether anything is undecided."""
        made = self._made(root) if known and reading.open else frozenset()
        for one in reading.open:
            if one.address not in made:
                where = f"{root}: {one.address}" if root else one.skipped.where
                yield replace(one.skipped, where=where)

    def _made(self, root: str) -> frozenset[str]:
        return frozenset(
            one.address
            for source, _ in self.code
            if root in source.labels()
            for one in source.instances()
            if one.root == root
        )


def _root_of(file: str, reading: PlanReading, sources: Sequence[TerraformSource]) -> str:
    """A plan of other code than was read may lie anywhere: its blocks tell whose it is."""
    known = reading.addresses | reading.configured
    return root_of(file, known, sources, of_code=bool(reading.configured))[0]


def readable_again(specs: Sequence[str]) -> None:
    """Raises UsageError for a plan that is piped in: whoever looks again has to read it again."""
    if any(split(spec)[1] == STDIN for spec in specs):
        raise UsageError(
            "A plan that is piped in cannot be read again by verify.",
            hint="Write it to a file, and name that with --plan-json FILE.",
        )


def _of_the_past(file: str, past: PastPlan, reading: PlanReading) -> Collected:
    """It says nothing of the code as it is now: neither that it names a subject nor that it names
    none."""
    text = "was made before the code was changed, and says nothing of the code as it is now"
    if not past.counted:
        note = Note(kind=NoteKind.HAZARD, where=file, text=f"the plan {text}")
        return Collected(notes=(note,), reads=reading.collected.reads)
    skipped = Skipped(
        where=file,
        reason=SkipReason.UNDECIDED,
        detail=f"the plan {text}; nothing else told what it told",
        side=Side.RETURN_RISK,
        next_step=_AGAIN,
    )
    return Collected(skipped=(skipped,), reads=reading.collected.reads)


def _meets(address: str, block: str, one: Open) -> bool:
    """Is it at that address, or made by the block or module of that address?"""
    same = address == one.address if address.endswith("]") else block == one.block
    return same or one.block.startswith(f"{block}.")


def _of_one_kind(undecided: Skipped, other: Skipped) -> bool:
    return not undecided.kinds or not other.kinds or bool(undecided.kinds & other.kinds)
