"""Principals of Google Cloud against the roster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iac_offboard.catalog.google_pools import Federated, federated
from iac_offboard.model import AliasKind, Principal, PrincipalKind, Strength, Subject, SubjectKind
from iac_offboard.subjects import oidc
from iac_offboard.subjects.hit import Hit
from iac_offboard.subjects.index import Entry, Index

_PEOPLE = (AliasKind.EMAIL, AliasKind.GCP_SERVICE_ACCOUNT)
# What an undecided member spells as the roster does.
_SPELLED = (
    AliasKind.GCP_SERVICE_ACCOUNT,
    AliasKind.GCP_PRINCIPAL,
    AliasKind.KUBERNETES_SERVICE_ACCOUNT,
)


def hits(index: Index, principal: Principal) -> Iterator[Hit]:
    """Every alias that is this principal. A deleted member is still who it was: it gets its
    roles back when the account is restored ("Deleted principals", IAM documentation)."""
    kind, value = principal.kind, principal.value
    for entry in index.exact.get(value, ()):
        yield Hit(entry, Strength.STRONG, "principal identifier")
    if kind is PrincipalKind.GCP_USER:
        for entry in index.emails.get(value, ()):
            yield Hit(entry, Strength.STRONG, "e-mail as the member")
    elif kind is PrincipalKind.GCP_SERVICE_ACCOUNT:
        yield from _service_account(index, value)
    elif kind is PrincipalKind.GCP_GROUP:
        yield from _group(index, value)
    elif kind is PrincipalKind.KUBERNETES_SERVICE_ACCOUNT:
        yield from _kubernetes(index, principal)
    elif kind in (PrincipalKind.GCP_PRINCIPAL, PrincipalKind.GCP_PRINCIPAL_SET):
        parts = federated(value)
        if parts is not None:
            yield from _federated(index, value, parts)


def _service_account(index: Index, value: str) -> Iterator[Hit]:
    if "@" in value:
        for entry in index.emails.get(value, ()):
            yield Hit(entry, Strength.STRONG, "e-mail of the service account")
        return
    # The project is not known: an account of this id may be another project's.
    for email, entries in index.emails.items():
        if email.partition("@")[0] != value:
            continue
        for entry in entries:
            if entry.alias.kind is AliasKind.GCP_SERVICE_ACCOUNT:
                yield Hit(entry, Strength.WEAK, "account id, project unknown here", by_name=True)


def _group(index: Index, value: str) -> Iterator[Hit]:
    for entry in index.exact.get(f"group:{value}", ()):
        yield Hit(entry, Strength.STRONG, "group")
    for entry in index.emails.get(value, ()):
        if entry.subject.kind is SubjectKind.GROUP:
            yield Hit(entry, Strength.STRONG, "e-mail of the group")


def _kubernetes(index: Index, principal: Principal) -> Iterator[Hit]:
    """The roster says namespace and name; in which cluster only where it binds the alias."""
    for entry in index.ids.get(principal.value.lower(), ()):
        if entry.alias.kind is not AliasKind.KUBERNETES_SERVICE_ACCOUNT:
            continue
        bound = entry.alias.accounts
        if not bound:
            yield Hit(entry, Strength.WEAK, "Kubernetes account of any cluster", by_name=True)
        elif principal.account in bound:
            yield Hit(entry, Strength.STRONG, "Kubernetes account of this project")


def _federated(index: Index, value: str, parts: Federated) -> Iterator[Hit]:
    if "*" in value:
        # The pool's number is not known here: the same claim of the same pool otherwise.
        for text, entries in index.exact.items():
            other = federated(text)
            if other is not None and _same_claim(parts, other):
                for entry in entries:
                    yield Hit(entry, Strength.WEAK, "principal of a pool, project unknown here")
    if parts.repository:
        for entry in index.repositories.get(parts.repository, ()):
            yield Hit(entry, Strength.STRONG, "repository in a principal identifier")
        for entry in index.logins.get(parts.repository.partition("/")[0], ()):
            yield Hit(entry, Strength.STRONG, "repositories of a GitHub login in an identifier")
    elif parts.claim == "attribute.actor":
        for entry in index.logins.get(parts.value.lower(), ()):
            yield Hit(entry, Strength.WEAK, "GitHub login as the actor of a run")
    elif parts.claim in ("subject", "attribute.email", "attribute.sub", "attribute.upn"):
        # A pool's subject is what its mapping says: an e-mail there is a claim of its issuer.
        for entry in index.emails.get(parts.value.lower(), ()):
            yield Hit(entry, Strength.WEAK, "e-mail as the subject of a token")


def _same_claim(parts: Federated, other: Federated) -> bool:
    one, two = parts.pool.rpartition("/")[2], other.pool.rpartition("/")[2]
    same = (parts.one, parts.claim, parts.value) == (other.one, other.claim, other.value)
    return same and one == two and "*" not in one


def spellings(subjects: Iterable[Subject]) -> Iterator[str]:
    """How an undecided member may turn out to be one of the subjects, as ``catalog.google``
    writes what is known of one; in lower case."""
    for alias in (alias for subject in subjects for alias in subject.aliases):
        value = alias.value.lower()
        if alias.kind in _SPELLED:
            yield value
        elif alias.kind is AliasKind.REPOSITORY:
            yield from (f"attribute.repository:{value}", f"subject:repo:{value}:")
        elif alias.kind is AliasKind.EMAIL:
            yield from (f"subject:{value}", f"attribute.email:{value}")
        parts = federated(alias.value)
        if parts is not None:
            yield f"{parts.claim}:{parts.value}".lower()


def covering(index: Index, principal: Principal) -> Iterator[Entry]:
    """Every alias that this principal lets in among others without naming it."""
    kind, value = principal.kind, principal.value
    if kind is PrincipalKind.ANYONE:
        yield from _people(index)
    elif kind is PrincipalKind.GCP_DOMAIN:
        yield from (e for e in _people(index) if e.alias.value.rpartition("@")[2] == value)
    elif kind in (PrincipalKind.GCP_PRINCIPAL_SET, PrincipalKind.GCP_PRINCIPAL):
        parts = federated(value)
        if parts is not None and not parts.repository:
            yield from _admitted(index, parts)


def _people(index: Index) -> Iterator[Entry]:
    for entries in index.emails.values():
        yield from (e for e in entries if e.alias.kind in _PEOPLE)


def _admitted(index: Index, parts: Federated) -> Iterator[Entry]:
    """Whom a set of a pool lets in: whoever the roster spells in this very pool, for everybody
    of it; the repositories of an owner, or of a pattern of subjects."""
    if parts.claim == "*":
        yield from _of_pool(index, parts.pool)
        yield from _all(index.repositories.values())
        return
    for name, entries in index.repositories.items():
        owner = name.partition("/")[0]
        if parts.claim in ("attribute.repository_owner", "attribute.owner"):
            covered = owner == parts.value.lower()
        elif parts.claim in ("subject", "attribute.sub"):
            sub = parts.value.lower()
            covered = any(oidc.admits(sub, claim) for claim in oidc.repository_claims(name))
        else:
            covered = False
        if covered:
            yield from entries


def _of_pool(index: Index, pool: str) -> Iterator[Entry]:
    for text, entries in index.exact.items():
        other = federated(text)
        if other is not None and other.pool == pool:
            yield from entries


def _all(found: Iterable[list[Entry]]) -> Iterator[Entry]:
    for entries in found:
        yield from entries
