"""Whose identities go with a removal, and the code before and after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import join, normpath

from iac_offboard.model import Effect, Finding, Principal, PrincipalKind, Relation, Span
from iac_offboard.pipeline.removal import Removal
from iac_offboard.pipeline.scan import Scan
from iac_offboard.plan.draft import declaring_roots
from iac_offboard.sources.terraform import TerraformSource
from iac_offboard.subjects.matching import Matcher

_KEY = "iam_access_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One directory before the patch and after it."""

    before: TerraformSource
    removal: Removal

    @property
    def after(self) -> TerraformSource:
        return self.removal.edited

    def place(self, span: Span) -> str:
        """File and line, from where the user stands."""
        path = normpath(join(self.before.directory, span.file))
        return f"{path}:{self.before.lines.at(span)[0]}"


@dataclass
class Going:
    """The identities, and the access keys, of leavers."""

    scan: Scan
    _known: dict[Principal, tuple[Finding, ...]] = field(default_factory=dict)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.scan.findings if _goes(f))

    def asked(self, kind: str, name: str) -> tuple[Finding, ...]:
        """Those that a lookup of a kind of target by its name may find."""
        return self._by_target.get((kind, name.lower()), ())

    @cached_property
    def _by_target(self) -> Mapping[tuple[str, str], tuple[Finding, ...]]:
        found: dict[tuple[str, str], tuple[Finding, ...]] = {}
        for finding in self.findings:
            key = (finding.binding.target.kind, finding.binding.target.name.lower())
            found[key] = (*found.get(key, ()), finding)
        return found

    def of(self, principal: Principal) -> tuple[Finding, ...]:
        """Those that a principal is: by its id first, by its name then, which several may bear."""
        if principal not in self._known:
            by_id = tuple(f for f in self.findings if principal.value in _ids(f))
            named = tuple(f for f in self.findings if self._same(f, principal))
            self._known[principal] = by_id or named or self._by_alias(principal)
        return self._known[principal]

    def _same(self, finding: Finding, principal: Principal) -> bool:
        """By its name, as far as the accounts are known: where only the text says one, it has to
        be one of the subject's."""
        own = finding.binding.principal
        if finding.binding.target.kind == _KEY or not _alike(own, principal):
            return False
        if own.account or not principal.account:
            return True
        return any(m.subject.id == finding.subject for m in self._matcher.match(principal))

    def _by_alias(self, principal: Principal) -> tuple[Finding, ...]:
        """Those whose id only the roster knows."""
        if principal.kind not in (PrincipalKind.IAM_UNIQUE_ID, PrincipalKind.ENTRA_OBJECT):
            return ()
        whose = {m.subject.id for m in self._matcher.match(principal)}
        theirs = (f for f in self.findings if f.subject in whose and f.binding.target.kind != _KEY)
        return tuple(f for f in theirs if f.binding.target.provider == principal.provider)

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self.scan.subjects)


def _goes(finding: Finding) -> bool:
    own = not (finding.covered or finding.shared or finding.reused)
    target = finding.binding.target
    key = finding.binding.relation is Relation.CREDENTIAL and target.kind == _KEY and target.name
    is_it = finding.binding.relation is Relation.IDENTITY or bool(key)
    return own and is_it and finding.binding.effect is Effect.ALLOW


def _ids(finding: Finding) -> set[str]:
    """A key is no other than itself, whosever it is."""
    binding = finding.binding
    if binding.target.kind == _KEY:
        return {binding.target.name}
    return {i for i in (binding.principal.stable_id, binding.target.unique_id) if i}


def _alike(one: Principal, other: Principal) -> bool:
    """IAM names compare without case; a path is no part of them."""
    apart = one.account and other.account and one.account != other.account
    names = {p.value.rpartition("/")[2].casefold() for p in (one, other)}
    return one.kind is other.kind and len(names) == 1 and not apart


def elsewhere(found: Sequence[Finding], root: str) -> Finding | None:
    """The first of them, for a root that has got none: a name in a root that has one is its own."""
    if any(root in declaring_roots(f) for f in found):
        return None
    return next(iter(found), None)
