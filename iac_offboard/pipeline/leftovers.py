"""What an edit leaves behind: references to things that are gone, which Terraform refuses.

An output, a local list or a ``depends_on`` only mentions: what mentions nothing but things that
go is taken out with them. Anywhere else a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from iac_offboard.edit.spans import EditResult, apply_cuts
from iac_offboard.errors import EditError
from iac_offboard.hcl.files import Overlay
from iac_offboard.hcl.resources import Reference, Repository, TopBlock
from iac_offboard.hcl.slots import holds_others, slots_around
from iac_offboard.model import Cut, Span
from iac_offboard.pipeline.untouchable import Untouchable
from iac_offboard.sources.terraform import TerraformSource, with_overlay

# `data.aws_iam_user.admin["alice"]` of `data.aws_iam_user.admin["alice"].arn`
_INSTANCE = re.compile(r'(?:data\.)?[\w-]+\.[\w-]+\[(?:"[^"]*"|\d+)\]')
# These may name what is no longer there: that is what they are for.
_HISTORY = ("moved", "removed")
_TWICE = "locals"  # each of them is a block of its own as well
# What stands here says whom to ask about a thing: nothing lives by it.
_REMARKS = frozenset({"tags", "labels", "annotations", "description"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """An edit with nothing left over that could be taken along. ``taken`` says what went along,
    ``dangling`` what still names something that is gone, one sentence each. ``owned``: (root,
    address, file and line) of resources that live only by reference to what goes. ``refused``:
    cuts that cannot be made, with the reason; all others are made without them."""

    result: EditResult
    refused: Mapping[Cut, str]
    after: TerraformSource
    taken: tuple[str, ...]
    dangling: tuple[str, ...]
    owned: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    block: TopBlock
    reference: Reference
    text: str


def settle(
    source: TerraformSource,
    cuts: Sequence[Cut],
    untouchable: Untouchable,
    also: Mapping[Cut, str],
    released: Set[str],
    others: Set[tuple[str, str]] = frozenset(),
) -> Settled:
    """Cut, look what is left over, and cut again until nothing more can be taken along.

    ``also``: further cuts, with what is said of each when it was made. ``released``: addresses
    that may be destroyed. ``others``: (root, address) of what is the identity of somebody who
    stays; it lives by no reference to a leaver."""
    untouchable.ask(c.span.file for c in cuts)
    extra = {c: said for c, said in also.items() if not untouchable.why(c.span.file)}
    refused = {c: why for c in cuts if (why := untouchable.why(c.span.file))}
    while True:
        asked = [c for c in dict.fromkeys((*cuts, *extra)) if c not in refused]
        result, more_refused = _made(source, asked)
        refused |= more_refused
        after = with_overlay(source, Overlay(source.files, result.files))
        left = _left_over(source, after, result)
        lone = [one for one in left if _lives_by_reference(source, one, left, result, others)]
        more = {
            cut: said
            for one in left
            for cut, said in (
                *_taken_along(source, one, left, result),
                *_released(source, one, lone, released),
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
                f"{_place(source, one)} still names {one.text}" for one in left if one not in lone
            )
        ),
        owned=tuple(
            dict.fromkeys(
                (root, address, _place(source, one))
                for one in lone
                for root, address in _made_by(source, one.block.block)
            )
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
    return apply_cuts({c.span.file: source.files.read(c.span.file) for c in cuts}, cuts)


def _place(source: TerraformSource, left: _Left) -> str:
    span = left.reference.span
    line = source.files.read(span.file).count(b"\n", 0, span.start) + 1
    return f"{span.file}:{line}"


# --------------------------------------------------------------------------- what is left over


def _left_over(
    source: TerraformSource, after: TerraformSource, result: EditResult
) -> tuple[_Left, ...]:
    """References of the reading BEFORE that the edit did not take, to what it took."""
    if not result.removed:
        return ()
    standing = _addresses(after.repository)
    # A directory that nothing calls any more (a link, a downloaded module) is as whole as it was.
    in_use = {module for module, _ in standing}
    gone = {(m, a) for m, a in _addresses(source.repository) - standing if m in in_use}
    gone_instances = _instances(source.repository) - _instances(after.repository)
    modules = {module for module, _ in gone | gone_instances}
    found: dict[Span, _Left] = {}
    for root in source.repository.roots if modules else ():
        for block in root.blocks:
            if block.module not in modules or block.kind in (*_HISTORY, _TWICE):
                continue
            for reference in _standing(block.references, result):
                instance = _instance_named(source, reference)
                if (block.module, reference.to) in gone:
                    text = reference.to
                elif instance and (block.module, instance) in gone_instances:
                    text = instance
                else:
                    continue
                left = _Left(block=block, reference=reference, text=text)
                found.setdefault(reference.span, left)
    return tuple(found.values())


def _standing(references: Iterable[Reference], result: EditResult) -> list[Reference]:
    return [r for r in references if not any(_within(r.span, gone) for gone in result.removed)]


def _within(inner: Span, outer: Span) -> bool:
    return inner.file == outer.file and outer.start <= inner.start and inner.end <= outer.end


def _instance_named(source: TerraformSource, reference: Reference) -> str:
    span = reference.span
    text = source.files.read(span.file)[span.start : span.end].decode("utf-8", "replace")
    found = _INSTANCE.match(text)
    return found.group() if found else ""


def _addresses(repository: Repository) -> set[tuple[str, str]]:
    return {(b.module, b.address) for root in repository.roots for b in root.blocks if b.address}


def _instances(repository: Repository) -> set[tuple[str, str]]:
    """Instances of resources and module calls as the code of a root itself calls them."""
    return {
        (root.path, address)
        for root in repository.roots
        for address in (*(r.address for r in root.resources), *(c.address for c in root.calls))
    }


# --------------------------------------------------------------------------- what is owned


def _lives_by_reference(
    source: TerraformSource,
    one: _Left,
    left: Sequence[_Left],
    result: EditResult,
    others: Set[tuple[str, str]],
) -> bool:
    """A resource all of whose references lead to what goes, and that is nobody else's identity.
    References that only say whom to ask make nothing live."""
    if one.block.kind != "resource" or one.block.overridden:
        return False
    standing = _standing(one.block.references, result)
    if not {r.span for r in standing} <= {other.reference.span for other in left}:
        return False
    if all(_remark(source, r.span) for r in standing):
        return False
    return not any(made in others for made in _made_by(source, one.block.block))


def _remark(source: TerraformSource, place: Span) -> bool:
    return slots_around(source.files.read(place.file), place)[0] in _REMARKS


def _made_by(source: TerraformSource, block: Cut) -> list[tuple[str, str]]:
    return [
        (source.label(root.path, root.variant), resource.address)
        for root in source.repository.roots
        for resource in root.resources
        if resource.block.span == block.span
    ]


def _released(
    source: TerraformSource, one: _Left, lone: Sequence[_Left], released: Set[str]
) -> Iterable[tuple[Cut, str]]:
    """The block of a resource that lives by reference, once the roster released all it makes."""
    made = _made_by(source, one.block.block) if one in lone else []
    if made and all(address in released for _, address in made):
        root, address = made[0]
        said = f"{root}: {address} is destroyed with the leaver, as the roster released it"
        yield one.block.block, said


# --------------------------------------------------------------------------- what goes along


def _taken_along(
    source: TerraformSource, one: _Left, left: Sequence[_Left], result: EditResult
) -> Iterable[tuple[Cut, str]]:
    block, span = one.block, one.reference.span
    lost = {other.reference.span for other in left}
    standing = [r.span for r in _standing(block.references, result)]
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
        inner = [s for s in standing if _within(s, slot.span)]
        if all(s in lost for s in inner) and not holds_others(data, slot.span, inner):
            where = block.address if attribute == "depends_on" else f"{block.kind} {name}"
            yield slot, f"{where} no longer names {one.text}"
            return
