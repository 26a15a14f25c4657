"""The questions that a reading put to its files, as they are kept between runs.

Each is kept with a keyed digest of its answer; the path that it is about is spelled as spans of
the answers before it. In a later run each is put again: what was found out from those that still
have their answers is still true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.pipeline.cache import Cache
from iac_offboard.pipeline.kept import Packed
from iac_offboard.pipeline.spelled import NoSpelling, Speller, Texts, Words, in_bytes, spoken
from iac_offboard.pipeline.watched import Answer, Fault, Names, Question, Watched

Numbered: TypeAlias = Mapping[Question, int]
"""The questions that are kept, each with its number."""


@dataclass(frozen=True, slots=True)
class Again:
    """The questions of a run before this one. None for one that has another answer now, or that
    cannot be put any more."""

    questions: Sequence[Question | None]

    def hold(self, numbers: Iterable[int]) -> list[Question] | None:
        """These, if all of them have the same answers."""
        found = [self.questions[number] for number in numbers]
        return None if None in found else [one for one in found if one is not None]


def told(given: Answer) -> Iterable[bytes]:
    """The texts of an answer, to take pieces from."""
    match given:
        case bytes():
            return (given,)
        case str():
            return (in_bytes(given),)
        case Names():
            return [in_bytes(name) for name, _ in given.listed]
        case Fault():
            return ()


def keep_questions(
    answers: Mapping[Question, Answer], asked: str, words: Words
) -> tuple[list[Packed], Numbered]:
    """``asked`` is what whoever recalls them says as well. What cannot be spelled has no
    number."""
    speller = Speller(words)
    speller.add(in_bytes(asked))
    rows: list[Packed] = []
    numbered: dict[Question, int] = {}
    for question, given in answers.items():
        kind, path = question
        try:
            pieces = speller.spell(path)
            texts = list(told(given))
        except NoSpelling:
            continue
        size = 0
        for text in texts:
            speller.add(text, whole=isinstance(given, Names))
            size += len(text) + 1
        numbered[question] = len(rows)
        rows.append([kind, size, *pieces])
    return rows, numbered


def recall_questions(
    rows: Sequence[Sequence[int]],
    seals: Sequence[str],
    watched: Watched,
    cache: Cache,
    asked: str,
    own: bytes,
) -> Again:
    """Raises ValueError or TypeError for what is none."""
    texts = Texts()
    texts.add(in_bytes(asked))
    found: list[Question | None] = []
    for (kind, size, *pieces), sealed in zip(rows, seals, strict=True):
        question = _spoken(kind, pieces, own, texts)
        given = None if question is None else watched.put(question)
        if given is None or seal(cache, given) != sealed:
            texts.skip(size)
            found.append(None)
            continue
        for text in told(given):
            texts.add(text)
        found.append(question)
    return Again(found)


def _spoken(kind: int, pieces: Sequence[int], own: bytes, texts: Texts) -> Question | None:
    try:
        return kind, spoken(pieces, own, texts)
    except ValueError:
        return None


def seal(cache: Cache, given: Answer) -> str:
    match given:
        case bytes():
            return cache.digest(b"read", given)
        case str():
            return cache.digest(b"real", in_bytes(given))
        case Names():
            return cache.digest(b"names", in_bytes(repr(given.listed)))
        case Fault():
            return cache.digest(b"fault", in_bytes(given.text))
