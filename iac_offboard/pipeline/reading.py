"""One reading of code as it is kept between runs.

Kept are the questions that it put to its files (see ``questions``), and what was found out, in
parts: which ways there are to use the roots (the frame), what decides that of each directory (the
outlines), and what was found in each root. Each part says which answers it was made of, and is
recalled while those are the same. Every text in it is spelled as spans of them, so that a kept
reading says nothing without the files that it is about.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from iac_offboard.hcl.configuration import Outline
from iac_offboard.pipeline.cache import Cache
from iac_offboard.pipeline.kept import NotKept, Packed, Packer, unpack
from iac_offboard.pipeline.questions import Again, keep_questions, recall_questions, told
from iac_offboard.pipeline.spelled import NoSpelling, Speller, Texts, Words, in_bytes, spoken
from iac_offboard.pipeline.watched import NAMES, READ, Answer, Question, Watched
from iac_offboard.sources.by_root import Found, Met, OneWay
from iac_offboard.sources.sharing import Asked, Share

Row: TypeAlias = dict[str, Any]
_SPELLED = ("texts", "rows", "found")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRoot:
    """``way`` is a digest of the ways to use the root, whose ``place`` counts among themselves;
    ``asked`` were its questions to the files, ``others`` those to the other roots; ``row`` is how
    it was kept before, in terms of the same questions. Without questions it is not kept."""

    way: str
    found: Found
    share: Share
    others: Mapping[Asked, bool]
    asked: Sequence[Question] | None
    row: Row | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOutline:
    """Of the directory at ``path``."""

    path: str
    outline: Outline
    asked: Sequence[Question]
    row: Row | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFrame:
    """``met`` is what was met in finding out which ways there are; ``ways`` are the digests of
    the roots' in their order, each with its places."""

    met: Met
    ways: Sequence[tuple[str, Sequence[int]]]
    asked: Sequence[Question]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is kept of one reading, as far as it still holds. ``whole``: all of it does."""

    frame: KeptFrame | None = None
    outlines: tuple[KeptOutline, ...] = ()
    roots: tuple[KeptRoot, ...] = ()
    whole: bool = False


# --------------------------------------------------------------------------- to keep


@dataclass(slots=True)
class _Keeper:
    cache: Cache
    asked: str
    words: Words
    answers: Mapping[Question, Answer]
    numbers: Mapping[Question, int]
    digests: dict[str, int] = field(default_factory=dict)
    _files: dict[Question, str] = field(default_factory=dict)

    def part(self, value: object, asked: Sequence[Question], row: Row | None = None) -> Row | None:
        """None where something cannot be kept without its value."""
        try:
            numbers = [self.numbers[question] for question in asked]
            if row is not None:
                return {"asked": numbers, **{name: row[name] for name in _SPELLED}}
            speller = Speller(self.words)
            speller.add(in_bytes(self.asked))
            files, places = self._take(speller, asked)
            packer = Packer()
            found = packer.pack(value)
            texts: list[Packed] = []
            for number, text in enumerate(packer.texts):
                if number in packer.places:
                    speller.near(places.get(packer.places[number], 0))
                texts.append(files[text] if text in files else list(speller.spell(text)))
        except (NoSpelling, NotKept, KeyError):
            return None
        return {"asked": numbers, **dict(zip(_SPELLED, (texts, packer.rows, found), strict=True))}

    def _take(
        self, speller: Speller, asked: Sequence[Question]
    ) -> tuple[dict[str, int], dict[str, int]]:
        """The number of each file by its digest, of which only that is kept: it is taken again.
        And where the text of each file begins."""
        files: dict[str, int] = {}
        places: dict[str, int] = {}
        for number, question in enumerate(asked):
            kind, path = question
            given = self.answers[question]
            speller.add(in_bytes(path), whole=True)
            for text in told(given):
                start = speller.add(text, whole=kind == NAMES)
                if kind == READ:
                    places[path] = start
            if isinstance(given, bytes):
                files[self._file(question, given)] = number
        return files, places

    def _file(self, question: Question, given: bytes) -> str:
        if question not in self._files:
            self._files[question] = hashlib.sha256(given).hexdigest()
        return self._files[question]

    def number(self, digest: str) -> int:
        """Of a digest that was keyed: each stands once."""
        return self.digests.setdefault(digest, len(self.digests))

    def root(self, kept: KeptRoot) -> Row | None:
        if kept.asked is None:
            return None
        found = kept.found
        ways = tuple((w.place, w.label, w.observations, w.skipped) for w in found.ways)
        row = self.part((found.path, ways, found.skipped, found.notes), kept.asked, kept.row)
        if row is None:
            return None
        share = [
            [
                self.number(folder),
                [
                    [self.number(block), [[*map(self.number, one)] for one in made]]
                    for block, made in blocks.items()
                ],
            ]
            for folder, blocks in kept.share.items()
        ]
        others = [[answer, *map(self.number, asked)] for asked, answer in kept.others.items()]
        return {"way": self.number(kept.way), "share": share, "others": others, **row}

    def outline(self, kept: KeptOutline) -> Row | None:
        one = kept.outline
        told_ = (one.calls, one.variables, one.required, one.workspace, one.shadowed, one.skipped)
        return self.part((kept.path, *told_), kept.asked, kept.row)

    def frame(self, kept: KeptFrame) -> Row | None:
        row = self.part(tuple(map(tuple, kept.met)), kept.asked)
        ways = [[self.number(way), *places] for way, places in kept.ways]
        return None if row is None else {"ways": ways, **row}


def keep(
    reading: Reading, answers: Mapping[Question, Answer], cache: Cache, asked: str, words: Words
) -> bytes | None:
    """``asked`` is what whoever recalls it says as well. None where nothing of it can be kept."""
    try:
        questions, numbers = keep_questions(answers, cache, asked, words)
    except NoSpelling:
        return None
    keeper = _Keeper(cache, asked, words, answers, numbers)
    entry = {
        **questions,
        "frame": None if reading.frame is None else keeper.frame(reading.frame),
        "outlines": [row for one in reading.outlines if (row := keeper.outline(one)) is not None],
        "roots": [row for one in reading.roots if (row := keeper.root(one)) is not None],
        "digests": list(keeper.digests),
    }
    return json.dumps(entry, separators=(",", ":")).encode()


# --------------------------------------------------------------------------- to recall


@dataclass(slots=True)
class _Recalled:
    again: Again
    watched: Watched
    asked: str
    own: bytes
    digests: Sequence[str]
    missing: bool = False
    _files: dict[Question, str] = field(default_factory=dict)

    def part(self, row: Row) -> tuple[Any, list[Question]] | None:
        """None, and noted, where something that it was made of has changed."""
        questions = self.again.hold(row["asked"])
        if questions is None:
            self.missing = True
            return None
        texts = Texts()
        texts.add(in_bytes(self.asked))
        for kind, path in questions:
            texts.add(in_bytes(path))
            for text in told(self.watched.put((kind, path))):
                texts.add(text)
        spelled = [
            self._file(questions[pieces])
            if isinstance(pieces, int)
            else spoken(pieces, self.own, texts)
            for pieces in row["texts"]
        ]
        return unpack(row["found"], spelled, row["rows"]), questions

    def _file(self, question: Question) -> str:
        if question not in self._files:
            given = self.watched.put(question)
            if not isinstance(given, bytes):
                raise TypeError("a file was expected")
            self._files[question] = hashlib.sha256(given).hexdigest()
        return self._files[question]

    def root(self, row: Row) -> Iterator[KeptRoot]:
        found = self.part(row)
        if found is None:
            return
        (path, ways, skipped, notes), asked = found
        yield KeptRoot(
            way=self.digests[row["way"]],
            found=Found(
                path=path,
                ways=tuple(
                    OneWay(place=place, label=label, observations=observations, skipped=told_)
                    for place, label, observations, told_ in ways
                ),
                skipped=skipped,
                notes=notes,
            ),
            share={
                self.digests[folder]: {
                    self.digests[block]: frozenset(frozenset(map(self.of, one)) for one in made)
                    for block, made in blocks
                }
                for folder, blocks in row["share"]
            },
            others={tuple(map(self.of, one)): answer for answer, *one in row["others"]},
            asked=asked,
            row=row,
        )

    def of(self, number: int) -> str:
        return self.digests[number]

    def outline(self, row: Row) -> Iterator[KeptOutline]:
        found = self.part(row)
        if found is None:
            return
        (path, calls, variables, required, workspace, shadowed, skipped), asked = found
        outline = Outline(
            calls=calls,
            variables=variables,
            required=required,
            workspace=workspace,
            shadowed=shadowed,
            skipped=skipped,
        )
        yield KeptOutline(path=path, outline=outline, asked=asked, row=row)

    def frame(self, row: Row | None) -> KeptFrame | None:
        found = None if row is None else self.part(row)
        if row is None or found is None:
            self.missing = True
            return None
        ways = [(self.of(way), places) for way, *places in row["ways"]]
        return KeptFrame(met=found[0], ways=ways, asked=found[1])


def recall(entry: bytes, watched: Watched, cache: Cache, asked: str, own: bytes) -> Reading:
    """What was kept and still holds; nothing of an entry that is no entry."""
    try:
        kept = json.loads(entry)
        again = recall_questions(kept, watched, cache, asked, own)
        found = _Recalled(again, watched, asked, own, kept["digests"])
        frame = found.frame(kept["frame"])
        roots = tuple(root for row in kept["roots"] for root in found.root(row))
        if not found.missing and frame is not None and len(roots) == len(frame.ways):
            return Reading(frame=frame, roots=roots, whole=True)
        outlines = tuple(one for row in kept["outlines"] for one in found.outline(row))
    except (ValueError, LookupError, TypeError, RecursionError, AttributeError):
        return Reading()
    return Reading(frame=frame, outlines=outlines, roots=roots)
