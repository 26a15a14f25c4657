"""The questions that a reading put to its files, as they are kept between runs.

Each is kept with a keyed digest of its answer; the path that it is about is spelled as spans of
the answers before it. In a later run each is put again: what was found out from those that still
have their answers is still true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from iac_offboard.pipeline.cache import Cache
from iac_offboard.pipeline.kept import Packed
from iac_offboard.pipeline.spelled import NoSpelling, Speller, Texts, Words, in_bytes, spoken
from iac_offboard.pipeline.watched import Answer, Fault, Names, Question, Watched

Numbered: TypeAlias = Mapping[Question, int]
"""The questions that are kept, each with its number."""
_NAMES = "n"
_NAME_SIZE = 20  # of names in one directory two are never the same by that


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
    answers: Mapping[Question, Answer], cache: Cache, asked: str, words: Words
) -> tuple[dict[str, object], Numbered]:
    """``asked`` is what whoever recalls them says as well. What cannot be spelled has no
    number."""
    speller = Speller(words)
    speller.add(in_bytes(asked))
    rows: list[Packed] = []
    names: list[list[tuple[int, str]]] = []
    numbered: dict[Question, int] = {}
    for question, given in answers.items():
        kind, path = question
        try:
            pieces = speller.spell(path)
            texts = list(told(given))
        except NoSpelling:
            continue
        for text in texts:
            speller.add(text, whole=isinstance(given, Names))
        numbered[question] = len(rows)
        rows.append([kind, sum(len(text) + 1 for text in texts), *pieces])
        if isinstance(given, Names):
            names.append([(len(text), _name(cache, text)) for text in texts])
    seals = [seal(cache, answers[question]) for question in numbered]
    return {"questions": rows, "answers": seals, "names": names}, numbered


def recall_questions(
    kept: Mapping[str, Any], watched: Watched, cache: Cache, asked: str, own: bytes
) -> Again:
    """Raises ValueError, LookupError or TypeError for what is none."""
    texts = Texts()
    texts.add(in_bytes(asked))
    found: list[Question | None] = []
    names = iter(kept["names"])
    for (kind, size, *pieces), sealed in zip(kept["questions"], kept["answers"], strict=True):
        question = _spoken(kind, pieces, own, texts)
        given = None if question is None else watched.put(question)
        listed = next(names) if sealed[:1] == _NAMES else ()
        if given is not None and seal(cache, given) == sealed:
            found.append(question)
            for text in told(given):
                texts.add(text)
            continue
        found.append(None)
        if isinstance(given, Names) and listed:
            _still_there(given, listed, texts, cache)
        else:
            texts.skip(size)
    return Again(found)


def _still_there(
    given: Names, listed: Iterable[tuple[int, str]], texts: Texts, cache: Cache
) -> None:
    """What is in a directory has changed: the names that are still in it keep their places."""
    now = {_name(cache, text): text for text in told(given)}
    for size, digest in listed:
        text = now.get(digest)
        if text is None:
            texts.skip(size + 1)
        else:
            texts.add(text)


def _name(cache: Cache, text: bytes) -> str:
    return cache.digest(b"name", text)[:_NAME_SIZE]


def _spoken(kind: int, pieces: Sequence[int], own: bytes, texts: Texts) -> Question | None:
    try:
        return kind, spoken(pieces, own, texts)
    except ValueError:
        return None


def seal(cache: Cache, given: Answer) -> str:
    """A keyed digest of an answer."""
    match given:
        case bytes():
            return "r" + cache.digest(b"read", given)
        case str():
            return "p" + cache.digest(b"real", in_bytes(given))
        case Names():
            return _NAMES + cache.digest(b"names", in_bytes(repr(given.listed)))
        case Fault():
            return "f" + cache.digest(b"fault", in_bytes(given.text))
