"""The matcher's index: from a normalised value to the subjects that claim it.

Looking up is one dictionary access whatever the size of the roster; whole values are keys, so
that nothing can match by a part of a name (rule 4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from iac_offboard.catalog.principal import parse_arn
from iac_offboard.model import Alias, AliasKind, PrincipalKind, Subject, SubjectKind

# An entry's accounts: None stands for a bare name, which is weak everywhere.
_BARE: frozenset[str] | None = None
_ARN_KINDS = {
    "user": PrincipalKind.IAM_USER,
    "role": PrincipalKind.IAM_ROLE,
    "group": PrincipalKind.IAM_GROUP,
    "assumed-role": PrincipalKind.IAM_SESSION,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One subject's claim to a value. ``accounts`` None: a bare name."""

    subject: Subject
    alias: Alias
    accounts: frozenset[str] | None = None


@dataclass(slots=True)
class Index:
    """``names`` by (principal kind, case-folded name), the others by value."""

    names: dict[tuple[PrincipalKind, str], list[Entry]] = field(default_factory=dict)
    emails: dict[str, list[Entry]] = field(default_factory=dict)
    ids: dict[str, list[Entry]] = field(default_factory=dict)
    keys: dict[str, list[Entry]] = field(default_factory=dict)
    repositories: dict[str, list[Entry]] = field(default_factory=dict)
    logins: dict[str, list[Entry]] = field(default_factory=dict)
    exact: dict[str, list[Entry]] = field(default_factory=dict)
    _seen: dict[str, list[Alias]] = field(default_factory=dict)

    def add(self, subject: Subject) -> None:
        for alias in subject.aliases:
            self._add(subject, alias)

    def _add(self, subject: Subject, alias: Alias) -> None:
        kind, value = alias.kind, alias.value
        entry = Entry(subject, alias)
        if kind in (AliasKind.USER_NAME, AliasKind.AWS_USER):
            for name_kind in _kinds_of_name(subject, alias):
                bound = Entry(subject, alias, alias.accounts or _BARE)
                self.names.setdefault((name_kind, value.casefold()), []).append(bound)
        elif kind is AliasKind.AWS_ARN:
            self._add_arn(subject, alias)
        elif kind in (AliasKind.EMAIL, AliasKind.GCP_SERVICE_ACCOUNT):
            self.emails.setdefault(value.lower(), []).append(entry)
        elif kind in (AliasKind.AWS_ACCESS_KEY_ID, AliasKind.GCP_SERVICE_ACCOUNT_KEY):
            self.keys.setdefault(value, []).append(entry)
        elif kind is AliasKind.REPOSITORY:
            self.repositories.setdefault(value.lower(), []).append(entry)
        elif kind is AliasKind.GITHUB_LOGIN:
            self.logins.setdefault(value.lower(), []).append(entry)
        elif kind is AliasKind.GCP_PRINCIPAL:
            # Pools tell their claims apart by case; the e-mail of a group is an e-mail.
            self.exact.setdefault(value if "://" in value else value.lower(), []).append(entry)
        elif kind in (AliasKind.OKTA_USER_ID, AliasKind.GITHUB_USER_ID):
            self.exact.setdefault(value, []).append(entry)  # their case counts
        else:
            self.ids.setdefault(normal_id(value), []).append(entry)

    def _add_arn(self, subject: Subject, alias: Alias) -> None:
        arn = parse_arn(alias.value)
        if arn is None or arn.account is None:
            return
        resource, _, rest = arn.resource.partition("/")
        kind = _ARN_KINDS.get(resource)
        if kind is None:
            return
        name = rest if kind is PrincipalKind.IAM_SESSION else rest.rsplit("/", 1)[-1]
        bound = Entry(subject, alias, frozenset({arn.account}))
        self.names.setdefault((kind, name.casefold()), []).append(bound)


def _kinds_of_name(subject: Subject, alias: Alias) -> Iterable[PrincipalKind]:
    """What a bare name can be: never a role, whose name only its ARN claims; a group only when
    a group leaves."""
    if alias.kind is AliasKind.AWS_USER:
        return (PrincipalKind.IAM_USER,)
    if subject.kind is SubjectKind.GROUP:
        return (PrincipalKind.IAM_GROUP, PrincipalKind.IDENTITY_STORE_GROUP)
    return (PrincipalKind.IAM_USER, PrincipalKind.IDENTITY_STORE_USER, PrincipalKind.AWS_LOGIN)


def normal_id(value: str) -> str:
    """UUIDs compare without case; AIDA... ids are upper case and stay apart from everything."""
    return value.lower()


def plain_name(kind: PrincipalKind, value: str) -> str:
    """An IAM name without its path, case-folded: IAM compares names of one account so
    ("User names are case-insensitive within an account", IAM user guide)."""
    in_iam = kind in (PrincipalKind.IAM_USER, PrincipalKind.IAM_ROLE, PrincipalKind.IAM_GROUP)
    return (value.rsplit("/", 1)[-1] if in_iam else value).casefold()
