"""By which ways a session may have begun, and how long one lasts: whatever any look showed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from iac_offboard.model import LONGEST_SESSION, Entry, Finding, SessionLength, Target

# "INSTANCE_ARN/ACCOUNT/PERMISSION_SET_ARN"; ``*`` holds in every account.
_SSO = re.compile(r"^(arn:[^*]+?)/(\d{12}|\*)/(arn:[^*]+)$")


def entries_of(
    findings: Iterable[Finding], lengths: Sequence[SessionLength] = ()
) -> tuple[Entry, ...]:
    """The distinct ways in of one session, by the marks that they leave, each with the longest
    maximum that any look saw: ``lengths`` are those that this one read. A role may be given a
    longer one after it was planned, and another way in may be opened for a while. ``others`` and
    ``editable`` are those of the first finding."""
    found: dict[tuple[tuple[str, str], ...], Entry] = {}
    for finding in findings:
        now = [n.seconds for n in lengths if same_target(n.target, finding.binding.target)]
        for entry in (o.entry for o in finding.observations if o.entry):
            marks = tuple(sorted(entry.marks))
            known = found.get(marks, entry)
            longest = max(entry.seconds, known.seconds, *now)
            found[marks] = replace(known, marks=marks, max_seconds=longest)
    return tuple(found[marks] for marks in sorted(found))


def longest_of(entries: Iterable[Entry]) -> int:
    """Seconds; the longest that AWS allows where nothing is known."""
    return max((entry.seconds for entry in entries), default=LONGEST_SESSION)


def same_target(said: Target, target: Target) -> bool:
    """Whether what is ``said`` of a role, a permission set or a user is said of ``target``."""
    if (said.provider, said.kind) != (target.provider, target.kind):
        return False
    if target.kind == "sso_session":
        return _same_permission_set(said.name, target.name)
    if said.unique_id and target.unique_id and said.unique_id != target.unique_id:
        return False
    if said.arn and target.arn:
        return said.arn == target.arn
    named = said.name.casefold() == target.name.casefold()
    return named and bool(said.account) and said.account == target.account


def _same_permission_set(said: str, name: str) -> bool:
    theirs, mine = _SSO.match(said), _SSO.match(name)
    if theirs is None or mine is None:
        return False
    same = (theirs[1], theirs[3]) == (mine[1], mine[3])
    return same and theirs[2] in ("*", mine[2])


def permission_set_of(name: str) -> str:
    """The ARN of the permission set in the name of an ``sso_session``; "" for another name."""
    found = _SSO.match(name)
    return found[3] if found else ""
