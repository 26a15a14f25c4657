"""What identity policies say about one action on one resource, and denials of everything.

Sources, all in the IAM user guide: "Policy evaluation logic" (an explicit Deny decides, then an
Allow, else nothing is allowed), "IAM JSON policy elements" (Action, NotAction, Resource,
NotResource, Effect, Condition) and "IAM policy elements: variables and tags".

The question is who COULD, so that doubt lets in: conditions of an Allow are taken as satisfied,
a Deny counts only where it is certain to hit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias

from iac_offboard.catalog.policy import Json, statements

Variables: TypeAlias = Mapping[str, str]
"""What is known of the caller, by policy variable in lower case (``aws:username``)."""

Conditions: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""(key, values) pairs that all have to hold, as in ``model.SessionDeny``."""

_VARIABLES_SINCE = "2012-10-17"  # in older documents ${...} is plain text
_RUN, _ONE = "", "any"  # tokens beside single characters: any run, any one character
_TOKEN = re.compile(r"\$\{([^}]*)\}|.", re.DOTALL)
_SEGMENTS = 6  # of an ARN
_TELLING = {k.lower(): k for k in ("aws:SourceIdentity", "aws:userid", "identitystore:UserId")}
_COMPARISONS = frozenset({"StringEquals", "StringLike", "StringEqualsIgnoreCase"})


class Decision(StrEnum):
    """``UNKNOWN``: what was read does not decide, and a document could not be read."""

    DENY = "deny"
    ALLOW = "allow"
    SILENT = "silent"
    UNKNOWN = "unknown"


def decide(
    documents: Iterable[Json], action: str, resource: str, variables: Variables | None = None
) -> Decision:
    """What the identity policies of one caller say of ``action`` (``sts:AssumeRole``) on
    the ARN ``resource``. A document that is None could not be read."""
    known = variables or {}
    said = Decision.SILENT
    for document in documents:
        if document is None:
            said = Decision.UNKNOWN if said is Decision.SILENT else said
        for _, statement in statements(document):
            match statement.get("Effect"):
                case "Deny" if denies(document, statement, action, resource, known):
                    return Decision.DENY
                case "Allow" if allows(document, statement, action, resource, known):
                    said = Decision.ALLOW
    return said


def allows(
    document: Json, statement: Mapping[str, Json], action: str, resource: str, known: Variables
) -> bool:
    """Whether an Allow statement may apply; its Condition is taken as satisfied."""
    return _covers(document, statement, action, resource, known, sure=False)


def denies(
    document: Json, statement: Mapping[str, Json], action: str, resource: str, known: Variables
) -> bool:
    """Whether a Deny statement is certain to apply: it has no Condition that may not hold."""
    certain = not statement.get("Condition")
    return certain and _covers(document, statement, action, resource, known, sure=True)


def acts(statement: Mapping[str, Json], action: str) -> bool:
    """Whether the statement is about ``action``, by Action or NotAction."""
    if "NotAction" in statement:
        return not any(wildcard(p, action, ignore_case=True) for p in texts(statement["NotAction"]))
    return any(wildcard(p, action, ignore_case=True) for p in texts(statement.get("Action")))


def _covers(
    document: Json,
    statement: Mapping[str, Json],
    action: str,
    resource: str,
    known: Variables,
    *,
    sure: bool,
) -> bool:
    if not acts(statement, action):
        return False
    version = document.get("Version") if isinstance(document, Mapping) else None
    filled = known if version == _VARIABLES_SINCE else None
    if "NotResource" in statement:
        patterns = texts(statement["NotResource"])
        return not any(_names(p, resource, filled, sure=not sure) for p in patterns)
    return any(_names(p, resource, filled, sure=sure) for p in texts(statement.get("Resource")))


def _names(pattern: str, resource: str, known: Variables | None, *, sure: bool) -> bool:
    tokens = _tokens(pattern, known, sure=sure)
    if tokens is None or not _matches(tokens, resource):
        return False
    return not sure or pattern == "*" or _by_segment(tokens, resource)


def _by_segment(tokens: Sequence[str], arn: str) -> bool:
    """Wildcards stand "within the individual segments of an ARN"; one at the end of a segment
    may reach beyond its colon (Resource element). What spans colons otherwise is not relied on."""
    segments: list[list[str]] = [[]]
    for token in tokens:
        if token == ":" and len(segments) < _SEGMENTS:
            segments.append([])
        else:
            segments[-1].append(token)
    if segments[-1][-1:] == [_RUN]:
        segments += [[_RUN]] * (_SEGMENTS - len(segments))
    parts = arn.split(":", _SEGMENTS - 1)
    return len(parts) == len(segments) and all(
        _matches(segment, part) for segment, part in zip(segments, parts, strict=True)
    )


def wildcard(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """IAM's wildcards: ``*`` is any run of characters, ``?`` any one; all else is itself.
    Takes time in the product of the lengths at most."""
    if ignore_case:
        pattern, text = pattern.lower(), text.lower()
    return _matches([_WILD.get(c, c) for c in pattern], text)


_WILD = {"*": _RUN, "?": _ONE}


def _tokens(pattern: str, known: Variables | None, *, sure: bool) -> list[str] | None:
    """The pattern with its variables filled in. One that is not known may be anything; None when
    the match has to be ``sure``. ``known`` None: the document has no variables."""
    if known is None and sure:
        return [_WILD.get(c, c) for c in pattern]
    tokens: list[str] = []
    for found in _TOKEN.finditer(pattern):
        variable = found.group(1)
        if variable is None:
            tokens.append(_WILD.get(found.group(), found.group()))
        elif variable in ("*", "?", "$"):
            tokens.append(variable)
        elif known is not None and variable.lower() in known:
            tokens += known[variable.lower()]
        elif sure:
            return None
        else:
            tokens.append(_RUN)
    return tokens


def _matches(tokens: Sequence[str], text: str) -> bool:
    at = i = 0
    star, resumed = -1, 0
    while i < len(text):
        if at < len(tokens) and tokens[at] == _RUN:
            star, resumed = at, i
            at += 1
        elif at < len(tokens) and tokens[at] in (_ONE, text[i]):
            at += 1
            i += 1
        elif star >= 0:  # let the last run take one character more
            resumed += 1
            at, i = star + 1, resumed
        else:
            return False
    return all(token == _RUN for token in tokens[at:])


def texts(value: Json) -> tuple[str, ...]:
    """One string or a list of them, as policies hold them; what is no string is left out."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Sequence):
        return tuple(item for item in value if isinstance(item, str))
    return ()


def total_denies(document: Json) -> Iterator[Conditions]:
    """For every statement that denies every action on every resource, what has to hold for it.

    Only conditions that tell whose session it is are given (``aws:SourceIdentity``,
    ``aws:userid``, ``identitystore:UserId``); a Deny with any other (a date, an address) may
    leave somebody in and is not there, nor is one whose values are no plain text.
    """
    for _, statement in statements(document):
        every = any(p in ("*", "*:*") for p in texts(statement.get("Action")))
        everywhere = "*" in texts(statement.get("Resource"))
        if statement.get("Effect") == "Deny" and every and everywhere:
            conditions = _telling(statement.get("Condition"))
            if conditions is not None:
                yield conditions


def without_stops(documents: Iterable[Json], service: str) -> tuple[Json, ...]:
    """The documents without what stops their holder altogether: unconditional Denies of every
    action, or of every one of ``service`` (``sts``), on everything. Such a Deny is put on to end
    access, and tells nothing of what was possible before; a narrower one is how things are."""
    return tuple(_without_stops(document, service) for document in documents)


def _without_stops(document: Json, service: str) -> Json:
    found = [statement for _, statement in statements(document)]
    kept = [statement for statement in found if not _stops(statement, service)]
    if not isinstance(document, Mapping) or len(kept) == len(found):
        return document
    return {**document, "Statement": kept}


def _stops(statement: Mapping[str, Json], service: str) -> bool:
    every = {action.lower() for action in texts(statement.get("Action"))}
    return (
        statement.get("Effect") == "Deny"
        and not statement.get("Condition")
        and bool(every & {"*", "*:*", f"{service}:*"})
        and "*" in texts(statement.get("Resource"))
    )


def _telling(condition: Json) -> Conditions | None:
    if not condition:
        return ()
    if not isinstance(condition, Mapping):
        return None
    found: list[tuple[str, tuple[str, ...]]] = []
    for operator, compared in condition.items():
        if operator not in _COMPARISONS or not isinstance(compared, Mapping):
            return None
        for key, values in compared.items():
            plain = tuple(v for v in texts(values) if _is_plain(v, operator))
            if key.lower() not in _TELLING or not plain:
                return None
            found.append((_TELLING[key.lower()], plain))
    return tuple(sorted(found))


def _is_plain(value: str, operator: str) -> bool:
    # Only StringLike reads wildcards; elsewhere they are characters that no name has.
    return "${" not in value and (operator == "StringLike" or not set(value) & {"*", "?"})
