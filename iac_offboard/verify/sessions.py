"""What outlives its entry: sessions of roles and permission sets, tokens of users.

AWS cannot take a session back; it ends by itself, or a Deny that names it is evaluated with
every request ("Disabling permissions for temporary security credentials", IAM user guide).
Nobody lists open sessions, so one may have begun a moment before its entry was read gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from iac_offboard.catalog.access import wildcard
from iac_offboard.model import (
    Access,
    Binding,
    BindingVerdict,
    Entry,
    Finding,
    Grade,
    LiveOrigin,
    PrincipalKind,
    Relation,
    SessionDeny,
    Strength,
    Target,
)
from iac_offboard.verify.covered import attestation
from iac_offboard.verify.entries import entries_of, longest_of, same_target
from iac_offboard.verify.look import Look, said
from iac_offboard.verify.propagation import Window, window

# DurationSeconds of GetSessionToken and GetFederationToken (STS API reference).
LONGEST_TOKEN = 36 * 3600
_MAKES_TOKENS = frozenset({"iam_access_key", "iam_login_profile"})


def outlives(finding: Finding) -> bool:
    """Whether access may go on after this binding is gone, so that the time has to be kept."""
    relation = finding.binding.relation
    if finding.binding.target.provider == "gcp":
        return window(finding.binding) is not None
    if relation is Relation.CREDENTIAL:
        return finding.binding.target.kind in _MAKES_TOKENS
    return relation is Relation.SESSION


def after_gone(finding: Finding, look: Look, gone: str) -> BindingVerdict | None:
    """What is left of a session or credential whose place was read and that is ``gone``; None
    for a binding that leaves nothing behind."""
    if not outlives(finding):
        return None
    if (left := window(finding.binding)) is not None:
        return _spreading(finding, look, left, gone)
    if finding.binding.relation is Relation.SESSION:
        return _session(finding, look)
    return _tokens(finding, look, gone)


def _spreading(finding: Finding, look: Look, left: Window, gone: str) -> BindingVerdict:
    """What Google Cloud goes on with for a while after a change."""
    if not any(f.live or f.state for f in look.all_of(finding)):
        return said(finding, Access.DEAD, Grade.OBSERVED, gone)  # code that was never applied
    if left.account and (ended := _account_ended(finding, look)):
        return said(finding, Access.DEAD, Grade.OBSERVED, f"{gone}, and {ended}")
    return _until(finding, look, left.seconds, left.what)


def _account_ended(finding: Finding, look: Look) -> str:
    """Whether the service account that tokens would be of was read gone, or disabled."""
    target, principal = finding.binding.target, finding.binding.principal
    names = {(target.name.lower(), target.account)}
    if finding.binding.relation is Relation.CREDENTIAL:
        names = {(principal.value.partition("@")[0].lower(), principal.account)}
    had = [f for f in look.planned if _is_account(f.binding, names)]
    now = [f for f in look.fresh if f.live and _is_account(f.binding, names)]
    if any(look.unread(f.binding) or look.waived(f.binding) for f in had):
        return ""
    if had and not now:
        return "its service account is gone"
    statuses = {o.status for f in now for o in f.observations if isinstance(o.origin, LiveOrigin)}
    return "its service account is disabled" if statuses == {"Inactive"} else ""


def _is_account(binding: Binding, names: set[tuple[str, str | None]]) -> bool:
    target = binding.target
    named = (target.name.partition("@")[0].lower(), target.account)
    is_account = binding.relation is Relation.IDENTITY and target.kind == "gcp_service_account"
    return is_account and named in names


def after_attested(finding: Finding, look: Look) -> BindingVerdict | None:
    """What is left of a session that a pattern of tokens lets the leaver begin, once somebody
    attested that the leaver gets no such token any more; None for any other binding, or where its
    role was not read."""
    principal = finding.binding.principal
    if (
        finding.binding.relation is not Relation.SESSION
        or principal.kind is not PrincipalKind.OIDC_SUBJECT
    ):
        return None
    same = [f for f in (finding, *look.all_of(finding)) if f.live]
    # Where the trust names the leaver it is for us to shut.
    covers = any(f.covered for f in same) and not any(
        f.strength is Strength.STRONG and not f.covered for f in look.fresh_of(finding)
    )
    if not covers or look.unread(finding.binding):
        return None
    told = attestation(principal, look)
    if told is None:
        return None
    left = _session(finding, look, told.at)
    because = f"{told.by} attested that it can be entered no more; {left.because}"
    return replace(left, grade=Grade.ATTESTED, because=because)


def _session(finding: Finding, look: Look, shut: datetime | None = None) -> BindingVerdict:
    target = finding.binding.target
    if target.kind == "iam_role_session" and look.is_gone("iam_role", target.name, target.account):
        because = "the role itself is gone, and with it what its sessions were allowed"
        return said(finding, Access.DEAD, Grade.OBSERVED, because)
    entries = entries_of(look.all_of(finding), look.coverage.collected.lengths)
    if any(_denied(deny, target, entries) for deny in look.coverage.collected.denies):
        because = "a deny that names it was read back"
        return said(finding, Access.DEAD, Grade.OBSERVED, because)
    return _until(finding, look, longest_of(entries), "sessions", shut)


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


def _until(
    finding: Finding, look: Look, seconds: int, what: str, shut: datetime | None = None
) -> BindingVerdict:
    since = shut or look.gone_since.get(finding.id, look.now)
    end = (since + timedelta(seconds=seconds)).astimezone(UTC)
    if look.now < end:
        because = f"{what}{_begun(finding)} may last until {_time(end)}"
        return said(finding, Access.ALIVE_UNTIL, Grade.OBSERVED, because, end)
    because = f"it is shut or gone, and {what}{_begun(finding)} ended by {_time(end)}"
    return said(finding, Access.DEAD, Grade.OBSERVED, because)


def _begun(finding: Finding) -> str:
    return "" if finding.binding.target.provider == "gcp" else " begun before"


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _denied(deny: SessionDeny, target: Target, entries: Iterable[Entry]) -> bool:
    if not same_target(deny.target, target):
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
        key.lower() in marks and any(wildcard(value, marks[key.lower()]) for value in values)
        for key, values in deny.conditions
    )
