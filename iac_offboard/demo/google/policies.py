"""Allow policies as they are stored, read and seen by the evaluation.

A write replaces ``bindings`` as a whole, so the mapping that stood there before is the history
that propagation delay needs; it is kept by reference and costs nothing.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from dataclasses import dataclass, field
from datetime import datetime

from iac_offboard.demo.google.wire import Json

Key = tuple[str, str]  # role, canonical JSON of the condition or ""
Bindings = dict[Key, dict[str, None]]

_COUNTER = itertools.count(1)
UNSET_ETAG = "ACAB"  # what Google answers for a policy that was never written


def next_etag() -> str:
    """Eight bytes in base64, as ``BwXhqDAQVYs=``; never the same twice."""
    return base64.b64encode(b"\x07\x06" + next(_COUNTER).to_bytes(6, "big")).decode()


def key_of(role: str, condition: Json | None = None) -> Key:
    """Bindings of one role and one condition are one binding."""
    return role, json.dumps(condition, sort_keys=True) if condition else ""


def condition_hash(condition: str) -> str:
    return hashlib.sha256(condition.encode()).hexdigest()[:20]


@dataclass(slots=True, eq=False)
class Policy:
    """One allow policy with what it was before (``past``: until when it was so)."""

    bindings: Bindings = field(default_factory=dict)
    audit: list[Json] = field(default_factory=list)
    etag: str = UNSET_ETAG
    past: list[tuple[datetime, Bindings]] = field(default_factory=list)

    @property
    def conditional(self) -> bool:
        return any(condition for _, condition in self.bindings)

    def at(self, moment: datetime) -> Bindings:
        """The bindings that a reader sees who has heard of nothing after ``moment``."""
        for until, bindings in self.past:
            if until > moment:
                return bindings
        return self.bindings

    def add(self, role: str, member: str, condition: Json | None = None) -> None:
        self.bindings.setdefault(key_of(role, condition), {})[member] = None
        self.etag = next_etag()

    def remove(self, role: str, member: str) -> None:
        for key in [k for k in self.bindings if k[0] == role]:
            self.bindings[key].pop(member, None)
            if not self.bindings[key]:
                del self.bindings[key]
        self.etag = next_etag()

    def rename(self, old: str, new: str) -> None:
        """``old`` becomes ``new`` wherever it stands, in its place; the etag changes."""
        for key, members in list(self.bindings.items()):
            if old in members:
                self.bindings[key] = {(new if m == old else m): None for m in members}
        for config in self.audit:
            for log in config.get("auditLogConfigs", ()):
                exempted = log.get("exemptedMembers", [])
                log["exemptedMembers"] = [new if m == old else m for m in exempted]
        self.etag = next_etag()

    def members(self) -> set[str]:
        return {m for members in self.bindings.values() for m in members}

    def replace(self, bindings: Bindings, audit: list[Json] | None, now: datetime) -> None:
        self.past.append((now, self.bindings))
        self.bindings = bindings
        if audit is not None:
            self.audit = audit
        self.etag = next_etag()


def shown_bindings(bindings: Bindings, version: int) -> list[Json]:
    """Bindings as a read shows them.

    Below version 3 a conditional role loses its condition and is called
    ``ROLE_withcond_HASH`` ("Allow policy versions", IAM documentation).
    """
    shown: list[Json] = []
    for (role, condition), members in sorted(bindings.items()):
        if condition and version < 3:
            shown.append({"role": f"{role}_withcond_{condition_hash(condition)}"})
        else:
            shown.append({"role": role})
            if condition:
                shown[-1]["condition"] = json.loads(condition)
        shown[-1]["members"] = sorted(members)
    return shown


def shown(policy: Policy, requested: int) -> Json:
    """The JSON of a read that asked for version ``requested``."""
    document: Json = {"version": 1, "etag": policy.etag}
    if policy.conditional and requested >= 3:
        document["version"] = 3
    if policy.bindings:
        document["bindings"] = shown_bindings(policy.bindings, requested)
    if policy.audit:
        document["auditConfigs"] = policy.audit
    if policy.etag == UNSET_ETAG:
        del document["version"]
    return document
