"""What only refers to a leaver: it gives nothing, and it breaks when the leaver goes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from iac_offboard.model.bindings import Principal


class DependantKind(StrEnum):
    LOOKUP = "lookup"  # a data source that asks for the identity by its name
    REMOTE_STATE = "remote state"  # reads an output of a root that has the leaver
    LITERAL = "literal"  # spells the ARN or id where it is no binding


@dataclass(frozen=True, slots=True, kw_only=True)
class Referring:
    """One attribute in a state that spells ``principal`` and is no binding. ``root`` is set once
    the state is tied to one."""

    file: str
    address: str
    attribute: str
    kind: DependantKind
    principal: Principal
    root: str = ""


class Turn(StrEnum):
    """When it has to be seen to: before the roots that it depends on are applied, or after."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependant:
    """One place that refers to a leaver from outside of the roots that have the leaver.

    ``root`` is the root module, or the state file, that it stands in; ``place`` is file and line,
    "" where only a state tells of it. ``to`` says what it refers to and spells no alias;
    ``finding`` is the id of that finding. ``of`` are the roots that it depends on; empty where the
    identity goes live. ``text`` says what to do about it.
    """

    subject: str
    root: str
    address: str
    place: str
    kind: DependantKind
    to: str
    turn: Turn
    text: str
    of: tuple[str, ...] = ()
    finding: str = ""
