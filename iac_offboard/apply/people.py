"""Is it the same person? What somebody claims to be, compared with every way it may be spelled.

A claim is a text that anybody can write; this catches the plain cases, and errs towards "the same":
somebody else can always approve.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from unicodedata import normalize

from iac_offboard.catalog.principal import arn_name

# "Phrase <address>" and "address (comment)" (RFC 5322, 3.4 and 3.2.2).
_ADDRESS = re.compile(r"<([^<>]*)>")
_COMMENT = re.compile(r"\(([^()]*)\)")
# "user/alice", "CORP\alice".
_PATH = re.compile(r"[/\\]")
_TAG = re.compile(r"\+[^@]*(?=@)")


def same_person(one: str, other: str) -> bool:
    """Whether two claims may be one person: a name, an address, an ARN or a login in common. The
    login of an address (``lead`` of ``lead@example.com``) is compared with what is no address."""
    mine, theirs = frozenset(_names(one)), frozenset(_names(other))
    return bool(mine & theirs or _logins(mine) & theirs or mine & _logins(theirs))


def count(claims: Iterable[str]) -> int:
    """How many people these are at least. Whoever goes by two of the spellings joins them."""
    groups: list[list[str]] = []
    for claim in claims:
        same = [g for g in groups if any(same_person(claim, known) for known in g)]
        groups = [g for g in groups if g not in same]
        groups.append([claim, *(known for g in same for known in g)])
    return len(groups)


def _names(text: str) -> Iterator[str]:
    folded = " ".join(normalize("NFKC", text).casefold().split())
    bare = " ".join(_COMMENT.sub(" ", _ADDRESS.sub(" ", folded)).split())
    for piece in (folded, bare, *_ADDRESS.findall(folded), *_COMMENT.findall(folded)):
        spelled = piece.strip(" \"'.,;")
        if spelled:
            last = _PATH.split(arn_name(spelled))[-1]
            yield from (spelled, last, _TAG.sub("", last))


def _logins(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.partition("@")[0] for name in names if "@" in name) - {""}
