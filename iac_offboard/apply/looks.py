"""How an operation of any cloud says what it found and what it did.

``undo`` and ``image`` are canonical JSON objects that a rollback reads: only what was taken away.
"""

from __future__ import annotations

from iac_offboard.catalog.policy import Json, canonical
from iac_offboard.clouds.reply import Reply
from iac_offboard.errors import CloudError
from iac_offboard.interface import Done, Look, LookState
from iac_offboard.model import Action


def argument(action: Action, name: str) -> str:
    """A parameter that the verb cannot do without."""
    value = action.param(name)
    if not value:
        raise CloudError(
            f"The action {action.id} ({action.verb}) has no parameter {name!r}.",
            operation=action.verb,
            hint="The plan is incomplete; make a new one.",
        )
    return value


def present(image: Json = None, *, detail: str = "", created: str = "") -> Look:
    written = "" if image is None else canonical(image)
    return Look(state=LookState.PRESENT, image=written, detail=detail, created=created)


def absent(detail: str) -> Look:
    return Look(state=LookState.ABSENT, detail=detail)


def replaced(detail: str) -> Look:
    return Look(state=LookState.REPLACED, detail=detail)


def done(reply: Reply, undo: str = "") -> Done:
    return Done(
        operation=reply.operation,
        request_id=reply.request_id,
        response_digest=reply.digest,
        undo=undo,
    )


def gone_for_good(action: Action, why: str) -> CloudError:
    """Something cannot come back: no success, though nothing is left to do here."""
    name = action.target.arn or action.target.name
    return CloudError(
        f"{action.verb} cannot put anything back on {name}: {why}.",
        operation=action.verb,
        code="ManualStep",
        hint="Whether something new is to take its place is for a person to decide.",
    )
