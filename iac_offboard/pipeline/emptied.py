"""An edit, and then the same without what would leave a policy statement to nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from iac_offboard.edit.resolve import LAST
from iac_offboard.model import CodeOrigin, Cut, Observation
from iac_offboard.pipeline.failing import Failing
from iac_offboard.pipeline.leftovers import Settled, settle
from iac_offboard.pipeline.untouchable import Untouchable
from iac_offboard.pipeline.whose import Whose
from iac_offboard.sources.terraform import TerraformSource


def leaving_somebody(
    source: TerraformSource,
    edit: Callable[[Sequence[Cut]], Settled],
    cuts: Sequence[Cut],
    wanted: Iterable[Observation],
) -> Settled:
    """The edit without what would leave a statement to nobody."""
    found = edit(cuts)
    hollow = _hollow(source, found.after, wanted)
    if not hollow:
        return found
    found = edit([c for c in cuts if c not in hollow])
    return replace(found, refused={**found.refused, **dict.fromkeys(hollow, LAST)})


def edited(
    source: TerraformSource,
    cuts: Sequence[Cut],
    failing: Failing,
    whose: Whose,
) -> Settled:
    """The edit with all that goes along, lookups that nothing asks for any more among it."""
    asked = {**failing.cuts(), **whose.going}
    found = settle(source, cuts, Untouchable(source), asked, whose)
    unneeded = failing.unneeded(source, found.after)
    if unneeded:
        asked = {**asked, **unneeded}
        found = settle(source, cuts, Untouchable(source), asked, whose)
    return found


def _hollow(
    source: TerraformSource, after: TerraformSource, wanted: Iterable[Observation]
) -> frozenset[Cut]:
    """The cuts that together leave a policy statement without anybody, though each of them
    leaves somebody: the lists that they stand in are put together."""
    named: dict[tuple[str, str], set[Cut]] = {}
    for one in wanted:
        origin = one.origin
        if isinstance(origin, CodeOrigin) and ".Principal" in origin.path:
            named.setdefault((origin.root, origin.address), set()).update(origin.cuts)
    now = after.hollow(named) if named else frozenset()
    new = now - source.hollow(now) if now else now
    return frozenset(cut for place in new for cut in named[place])
