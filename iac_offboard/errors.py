"""Every error this tool raises on purpose.

::

    OffboardError                   exit 2, one clear sentence, a next step
    +-- UsageError                  the command line or an option makes no sense
    +-- InputError                  a file the user gave is missing, broken or unsafe
    |   +-- RosterError             the subjects file; carries every fault at once
    |   +-- PlanFileError           plan.json is not one of ours, or was changed by hand
    +-- EditError                   a removal could not be written as a text edit
    |   +-- NothingToEdit           the bytes that were to go are not there
    +-- ApprovalError               no approval record for this plan's digest
    +-- JournalError                the journal is broken or was altered
    +-- StaleTargetError            the target is not the object that was planned against
    +-- ToolError                   an outside program (terraform, git) is missing or failed
    +-- CloudError                  a cloud refused or did not answer
        +-- DeniedError             the permission is missing; carries it
        +-- ThrottledError          the retry budget ran out
        +-- NotFoundError           the object does not exist
        +-- ConflictError           the cloud refuses because something still hangs on the object
        +-- CredentialsError        no, expired or refused credentials

Errors of a cloud SDK are translated into this tree where the SDK is called, with the
SDK's error as ``__cause__``; no other module knows SDK exceptions.
"""

from __future__ import annotations


class OffboardError(Exception):
    """Base of the tree. ``message`` is one sentence; ``hint`` is the next step to take."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(OffboardError):
    """The command line makes no sense."""


class InputError(OffboardError):
    """A file the user named is missing, broken or unsafe to read."""


class RosterError(InputError):
    """The subjects file is wrong. ``faults`` holds (line number or 0, sentence) pairs."""

    def __init__(self, path: str, faults: tuple[tuple[int, str], ...]) -> None:
        self.path = path
        self.faults = faults
        lines = "\n".join(f"  {path}:{line or 1}: {text}" for line, text in faults)
        super().__init__(
            f"The subjects file has {len(faults)} fault(s):\n{lines}\n",
            hint="Nothing was read further; correct the lines above and run again.",
        )


class PlanFileError(InputError):
    """plan.json is unreadable, of another version, or not what its digest says."""


class EditError(OffboardError):
    """A removal could not be written as a text edit."""


class NothingToEdit(EditError):
    """The bytes that were to be removed are not in the file (any more)."""


class ApprovalError(OffboardError):
    """The plan has no approval record for its digest."""


class JournalError(OffboardError):
    """The journal is damaged or was altered; ``line`` is the 1-based line at fault."""

    def __init__(self, message: str, *, line: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.line = line


class StaleTargetError(OffboardError):
    """The live target is not the object that the plan was made against."""


class ToolError(OffboardError):
    """An outside program is missing or failed."""


class CloudError(OffboardError):
    """A cloud refused or did not answer. ``operation`` is ``service:Operation``."""

    def __init__(
        self,
        message: str,
        *,
        operation: str = "",
        code: str = "",
        request_id: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.operation = operation
        self.code = code
        self.request_id = request_id


class DeniedError(CloudError):
    """The caller lacks a permission; ``operation`` names it."""


class ThrottledError(CloudError):
    """Still throttled when the retry budget ran out."""


class NotFoundError(CloudError):
    """The object does not exist."""


class ConflictError(CloudError):
    """The cloud refuses because something else still hangs on the object."""


class CredentialsError(CloudError):
    """No credentials, expired ones, or ones the cloud does not know."""
