"""Is this principal a leaver? By structure, never by substring (rules 4 and 12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from iac_offboard.model import (
    Alias,
    AliasKind,
    Principal,
    PrincipalKind,
    Strength,
    Subject,
    SubjectStatus,
)
from iac_offboard.subjects import amazon, directories, google, oidc
from iac_offboard.subjects.hit import Hit, named
from iac_offboard.subjects.ids import NO_IDS, Contradiction, contradicted, known_ids
from iac_offboard.subjects.index import Entry, Index, normal_id, plain_name

_GROUPS = {PrincipalKind.IAM_GROUP, PrincipalKind.IDENTITY_STORE_GROUP}
_PEOPLE = {PrincipalKind.IAM_USER, PrincipalKind.IDENTITY_STORE_USER, PrincipalKind.AWS_LOGIN}
_NAMED = frozenset({*_PEOPLE, *_GROUPS, PrincipalKind.IAM_ROLE})
_WITH_EMAIL = frozenset({*_PEOPLE, PrincipalKind.EMAIL})
_IDS = frozenset(
    {PrincipalKind.IAM_UNIQUE_ID, PrincipalKind.IDENTITY_STORE_USER, PrincipalKind.OTHER}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One subject recognised in a principal. ``alias`` is the one that decided (a shared one
    when any that agreed is shared); ``why`` spells no alias. ``reused``: the object bears the
    leaver's name but is, by its id or its age, possibly another's; ``other``: the roster says so,
    by the id of the one that the leaver had; ``had`` is that id, where it is known, from the
    roster or a plan. ``fact`` says what else than the name agrees, which nobody else would bear
    ("": nothing)."""

    subject: Subject
    alias: Alias
    strength: Strength
    why: str
    reused: bool = False
    fact: str = ""
    other: bool = False
    had: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a live reader may ask for directly instead of listing everything. Names keep their
    case; e-mails, ids that are UUIDs and repositories are in lower case."""

    names: frozenset[str]
    emails: frozenset[str]
    unique_ids: frozenset[str]
    access_key_ids: frozenset[str]
    identity_store_ids: frozenset[str]
    arns: frozenset[str]
    repositories: frozenset[str]
    accounts: frozenset[str]


class Matcher:
    """Matches principals against the subjects that are leaving (cancelled ones never match)."""

    def __init__(self, subjects: Sequence[Subject], index: Index | None = None) -> None:
        """``index`` finds the subjects where their aliases are digests (``hashed``)."""
        self.subjects = tuple(s for s in subjects if s.status is SubjectStatus.LEAVING)
        self._index = index or Index()
        for subject in self.subjects if index is None else ():
            self._index.add(subject)
        known = self.subjects if index is None else ()
        self._ids = {s.id: NO_IDS for s in self.subjects} | {s.id: known_ids(s) for s in known}

    def match(
        self, principal: Principal, *, created_at: datetime | None = None
    ) -> tuple[Match, ...]:
        """One Match for each subject that the principal is or may be, in roster order.

        ``created_at`` is the creation of the identity itself (not of a key of it).
        """
        hits: dict[str, list[Hit]] = {}
        for hit in self._hits(principal):
            hits.setdefault(hit.entry.subject.id, []).append(hit)
        if len(hits) > 1:
            hits = {s.id: hits[s.id] for s in self.subjects if s.id in hits}
        return tuple(self._judge(principal, created_at, found) for found in hits.values())

    def candidate(self, principal: Principal) -> bool:
        """May the principal concern a subject, once all is read? Readers keep what this says.

        Wider than ``match``: a namesake in another account is kept, because it tells whose
        code a state belongs to, and every unique id is, because only the user list tells whose
        it is. What covers a repository is kept for being said.
        """
        if principal.kind is PrincipalKind.IAM_UNIQUE_ID:
            return True
        if principal.kind in _NAMED:
            key = (principal.kind, plain_name(principal.kind, principal.value))
            if key in self._index.names:
                return True
        return any(True for _ in self._hits(principal)) or bool(self.covers(principal))

    def covers(self, principal: Principal) -> tuple[Subject, ...]:
        """Whom a pattern lets in without naming them (``repo:org/*``, ``user/ali*``, ``domain:``,
        a principal set), in roster order. To cut it would cut others: it is said, never matched."""
        if principal.kind is PrincipalKind.OIDC_SUBJECT:
            admitted = {e.subject.id for e in self._admitted(principal.value)}
        elif principal.provider == "gcp":
            admitted = {e.subject.id for e in google.covering(self._index, principal)}
        elif principal.provider != "aws":
            admitted = {e.subject.id for e in directories.covering(self._index, principal)}
        else:
            admitted = {e.subject.id for e in amazon.covering(self._index, principal)}
        if admitted:
            admitted -= {hit.entry.subject.id for hit in self._hits(principal)}
        return tuple(s for s in self.subjects if s.id in admitted)

    def spelled(self, word: str) -> tuple[Subject, ...]:
        """Whom a word of a text may name: an e-mail address, a bare name, a login. A word is no
        binding, so this decides nothing."""
        index, kind = self._index, PrincipalKind.IAM_USER
        found = (
            *index.emails.get(word.lower(), ()),
            *index.names.get((kind, word.casefold()), ()),
            *index.logins.get(word.lower(), ()),
        )
        return tuple(dict.fromkeys(entry.subject for entry in found))

    def _admitted(self, value: str) -> Iterator[Entry]:
        index, sub, project = self._index, oidc.github_subject(value), oidc.project_subject(value)
        for name, entries in index.repositories.items():
            claims = oidc.repository_claims(name) if sub is not None else ()
            if any(oidc.admits(sub or "", claim) for claim in claims) or (
                project is not None and oidc.admits(project, f"project_path:{name}:")
            ):
                yield from entries
        for login, entries in index.logins.items() if sub is not None else ():
            if any(oidc.admits(sub or "", claim) for claim in oidc.login_claims(login)):
                yield from entries

    def hints(self) -> Hints:
        """The roster as lookups; empty sets where no alias of that type is given."""
        by_kind: dict[AliasKind, set[str]] = {kind: set() for kind in AliasKind}
        accounts: set[str] = set()
        for subject in self.subjects:
            for alias in subject.aliases:
                by_kind[alias.kind].add(alias.value)
                accounts |= alias.accounts
        names = {
            e.alias.value.rsplit("/", 1)[-1]
            for (kind, _), entries in self._index.names.items()
            if kind is PrincipalKind.IAM_USER
            for e in entries
        }
        bound = (e.accounts or () for entries in self._index.names.values() for e in entries)
        return Hints(
            names=frozenset(names),
            emails=frozenset(by_kind[AliasKind.EMAIL]),
            unique_ids=frozenset(by_kind[AliasKind.AWS_UNIQUE_ID]),
            access_key_ids=frozenset(by_kind[AliasKind.AWS_ACCESS_KEY_ID]),
            identity_store_ids=frozenset(
                by_kind[AliasKind.IDENTITY_STORE_USER] | by_kind[AliasKind.UUID]
            ),
            arns=frozenset(by_kind[AliasKind.AWS_ARN]),
            repositories=frozenset(by_kind[AliasKind.REPOSITORY]),
            accounts=frozenset(accounts.union(*bound)),
        )

    def _hits(self, principal: Principal) -> Iterator[Hit]:
        index, kind = self._index, principal.kind
        if kind in _NAMED:
            yield from named(index.names.get((kind, plain_name(kind, principal.value)), ()),
                                principal)  # fmt: skip
        if kind in _WITH_EMAIL:
            yield from self._by_email(principal)
        yield from self._by_id(principal)
        if kind is PrincipalKind.ACCESS_KEY:
            for entry in index.keys.get(principal.value, ()):
                why = "access key id" if principal.provider == "aws" else "key of a service account"
                yield Hit(entry, Strength.STRONG, why)
        elif kind is PrincipalKind.IAM_SESSION:
            yield from self._by_session(principal)
        elif kind is PrincipalKind.OIDC_SUBJECT:
            yield from self._by_oidc(principal)
        elif principal.provider == "gcp":
            yield from google.hits(index, principal)
        elif principal.provider != "aws":
            yield from directories.hits(index, principal)

    def _by_id(self, principal: Principal) -> Iterator[Hit]:
        spelled = principal.value if principal.kind in _IDS else None
        for value in {v for v in (principal.stable_id, spelled) if v is not None}:
            for entry in self._index.ids.get(normal_id(value), ()):
                if _same_provider(entry.alias.kind, principal.provider):
                    yield Hit(entry, Strength.STRONG, "unique id", by_id=True)

    def _by_email(self, principal: Principal) -> Iterator[Hit]:
        spelled = principal.value.lower()
        for entry in self._index.emails.get(spelled, ()):
            yield Hit(entry, Strength.STRONG, "e-mail as the name")
        for email in sorted({e.lower() for e in principal.emails} - {spelled}):
            for entry in self._index.emails.get(email, ()):
                yield Hit(entry, Strength.STRONG, "e-mail beside the name")

    def _by_session(self, principal: Principal) -> Iterator[Hit]:
        role, _, session = principal.value.partition("/")
        names = self._index.names
        whole = names.get((PrincipalKind.IAM_SESSION, principal.value.casefold()), ())
        yield from named(whole, principal, "role session ARN")
        roles = names.get((PrincipalKind.IAM_ROLE, role.casefold()), ())
        yield from named(roles, principal, "session of the role in an ARN alias")
        # Whoever may assume a role chooses the session's name: it is a claim, not a fact.
        claimed = [e for e in names.get((PrincipalKind.IAM_USER, session.casefold()), ())
                   if e.accounts is None]  # fmt: skip
        for entry in [*claimed, *self._index.emails.get(session.lower(), ())]:
            yield Hit(entry, Strength.WEAK, "role session name")

    def _by_oidc(self, principal: Principal) -> Iterator[Hit]:
        index, value = self._index, principal.value
        sub, project = oidc.github_subject(value), oidc.project_subject(value)
        if sub is not None:
            yield from self._by_github(sub)
        elif project is not None:
            # The roster does not say on which host a repository is.
            for entry in index.repositories.get(oidc.named_project(project) or "", ()):
                yield Hit(entry, Strength.WEAK, "project path in an OIDC subject")
        else:
            yield from directories.by_token(index, value.partition("|")[2])
            for entry in index.emails.get(value.partition("|")[2].lower(), ()):
                yield Hit(entry, Strength.WEAK, "e-mail as the subject of a token")

    def _by_github(self, sub: str) -> Iterator[Hit]:
        login, named = oidc.actor(sub), oidc.named_repository(sub)
        for entry in self._index.logins.get(login or "", ()):
            yield Hit(entry, Strength.WEAK, "GitHub login as the actor of a run")
        if named is None:
            return
        for entry in self._index.repositories.get("/".join(named), ()):
            yield Hit(entry, Strength.STRONG, "repository in an OIDC subject")
        for entry in self._index.logins.get(named[0], ()):
            yield Hit(entry, Strength.STRONG, "repositories of a GitHub login in an OIDC subject")

    def _judge(
        self, principal: Principal, created_at: datetime | None, hits: Sequence[Hit]
    ) -> Match:
        best = min(hits, key=lambda h: (h.strength is Strength.WEAK, not h.by_id))
        subject = best.entry.subject
        shared = next((h.entry.alias for h in hits if h.entry.alias.shared), None)
        reused, other = self._reused(principal, created_at, subject, hits)
        return Match(
            subject=subject,
            alias=shared or best.entry.alias,
            strength=best.strength,
            why=best.why,
            reused=reused,
            fact=next((h.why for h in hits if h.strength is Strength.STRONG and not h.by_name), ""),
            other=other,
            had=self._ids[subject.id].had(principal) if reused else "",
        )

    def _reused(
        self,
        principal: Principal,
        created_at: datetime | None,
        subject: Subject,
        hits: Iterable[Hit],
    ) -> tuple[bool, bool]:
        """Is it possibly another's, and does the roster say so?"""
        # A unique id is never given out twice: the object is the leaver's, whatever its age.
        if any(h.by_id for h in hits):
            return False, False
        late = bool(created_at and subject.left_at and created_at > subject.left_at)
        # An e-mail agrees where an id does not: the roster's id is an old one of this person.
        if any(h.strength is Strength.STRONG and not h.by_name for h in hits):
            return late, False
        said = contradicted(principal, self._ids[subject.id])
        return late or said is not Contradiction.NONE, said is Contradiction.STATED


def _same_provider(kind: AliasKind, provider: str) -> bool:
    if kind in (AliasKind.AWS_UNIQUE_ID, AliasKind.IDENTITY_STORE_USER):
        return provider == "aws"
    entra = kind in (AliasKind.ENTRA_OBJECT_ID, AliasKind.ENTRA_APPLICATION_ID)
    return not entra or provider != "aws"
