"""AWS policy documents as parsed JSON: who stands in them, and taking somebody out.

Source of the shapes: "Grammar of the IAM JSON policy language" in the IAM user guide. Every
principal is found with its path in the document, so that code can map it to bytes and live
can remove just that string.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.catalog.callers import marked
from iac_offboard.catalog.conditions import Compared, identities, without_narrowed
from iac_offboard.catalog.principal import parse_aws_principal
from iac_offboard.model import Effect, Principal, PrincipalKind

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPrincipal:
    """One principal string. ``path`` leads to it; ``statement`` is its statement's index;
    ``negated`` it stands in NotPrincipal; ``in_condition`` it narrows an Allow."""

    principal: Principal
    text: str
    effect: Effect
    path: Path
    statement: int
    sid: str
    condition: str
    negated: bool = False
    in_condition: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """``document`` without the principals, or None when nothing would be left of it;
    ``manual`` says why it must not be done automatically ("" when it may)."""

    document: Json
    manual: str = ""


def statements(document: Json) -> tuple[tuple[Path, Mapping[str, Json]], ...]:
    """Every statement with its path; a document may hold one statement without a list."""
    if not isinstance(document, Mapping):
        return ()
    body = document.get("Statement")
    if isinstance(body, Mapping):
        return ((("Statement",), body),)
    if isinstance(body, Sequence) and not isinstance(body, str):
        return tuple((("Statement", i), s) for i, s in enumerate(body) if isinstance(s, Mapping))
    return ()


def policy_principals(document: Json, *, account: str | None = None) -> tuple[PolicyPrincipal, ...]:
    """Every identity that the document names, in document order.

    ``account`` is the account that owns the document, used for unique ids and user names in
    conditions. Services and unknown strings are left out: they are nobody who leaves.
    """
    found: list[PolicyPrincipal] = []
    for index, (path, statement) in enumerate(statements(document)):
        found.extend(_of_statement(index, path, statement, account))
    return tuple(found)


def _of_statement(
    index: int, path: Path, statement: Mapping[str, Json], account: str | None
) -> Iterator[PolicyPrincipal]:
    sid = statement.get("Sid")
    for found in _named(path, statement, account):
        yield PolicyPrincipal(
            principal=found.principal,
            text=found.text,
            effect=Effect.DENY if statement.get("Effect") == "Deny" else Effect.ALLOW,
            path=found.path,
            statement=index,
            sid=sid if isinstance(sid, str) else "",
            condition=condition_summary(statement.get("Condition")),
            negated=found.negated,
            in_condition=found.in_condition,
        )


@dataclass(frozen=True, slots=True)
class _Named:
    """One identity and where a statement names it."""

    principal: Principal
    text: str
    path: Path
    negated: bool = False
    in_condition: bool = False


def _named(path: Path, statement: Mapping[str, Json], account: str | None) -> Iterator[_Named]:
    for key, negated in (("Principal", False), ("NotPrincipal", True)):
        for sub, text in _strings(statement.get(key), (*path, key)):
            principal = _principal_at(sub, text, account)
            if principal is not None:
                yield _Named(principal, text, sub, negated)
    subjects = False
    for found in _conditional(statement.get("Condition"), path, account):
        subjects |= found.principal.kind is PrincipalKind.OIDC_SUBJECT and not found.negated
        yield found
    if not subjects:
        for sub, text in _open_issuers(statement, path):
            anybody = Principal(provider="aws", kind=PrincipalKind.OIDC_SUBJECT, value=text)
            yield _Named(anybody, text, sub)


def _conditional(condition: Json, path: Path, account: str | None) -> Iterator[_Named]:
    """Every identity that the condition compares."""
    places = tuple(_conditions(condition, (*path, "Condition")))
    counts = without_narrowed([one for _, one in places])
    for (sub, one), counted in zip(places, counts, strict=True):
        for principal in identities(one.variable, one.text, account) if counted else ():
            yield _Named(principal, one.text, sub, one.negated, in_condition=True)


def _open_issuers(statement: Mapping[str, Json], path: Path) -> Iterator[tuple[Path, str]]:
    """OIDC providers that the statement trusts, as ``ISSUER|*``: without a condition on the
    subject every token of the issuer is let in ("Create a role for OIDC federation", IAM user
    guide)."""
    for sub, text in _strings(statement.get("Principal"), (*path, "Principal")):
        _, mark, issuer = text.partition(":oidc-provider/")
        if mark and issuer and "Federated" in sub:
            yield sub, f"{issuer}|*"


def _principal_at(path: Path, text: str, account: str | None) -> Principal | None:
    kind = path[path.index("Principal" if "Principal" in path else "NotPrincipal") + 1 :]
    if kind and kind[0] not in ("AWS", "Federated"):
        return None
    return parse_aws_principal(text, account=account)


def _strings(node: Json, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from _strings(value, (*path, key))
    elif isinstance(node, Sequence):
        for i, value in enumerate(node):
            yield from _strings(value, (*path, i))


def _conditions(node: Json, path: Path) -> Iterator[tuple[Path, Compared]]:
    if not isinstance(node, Mapping):
        return
    for operator, variables in node.items():
        if not isinstance(variables, Mapping):
            continue
        for variable, values in variables.items():
            for sub, text in _strings(values, (*path, operator, variable)):
                yield sub, Compared(operator, variable, text)


def without(document: Json, paths: Sequence[Path]) -> Removal:
    """The document without the principal strings at ``paths``.

    A principal that was the last of its statement takes the statement with it: an Allow that
    nobody may use grants nothing. What would widen access or leave no valid document is not
    done and named in ``manual`` (FACTS, "edits that widen access").
    """
    for path in paths:
        if "Condition" in path:
            return Removal(document=document, manual="it stands in a Condition that narrows access")
        if "NotPrincipal" in path:
            return Removal(document=document, manual="it stands in NotPrincipal")
        statement = _at(document, _statement_path(path))
        if isinstance(statement, Mapping) and statement.get("Effect") == "Deny":
            return Removal(document=document, manual="it stands in a Deny statement")
    gone = set(paths)
    if not isinstance(document, Mapping):
        return Removal(document=document)
    body = document.get("Statement")
    single = isinstance(body, Mapping)
    kept = [
        new
        for path, statement in statements(document)
        if (new := _statement_without(statement, path, gone)) is not None
    ]
    if not kept:
        return Removal(document=None)
    return Removal(document={**document, "Statement": kept[0] if single else kept})


def _statement_path(path: Path) -> Path:
    return path[:2] if len(path) > 1 and isinstance(path[1], int) else path[:1]


def _statement_without(
    statement: Mapping[str, Json], path: Path, gone: set[Path]
) -> Mapping[str, Json] | None:
    prefix = (*path, "Principal")
    if not any(p[: len(prefix)] == prefix for p in gone):
        return statement
    principal = statement.get("Principal")
    if not isinstance(principal, Mapping):
        return None if prefix in gone else statement
    new: dict[str, Json] = {}
    for key, value in principal.items():
        left = _values_without(value, (*prefix, key), gone)
        if left is not None:
            new[key] = left
    return {**statement, "Principal": new} if new else None


def _values_without(value: Json, path: Path, gone: set[Path]) -> Json:
    if isinstance(value, str):
        return None if path in gone else value
    if isinstance(value, Sequence):
        left = [v for i, v in enumerate(value) if (*path, i) not in gone]
        return left or None
    return value


def _at(node: Json, path: Path) -> Json:
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, Sequence) and not isinstance(node, str) and isinstance(step, int):
            node = node[step] if step < len(node) else None
        else:
            return None
    return node


def condition_summary(condition: Json) -> str:
    """What a condition compares, and a digest of the whole, but none of its values.

    Conditions are a known place for shared secrets (``aws:Referer``, ``sts:ExternalId``), and
    what is said here ends in plans and reports. Of the keys that tell who a caller is it says
    whether their values leave that open (:mod:`iac_offboard.catalog.callers`).
    """
    if not condition or not isinstance(condition, Mapping):
        return ""
    keys = sorted(
        f"{operator}({', '.join(_compared(operator, variables))})"
        for operator, variables in condition.items()
        if isinstance(variables, Mapping)
    )
    return f"{' and '.join(keys)} #{document_digest(condition)[:12]}"


def _compared(operator: str, variables: Mapping[str, Json]) -> Iterator[str]:
    for key, values in sorted(variables.items()):
        yield marked(operator, key, [text for _, text in _strings(values, ())])


def document_digest(document: Json) -> str:
    """sha256 (hex) of the canonical form: two documents that mean the same have one digest."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def canonical(document: Json) -> str:
    """Sorted, compact JSON in which a list of one equals the one: AWS stores both forms."""
    return json.dumps(_folded(document), sort_keys=True, separators=(",", ":"))


def _folded(node: Json, key: str = "") -> Json:
    if isinstance(node, Mapping):
        return {k: _folded(v, k) for k, v in node.items()}
    if isinstance(node, Sequence) and not isinstance(node, str):
        items = [_folded(v) for v in node]
        if key != "Statement" and all(isinstance(i, str) for i in items):
            if len(items) == 1:
                return items[0]
            return sorted(items, key=str)
        if key == "Statement" and len(items) == 1:
            return items[0]
        return items
    return node
