"""Names under which a secret stands."""

from __future__ import annotations

import re
from itertools import pairwise

_SECRET = frozenset(
    ["password", "passwords", "passwd", "passphrase", "secret", "secrets", "token", "tokens"]
)
_PAIRS = frozenset([("private", "key"), ("api", "key"), ("private", "keys"), ("api", "keys")])


def secret_name(name: str) -> bool:
    """Is this an attribute that holds a secret? By whole words: ``tokenizer`` holds none."""
    words = words_of(name)
    return not _SECRET.isdisjoint(words) or not _PAIRS.isdisjoint(pairwise(words))


def words_of(name: str) -> list[str]:
    """``db_password`` and ``DbPassword`` are the same two words."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return [word for word in re.split(r"[^a-z0-9]+", spaced) if word]
