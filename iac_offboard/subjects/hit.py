"""One reason to think that a principal is a subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iac_offboard.model import AliasKind, Principal, Strength
from iac_offboard.subjects.index import Entry


@dataclass(frozen=True, slots=True)
class Hit:
    """``why`` spells no alias; ``by_name``: only a name agrees, which another may bear;
    ``by_id``: an id that is never given out twice."""

    entry: Entry
    strength: Strength
    why: str
    by_name: bool = False
    by_id: bool = False


def named(entries: Iterable[Entry], principal: Principal, why: str | None = None) -> Iterator[Hit]:
    """The hits of those who claim the name of a principal, as far as its account is known."""
    for entry in entries:
        arn = entry.alias.kind is AliasKind.AWS_ARN
        if entry.accounts is None:
            yield Hit(entry, Strength.WEAK, why or "bare user name", by_name=True)
        elif principal.account is None:
            text = "name in an ARN alias" if arn else "account-bound user name"
            yield Hit(entry, Strength.WEAK, f"{why or text}, account unknown here", by_name=True)
        elif principal.account in entry.accounts:
            text = "ARN alias" if arn else "user name bound to this account"
            yield Hit(entry, Strength.STRONG, why or text, by_name=True)
