"""Whose bindings a reading of code is wanted for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from iac_offboard.model import Binding, Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """What may concern somebody who is looked for; each says True where it cannot tell.

    ``text`` is asked for the pattern of an undecided value (``Skipped.pattern``); ``principal``
    may say False of a binding that concerns somebody by its target alone."""

    binding: Callable[[Binding], bool]
    principal: Callable[[Principal], bool]
    text: Callable[[str], bool]


def _all(_: object) -> bool:
    return True


EVERYBODY = Concern(binding=_all, principal=_all, text=_all)
