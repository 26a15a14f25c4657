"""Principals of Entra ID, GitHub, Okta and Kubernetes against the roster.

Ids are compared before this (``matching``). A user name of the roster is nobody's here, except
in Kubernetes, whose user names are whatever the cluster was told; and there it is weak. The name
of a group, an application or a managed identity is one everywhere, and weak.
"""

from __future__ import annotations

from collections.abc import Iterator

from iac_offboard.catalog.kubernetes import service_account
from iac_offboard.model import AliasKind, Principal, PrincipalKind, Strength, SubjectKind
from iac_offboard.subjects.hit import Hit
from iac_offboard.subjects.index import Entry, Index

_EVERY_ACCOUNT = "system:serviceaccounts"
_EVERYBODY = frozenset({"system:authenticated", "system:unauthenticated"})
_GROUPS = frozenset(
    {PrincipalKind.GITHUB_TEAM, PrincipalKind.OKTA_GROUP, PrincipalKind.KUBERNETES_GROUP}
)
_GROUP_SUBJECTS = frozenset({SubjectKind.GROUP})
_SERVICE_SUBJECTS = frozenset({SubjectKind.SERVICE, SubjectKind.WORKLOAD})
_USER_NUMBER, _NUMBERED = "user:", AliasKind.GITHUB_USER_ID
_ADDRESSED = frozenset(
    {PrincipalKind.ENTRA_USER, PrincipalKind.OKTA_USER, PrincipalKind.KUBERNETES_USER}
)


def hits(index: Index, principal: Principal) -> Iterator[Hit]:
    """Every alias that is this principal."""
    kind, value = principal.kind, principal.value
    if kind in _ADDRESSED:
        yield from _by_email(index, principal)
    if kind is PrincipalKind.GITHUB_USER:
        for entry in index.logins.get(value, ()):
            yield Hit(entry, Strength.STRONG, "GitHub login")
    elif kind is PrincipalKind.GITHUB_REPOSITORY:
        yield from _repository(index, value)
    elif kind is PrincipalKind.OKTA_USER:
        for id_ in {value, principal.stable_id or value}:
            for entry in _of_kind(index.exact.get(id_, ()), AliasKind.OKTA_USER_ID):
                yield Hit(entry, Strength.STRONG, "unique id", by_id=True)
    elif kind is PrincipalKind.KUBERNETES_USER:
        for entry in index.names.get((PrincipalKind.IAM_USER, value.casefold()), ()):
            if entry.alias.kind is AliasKind.USER_NAME and entry.accounts is None:
                yield Hit(entry, Strength.WEAK, "bare user name", by_name=True)
    elif kind is PrincipalKind.KUBERNETES_SERVICE_ACCOUNT:
        for entry in _accounts(index, value):
            yield Hit(entry, Strength.STRONG, "service account, whatever the cluster")
    elif kind is PrincipalKind.OTHER and value.startswith(_USER_NUMBER):
        for entry in _of_kind(index.exact.get(value.removeprefix(_USER_NUMBER), ()), _NUMBERED):
            yield Hit(entry, Strength.STRONG, "unique id", by_id=True)
    yield from _named(index, principal)


def _named(index: Index, principal: Principal) -> Iterator[Hit]:
    """Bare names of the roster: of groups when a group leaves, of applications and managed
    identities when a service or a workload does."""
    word, colon, rest = principal.value.partition(":")
    if principal.kind in _GROUPS:
        name, wanted = principal.value.rpartition("/")[2], _GROUP_SUBJECTS
    elif principal.provider == "okta" and principal.kind is PrincipalKind.OTHER:
        name, wanted = principal.value.removeprefix("client:"), _SERVICE_SUBJECTS
    elif colon and principal.provider == "entra":
        name, wanted = rest, _GROUP_SUBJECTS if word == "group" else _SERVICE_SUBJECTS
    else:
        return
    kind = PrincipalKind.IAM_GROUP if wanted is _GROUP_SUBJECTS else PrincipalKind.IAM_USER
    for entry in _of_kind(index.names.get((kind, name.casefold()), ()), AliasKind.USER_NAME):
        if entry.accounts is None and entry.subject.kind in wanted:
            yield Hit(entry, Strength.WEAK, "bare name", by_name=True)


def by_token(index: Index, sub: str) -> Iterator[Hit]:
    """The service account that a token's subject is; the roster does not say in which cluster."""
    for entry in _accounts(index, service_account(sub)):
        yield Hit(entry, Strength.WEAK, "service account in an OIDC subject")


def _accounts(index: Index, value: str) -> Iterator[Entry]:
    """The aliases that spell the service account ``namespace/name``."""
    yield from _of_kind(index.ids.get(value, ()), AliasKind.KUBERNETES_SERVICE_ACCOUNT)


def covering(index: Index, principal: Principal) -> Iterator[Entry]:
    """Every alias that this principal lets in among others without naming it. Who is in a group
    or a team is written elsewhere; these groups of Kubernetes have no list of members ("Default
    roles and role bindings" and "ServiceAccounts" in Using RBAC Authorization)."""
    if principal.kind is not PrincipalKind.KUBERNETES_GROUP:
        return
    value = principal.value
    everybody = value in _EVERYBODY
    front = value.removeprefix(_EVERY_ACCOUNT)
    namespace = front.removeprefix(":")
    if everybody or value == _EVERY_ACCOUNT or (front != value and front.startswith(":")):
        for account, entries in index.ids.items():
            if everybody or not namespace or account.partition("/")[0] == namespace:
                yield from _of_kind(entries, AliasKind.KUBERNETES_SERVICE_ACCOUNT)
    if everybody:
        for entries in index.emails.values():
            yield from _of_kind(entries, AliasKind.EMAIL)


def _by_email(index: Index, principal: Principal) -> Iterator[Hit]:
    spelled = principal.value.lower()
    for entry in index.emails.get(spelled, ()):
        yield Hit(entry, Strength.STRONG, "e-mail as the name")
    for email in sorted(principal.emails - {spelled}):
        for entry in index.emails.get(email, ()):
            yield Hit(entry, Strength.STRONG, "e-mail beside the name")


def _repository(index: Index, value: str) -> Iterator[Hit]:
    for entry in index.repositories.get(value, ()):
        yield Hit(entry, Strength.STRONG, "repository")
    if "/" not in value:
        # The owner is the provider's, which the place does not say.
        for name, entries in index.repositories.items():
            if name.partition("/")[2] == value:
                for entry in entries:
                    yield Hit(entry, Strength.WEAK, "repository, owner unknown here", by_name=True)


def _of_kind(entries: list[Entry] | tuple[()], kind: AliasKind) -> Iterator[Entry]:
    yield from (e for e in entries if e.alias.kind is kind)
