"""From a resource's attributes to the identities that stand in them, by the row's paths.

Pure and on plain JSON, so that code, state and plan JSON are read by the same rows. In the
attributes a string may hold ``HOLE`` where a part is unknown, and stand as ``HOLE`` alone
where nothing is known.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from iac_offboard.catalog import google, google_policy, google_text
from iac_offboard.catalog.naming import known_part
from iac_offboard.catalog.paths import beside, expand, steps
from iac_offboard.catalog.policy import Json, Path, policy_principals
from iac_offboard.catalog.principal import (
    HOLE,
    arn_name,
    emails_in_tags,
    is_email,
    parse_arn,
    parse_principal,
)
from iac_offboard.catalog.rows import PathEntry, Row
from iac_offboard.catalog.spelling import elsewhere, parts
from iac_offboard.catalog.targets import known, names_at, targets
from iac_offboard.model import Binding, Effect, Principal, PrincipalKind, Relation

Wanted = Callable[[Principal], bool] | None
_WIDENS = "cutting it would widen access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """One identity at one place of a resource.

    ``binding`` is None when the place is undecided; ``text`` is then the known part.
    ``value_path`` leads to the attribute's string, ``doc_path`` further into the document in
    it. ``manual`` says why this place must not be edited automatically. ``broken``: the whole text
    is known, and is not the document that has to stand there.
    """

    entry: PathEntry
    value_path: Path
    text: str
    binding: Binding | None
    doc_path: Path = ()
    manual: str = ""
    broken: bool = False


def extract(
    row: Row,
    attrs: Json,
    *,
    account: str | None = None,
    wanted: Wanted = None,
) -> Iterator[Extracted]:
    """Every identity in one resource. ``account`` is its account where known. Bindings of
    principals that are not ``wanted`` are left out, unless their target may say whose they are."""
    own = account or _own_account(row, attrs)
    for entry in row.paths:
        if isinstance(attrs, Mapping) and steps(entry.path)[0] not in attrs:
            continue
        if entry.when is not None and not _holds(attrs, entry.when):
            continue
        asked = None if _target_tells(entry) else wanted
        for path, value in expand(attrs, entry.path):
            if entry.path.endswith("$json"):
                yield from _in_document(entry, attrs, path, value, own, asked)
            else:
                yield from _in_value(entry, attrs, path, value, own, asked)


def _target_tells(entry: PathEntry) -> bool:
    """May the target of a binding be an identity of its own?"""
    return bool(entry.target.unique_id) or entry.target.kind == "iam_access_key"


def _own_account(row: Row, attrs: Json) -> str | None:
    if row.provider == "gcp":
        # Where the full name of a thing has no project, no project is its account.
        if any(p.target.full and "{project}" not in p.target.full for p in row.paths):
            return None
        return next((text for _, v in expand(attrs, "project") if (text := known(v))), None)
    arn = attrs.get("arn") if isinstance(attrs, Mapping) else None
    parsed = parse_arn(arn) if isinstance(arn, str) else None
    return parsed.account if parsed else None


def _holds(attrs: Json, when: tuple[str, str]) -> bool:
    values = [v for _, v in expand(attrs, when[0])]
    return any(v in (when[1], HOLE) for v in values)


def _in_value(
    entry: PathEntry,
    attrs: Json,
    path: Path,
    value: Json,
    account: str | None,
    wanted: Wanted,
) -> Iterator[Extracted]:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # the number of a user or an actor
    if not isinstance(value, str) or not value:
        return
    facts = beside(attrs, path) if len(path) > 1 else attrs
    principals = _principals(entry.spelling, value, account, facts)
    if not principals and HOLE in value:
        text = google.known_part(value) if entry.spelling.startswith("gcp.") else known_part(value)
        yield Extracted(entry=entry, value_path=path, text=text, binding=None)
    if wanted is not None:
        principals = tuple(filter(wanted, principals))
    if not principals:
        return
    detail = next(iter(names_at(entry.detail, attrs)), "") if entry.detail else ""
    condition = _condition(entry, attrs)
    for principal in principals:
        for target in targets(entry, attrs, account):
            binding = Binding(
                principal=principal,
                relation=entry.relation,
                target=target,
                detail=detail,
                condition=condition,
                effect=entry.effect,
            )
            manual = _WIDENS if entry.effect is Effect.DENY else ""
            yield Extracted(
                entry=entry, value_path=path, text=value, binding=binding, manual=manual
            )


def _condition(entry: PathEntry, attrs: Json) -> str:
    if not entry.condition:
        return ""
    return next((google_text.condition_of(v) for _, v in expand(attrs, entry.condition)), "")


def _principals(
    spelling: str, text: str, account: str | None, attrs: Json
) -> tuple[Principal, ...]:
    if google_text.several(spelling):
        facts = attrs if isinstance(attrs, Mapping) else {}
        return google_text.parse_all(spelling, text, facts)
    found = (_principal(spelling, part, account, attrs) for part in parts(spelling, text))
    return tuple(dict.fromkeys(p for p in found if p is not None))


def _principal(spelling: str, text: str, account: str | None, attrs: Json) -> Principal | None:
    parse = elsewhere(spelling)
    if parse is not None:
        read = parse(spelling, text, attrs if isinstance(attrs, Mapping) else {})
        ours = read is not None and read.provider == "aws" and read.account is None
        return replace(read, account=account) if read is not None and ours else read
    if spelling not in ("aws.identity_store_user_name", "aws.identity_store_email"):
        found = parse_principal(spelling, text, account=account)
        if found is None or found.kind is not PrincipalKind.IAM_USER:
            return found
        return _with_facts(found, attrs, spelling)
    if HOLE in text:
        return None
    user_id = next((v for _, v in expand(attrs, "user_id") if v != HOLE), None)
    emails = {v.lower() for _, v in expand(attrs, "emails[*].value") if isinstance(v, str)}
    return Principal(
        provider="aws",
        kind=PrincipalKind.IDENTITY_STORE_USER,
        value=text,
        account=account,
        stable_id=user_id if isinstance(user_id, str) else None,
        emails=frozenset(e for e in emails | {text.lower()} if is_email(e)),
    )


def _with_facts(principal: Principal, attrs: Json, spelling: str) -> Principal:
    if spelling != "aws.user_name" or not isinstance(attrs, Mapping):
        return principal
    tags = attrs.get("tags")
    emails = emails_in_tags(tags) if isinstance(tags, Mapping) else frozenset()
    unique = attrs.get("unique_id")
    return Principal(
        provider=principal.provider,
        kind=principal.kind,
        value=principal.value,
        account=principal.account,
        stable_id=unique if isinstance(unique, str) and HOLE not in unique else None,
        emails=principal.emails | emails,
    )


def _in_document(
    entry: PathEntry,
    attrs: Json,
    path: Path,
    value: Json,
    account: str | None,
    wanted: Wanted,
) -> Iterator[Extracted]:
    document = value
    if isinstance(value, str):
        try:
            document = json.loads(value)
        except ValueError:
            if value:
                # What is not known may be a part of the grammar: anybody may stand in it.
                text, broken = (HOLE, False) if HOLE in value else (value, True)
                yield Extracted(
                    entry=entry, value_path=path, text=text, binding=None, broken=broken
                )
            return
    if entry.spelling == "gcp.policy":
        yield from _in_google_policy(entry, attrs, path, document, account, wanted)
        return
    yield from _holes(entry, path, document)
    for found in policy_principals(document, account=account):
        if wanted is not None and not wanted(found.principal):
            continue
        manual = _WIDENS if found.effect is Effect.DENY or found.negated else ""
        for target in targets(entry, attrs, account):
            binding = Binding(
                principal=found.principal,
                relation=entry.relation,
                target=target,
                detail=found.sid or f"statement {found.statement + 1}",
                condition=found.condition,
                effect=Effect.DENY if manual else Effect.ALLOW,
            )
            yield Extracted(
                entry=entry,
                value_path=path,
                text=found.text,
                binding=binding,
                doc_path=found.path,
                manual=manual,
            )


def _in_google_policy(
    entry: PathEntry,
    attrs: Json,
    path: Path,
    document: Json,
    account: str | None,
    wanted: Wanted,
) -> Iterator[Extracted]:
    for found in google_policy.members(document):
        if found.principal is None:
            yield Extracted(
                entry=entry,
                value_path=path,
                text=google.known_part(found.text),
                binding=None,
                doc_path=found.path,
            )
            continue
        if wanted is not None and not wanted(found.principal):
            continue
        for target in targets(entry, attrs, account):
            binding = Binding(
                principal=found.principal,
                relation=Relation.MEMBERSHIP if found.exempt else entry.relation,
                target=target,
                detail=found.role,
                condition=found.condition,
            )
            yield Extracted(
                entry=entry,
                value_path=path,
                text=found.text,
                binding=binding,
                doc_path=found.path,
            )


def _holes(entry: PathEntry, path: Path, document: Json) -> Iterator[Extracted]:
    """Principals whose text is unknown in a way that leaves open whom they name."""
    for sub in ("Statement[*].Principal.AWS", "Statement[*].Principal.AWS[*]"):
        for doc_path, text in expand(document, sub):
            if not isinstance(text, str) or HOLE not in text:
                continue
            if parse_principal("aws.principal", text) is None or HOLE in arn_name(text):
                yield Extracted(
                    entry=entry, value_path=path, text=text, binding=None, doc_path=doc_path
                )
