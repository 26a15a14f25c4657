"""Ids that only the cloud knows, of things that the configuration itself names.

``azuread_user.alice.object_id`` is a UUID that nobody has written down, but whose it is stands
beside it: the user principal name. Such an id is carried as a hole that says whom it is of.
In plain text it is ``HOLE MARK name MARK name MARK HOLE``: no id, name or e-mail looks like it.
A name may say what it is the name of (``group:devs``); without that word it is a user's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

HOLE = "\x00"
MARK = "\x01"
_NAMED = re.compile(f"{HOLE}{MARK}([^{HOLE}]*){MARK}{HOLE}")


def marked(names: Iterable[str]) -> str:
    """The plain text of an unknown id of what has these names; the first decides. Without a name
    it is like any other unknown text."""
    known = [n for n in names if n and HOLE not in n and MARK not in n]
    return f"{HOLE}{MARK}{MARK.join(known)}{MARK}{HOLE}" if known else HOLE


def names_in(text: str) -> tuple[str, ...]:
    """The names in a text that is such an id and nothing else; () for any other text."""
    found = _NAMED.fullmatch(text)
    return tuple(found.group(1).split(MARK)) if found else ()


def known_part(text: str) -> str:
    """The text with a plain hole where an id stands that is named."""
    return _NAMED.sub(HOLE, text)
