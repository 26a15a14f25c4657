"""Evaluation of policy documents: an explicit Deny first, then an Allow, else nothing.

The order is that of the IAM user guide, "Policy evaluation logic". A condition whose operator or
key is not known here makes its statement not apply: enough for the demo, and never wider.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Statement: TypeAlias = "dict[str, Json]"
Context: TypeAlias = Mapping[str, str]


class Effect(Enum):
    DENY = "deny"
    ALLOW = "allow"
    SILENT = "silent"


def statements(document: str) -> list[Statement]:
    """The statements of a document; none when it is not JSON of that shape."""
    try:
        parsed = json.loads(document)
    except ValueError:
        return []
    if not isinstance(parsed, dict):
        return []
    found = parsed.get("Statement", [])
    return [s for s in (found if isinstance(found, list) else [found]) if isinstance(s, dict)]


def identity_effect(
    documents: Iterable[str], permission: str, resource: str, context: Context
) -> Effect:
    """What identity policies say about ``permission`` (``service:Action``) on ``resource``."""
    applying = [
        s
        for document in documents
        for s in statements(document)
        if _action(s, permission) and _resource(s, resource, context) and _condition(s, context)
    ]
    return _decide(applying)


def resource_effect(
    document: str, permission: str, resource: str, principals: Sequence[str], context: Context
) -> Effect:
    """What a resource or trust policy says. ``principals`` are all the names of the caller."""
    applying = [
        s
        for s in statements(document)
        if _principal(s, principals)
        and _action(s, permission)
        and ("Resource" not in s or _resource(s, resource, context))
        and _condition(s, context)
    ]
    return _decide(applying)


def principal_strings(statement: Statement, key: str = "AWS") -> list[str]:
    """The strings under ``Principal`` and ``NotPrincipal`` for one kind of principal."""
    found: list[str] = []
    for field in ("Principal", "NotPrincipal"):
        value = statement.get(field)
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            found.extend(texts(value.get(key)))
    return found


def texts(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def glob(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """IAM's wildcards: ``*`` any run, ``?`` one character; brackets mean nothing."""
    return _compiled(pattern, ignore_case).fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(escaped, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _decide(applying: Sequence[Statement]) -> Effect:
    effects = {s.get("Effect") for s in applying}
    if "Deny" in effects:
        return Effect.DENY
    return Effect.ALLOW if "Allow" in effects else Effect.SILENT


def _action(statement: Statement, permission: str) -> bool:
    if "NotAction" in statement:
        return not any(glob(p, permission, ignore_case=True) for p in texts(statement["NotAction"]))
    return any(glob(p, permission, ignore_case=True) for p in texts(statement.get("Action")))


def _resource(statement: Statement, resource: str, context: Context) -> bool:
    field = "NotResource" if "NotResource" in statement else "Resource"
    hit = any(glob(_filled(p, context), resource) for p in texts(statement.get(field)))
    return hit != (field == "NotResource")


def _filled(pattern: str, context: Context) -> str:
    """Policy variables (``${aws:username}``) replaced by what the request says."""
    for name, value in context.items() if "${" in pattern else ():
        pattern = pattern.replace("${" + name + "}", value)
    return pattern


def _principal(statement: Statement, principals: Sequence[str]) -> bool:
    named = principal_strings(statement)
    hit = "*" in named or any(p in named for p in principals)
    return not hit if "NotPrincipal" in statement else hit


def _condition(statement: Statement, context: Context) -> bool:
    conditions = statement.get("Condition")
    if not isinstance(conditions, dict):
        return True
    known = {k.lower(): v for k, v in context.items()}
    return all(
        isinstance(pairs, dict)
        and all(
            _holds(operator, known.get(k.lower()), [_filled(e, context) for e in texts(v)])
            for k, v in pairs.items()
        )
        for operator, pairs in conditions.items()
    )


def _holds(operator: str, actual: str | None, expected: Sequence[str]) -> bool:
    if operator.endswith("IfExists"):
        if actual is None:
            return True
        operator = operator.removesuffix("IfExists")
    if actual is None:
        return False
    match operator:
        case "StringEquals" | "ArnEquals" | "Bool":
            return actual in expected
        case "StringNotEquals" | "ArnNotEquals":
            return actual not in expected
        case "StringLike" | "ArnLike":
            return any(glob(e, actual) for e in expected)
        case "DateLessThan":  # ISO 8601 in UTC sorts as text
            return any(actual < e for e in expected)
        case _:
            return False
