"""Taking a leaver out of a policy document that others stand in too.

The plan names the leaver's principals, not a document to write: what stands there *now* is
read, the leaver's entries alone are taken out, the rest is written back, and read again. An
entry of another person that appeared since the plan is kept that way (DESIGN.md, rule 7).
There is no optimistic lock on these documents (FACTS.md, AWS), so the read is right before the
write and the second read right after it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from iac_offboard.apply.aws.cloud import (
    Cloud,
    absent,
    done,
    present,
    replaced,
)
from iac_offboard.apply.aws.leaver import Leaver
from iac_offboard.catalog.elements import element
from iac_offboard.catalog.policy import (
    Json,
    PolicyPrincipal,
    canonical,
    document_digest,
    policy_principals,
    without,
)
from iac_offboard.clouds.reply import Reply
from iac_offboard.errors import CloudError
from iac_offboard.interface import Done, Look
from iac_offboard.model import Action, Effect

READ_BACK_TRIES = 5
READ_BACK_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands there now. ``other`` says why the object is not the planned one ("" if it
    is); ``reply`` is the read it came from."""

    document: Json
    reply: Reply
    other: str = ""


class Place(Protocol):
    """Where one service keeps the policy of a resource."""

    def read(self, cloud: Cloud, action: Action) -> Standing | None:
        """None: no such resource, or none with a policy."""

    def write(self, cloud: Cloud, action: Action, document: str) -> Reply: ...


@dataclass(frozen=True, slots=True)
class RemovePrincipals:
    """The verb of every resource policy and of role trust. ``clear`` takes the whole policy
    away, where the service can do that."""

    place: Place
    clear: Callable[[Cloud, Action], Reply] | None = None

    def look(self, cloud: Cloud, action: Action) -> Look:
        standing = self.place.read(cloud, action)
        if standing is None:
            return absent("there is no policy (any more)")
        if standing.other:
            return replaced(standing.other)
        found = _entries(standing.document, action)
        if not found:
            # A plan that knew of the Condition has a manual step for it.
            if _narrows(standing.document, action) and not action.param("condition"):
                raise _manual(action, "the leaver is named in a Condition that narrows access")
            return absent("the leaver does not stand in it (any more) as a principal")
        self._without(standing.document, found, action)
        return present(_undo(standing.document, found))

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        standing = self.place.read(cloud, action)
        found = _entries(standing.document, action) if standing else []
        if standing is None or not found:  # somebody else took it out since we looked
            return Done(operation=action.verb, request_id="", response_digest="", undo=look.image)
        undo = canonical(_undo(standing.document, found))
        new = self._without(standing.document, found, action)
        if new is None and self.clear is not None:
            reply = self.clear(cloud, action)
        else:
            reply = self.place.write(cloud, action, json.dumps(new))
        self._read_back(cloud, action)
        return done(reply, undo)

    def _without(self, document: Json, found: Sequence[PolicyPrincipal], action: Action) -> Json:
        """What is left, None for nothing; raises CloudError where a person has to decide."""
        removal = without(document, [entry.path for entry in found])
        if removal.manual:
            raise _manual(action, removal.manual)
        if removal.document is None and self.clear is None:
            raise _manual(action, "nothing would be left of it, and it cannot be empty")
        return removal.document

    def _read_back(self, cloud: Cloud, action: Action) -> None:
        for left in reversed(range(READ_BACK_TRIES)):
            standing = self.place.read(cloud, action)
            if standing is None or not _entries(standing.document, action):
                return
            if left:  # IAM answers from copies that lag behind
                cloud.sleep(READ_BACK_SECONDS)
        raise CloudError(
            f"{action.verb} was acknowledged, and the leaver still stands in the policy.",
            operation=action.verb,
            hint="Somebody may have put it back; look, then run apply again.",
        )


def _entries(document: Json, action: Action) -> list[PolicyPrincipal]:
    """The leaver's entries that give access and may be taken out."""
    return [entry for entry in _named(document, action) if not entry.in_condition]


def _narrows(document: Json, action: Action) -> bool:
    """Whether the leaver stands in a Condition, where cutting is a person's decision."""
    return any(entry.in_condition for entry in _named(document, action))


def _named(document: Json, action: Action) -> list[PolicyPrincipal]:
    leaver = Leaver.of(action)
    return [
        entry
        for entry in policy_principals(document, account=action.target.account)
        if entry.effect is Effect.ALLOW and not entry.negated and leaver.is_named_by(entry)
    ]


def _undo(document: Json, found: Sequence[PolicyPrincipal]) -> Json:
    """Only what was taken out and the statement it stood in; the rest is a digest."""
    removed: list[Json] = [element(document, entry) for entry in found]
    return {"removed": removed, "before": document_digest(document)}


def _manual(action: Action, why: str) -> CloudError:
    name = action.target.arn or action.target.name
    return CloudError(
        f"The policy of {name} is left alone: {why}.",
        operation=action.verb,
        code="ManualStep",
        hint="Change it by hand, then run apply again: it sees that the leaver is gone.",
    )
