"""What the code says where a plan does not know yet: asked for one address at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from iac_offboard.catalog.paths import top
from iac_offboard.errors import InputError, UsageError
from iac_offboard.guard.asked import Decided
from iac_offboard.model import CodeOrigin, Effect, SkipReason, Subject
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.scan import Scan, run_scan

_WITHOUT = "a plan does not say what else stands there, and no code was given"


class GuardedCode:
    """The code of the plan, read when the first unknown value asks. Of several root modules with
    one address none may name a subject there. ``variables_name``: the values that the plan was
    made with, which the code does not hold, name a subject. Raises InputError for what is no
    directory."""

    def __init__(
        self,
        directories: Sequence[str],
        var_files: Sequence[str],
        subjects: Sequence[Subject],
        *,
        variables_name: bool,
    ) -> None:
        for directory in directories:
            if not directory or not Path(directory).is_dir():
                raise InputError(
                    f"--terraform {directory} is not a directory.",
                    hint="Name the root module that was planned.",
                )
        self._request = Request(
            subjects="", terraform=tuple(directories), var_files=tuple(var_files)
        )
        self._subjects = tuple(subjects)
        self._variables_name = variables_name

    def says(self, address: str, attribute: str) -> Decided | str:
        """Whom the code writes at an attribute of an address, or why that cannot be said."""
        if not self._request.terraform:
            return _WITHOUT
        named = self._named.get((address, attribute))
        if named is not None:
            return named
        if address not in self._addresses:
            return "the code that was given makes nothing of this address"
        if self._variables_name:
            return "the plan was made with variables that name a subject"
        if any(_concerns(where, address) for where in self._undecided):
            return "the code does not tell it either"
        return Decided()

    @cached_property
    def _scan(self) -> Scan:
        return run_scan(self._request, subjects=self._subjects)

    @cached_property
    def _named(self) -> dict[tuple[str, str], Decided]:
        found: dict[tuple[str, str], Decided] = {}
        for finding in self._scan.findings:
            let_in = finding.binding.effect is Effect.ALLOW and not finding.covered
            for observation in finding.observations if let_in else ():
                origin = observation.origin
                if not isinstance(origin, CodeOrigin):
                    continue
                key = (origin.address, top(origin.path))
                before = found[key].subjects if key in found else ()
                through = f"{origin.span.file}:{origin.line}"
                subjects = tuple(dict.fromkeys((*before, finding.subject)))
                found[key] = Decided(subjects=subjects, through=through)
        return found

    @cached_property
    def _addresses(self) -> frozenset[str]:
        return frozenset(one.address for source, _ in self._scan.code for one in source.instances())

    @cached_property
    def _undecided(self) -> tuple[str, ...]:
        """Addresses, without their root, and files of which something is not known."""
        skipped = self._scan.collected.skipped
        undecided = (s for s in skipped if s.reason is SkipReason.UNDECIDED)
        unread = (s for s in skipped if s.reason is not SkipReason.UNDECIDED)
        return (*(s.where.partition(": ")[2] for s in undecided), *("" for _ in unread))


def _concerns(where: str, address: str) -> bool:
    """Is it that address, one above it, or something that may be anywhere?"""
    return not where or address == where or address.startswith((f"{where}.", f"{where}["))


def of_names(hashed: bool, directories: Sequence[str]) -> None:
    """Raises UsageError where code is to be read for digests: it spells names."""
    if hashed and directories:
        raise UsageError(
            "--terraform cannot be read for a hashed roster, which spells no names.",
            hint="Give the subjects file itself, or leave --terraform out.",
        )
