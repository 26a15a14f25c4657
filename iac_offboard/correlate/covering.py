"""Patterns that let a leaver in without naming anybody: an account's root, ``*``,
``repo:org/*``, ``user/ali*``, a group of an Identity Center.

Cutting one would cut others, and leaving it out would call a leaver dead who still gets in. A
pattern covers only while the leaver can present the identity: no user in the account, no
access by its root.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from iac_offboard.correlate.claims import Claims, lets_in
from iac_offboard.correlate.seen import Identity, Place, Seen
from iac_offboard.model import Effect, Finding, PrincipalKind, Relation, Strength

# How the reader of Identity Center says who is in the group: identity store ids.
_MEMBER = re.compile(r"^group \S+, member (\S+)$")
_WITH_IDENTITY = frozenset(
    {PrincipalKind.KUBERNETES_GROUP, PrincipalKind.IAM_USER, PrincipalKind.IAM_ROLE}
)
_IN_IAM = frozenset({"iam_user", "iam_role"})


@dataclass(slots=True)
class Covered:
    """What covers one subject. ``tokens`` are patterns of tokens and domains, which count
    wherever they stand; ``others`` count live only, and tell which code makes them."""

    tokens: list[Seen] = field(default_factory=list)
    others: list[Seen] = field(default_factory=list)


def covering(
    seen: Sequence[Seen], claims: Claims, findings: Iterable[Finding]
) -> Mapping[str, Covered]:
    """What covers whom, by subject id. ``findings`` are those that name the subjects: they say
    who lives where. One step for each pair of an observation and a subject that it covers."""
    findings = tuple(findings)
    reach = _Reach(findings, seen)
    seen_somewhere = {f.subject for f in findings}
    found: dict[str, Covered] = {}
    for item in seen:
        if item.observation.binding.effect is Effect.DENY:
            continue
        tokens = lets_in(item.principal)
        named = claims.of(item.identity)
        for subject in claims.covered(item.principal) if tokens else reach.of(item):
            # A group of everybody is everybody's who gets into a cluster, a pattern of users
            # everybody's who has one: not a stranger's.
            stranger = subject not in seen_somewhere and item.principal.kind in _WITH_IDENTITY
            if subject not in named and not stranger:
                at = found.setdefault(subject, Covered())
                (at.tokens if tokens else at.others).append(item)
    return found


class _Reach:
    """Where each subject has a live identity that is surely its own: of a namesake, or of an
    object that is possibly re-used, nothing follows."""

    def __init__(self, findings: Iterable[Finding], seen: Sequence[Seen]) -> None:
        self._accounts: dict[str, dict[str, None]] = {}
        self._anywhere: dict[str, None] = {}
        self._members: dict[str, dict[str, None]] = {}
        for finding in findings:
            self._learn(finding)
        self._google = _google_groups(findings, seen)
        self._groups: dict[Identity, dict[str, None]] = {}
        for item in seen:
            if item.place is Place.LIVE and item.principal.kind is _GROUP:
                at = self._groups.setdefault(item.identity, {})
                at.update(self._members.get(_member(item), {}))

    def _learn(self, finding: Finding) -> None:
        binding = finding.binding
        certain = finding.strength is Strength.STRONG and not finding.reused
        if binding.relation is not Relation.IDENTITY or not certain or not finding.live:
            return
        target, subject = binding.target, finding.subject
        if target.provider == "aws":
            self._anywhere[subject] = None
        if target.kind in _IN_IAM and target.account:
            self._accounts.setdefault(target.account, {})[subject] = None
        if target.kind == "identity_store_user":
            for known in {target.unique_id, binding.principal.stable_id} - {None, ""}:
                self._members.setdefault(str(known).lower(), {})[subject] = None

    def of(self, item: Seen) -> Iterable[str]:
        kind = item.principal.kind
        if item.observation.binding.relation is Relation.SESSION:
            return ()  # who may open one is evaluated, leaver by leaver, where it is read
        if kind is PrincipalKind.AWS_ACCOUNT:
            return self._accounts.get(item.principal.value, ())
        if kind is PrincipalKind.ANYONE and item.principal.provider == "aws":
            return self._anywhere
        if kind is PrincipalKind.GCP_GROUP:
            return self._google.get(item.principal.value, ())
        if kind is not _GROUP:
            return ()
        if item.place is Place.LIVE:
            return self._members.get(_member(item), ())
        return self._groups.get(item.identity, ())


_GROUP = PrincipalKind.IDENTITY_STORE_GROUP
_GOOGLE_GROUP = "gcp_group"


def _google_groups(
    findings: Iterable[Finding], seen: Sequence[Seen]
) -> Mapping[str, Mapping[str, None]]:
    """Whom each group of Google Cloud lets in, by its e-mail: its members as they were read live,
    and those of the groups within it."""
    found: dict[str, dict[str, None]] = {}
    for finding in findings:
        binding = finding.binding
        member = binding.relation is Relation.MEMBERSHIP and binding.target.kind == _GOOGLE_GROUP
        certain = finding.strength is Strength.STRONG and not finding.reused
        if member and certain and finding.live:
            found.setdefault(binding.target.name, {})[finding.subject] = None
    edges = {
        (item.principal.value, item.observation.binding.target.name)
        for item in seen
        if item.place is Place.LIVE
        and item.principal.kind is PrincipalKind.GCP_GROUP
        and item.observation.binding.relation is Relation.MEMBERSHIP
    }
    todo = list(found)
    while todo:
        inner = todo.pop()
        for outer in (o for i, o in edges if i == inner):
            at = found.setdefault(outer, {})
            if not found[inner].keys() <= at.keys():
                at.update(found[inner])
                todo.append(outer)
    return found


def _member(item: Seen) -> str:
    told = _MEMBER.match(item.observation.binding.detail)
    return told.group(1).lower() if told else ""
