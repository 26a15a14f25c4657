"""As what a place of Google Cloud lets the leaver in, and whether the leaver still comes as that: a
group, a domain, a pool of an identity provider."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from iac_offboard.catalog.attesting import counted, discounted
from iac_offboard.catalog.google_pools import federated
from iac_offboard.catalog.principal import GITHUB_ISSUER
from iac_offboard.model import (
    Access,
    Binding,
    Finding,
    Grade,
    Principal,
    Relation,
    SubjectKind,
)
from iac_offboard.verify.look import Look, by_waiver


@dataclass(frozen=True, slots=True)
class Presented:
    """Whether the leaver can come as what the place lets in; DEAD when not, and why."""

    access: Access
    because: str
    grade: Grade = Grade.OBSERVED
    open_: bool = False


def in_google_group(binding: Binding, look: Look) -> Presented:
    """Of a group that the leaver is in, directly or through other groups."""
    group = binding.principal.value
    if group in google_groups(look.fresh):
        return Presented(Access.ALIVE, f"it lets in the group {group} that the leaver is in")
    target = replace(binding.target, kind="gcp_group", name=group, arn=None, account=None)
    asked = Binding(principal=binding.principal, relation=Relation.MEMBERSHIP, target=target)
    if unread := look.unread(asked):
        return Presented(Access.UNKNOWN, unread, Grade.NONE)
    if waived := look.waived(asked):
        return Presented(Access.DEAD, f"not read; {by_waiver(waived)}", Grade.WAIVED)
    return Presented(Access.DEAD, f"the leaver is not in the group {group} any more")


def google_groups(findings: Iterable[Finding]) -> frozenset[str]:
    """The groups that these live findings of one subject put it in, directly or through others."""
    edges = [
        (f.binding.principal.value if f.covered else "", f.binding.target.name)
        for f in findings
        if f.live
        and f.binding.relation is Relation.MEMBERSHIP
        and f.binding.target.kind == "gcp_group"
    ]
    found = {name for inner, name in edges if not inner}
    while more := {name for inner, name in edges if inner in found} - found:
        found |= more
    return frozenset(found)


def in_domain(principal: Principal, look: Look) -> Presented:
    """Only the directory knows whether the leaver's Google account still lives."""
    source = f"domain:{principal.value}"
    if told := counted(look.subject, source, look.now):
        because = f"{told.by} attested on {told.at.date().isoformat()} that the Google account in "
        return Presented(Access.DEAD, f"{because}{principal.value} is closed", Grade.ATTESTED)
    why = " ".join(discounted(look.subject, source, look.now))
    because = (
        f"it lets in everybody of {principal.value}; whether the leaver's Google account there is "
        f'closed is not read: attest it in the roster (source "{source}"). {why}'
    )
    return Presented(Access.UNKNOWN, because.strip(), Grade.NONE)


def through_pool(principal: Principal, look: Look) -> Presented:
    """Only the issuer whose tokens a pool takes knows whether it still gives the leaver any."""
    parts = federated(principal.value)
    pool = parts.pool if parts is not None else principal.value
    # A repository of the roster is one of GitHub's; a person's tokens may be anybody's.
    github = (GITHUB_ISSUER,) if look.subject.kind is SubjectKind.REPOSITORY else ()
    for source in (pool, *github):
        if told := counted(look.subject, source, look.now):
            because = f"{told.by} attested on {told.at.date().isoformat()} that {source} "
            return Presented(Access.DEAD, f"{because}lets the leaver in no more", Grade.ATTESTED)
    why = " ".join(w for s in (pool, *github) for w in discounted(look.subject, s, look.now))
    what = principal.value.partition("/attribute.")[2] or "everybody"
    because = (
        f"it lets in {what} of the pool {pool}; once the leaver gets no token for it any more, "
        f'attest that in the roster (source "{pool}"). {why}'
    )
    return Presented(Access.ALIVE, because.strip())
