"""Does a large text hold anybody of a roster at all? Asked before it is looked at closely.

Every spelling that the matcher takes for a subject holds the longest run of letters and digits of
what one of its aliases may be spelled by alone. A text without any of these runs names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from iac_offboard.model import Alias, AliasKind, Subject

_RUN = re.compile(r"[^\W_]+")
# JSON may write any sign as its number. Go does so with these few, which are in no run.
_AS_NUMBER = re.compile(r"\\u(?!00(?:3[ceCE]|26)|202[89])")
_BEHIND_SLASH = frozenset(
    {
        AliasKind.AWS_ARN,
        AliasKind.REPOSITORY,
        AliasKind.GCP_PRINCIPAL,
        AliasKind.KUBERNETES_SERVICE_ACCOUNT,
    }
)


class Needles:
    """The runs of a roster."""

    def __init__(self, subjects: Iterable[Subject]) -> None:
        self._runs = tuple({_run(alias) for subject in subjects for alias in subject.aliases})

    def may_stand_in(self, text: str) -> bool:
        """False where nobody of the roster is spelled in the text, be it JSON or plain."""
        folded = text.casefold()
        if any(run in folded for run in self._runs):
            return True
        return "\\u" in folded and _AS_NUMBER.search(folded) is not None


def _run(alias: Alias) -> str:
    """The longest run of the part by which an alias may be spelled alone; "" where there is none,
    which stands in every text."""
    value = alias.value.casefold()
    if alias.kind in _BEHIND_SLASH:
        value = value.rpartition("/")[2] or value
    # The address of a person or a service: its domain is everybody's. Also behind `group:`.
    value = value.partition("@")[0].rpartition(":")[2] or value
    return max(_RUN.findall(value), key=len, default="")
