"""What a plan of Terraform or OpenTofu is about to do, as its JSON says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from iac_offboard.model.collected import Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One resource instance of a plan, or one output (``type`` and ``mode`` "").

    ``before`` and ``after`` are the attributes, None where there is nothing; in ``after`` a hole
    (``catalog.principal.HOLE``) stands for what is known only after apply. They hold secrets and
    are never shown. ``actions`` are the plan's words, ``previous`` is the address that it had
    before it moved. ``named``: its text may hold somebody who is looked for; where False only what
    is unknown has to be looked at.
    """

    address: str
    mode: str
    type: str
    actions: tuple[str, ...]
    before: Any = field(repr=False)
    after: Any = field(repr=False)
    previous: str = ""
    named: bool = True

    @property
    def leaves(self) -> bool:
        """Does nothing stand there when the plan has been applied?"""
        return not {"create", "update", "no-op", "read"} & set(self.actions)

    @property
    def stays(self) -> bool:
        return self.actions == ("no-op",)

    @property
    def replaced(self) -> bool:
        """The object that stands there is destroyed, or forgotten, and another one is made."""
        return "create" in self.actions and len(self.actions) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the configuration refers to: for each address without instance keys, the references
    of each of its arguments, as the plan lists them.

    ``outputs`` are those of a module's outputs, ``arguments`` those that a module is called with,
    each by the module's path ("" for the root module)."""

    resources: Mapping[str, Mapping[str, tuple[str, ...]]]
    outputs: Mapping[str, Mapping[str, tuple[str, ...]]]
    arguments: Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChanges:
    """``file`` and the sha256 of its bytes; ``version`` is that of the program that planned;
    ``variables`` are those that it was made with, ``skipped`` is what it says that it leaves
    open. ``complete`` is False where it was told to leave a part of the root out."""

    file: str
    digest: str
    version: str
    changes: tuple[Change, ...]
    written: Written
    variables: Any = field(default=None, repr=False)
    skipped: tuple[Skipped, ...] = ()
    complete: bool = True
