"""A reading of code of which something has to be found out, given what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from iac_offboard.hcl.configuration import Configurations, Outline, directory_part
from iac_offboard.hcl.context import Faults
from iac_offboard.hcl.repository import Frame
from iac_offboard.hcl.resources import Root
from iac_offboard.hcl.survey import survey
from iac_offboard.hcl.ways import Way
from iac_offboard.pipeline.evaluated import Evaluated, Evaluation, OneProcess
from iac_offboard.pipeline.reading import KeptFrame, KeptOutline, KeptRoot, Reading
from iac_offboard.pipeline.watched import Question, Watched
from iac_offboard.sources.by_root import Found
from iac_offboard.sources.sharing import Digests, Share, Shares
from iac_offboard.sources.terraform import TerraformSource
from iac_offboard.sources.wanted import Concern

_FRAME = "frame"


class Helpers(Evaluation, Protocol):
    """Other processes that read the same tree."""

    def outlines(self, folders: Sequence[str]) -> list[KeptOutline]:
        """Those of directories with configuration."""
        ...

    def know(self, frame: Frame) -> None:
        """What roots there are; comes before anything is evaluated."""
        ...


@dataclass(slots=True, kw_only=True)
class Anew:
    """``helpers`` says who helps with a number of directories, None for nobody. ``digest`` is
    keyed where what it makes is kept."""

    source: TerraformSource
    watched: Watched
    kept: Reading
    concerns: Concern
    digest: Callable[[str], str]
    helpers: Callable[[int], Helpers | None]
    _outlined: dict[str, KeptOutline] = field(default_factory=dict)

    def reading(self) -> Reading:
        """The whole, with what still holds of what was kept."""
        frame = self._frame()
        ways = {p: (self._way(frame, places), places) for p, places in frame.paths().items()}
        known = {one.way: one for one in self.kept.roots}
        recalled = {path: known[way] for path, (way, _) in ways.items() if way in known}
        fresh, found = self._evaluated(frame, list(ways), recalled)
        roots = {
            path: KeptRoot(
                way=way,
                found=_counted(found[path].found, places),
                share=fresh[path],
                others=found[path].others,
                asked=found[path].asked,
            )
            if path in found
            else recalled[path]
            for path, (way, places) in ways.items()
        }
        return Reading(
            frame=KeptFrame(
                met=frame.faults.told(),
                ways=list(ways.values()),
                asked=self.watched.asked(_FRAME),
            ),
            outlines=tuple(self._outlines(frame)),
            roots=tuple(roots.values()),
        )

    def _evaluated(
        self, frame: Frame, paths: Sequence[str], recalled: dict[str, KeptRoot]
    ) -> tuple[dict[str, Share], dict[str, Evaluated]]:
        digests = Digests(self.digest)
        anew = [path for path in paths if path not in recalled]
        helpers = self.helpers(len(anew))
        if helpers is not None:
            helpers.know(frame)
        evaluation = helpers or OneProcess(self.source, self.watched, self.concerns, digests)
        fresh = evaluation.shares(anew)
        shares = Shares(digests, {p: fresh[p] if p in fresh else recalled[p].share for p in paths})
        changed = [p for p, one in recalled.items() if not shares.others(p).still(one.others)]
        fresh |= evaluation.shares(changed)
        return fresh, evaluation.found(list(fresh), shares)

    def _frame(self) -> Frame:
        self._know(self.kept.outlines)
        with self.watched.part(_FRAME):
            found = survey(self.watched, Faults())
        unknown = [path for path in found.folders if path not in self._outlined]
        helpers = self.helpers(len(unknown))
        if helpers is not None:
            self._know(helpers.outlines(unknown))
        configurations = Configurations(self.watched, Faults())
        configurations.know({path: one.outline for path, one in self._outlined.items()})
        self.source.configurations = configurations
        with self.watched.part(_FRAME):
            return self.source.frame

    def _know(self, outlines: Sequence[KeptOutline]) -> None:
        for one in outlines:
            self._outlined[one.path] = one
            self.watched.know(directory_part(one.path), one.asked)

    def _outlines(self, frame: Frame) -> Iterator[KeptOutline]:
        for path, one in frame.configurations.outlines().items():
            yield self._outlined.get(path) or outlined(path, one, self.watched)

    def _way(self, frame: Frame, places: Sequence[int]) -> str:
        return self.digest(repr([_told(frame.ways[place]) for place in places]))


def outlined(path: str, outline: Outline, watched: Watched) -> KeptOutline:
    """An outline with what was asked for it."""
    return KeptOutline(path=path, outline=outline, asked=watched.asked(directory_part(path)))


def _told(way: Way | Root) -> tuple[object, ...]:
    """What makes a way another one; what its inputs are is asked of files."""
    if isinstance(way, Root):
        return ("absent", way.path, way.variant)
    return (
        *(way.module, way.path, way.variant, way.var_files, way.workspace),
        *(way.assumed, way.tofu, sorted(way.inputs)),
    )


def _counted(found: Found, places: Sequence[int]) -> Found:
    """With the places of its ways among themselves."""
    ways = tuple(replace(way, place=places.index(way.place)) for way in found.ways)
    return replace(found, ways=ways)


def placed(reading: Reading) -> list[Found]:
    """What was found in each root, with the places of all ways among those of the tree."""
    by_way = {root.way: root.found for root in reading.roots}
    found = []
    for way, places in reading.frame.ways if reading.frame is not None else ():
        ways = tuple(replace(w, place=places[w.place]) for w in by_way[way].ways)
        found.append(replace(by_way[way], ways=ways))
    return found


def used(reading: Reading, watched: Watched) -> list[Question]:
    """What something in a reading was made of, in the order in which it was asked."""
    asked = [one.asked for one in reading.outlines]
    asked += [one.asked for one in reading.roots if one.asked is not None]
    asked += [reading.frame.asked] if reading.frame is not None else []
    found = {question for one in asked for question in one}
    return [question for question in watched.answers() if question in found]
