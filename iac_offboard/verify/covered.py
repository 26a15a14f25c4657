"""Places that do not name the leaver but let the leaver in together with others.

Nobody cuts them for one leaver: they are alive while the leaver can still present what they
ask for (an identity in the account, a membership, a token), and dead once that is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from iac_offboard.catalog.attesting import counted, discounted, source_name
from iac_offboard.catalog.callers import binds_callers
from iac_offboard.catalog.principal import is_pattern
from iac_offboard.model import (
    Access,
    Attestation,
    Binding,
    BindingVerdict,
    Collected,
    Effect,
    Finding,
    Grade,
    LiveOrigin,
    Principal,
    PrincipalKind,
    Relation,
    Side,
    Skipped,
    SkipReason,
)
from iac_offboard.verify.covered_google import Presented, in_domain, in_google_group, through_pool
from iac_offboard.verify.look import Look, by_waiver, iam_place, said

NOBODY = "nobody of it can present that identity any more"


def judge_covered(finding: Finding, look: Look) -> BindingVerdict:
    """Alive, dead or unknown, for a planned or fresh finding that is ``covered``."""
    presented = _presented(finding, look)
    # What the roster alone says to be covered would be shown again, whatever else was read.
    by_roster = finding.binding.principal.kind is PrincipalKind.GCP_DOMAIN
    gone = by_roster and presented.access is Access.UNKNOWN and not _shown(finding, look)
    if presented.access is not Access.ALIVE and not gone:
        return said(finding, presented.access, presented.grade, presented.because)
    if _shown(finding, look):
        if presented.open_ and (waived := look.coverage.answered(place_of(finding))):
            because = f"{presented.because}; {by_waiver(waived)}"
            return said(finding, Access.DEAD, Grade.WAIVED, because)
        return said(finding, Access.ALIVE, Grade.OBSERVED, presented.because)
    unread = look.unread(finding.binding)
    if unread:
        return said(finding, Access.UNKNOWN, Grade.NONE, unread)
    if waived := look.waived(finding.binding):
        return said(finding, Access.DEAD, Grade.WAIVED, f"not read; {by_waiver(waived)}")
    return said(finding, Access.DEAD, Grade.OBSERVED, "it is gone")


def is_open(binding: Binding) -> bool:
    """Whether everybody is let in: without a condition, or with one that anybody may fulfil,
    whatever identity was taken away."""
    anyone = binding.principal.kind is PrincipalKind.ANYONE
    return anyone and binding.effect is Effect.ALLOW and not binds_callers(binding.condition)


def _everybody(binding: Binding) -> str:
    condition = binding.condition.partition(" #")[0]
    who = f" who meets its condition, {condition}" if condition else ""
    return f"open to everybody{who}, the leaver too"


def place_of(finding: Finding) -> str:
    """What a waiver calls a thing that is open to everybody: its ARN."""
    return finding.binding.target.arn or finding.binding.target.name


def open_places(findings: Iterable[Finding], collected: Collected) -> tuple[Skipped, ...]:
    """What this look shows to be open to everybody, in the form that a waiver speaks of."""
    return tuple(
        dict.fromkeys(
            Skipped(
                where=place_of(finding),
                reason=SkipReason.UNDECIDED,
                detail=f"{_everybody(open_[0])}.",
                side=Side.ACCESS,
                kinds=frozenset({finding.binding.target.kind}),
                subject=finding.subject,
            )
            for finding in findings
            if finding.covered and (open_ := _open_now(finding, (), collected))
        )
    )


def _presented(finding: Finding, look: Look) -> Presented:
    principal = finding.binding.principal
    if principal.kind is PrincipalKind.AWS_ACCOUNT:
        account = principal.account or principal.value
        return _in_accounts(look, [account], f"it lets in the account {account}")
    if principal.kind is PrincipalKind.ANYONE:
        known = _live(finding) or [finding.binding]
        open_ = _open_now(finding, look.fresh, look.coverage.collected)
        if not open_ and not _again(finding, look):
            open_ = [b for b in known if is_open(b)]  # and perhaps nobody could read it now
        if open_:
            return Presented(Access.ALIVE, _everybody(open_[0]), open_=True)
        accounts = _accounts_of(look, principal.provider)
        return _in_accounts(look, accounts, "it lets in everybody who meets its condition")
    if is_pattern(principal):
        accounts = _accounts_of(look, principal.provider)
        if principal.account:
            accounts = [principal.account]
        return _in_accounts(look, accounts, f"it lets in whom {principal.value} fits")
    if principal.kind is PrincipalKind.IDENTITY_STORE_GROUP:
        return _in_group(finding.binding, look)
    if principal.kind is PrincipalKind.OIDC_SUBJECT:
        return _with_token(principal, look)
    if principal.kind is PrincipalKind.GCP_GROUP:
        return in_google_group(finding.binding, look)
    if principal.kind is PrincipalKind.GCP_DOMAIN:
        return in_domain(principal, look)
    if principal.kind in (PrincipalKind.GCP_PRINCIPAL_SET, PrincipalKind.GCP_PRINCIPAL):
        return through_pool(principal, look)
    return Presented(Access.ALIVE, "it lets the leaver in together with others")


def _accounts_of(look: Look, provider: str) -> list[str]:
    scopes = (*look.coverage.planned.accounts, *look.coverage.fresh.accounts)
    return sorted({a.account for a in scopes if a.provider == provider})


def _in_accounts(look: Look, accounts: Sequence[str], lets_in: str) -> Presented:
    for account in accounts:
        for identity in look.identities(account):
            who = identity.binding.target
            because = f"{lets_in}, where {who.kind.replace('_', ' ')} {who.name} stands"
            return Presented(Access.ALIVE, because)
    unread = [why for account in accounts if (why := look.unread(iam_place(account)))]
    if unread:
        return Presented(Access.UNKNOWN, "; ".join(dict.fromkeys(unread)), Grade.NONE)
    waived = [w for account in accounts if (w := look.waived(iam_place(account)))]
    if waived:
        return Presented(Access.DEAD, f"not read; {by_waiver(waived[0])}", Grade.WAIVED)
    return Presented(Access.DEAD, NOBODY)


def _in_group(binding: Binding, look: Look) -> Presented:
    group = binding.principal.stable_id or binding.principal.value
    if any(f.live and _is_member(f, group) for f in look.fresh):
        return Presented(Access.ALIVE, "it lets in a group that the leaver is in")
    known = (f.binding for f in (*look.planned, *look.remembered) if _is_member(f, group))
    # Without a membership to ask about, the place of the grant stands for the directory.
    asked = tuple(known) or (_membership(binding, group),)
    unread = [why for b in asked if (why := look.unread(b))]
    if unread:
        return Presented(Access.UNKNOWN, "; ".join(dict.fromkeys(unread)), Grade.NONE)
    if waived := next((w for b in asked if (w := look.waived(b))), None):
        return Presented(Access.DEAD, f"not read; {by_waiver(waived)}", Grade.WAIVED)
    return Presented(Access.DEAD, "the leaver is not in that group any more")


def _is_member(finding: Finding, group: str) -> bool:
    binding = finding.binding
    return (
        binding.relation is Relation.MEMBERSHIP
        and binding.target.kind == "identity_store_group"
        and binding.target.name.casefold() == group.casefold()
    )


def _membership(binding: Binding, group: str) -> Binding:
    target = replace(binding.target, kind="identity_store_group", name=group, arn=None)
    return Binding(principal=binding.principal, relation=Relation.MEMBERSHIP, target=target)


def _with_token(principal: Principal, look: Look) -> Presented:
    """Only the issuer knows whether it still gives the leaver tokens that fit."""
    issuer, _, pattern = principal.value.partition("|")
    name = source_name(issuer)
    if told := attestation(principal, look):
        because = f"{told.by} attested on {told.at.date().isoformat()} that {name} "
        return Presented(Access.DEAD, f"{because}lets the leaver in no more", Grade.ATTESTED)
    why = " ".join(discounted(look.subject, issuer, look.now))
    return Presented(Access.ALIVE, f"it lets in {pattern} of {name}. {why}".removesuffix(". "))


def attestation(principal: Principal, look: Look) -> Attestation | None:
    """Who first said that the issuer of these tokens gives the leaver none any more."""
    return counted(look.subject, principal.value.partition("|")[0], look.now)


def _shown(finding: Finding, look: Look) -> bool:
    if _again(finding, look):
        return True
    # No subject is left to whom this look could give what is open to everybody.
    return bool(_open_now(finding, (), look.coverage.collected))


def _again(finding: Finding, look: Look) -> bool:
    return any(f.live for f in look.fresh_of(finding))


def _open_now(finding: Finding, fresh: Iterable[Finding], collected: Collected) -> list[Binding]:
    """What stands open at this place now. One finding holds all of its statements with ``*``."""
    if finding.binding.principal.kind is not PrincipalKind.ANYONE:
        return []
    shown = [b for f in fresh for b in _live(f)]
    shown += [o.binding for o in collected.observations if isinstance(o.origin, LiveOrigin)]
    here = _place(finding.binding)
    return [b for b in shown if is_open(b) and _place(b) == here]


def _live(finding: Finding) -> list[Binding]:
    return [o.binding for o in finding.observations if isinstance(o.origin, LiveOrigin)]


def _place(binding: Binding) -> tuple[Relation, str, str, str | None, str | None]:
    target = binding.target
    return binding.relation, target.kind, target.name, target.account, target.region
