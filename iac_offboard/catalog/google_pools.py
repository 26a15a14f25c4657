"""Identifiers of identities from pools of Google Cloud: ``principal://`` and ``principalSet://``.

Source: "Principal identifiers" in the IAM documentation, of workload and workforce identity pools.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from iac_offboard.catalog.principal import HOLE

_PROJECT = re.compile(r"//iam\.googleapis\.com/projects/[^/]+/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Federated:
    """A ``principal://`` or ``principalSet://`` identifier: the pool it belongs to, and what it
    says of the token (``subject``, ``group``, ``attribute.NAME``, ``namespace`` ...; ``*`` for
    everybody in the pool)."""

    one: bool
    pool: str
    claim: str
    value: str

    @property
    def repository(self) -> str:
        """The one repository that it names (``owner/name``, lower case), or "". The attribute's
        name is the pool's own choice; both of GitHub's examples are taken."""
        if self.claim in ("attribute.repository", "attribute.repo"):
            owner, slash, name = self.value.partition("/")
            whole = slash and owner and name and "/" not in name
            return self.value.lower() if whole and not _open(self.value) else ""
        kind, _, rest = self.value.partition(":")
        if self.claim not in ("subject", "attribute.sub") or kind not in ("repo", "repository"):
            return ""
        name = rest.partition(":")[0]
        return name.lower() if name.count("/") == 1 and not _open(name) else ""


def _open(text: str) -> bool:
    return HOLE in text or "*" in text


def federated(text: str) -> Federated | None:
    """The parts of a ``principal://`` or ``principalSet://`` identifier of a pool, or None."""
    scheme, mark, rest = text.partition("://")
    if not mark or scheme not in ("principal", "principalSet"):
        return None
    found = re.match(
        r"^(.*?)/(\*$|subject/|group/|namespace/|kubernetes\.[a-z.]+/|attribute\.[^/]+/)(.*)$",
        rest,
        re.S,
    )
    if found is None:
        return None
    pool, claim, value = found.groups()
    return Federated(one=scheme == "principal", pool=pool, claim=claim.rstrip("/"), value=value)


def of_any_project(text: str) -> str:
    """A principal identifier of a pool in whatever project: code often does not know its number."""
    return _PROJECT.sub("//iam.googleapis.com/projects/*/", text)
