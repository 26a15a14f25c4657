"""Our own denies: what they are called and what they say.

A name tells the case and whom it is about by what no namesake shares: the same roster id in the
roster of another case is another deny, and takes nothing back.

A deny on a role or permission set that others use holds exactly what tells the leaver's sessions
apart (IAM user guide, "Revoking IAM role temporary security credentials" and "Disabling
permissions for temporary security credentials"): never without a Condition, and never by
``aws:TokenIssueTime``, which cuts everybody who came in before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.catalog.ours import DENY_PREFIX, SID_PREFIX
from iac_offboard.catalog.policy import document_digest
from iac_offboard.model import Principal

Marks: TypeAlias = tuple[tuple[str, str], ...]
Statement: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Leaver:
    """Whom a deny is about: the roster id, and every identity that it keeps out."""

    subject: str
    identities: frozenset[str]

    @classmethod
    def of(cls, subject: str, principals: Iterable[Principal]) -> Leaver:
        """By their unique ids; by their names where those were not read."""
        return cls(subject, frozenset(_identity(p) for p in principals))

    @property
    def policy(self) -> str:
        """The name of our inline policy on a role."""
        return f"{DENY_PREFIX}{self._mark}"

    @property
    def sid(self) -> str:
        """The Sid of our (first) statement."""
        return f"{SID_PREFIX}{self._mark}"

    @property
    def _mark(self) -> str:
        # A roster id may be anything, a policy name and a Sid may not: and it may be a name.
        text = json.dumps([self.subject, sorted(self.identities)])
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def _identity(principal: Principal) -> str:
    name = f"{principal.account}/{principal.kind}/{principal.value.lower()}"
    return principal.stable_id or name


def digest_of(document: str) -> str:
    """By which the step that lifts a deny knows it again (``document_digest``)."""
    return document_digest(json.loads(document))


def deny_everything(leaver: Leaver) -> str:
    """The document for a role that is the leaver's own."""
    return _document([_deny(leaver.sid)])


def deny_sessions_of(leaver: Leaver, marks: Iterable[Marks]) -> str:
    """The document that denies everything to sessions that carry one of ``marks``, each of which
    is a set of (condition key, value) that all have to hold. Raises ValueError for an empty one:
    it would hit everybody."""
    sid = leaver.sid
    conditions = _conditions(marks)
    numbered = [f"{sid}{i}" if i > 1 else sid for i in range(1, len(conditions) + 1)]
    return _document([_deny(s, c) for s, c in zip(numbered, conditions, strict=True)])


def deny_store_users(leaver: Leaver, user_ids: Iterable[str]) -> str:
    """The one statement for a permission set. The key is in every session that Identity Center
    makes ("AWS global condition context keys", identitystore:UserId)."""
    condition = {"identitystore:UserId": sorted(set(user_ids))}
    return _text(_deny(leaver.sid, condition))


def _conditions(marks: Iterable[Marks]) -> list[dict[str, list[str]]]:
    """One per combination of keys; values of a single key stand side by side, where any does."""
    single: dict[str, set[str]] = {}
    several: dict[Marks, dict[str, list[str]]] = {}
    for one in marks:
        match tuple(sorted(set(one))):
            case ():
                raise ValueError("a deny of sessions needs something that tells them apart")
            case ((key, value),):
                single.setdefault(key, set()).add(value)
            case together:
                several[together] = {key: [value] for key, value in together}
    alone = [{key: sorted(values)} for key, values in sorted(single.items())]
    return alone + [several[together] for together in sorted(several)]


def _deny(sid: str, condition: dict[str, list[str]] | None = None) -> Statement:
    statement: Statement = {"Sid": sid, "Effect": "Deny", "Action": "*", "Resource": "*"}
    if condition:
        plain = {key: v[0] if len(v) == 1 else v for key, v in condition.items()}
        statement["Condition"] = {"StringEquals": plain}
    return statement


def _document(statements: list[Statement]) -> str:
    return _text({"Version": "2012-10-17", "Statement": statements})


def _text(value: Statement) -> str:
    return json.dumps(value, separators=(",", ":"))
