"""Names in code that do not say their account, and the live users of that name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from iac_offboard.correlate.claims import Claims, live_namesakes
from iac_offboard.correlate.seen import Identity, Seen
from iac_offboard.model import Note, NoteKind, PrincipalKind


def settle(seen: Sequence[Seen], claims: Claims) -> tuple[list[Seen], list[Note]]:
    """Give a user name of unknown account the account of the one live user that it must mean.

    That is the case where exactly one live user of the name has to do with a leaver and is
    surely one (or surely a re-used name). With several nothing is joined, and a note says so.
    """
    namesakes = live_namesakes(seen)
    settled: dict[Identity, Identity] = {}
    notes: dict[Identity, list[Note]] = {}
    for item in seen:
        identity = item.identity
        open_ = identity.kind is PrincipalKind.IAM_USER and identity.account is None
        if not open_ or item.accounts or identity in settled or identity in notes:
            continue
        live = namesakes.get(identity.name, [])
        claimed = [user for user in live if claims.of(user)]
        notes[identity] = []
        if len(claimed) > 1 and claims.of(identity):
            notes[identity] = _several(item, claims, len(claimed))
        elif len(claimed) == 1 and (claims.of(identity) or len(live) == 1):
            found = claims.of(claimed[0]).values()
            if any(c.strong or c.reused for c in found):
                settled[identity] = claimed[0]
    moved = [
        replace(
            item,
            identity=settled[item.identity],
            principal=replace(item.principal, account=settled[item.identity].account),
        )
        if item.identity in settled
        else item
        for item in seen
    ]
    return moved, [note for found in notes.values() for note in found]


def _several(item: Seen, claims: Claims, count: int) -> list[Note]:
    return [
        Note(
            kind=NoteKind.HOLD_BACK,
            where=item.address,
            text=(
                f"{count} live users bear the name that this code spells for subject {subject}; "
                "which of them it makes is not known, so code and live are not joined. Give the "
                "root's state (--state) to decide it."
            ),
        )
        for subject in claims.of(item.identity)
    ]
