"""The ordered steps of a removal, and why it may wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from iac_offboard.model.bindings import Target
from iac_offboard.model.collected import Note, Read, Skipped, Waived
from iac_offboard.model.dependants import Dependant
from iac_offboard.model.findings import Finding
from iac_offboard.model.scope import Scope
from iac_offboard.model.subjects import Subject

PERSON = "person"
"""Provider of the steps that a person carries out: accepting one says that it is done."""


class Phase(StrEnum):
    """In the order they run; days may pass between two of them (rule 8)."""

    CONTAIN = "contain"
    UNBLOCK = "unblock"
    CODE = "code"
    LIVE = "live"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One step. ``verb`` decides (``iam:AddUserToGroup``, ``code:apply``); ``reason`` explains.

    ``before`` and ``after`` are images of the target ("" is absent): a state or a digest;
    ``params`` are the verb's arguments; ``needs`` are ids of earlier actions. ``hazards`` are
    sentences; ``accept`` is the hazard ("in use", "rotation", "shared", "not known to be
    ours") for which the action waits until an approval accepts its id, "" when it does not wait.
    """

    id: str
    phase: Phase
    verb: str
    target: Target
    subject: str
    reason: str
    finding: str = ""
    before: str = ""
    after: str = ""
    params: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()
    undo: str = ""
    hazards: tuple[str, ...] = ()
    reverted_by: str = ""
    accept: str = ""

    def param(self, name: str) -> str:
        return dict(self.params).get(name, "")

    @property
    def must_be_accepted(self) -> bool:
        """Whether it waits for an approval that names its id."""
        return bool(self.accept) or self.target.provider == PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualStep:
    """What a person has to do, and why the tool does not. ``code`` is text for the configuration,
    written out as ``terraform fmt`` leaves it, where the step has any."""

    subject: str
    where: str
    text: str
    reason: str
    finding: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why the plan may not be applied yet, and what releases it. ``written``: the block, or the
    command, by which Terraform forgets what would go instead of destroying it."""

    code: str
    where: str
    text: str
    release: str
    written: str = ""


class EffectOf(StrEnum):
    """Why something changes with the patch."""

    BINDING = "binding"  # a planned binding stands there
    HUNG = "hung"  # lives only by reference to what goes
    RELEASED = "released"  # nobody's binding, and the roster lets it go
    OWNED = "owned"  # nobody's binding, and nobody let it go: the plan is held
    VALUE = "value"  # an attribute that follows from the rest
    PERHAPS = "perhaps"  # a planned binding that no plan may show (ignore_changes, said twice)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEffect:
    """What the patch does to one resource instance, as the evaluation of the edited code says.

    ``attribute`` is the one that changes, "" where the instance goes as a whole; ``address`` holds
    a ``*`` where a part of it is not known before a plan.
    """

    root: str
    address: str
    attribute: str
    of: EffectOf


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file of the patch. Digests are of the whole file, before and after."""

    root: str
    file: str
    digest_before: str
    digest_after: str
    alignment: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A removal.patch: ``apply_command`` is exact, to be run in ``apply_in``."""

    file: str
    digest: str
    apply_in: str
    apply_command: str
    changes: tuple[FileChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The contract (rule 7). ``sources`` are the command-line arguments to look again with.
    ``order`` are the roots in the order to apply them, those of ``dependants`` among them;
    ``rolls_back`` is the digest of the plan that this one puts back, "" for a removal. ``effects``
    are all that the patches do to resources."""

    version: int
    tool: str
    made_at: datetime
    made_by: tuple[tuple[str, str], ...]
    scope: Scope
    sources: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[str, str], ...]
    subjects: tuple[Subject, ...]
    findings: tuple[Finding, ...]
    actions: tuple[Action, ...]
    manual: tuple[ManualStep, ...]
    holds: tuple[Hold, ...]
    patches: tuple[Patch, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[Note, ...]
    side_effects: tuple[str, ...] = ()
    reads: tuple[Read, ...] = ()
    waived: tuple[Waived, ...] = ()
    order: tuple[str, ...] = ()
    rolls_back: str = ""
    dependants: tuple[Dependant, ...] = ()
    effects: tuple[CodeEffect, ...] = ()

    @property
    def can_apply(self) -> bool:
        return not self.holds
