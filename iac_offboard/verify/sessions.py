"""What outlives its entry: sessions of roles and permission sets, tokens of users.

AWS cannot take a session back; it ends by itself, or a Deny that names it is evaluated with
every request ("Disabling permissions for temporary security credentials", IAM user guide).
Nobody lists open sessions, so one may have begun a moment before its entry was read gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from iac_offboard.model import (
    Access,
    BindingVerdict,
    Entry,
    Finding,
    Grade,
    PrincipalKind,
    Relation,
    SessionDeny,
    Target,
)
from iac_offboard.verify.look import Look, said

# "Update the maximum session duration for a role" (IAM user guide) and "Set session duration
# for AWS accounts" (IAM Identity Center user guide): neither can be longer.
LONGEST_SESSION = 12 * 3600
# DurationSeconds of GetSessionToken and GetFederationToken (STS API reference).
LONGEST_TOKEN = 36 * 3600
_MAKES_TOKENS = frozenset({"iam_access_key", "iam_login_profile"})
# "INSTANCE_ARN/ACCOUNT/PERMISSION_SET_ARN"; a deny on a permission set holds in every account.
_SSO = re.compile(r"^(arn:[^*]+?)/(\d{12}|\*)/(arn:[^*]+)$")


def outlives(finding: Finding) -> bool:
    """Whether access may go on after this binding is gone, so that the time has to be kept."""
    relation = finding.binding.relation
    if relation is Relation.CREDENTIAL:
        return finding.binding.target.kind in _MAKES_TOKENS
    return relation is Relation.SESSION


def after_gone(finding: Finding, look: Look, gone: str) -> BindingVerdict | None:
    """What is left of a session or credential whose place was read and that is ``gone``; None
    for a binding that leaves nothing behind."""
    if not outlives(finding):
        return None
    if finding.binding.relation is Relation.SESSION:
        return _session(finding, look)
    return _tokens(finding, look, gone)


def _session(finding: Finding, look: Look) -> BindingVerdict:
    target = finding.binding.target
    if target.kind == "iam_role_session" and look.is_gone("iam_role", target.name, target.account):
        because = "the role itself is gone, and with it what its sessions were allowed"
        return said(finding, Access.DEAD, Grade.OBSERVED, because)
    entries = [o.entry for f in look.all_of(finding) for o in f.observations if o.entry]
    if any(_denied(deny, target, entries) for deny in look.coverage.collected.denies):
        because = "a deny that names it was read back"
        return said(finding, Access.DEAD, Grade.OBSERVED, because)
    longest = max((_seconds(entry) for entry in entries), default=LONGEST_SESSION)
    return _until(finding, look, longest, "sessions")


def _seconds(entry: Entry) -> int:
    return LONGEST_SESSION if entry.max_seconds is None else entry.max_seconds


def _tokens(finding: Finding, look: Look, gone: str) -> BindingVerdict:
    """The tokens that a user made with this credential have the user's permissions, so they
    end with the user."""
    user = finding.binding.principal
    if not any(f.live or f.state for f in look.all_of(finding)):
        return said(finding, Access.DEAD, Grade.OBSERVED, gone)  # code that was never applied
    if user.kind is PrincipalKind.IAM_USER:
        if look.is_gone("iam_user", user.value, user.account):
            return said(finding, Access.DEAD, Grade.OBSERVED, gone)
        who = Target(
            provider=user.provider,
            kind="iam_user",
            name=user.value,
            account=user.account,
            unique_id=user.stable_id,
        )
        if any(_denied(deny, who, ()) for deny in look.coverage.collected.denies):
            because = f"{gone}, and a deny that names its user was read back"
            return said(finding, Access.DEAD, Grade.OBSERVED, because)
    return _until(finding, look, LONGEST_TOKEN, "tokens")


def _until(finding: Finding, look: Look, seconds: int, what: str) -> BindingVerdict:
    since = look.gone_since.get(finding.id, look.now)
    end = (since + timedelta(seconds=seconds)).astimezone(UTC)
    if look.now < end:
        because = f"{what} begun before may last until {_time(end)}"
        return said(finding, Access.ALIVE_UNTIL, Grade.OBSERVED, because, end)
    because = f"it is gone, and {what} begun before ended by {_time(end)}"
    return said(finding, Access.DEAD, Grade.OBSERVED, because)


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _denied(deny: SessionDeny, target: Target, entries: Iterable[Entry]) -> bool:
    if not _same_target(deny.target, target):
        return False
    if not deny.conditions:
        return True
    # Every spelling of the entry has to be hit: a mark that only an older look saw may be gone.
    marks = [dict(_folded(entry.marks)) for entry in entries]
    return bool(marks) and all(_hit(deny, known) for known in marks)


def _folded(marks: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    # Condition keys are not case-sensitive ("IAM JSON policy elements: Condition").
    return ((key.lower(), value) for key, value in marks)


def _hit(deny: SessionDeny, marks: Mapping[str, str]) -> bool:
    return all(
        key.lower() in marks and any(_like(value, marks[key.lower()]) for value in values)
        for key, values in deny.conditions
    )


def _like(pattern: str, text: str) -> bool:
    """StringLike: ``*`` is any text, ``?`` one character, everything else is itself."""
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def _same_target(deny: Target, target: Target) -> bool:
    if (deny.provider, deny.kind) != (target.provider, target.kind):
        return False
    if target.kind == "sso_session":
        return _same_permission_set(deny.name, target.name)
    if deny.unique_id and target.unique_id and deny.unique_id != target.unique_id:
        return False
    if deny.arn and target.arn:
        return deny.arn == target.arn
    named = deny.name.casefold() == target.name.casefold()
    return named and bool(deny.account) and deny.account == target.account


def _same_permission_set(deny: str, name: str) -> bool:
    theirs, mine = _SSO.match(deny), _SSO.match(name)
    if theirs is None or mine is None:
        return False
    same = (theirs[1], theirs[3]) == (mine[1], mine[3])
    return same and theirs[2] in ("*", mine[2])
