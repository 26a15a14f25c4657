"""What a plan about Google Cloud works on: service accounts of leavers, and keys in their hands.

Persons are Google accounts of somebody's directory, which this tool does not write: they have no
containment of their own, and none is made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from iac_offboard.model import (
    AliasKind,
    Effect,
    Finding,
    Observation,
    PrincipalKind,
    Relation,
    Strength,
    Subject,
    Target,
)
from iac_offboard.plan.draft import live_observation, managing_roots

ACCOUNT = "gcp_service_account"
KEY = "gcp_service_account_key"
HMAC_KEY = "gcp_storage_hmac_key"
GROUP = "gcp_group"
# "Deleting service accounts", IAM documentation: disable it and wait, then delete it; a day is
# this tool's own measure where the roster says none.
GRACE = 24 * 3600

_KEY_NAME = re.compile(r"^projects/([^/]+)/serviceAccounts/([^/]+)/keys/[^/]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """One live service account that is the leaver's own, with its credentials."""

    subject: str
    email: str
    target: Target
    identity: Finding
    credentials: tuple[Finding, ...]

    @property
    def roots(self) -> tuple[str, ...]:
        """Roots whose apply destroys it."""
        return managing_roots(self.identity)

    @property
    def unique_id(self) -> str:
        live = live_observation(self.identity)
        return self.target.unique_id or (live and live.binding.principal.stable_id) or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKey:
    """A user-managed key that a leaver has, of an account that others use. ``findings`` are all
    of this key; ``roots`` make it."""

    subject: str
    email: str
    live: Observation
    findings: tuple[Finding, ...]

    @property
    def roots(self) -> tuple[str, ...]:
        return tuple(sorted({r for f in self.findings for r in managing_roots(f)}))

    @property
    def ids(self) -> str:
        return ", ".join(sorted({f.id for f in self.findings}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """``held`` are keys to be rotated out; ``stays`` are findings of an account that others use
    too, which say nothing of the leaver once the account is handed over; ``whose`` are keys of
    such an account that nobody is known to have."""

    held: tuple[HeldKey, ...] = ()
    whose: tuple[Finding, ...] = ()
    stays: tuple[Finding, ...] = ()
    taken: frozenset[str] = field(default_factory=frozenset)
    """Ids of all these findings: nothing else is to be done about them."""

    @classmethod
    def of(cls, findings: Sequence[Finding], subjects: Mapping[str, Subject]) -> Found:
        ours = [f for f in findings if f.binding.target.provider == "gcp"]
        # The account itself goes, whoever of the leavers it is of, and all its keys with it.
        own = {_email(f) for f in ours if _is_identity(f) and not f.shared and f.live}
        handed = {(f.subject, _email(f)) for f in ours if _is_identity(f) and f.shared and f.live}
        keys: dict[tuple[str, str], list[Finding]] = {}
        whose: list[Finding] = []
        stays: list[Finding] = []
        for finding in ours:
            place = (finding.subject, _email(finding))
            if _is_held(finding, subjects.get(finding.subject), own):
                name = finding.binding.target.name
                keys.setdefault((finding.subject, name), []).append(finding)
            elif finding.shared and place in handed and not _is_identity(finding):
                key = finding.binding.relation is Relation.CREDENTIAL and finding.live
                (whose if key else stays).append(finding)
        named = {name for _, name in keys}
        whose = [f for f in whose if f.binding.target.name not in named]
        held = tuple(_held(ours, *key) for key in sorted(keys))
        taken = (*whose, *stays, *(f for k in held for f in k.findings))
        return cls(
            held=held,
            whose=tuple(whose),
            stays=tuple(stays),
            taken=frozenset(f.id for f in taken),
        )


def service_accounts(
    findings: Iterable[Finding], subjects: Mapping[str, Subject]
) -> list[ServiceAccount]:
    """Those that are live and surely the leaver's own."""
    findings = [f for f in findings if f.subject in subjects]
    found = []
    for identity in sorted((f for f in findings if _is_identity(f)), key=_order):
        live = live_observation(identity)
        if live is None:
            continue
        place = (identity.subject, _email(identity))
        mine: dict[tuple[str, str], Finding] = {}
        for finding in findings:
            if finding.binding.relation is Relation.CREDENTIAL and place == (
                finding.subject,
                _email(finding),
            ):
                thing = finding.binding.target
                mine.setdefault((thing.kind, thing.name), finding)
        found.append(
            ServiceAccount(
                subject=identity.subject,
                email=live.binding.principal.value,
                target=live.binding.target,
                identity=identity,
                credentials=tuple(mine[thing] for thing in sorted(mine)),
            )
        )
    return found


def grace(subject: Subject | None) -> int:
    """Seconds between the disabling and the deletion of what is a subject's."""
    return GRACE if subject is None or subject.grace is None else subject.grace


def _order(finding: Finding) -> tuple[str, str]:
    return finding.subject, _email(finding)


def _is_identity(finding: Finding) -> bool:
    binding = finding.binding
    return binding.relation is Relation.IDENTITY and binding.target.kind == ACCOUNT


def _email(finding: Finding) -> str:
    """The service account that a finding is about, "" for none."""
    live = live_observation(finding)
    binding = live.binding if live is not None else finding.binding
    named = _KEY_NAME.match(binding.target.name) if binding.target.kind == KEY else None
    if named is not None:
        return named[2].lower()
    principal = binding.principal
    return principal.value if principal.kind is PrincipalKind.GCP_SERVICE_ACCOUNT else ""


def _is_held(finding: Finding, subject: Subject | None, own: set[str]) -> bool:
    """Is it a key of somebody else's account that is known to be in the leaver's hands: by the
    roster, or because the audit log says who made it?"""
    binding = finding.binding
    certain = finding.strength is Strength.STRONG and not finding.reused
    if binding.target.kind != KEY or not certain or binding.effect is not Effect.ALLOW:
        return False
    if live_observation(finding) is None or _email(finding) in own:
        return False
    aliases = subject.aliases if subject is not None else ()
    name = binding.target.name.lower()
    named = any(
        a.kind is AliasKind.GCP_SERVICE_ACCOUNT_KEY and a.value.lower() == name for a in aliases
    )
    return named or binding.principal.kind is not PrincipalKind.GCP_SERVICE_ACCOUNT


def _held(findings: Iterable[Finding], subject: str, name: str) -> HeldKey:
    mine = tuple(
        f
        for f in findings
        if f.subject == subject and f.binding.target.kind == KEY and f.binding.target.name == name
    )
    lives = [live for f in mine if (live := live_observation(f)) is not None]
    # The account's own observation knows the last use, whoever has the key.
    live = max(lives, key=lambda o: o.binding.principal.kind is PrincipalKind.GCP_SERVICE_ACCOUNT)
    return HeldKey(subject=subject, email=_email(mine[0]), live=live, findings=mine)
