"""Collections of which not everything is known: what is certain of them, and what is not counted.

What is unknown may turn out to be a list, empty, equal to what stands beside it, or a key that is
there already. Then nobody knows how many there are, nor which is at what place (Terraform's
documentation of ``flatten``, ``compact``, ``distinct`` and ``merge``; compared with its plans).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from iac_offboard.hcl.values import Element, Hole, LateEntry, List, Map, Piece, Str, Unknown, Value
from iac_offboard.model import Span

KEYS_MAY_MEET = "whether a key that is not known stands there twice is not known"

MAY_BE_ABSENT = "the condition of this element is not known"


def may_be_absent(value: Value) -> bool:
    """A turn of ``for`` with a condition that is not known makes it, or nothing."""
    return isinstance(value, Unknown) and value.reason == MAY_BE_ABSENT


def may_be_a_list(value: Value) -> bool:
    """Nothing at all is known of it, and Terraform does not refuse it."""
    return isinstance(value, Unknown) and not value.error


def may_be_anything(value: Value) -> bool:
    """It may be empty, and equal to anything: an unknown text without a name is, too."""
    if isinstance(value, Str):
        only = value.pieces[0] if len(value.pieces) == 1 else None
        return isinstance(only, Hole) and not only.names
    return may_be_a_list(value)


def counted(
    elements: Sequence[Element],
    open_: Callable[[Value], bool],
    reason: str,
    *,
    span: Span | None = None,
    typed: bool = False,
) -> List | Unknown:
    """The list of the elements; where some are ``open_``, that they are all there is unknown and
    the others are certain."""
    unsure = [e.value for e in elements if open_(e.value)]
    if not unsure:
        return List(tuple(elements), span, typed=typed)
    certain = tuple([e for e in elements if not open_(e.value)])
    first = next((v for v in unsure if isinstance(v, Unknown)), Unknown(reason))
    return Unknown(
        first.reason or reason,
        first.ref,
        tuple(unsure),
        certain=List(certain, span, typed=typed) if certain else None,
    )


def may_be(key: Str, name: str) -> bool:
    """May a key of which a part is unknown turn out to be this name?"""
    pattern = "".join(re.escape(p.text) if isinstance(p, Piece) else ".*" for p in key.pieces)
    return re.fullmatch(pattern, name, re.DOTALL) is not None


def keys_may_meet(value: Map) -> bool:
    """May two keys turn out to be one, or one not be there?"""
    written = (e for e in value.entries if not isinstance(e, LateEntry))  # those are attributes
    if any(may_be_absent(e.value) for e in written):
        return True
    unknown = [e.key for e in value.entries if e.key.text is None]
    if not unknown or len(value.entries) == 1:
        return False
    texts = [e.key.text for e in value.entries if e.key.text is not None]
    return len(unknown) > 1 or any(may_be(unknown[0], text) for text in texts)
