"""Unique ids that the roster knows, and whether a live object contradicts them."""

from __future__ import annotations

from dataclasses import dataclass

from iac_offboard.model import AliasKind, Principal, Subject
from iac_offboard.subjects.index import Index


@dataclass(frozen=True, slots=True)
class KnownIds:
    """A subject's AIDA.../AROA... ids: bound to accounts, and free ones; ``accounts`` is in how
    many accounts the roster places a user or role of the subject."""

    bound: tuple[tuple[str, str], ...]
    free: frozenset[str]
    accounts: int


def known_ids(subject: Subject) -> KnownIds:
    ids = [a for a in subject.aliases if a.kind is AliasKind.AWS_UNIQUE_ID]
    names = Index()
    names.add(subject)
    placed = {a for entries in names.names.values() for e in entries for a in e.accounts or ()}
    return KnownIds(
        bound=tuple((account, a.value) for a in ids for account in a.accounts),
        free=frozenset(a.value for a in ids if not a.accounts),
        accounts=len(placed),
    )


def contradicted(principal: Principal, ids: KnownIds, *, named: bool) -> bool:
    """The roster knows the id of this very name here, and this object has another one.

    An id that is bound to no account speaks only where the roster places the name (``named``)
    and has as many ids as accounts: else it may be the one of the namesake elsewhere.
    """
    own = principal.stable_id
    if own is None:
        return False
    prefix = own[:4]
    here = {i for account, i in ids.bound if account == principal.account and i[:4] == prefix}
    if here:
        return own not in here
    free = {i for i in ids.free if i[:4] == prefix}
    return named and bool(free) and own not in free and len(free) >= ids.accounts
