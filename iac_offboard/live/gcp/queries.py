"""How the leavers are asked for in Cloud Asset's search of allow policies.

"Search IAM allow policies" (Cloud Asset Inventory), query syntax: ``policy:"TEXT"`` finds policies
one of whose members has the words of the text one after another, so that an e-mail finds the
member whatever stands before and behind it (``deleted:user:E?uid=1``, ``.../subject/E``). What is
found may name somebody else: members are matched by structure afterwards (rule 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iac_offboard.model import Alias, AliasKind, Subject, SubjectKind, SubjectStatus

LONGEST = 1800
"""Characters of one query. Cloud Asset takes 2,048 bytes of a query."""


def people(subjects: Iterable[Subject]) -> tuple[str, ...]:
    """The e-mails that may be members of groups, in lower case."""
    found = (
        alias.value.lower()
        for subject in subjects
        if subject.status is SubjectStatus.LEAVING
        for alias in subject.aliases
        if alias.kind in (AliasKind.EMAIL, AliasKind.GCP_SERVICE_ACCOUNT)
    )
    return tuple(dict.fromkeys(found))


def texts(subjects: Iterable[Subject], groups: Iterable[str] = ()) -> tuple[str, ...]:
    """What to search for; ``groups`` are e-mails of the groups that the leavers are in."""
    leaving = [s for s in subjects if s.status is SubjectStatus.LEAVING]
    found = [t for s in leaving for alias in s.aliases for t in _of(s, alias)]
    return tuple(dict.fromkeys((*found, *(f"group:{g}" for g in groups))))


def queries(wanted: Sequence[str]) -> Iterator[str]:
    """Queries that together search for all of the texts."""
    parts: list[str] = []
    for text in wanted:
        quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        if parts and sum(len(p) + 4 for p in (*parts, quoted)) > LONGEST:
            yield _joined(parts)
            parts = []
        parts.append(quoted)
    if parts:
        yield _joined(parts)


def _joined(parts: Sequence[str]) -> str:
    return f"policy:({' OR '.join(parts)})" if len(parts) > 1 else f"policy:{parts[0]}"


def _of(subject: Subject, alias: Alias) -> Iterator[str]:
    kind, value = alias.kind, alias.value
    if kind in (AliasKind.EMAIL, AliasKind.GCP_SERVICE_ACCOUNT, AliasKind.GCP_PRINCIPAL):
        yield value
    if kind is AliasKind.EMAIL and subject.kind is SubjectKind.PERSON:
        yield f"domain:{value.rpartition('@')[2]}"
    elif kind is AliasKind.GCP_UNIQUE_ID:
        yield f"uid={value}"
    elif kind is AliasKind.REPOSITORY:
        owner = value.partition("/")[0]
        yield value
        yield f"attribute.repository_owner/{owner}"
        yield f"subject/repo:{owner}"
        yield "workloadIdentityPools"  # sets of everybody in a pool cover it too
    elif kind is AliasKind.GITHUB_LOGIN:
        yield f"attribute.actor/{value}"
        yield f"repo:{value}"
        yield f"attribute.repository/{value}"
    elif kind is AliasKind.KUBERNETES_SERVICE_ACCOUNT:
        namespace, _, name = value.partition("/")
        yield f"svc.id.goog[{value}]"
        yield f"ns/{namespace}/sa/{name}"
