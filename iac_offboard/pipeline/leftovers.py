"""What an edit leaves behind: references to things that are gone, which Terraform refuses.

An output, a local list or a ``depends_on`` only mentions: what mentions nothing but things that
go is taken out with them. Anywhere else a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from iac_offboard.edit.spans import EditResult, apply_cuts
from iac_offboard.errors import EditError
from iac_offboard.hcl.files import Overlay
from iac_offboard.hcl.slots import holds_others, slots_around
from iac_offboard.model import Cut, Span
from iac_offboard.pipeline.by_reference import entry_around
from iac_offboard.pipeline.dangling import Dangling, dangling, left_standing
from iac_offboard.pipeline.untouchable import Untouchable
from iac_offboard.pipeline.whose import Whose
from iac_offboard.sources.places import within
from iac_offboard.sources.terraform import TerraformSource, with_overlay

# What stands here says whom to ask about a thing: nothing lives by it.
_REMARKS = frozenset({"tags", "labels", "annotations", "description"})

HUNG = "hung on who goes, and goes as well"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """An edit with nothing left over that could be taken along. ``taken`` says what went along,
    ``dangling`` what still names something that is gone, one sentence each. ``owned``: (root,
    address, file and line) of resources that live only by reference to what goes. ``refused``:
    cuts that cannot be made, with the reason; all others are made without them. ``bound``: (root,
    address) of bindings that went with an entry that named the leaver by reference."""

    result: EditResult
    refused: Mapping[Cut, str]
    after: TerraformSource
    taken: tuple[str, ...]
    dangling: tuple[str, ...]
    owned: tuple[tuple[str, str, str], ...] = ()
    bound: frozenset[tuple[str, str]] = frozenset()


def settle(
    source: TerraformSource,
    cuts: Sequence[Cut],
    untouchable: Untouchable,
    also: Mapping[Cut, str],
    whose: Whose,
) -> Settled:
    """Cut, look what is left over, and cut again until nothing more can be taken along.

    ``also``: further cuts, with what is said of each when it was made."""
    untouchable.ask(c.span.file for c in cuts)
    extra = {c: said for c, said in also.items() if not untouchable.why(c.span.file)}
    refused = {c: why for c in cuts if (why := untouchable.why(c.span.file))}
    bound: dict[Cut, frozenset[tuple[str, str]]] = {}
    while True:
        asked = [c for c in dict.fromkeys((*cuts, *extra)) if c not in refused]
        result, more_refused = _made(source, asked)
        refused |= more_refused
        after = with_overlay(source, Overlay(source.files, result.files))
        left = dangling(source, after, result)
        lone = [one for one in left if _lives_by_reference(source, one, left, result, whose.others)]
        more = {
            cut: said
            for one in left
            for cut, said in (
                *(
                    _bound(source, one, whose.theirs, bound)
                    or _taken_along(source, one, left, result)
                ),
                *_released(source, one, lone, whose),
            )
            if cut not in extra and not untouchable.why(cut.span.file)
        }
        if not more:
            break
        extra |= more
    unmade = {*refused, *(cut for cut, _ in result.manual)}
    return Settled(
        result=result,
        after=after,
        refused=refused,
        taken=tuple(dict.fromkeys(said for cut, said in extra.items() if cut not in unmade)),
        dangling=tuple(
            dict.fromkeys(
                f"{one.place(source)} still names {one.text}" for one in left if one not in lone
            )
        ),
        owned=tuple(
            dict.fromkeys(
                (root, address, one.place(source))
                for one in lone
                for root, address in _instances_of_block(source, one.block.block)
            )
        ),
        bound=frozenset(
            place for cut, made in bound.items() if cut not in unmade for place in made
        ),
    )


def _made(source: TerraformSource, cuts: Sequence[Cut]) -> tuple[EditResult, dict[Cut, str]]:
    """The edit without what cannot be edited: one such place is no reason to leave the rest."""
    try:
        return _apply(source, cuts), {}
    except EditError:
        refused: dict[Cut, str] = {}
    for cut in cuts:
        try:
            _apply(source, [cut])
        except EditError as error:
            refused[cut] = f"the edit cannot be made: {error.message}"
    kept: list[Cut] = []
    result = _apply(source, kept)
    for cut in cuts:
        if cut in refused:
            continue
        try:
            result = _apply(source, [*kept, cut])
            kept.append(cut)
        except EditError as error:
            refused[cut] = f"the edit cannot be made with the others: {error.message}"
    return result, refused


def _apply(source: TerraformSource, cuts: Sequence[Cut]) -> EditResult:
    files = {c.span.file for cut in cuts for c in _with_enclosing(cut)}
    return apply_cuts({file: source.files.read(file) for file in sorted(files)}, cuts)


def _with_enclosing(cut: Cut | None) -> Iterable[Cut]:
    """A statement of a template stands where the template is called: in another file."""
    while cut is not None:
        yield cut
        cut = cut.enclosing


# --------------------------------------------------------------------------- what is owned


def _lives_by_reference(
    source: TerraformSource,
    one: Dangling,
    left: Sequence[Dangling],
    result: EditResult,
    others: Set[tuple[str, str]],
) -> bool:
    """A resource all of whose references lead to what goes, and that is nobody else's identity.
    References that only say whom to ask make nothing live."""
    if one.block.kind != "resource" or one.block.overridden:
        return False
    standing = left_standing(one.block.references, result)
    if not {r.span for r in standing} <= {other.reference.span for other in left}:
        return False
    if all(_remark(source, r.span) for r in standing):
        return False
    return not any(made in others for made in _instances_of_block(source, one.block.block))


def _remark(source: TerraformSource, place: Span) -> bool:
    return slots_around(source.files.read(place.file), place)[0] in _REMARKS


def _instances_of_block(source: TerraformSource, block: Cut) -> list[tuple[str, str]]:
    return [
        (source.label(root.path, root.variant), resource.address)
        for root in source.repository.roots
        for resource in root.resources
        if resource.block.span == block.span
    ]


def _released(
    source: TerraformSource, one: Dangling, lone: Sequence[Dangling], whose: Whose
) -> Iterable[tuple[Cut, str]]:
    """The block of a resource that lives by reference, once the roster released all it makes, or
    where that is nothing but bindings of who goes."""
    made = _instances_of_block(source, one.block.block) if one.block.kind == "resource" else []
    if not made or one.block.overridden:
        return
    may = one in lone and all(p[1] in whose.released or p in whose.theirs for p in made)
    order = slots_around(source.files.read(one.reference.span.file), one.reference.span)[0]
    member = order != "depends_on" and all(place in whose.members for place in made)
    if not may and not member:
        return
    root, address = made[0]
    said = "is destroyed with the leaver, as the roster released it"
    if address not in whose.released:
        said = HUNG
    yield one.block.block, f"{root}: {address} {said}"


# --------------------------------------------------------------------------- what goes along


def _bound(
    source: TerraformSource,
    one: Dangling,
    theirs: Set[tuple[str, str]],
    bound: dict[Cut, frozenset[tuple[str, str]]],
) -> Sequence[tuple[Cut, str]]:
    """The entry around a reference, where it makes bindings of who goes and nothing else."""
    found = entry_around(source, one.block, one.reference.span, theirs)
    if found is None:
        return ()
    cut, made = found
    bound[cut] = made
    first = min(made)[0]
    names = ", ".join(dict.fromkeys(address for _, address in sorted(made)))
    return [(cut, f"{first}: {names} named the leaver by {one.text} only: the entry goes, too")]


def _taken_along(
    source: TerraformSource, one: Dangling, left: Sequence[Dangling], result: EditResult
) -> Iterable[tuple[Cut, str]]:
    block, span = one.block, one.reference.span
    lost = {other.reference.span for other in left}
    standing = [r.span for r in left_standing(block.references, result)]
    name = block.labels[0] if block.labels else block.kind
    data = source.files.read(span.file)
    mine = [s for s in standing if s in lost]
    whole = not block.overridden and len(mine) == len(standing)
    if block.kind == "output" and whole and not holds_others(data, block.block.span, mine):
        yield block.block, f"output {name} named only what goes and goes with it"
        return
    if block.kind == "check" and whole:
        yield block.block, f"check {name} asked only about what goes and goes with it"
        return
    attribute, slots = slots_around(data, span)
    if block.kind == "import" and attribute == "to":  # Terraform refuses one without its target
        yield block.block, f"the import to {one.text} goes with it"
        return
    if block.kind not in ("output", "local") and attribute != "depends_on":
        return
    for slot in slots:
        inner = [s for s in standing if within(s, slot.span)]
        if all(s in lost for s in inner) and not holds_others(data, slot.span, inner):
            where = block.address if attribute == "depends_on" else f"{block.kind} {name}"
            yield slot, f"{where} no longer names {one.text}"
            return
