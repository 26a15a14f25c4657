"""One reading of code as it is kept between runs.

Kept are the questions that the reading put to its files, in order, a keyed digest of each answer,
and what was found. Every text of it is spelled as spans of the answers, so that a kept reading
says nothing without the files that it is about. To recall it, each question is put again: one
other answer, and nothing was kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from iac_offboard.hcl.files import Files
from iac_offboard.model import Collected
from iac_offboard.pipeline.cache import Cache
from iac_offboard.pipeline.kept import NotKept, Packed, Packer, unpack
from iac_offboard.pipeline.spelled import NoSpelling, Speller, in_bytes, spoken
from iac_offboard.pipeline.watched import (
    READ,
    Answer,
    Fault,
    Names,
    Question,
    answer,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``labels`` are those of the root modules, in order."""

    labels: tuple[str, ...]
    collected: Collected


def keep(
    reading: Reading,
    answers: Mapping[Question, Answer],
    cache: Cache,
    asked: str,
    speller: Speller,
) -> bytes | None:
    """``asked`` is what whoever recalls it says as well. None where something cannot be kept
    without its value."""
    try:
        speller.add(asked.encode())
        questions, places = _questions(answers, speller)
        packer = Packer()
        found = packer.pack((reading.labels, reading.collected))
        texts = _texts(packer, answers, places, speller)
        sealed = [_seal(cache, given) for given in answers.values()]
    except (NoSpelling, NotKept):
        return None
    entry = {
        "questions": questions,
        "answers": sealed,
        "texts": texts,
        "rows": packer.rows,
        "found": found,
    }
    return json.dumps(entry, separators=(",", ":")).encode()


def _questions(
    answers: Mapping[Question, Answer], speller: Speller
) -> tuple[list[Packed], dict[str, int]]:
    """Each question, spelled with the answers before it; where the text of each file begins."""
    questions: list[Packed] = []
    places: dict[str, int] = {}
    for (kind, path), given in answers.items():
        questions.append([kind, *speller.spell(path)])
        for text in _told(given):
            start = speller.add(text, whole=isinstance(given, Names))
            if kind == READ:
                places[path] = start
    return questions, places


def _texts(
    packer: Packer, answers: Mapping[Question, Answer], places: Mapping[str, int], speller: Speller
) -> list[Packed]:
    """The pieces of each text; of the digest of a file only which one: it is taken again."""
    digests = {
        hashlib.sha256(given).hexdigest(): number
        for number, given in enumerate(answers.values())
        if isinstance(given, bytes)
    }
    texts: list[Packed] = []
    for number, text in enumerate(packer.texts):
        if number in packer.places:
            speller.near(places.get(packer.places[number], 0))
        texts.append(digests[text] if text in digests else list(speller.spell(text)))
    return texts


def recall(entry: bytes, files: Files, cache: Cache, asked: str, own: bytes) -> Reading | None:
    """What was kept, if every question still has its answer. None otherwise, and for an entry
    that is no entry."""
    try:
        kept = json.loads(entry)
        text = bytearray(asked.encode() + b"\n")
        digests: dict[int, str] = {}
        answers = zip(kept["questions"], kept["answers"], strict=True)
        for number, ((kind, *pieces), sealed) in enumerate(answers):
            given = answer(files, (kind, spoken(pieces, own, text)))
            if _seal(cache, given) != sealed:
                return None
            for one in _told(given):
                text += one + b"\n"
            if isinstance(given, bytes):
                digests[number] = hashlib.sha256(given).hexdigest()
        return _found(kept, bytes(text), own, digests)
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _found(
    kept: dict[str, Any], text: bytes, own: bytes, digests: Mapping[int, str]
) -> Reading | None:
    texts = [
        digests[pieces] if isinstance(pieces, int) else spoken(pieces, own, text)
        for pieces in kept["texts"]
    ]
    match unpack(kept["found"], texts, kept["rows"]):
        case (tuple() as labels, Collected() as collected):
            return Reading(labels=labels, collected=collected)
        case _:
            return None


def _told(given: Answer) -> Iterable[bytes]:
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


def _seal(cache: Cache, given: Answer) -> str:
    match given:
        case bytes():
            return cache.digest(b"read", given)
        case str():
            return cache.digest(b"real", in_bytes(given))
        case Names():
            return cache.digest(b"names", in_bytes(repr(given.listed)))
        case Fault():
            return cache.digest(b"fault", in_bytes(given.text))
