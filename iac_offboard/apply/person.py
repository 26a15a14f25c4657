"""Steps that a person carries out, such as handing a new credential to a service.

The tool makes no call for them: that the step's id was accepted in an approval is the word that
it is done (the runner lets nothing of this provider through without), and is recorded as such.
"""

from __future__ import annotations

from iac_offboard.errors import CloudError
from iac_offboard.interface import Done, Look, LookState
from iac_offboard.model import PERSON, Action


class PersonExecutor:
    """Carries out the verbs ``person:...``."""

    provider = PERSON

    def caller(self, action: Action) -> str:  # noqa: ARG002
        """Nobody: no call is made."""
        return ""

    def look(self, action: Action) -> Look:
        """Nothing here can tell whether a person did it. Raises CloudError for other verbs."""
        if not action.verb.startswith(f"{PERSON}:"):
            raise CloudError(
                f"A person cannot carry out {action.verb}.",
                operation=action.verb,
                hint="The plan was made by another version; make a new one with this one.",
            )
        return Look(state=LookState.PRESENT, detail="a person said that it is done")

    def act(self, action: Action, look: Look) -> Done:  # noqa: ARG002
        """No call: the acceptance is the deed."""
        return Done(operation=action.verb, request_id="", response_digest="")
