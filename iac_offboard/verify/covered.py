"""Places that do not name the leaver but let the leaver in together with others.

Nobody cuts them for one leaver: they are alive while the leaver can still present what they
ask for (an identity in the account, a membership, a token), and dead once that is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from iac_offboard.catalog.principal import parse_arn
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
    Subject,
)
from iac_offboard.verify.look import Look, by_waiver, iam_place, said

NOBODY = "nobody of it can present that identity any more"
EVERYBODY = "open to everybody, the leaver too"


@dataclass(frozen=True, slots=True)
class _Presented:
    """Whether the leaver can come as what the place lets in; DEAD when not, and why."""

    access: Access
    because: str
    grade: Grade = Grade.OBSERVED


def judge_covered(finding: Finding, look: Look) -> BindingVerdict:
    """Alive, dead or unknown, for a planned or fresh finding that is ``covered``."""
    presented = _presented(finding, look)
    if presented.access is not Access.ALIVE:
        return said(finding, presented.access, presented.grade, presented.because)
    if _shown(finding, look):
        if is_open(finding.binding) and (waived := look.coverage.waived_at(place_of(finding))):
            because = f"{EVERYBODY}; {by_waiver(waived)}"
            return said(finding, Access.DEAD, Grade.WAIVED, because)
        return said(finding, Access.ALIVE, Grade.OBSERVED, presented.because)
    unread = look.unread(finding.binding)
    if unread:
        return said(finding, Access.UNKNOWN, Grade.NONE, unread)
    if waived := look.waived(finding.binding):
        return said(finding, Access.DEAD, Grade.WAIVED, f"not read; {by_waiver(waived)}")
    return said(finding, Access.DEAD, Grade.OBSERVED, "it is gone")


def is_open(binding: Binding) -> bool:
    """Whether everybody is let in, without a condition."""
    anyone = binding.principal.kind is PrincipalKind.ANYONE
    return anyone and not binding.condition and binding.effect is Effect.ALLOW


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
                detail=f"{EVERYBODY}.",
                side=Side.ACCESS,
                kinds=frozenset({finding.binding.target.kind}),
                subject=finding.subject,
            )
            for finding in findings
            if finding.covered and is_open(finding.binding) and _raw(finding.binding, collected)
        )
    )


def _presented(finding: Finding, look: Look) -> _Presented:
    principal = finding.binding.principal
    if principal.kind is PrincipalKind.AWS_ACCOUNT:
        account = principal.account or principal.value
        return _in_accounts(look, [account], f"it lets in the account {account}")
    if principal.kind is PrincipalKind.ANYONE:
        if is_open(finding.binding):
            return _Presented(Access.ALIVE, EVERYBODY)
        scopes = (*look.coverage.planned.accounts, *look.coverage.fresh.accounts)
        accounts = sorted({a.account for a in scopes if a.provider == principal.provider})
        return _in_accounts(look, accounts, "it lets in everybody who meets its condition")
    if principal.kind is PrincipalKind.IDENTITY_STORE_GROUP:
        return _in_group(finding.binding, look)
    if principal.kind is PrincipalKind.OIDC_SUBJECT:
        return _with_token(principal, look.subject)
    return _Presented(Access.ALIVE, "it lets the leaver in together with others")


def _in_accounts(look: Look, accounts: Sequence[str], lets_in: str) -> _Presented:
    for account in accounts:
        for identity in look.identities(account):
            who = identity.binding.target
            because = f"{lets_in}, where {who.kind.replace('_', ' ')} {who.name} stands"
            return _Presented(Access.ALIVE, because)
    unread = [why for account in accounts if (why := look.unread(iam_place(account)))]
    if unread:
        return _Presented(Access.UNKNOWN, "; ".join(dict.fromkeys(unread)), Grade.NONE)
    waived = [w for account in accounts if (w := look.waived(iam_place(account)))]
    if waived:
        return _Presented(Access.DEAD, f"not read; {by_waiver(waived[0])}", Grade.WAIVED)
    return _Presented(Access.DEAD, NOBODY)


def _in_group(binding: Binding, look: Look) -> _Presented:
    group = binding.principal.stable_id or binding.principal.value
    if any(f.live and _is_member(f, group) for f in look.fresh):
        return _Presented(Access.ALIVE, "it lets in a group that the leaver is in")
    known = (f.binding for f in (*look.planned, *look.remembered) if _is_member(f, group))
    # Without a membership to ask about, the place of the grant stands for the directory.
    asked = tuple(known) or (_membership(binding, group),)
    unread = [why for b in asked if (why := look.unread(b))]
    if unread:
        return _Presented(Access.UNKNOWN, "; ".join(dict.fromkeys(unread)), Grade.NONE)
    if waived := next((w for b in asked if (w := look.waived(b))), None):
        return _Presented(Access.DEAD, f"not read; {by_waiver(waived)}", Grade.WAIVED)
    return _Presented(Access.DEAD, "the leaver is not in that group any more")


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


def _with_token(principal: Principal, subject: Subject) -> _Presented:
    """Only the issuer knows whether it still gives the leaver tokens that fit."""
    issuer, _, pattern = principal.value.partition("|")
    for told in subject.attested:
        if _host(told.source) == _host(issuer) and _after(told, subject):
            because = (
                f"{told.by} attested on {told.at.date().isoformat()} that {_host(issuer)} "
                "lets the leaver in no more"
            )
            return _Presented(Access.DEAD, because, Grade.ATTESTED)
    return _Presented(Access.ALIVE, f"it lets in {pattern} of {_host(issuer)}")


def _after(told: Attestation, subject: Subject) -> bool:
    return subject.left_at is None or told.at >= subject.left_at


def _host(issuer: str) -> str:
    """The issuer as a provider's ARN, a URL or a claim spells it: host in lower case, then path
    (OpenID Connect Core 1.0, 2: an issuer is an https URL without query)."""
    arn = parse_arn(issuer)
    text = arn.resource.removeprefix("oidc-provider/") if arn else issuer
    host, slash, path = text.removeprefix("https://").rstrip("/").partition("/")
    return f"{host.lower()}{slash}{path}"


def _shown(finding: Finding, look: Look) -> bool:
    if any(f.live and look.same(finding, f) for f in look.fresh):
        return True
    # No subject is left to whom this look could give what is open to everybody.
    return is_open(finding.binding) and _raw(finding.binding, look.coverage.collected)


def _raw(binding: Binding, collected: Collected) -> bool:
    return any(
        isinstance(o.origin, LiveOrigin)
        and is_open(o.binding)
        and (o.binding.relation, o.binding.detail) == (binding.relation, binding.detail)
        and (o.binding.target.kind, o.binding.target.account, o.binding.target.region)
        == (binding.target.kind, binding.target.account, binding.target.region)
        and o.binding.target.name == binding.target.name
        for o in collected.observations
    )
