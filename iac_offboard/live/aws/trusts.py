"""Trust policies of one account's roles: kept from the bulk read until all accounts are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iac_offboard.catalog import entering
from iac_offboard.catalog.elements import element
from iac_offboard.catalog.policy import (
    Json,
    PolicyPrincipal,
    document_digest,
    policy_principals,
)
from iac_offboard.clouds.reply import Data, Reply, text
from iac_offboard.live.aws.gather import Gather, document
from iac_offboard.live.aws.named import Known, Matcher, binding_of, covering, removal_word
from iac_offboard.model import Effect, Principal, PrincipalKind, Relation, Target

TRUST_KINDS = frozenset({"iam_role", "iam_role_session"})
# A user or role found in any account may turn out to be meant by these, or let in by them.
_MAY_MEAN = frozenset(
    {
        PrincipalKind.IAM_UNIQUE_ID,
        PrincipalKind.IAM_USER,
        PrincipalKind.IAM_ROLE,
        PrincipalKind.AWS_ACCOUNT,
        PrincipalKind.ANYONE,
    }
)
# "IAM identifiers", paths: only the service itself changes roles below these.
_OWNED_BY_SERVICES = ("/aws-reserved/", "/aws-service-role/")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedRole:
    """A role that trusts somebody who may be a leaver. ``certain`` are candidates by the roster;
    ``page`` is the reply that showed the role."""

    page: Reply
    target: Target
    editable: bool
    trust: Json
    certain: tuple[PolicyPrincipal, ...]

    @property
    def door(self) -> entering.Role:
        return entering.Role(
            account=self.target.account or "",
            arn=self.target.arn or "",
            unique_id=self.target.unique_id or "",
            trust=self.trust,
        )


class Trusts:
    """The roles of one account that a leaver may be trusted by."""

    def __init__(self, gather: Gather, matcher: Matcher) -> None:
        self._gather = gather
        self._matcher = matcher
        self.roles: list[TrustedRole] = []

    def take(self, page: Reply, role: Data, target: Target) -> None:
        """Keeps the trust of one role of the bulk read, if it may concern anybody."""
        trust = document(role.get("AssumeRolePolicyDocument"))
        if trust is None:
            self._gather.unparseable("iam", f"role {target.name}", TRUST_KINDS, None)
            return
        found = policy_principals(trust, account=target.account)
        certain = tuple(one for one in found if self._matcher(one.principal))
        if certain or any(one.principal.kind in _MAY_MEAN for one in found):
            self.roles.append(
                TrustedRole(
                    page=page,
                    target=target,
                    editable=not text(role, "Path").startswith(_OWNED_BY_SERVICES),
                    trust=trust,
                    certain=certain,
                )
            )

    def emit(self, known: Known) -> None:
        """The trusts that name a candidate, or let one in. ``known`` as of all accounts."""
        for role in self.roles:
            self._emit_role(role, known)

    def _emit_role(self, role: TrustedRole, known: Known) -> None:
        found = policy_principals(role.trust, account=role.target.account)
        named = [one for one in found if one in role.certain or one.principal in known]
        covered = [one for one in _covering(role, known) if one not in named]
        image = document_digest(role.trust) if named or covered else ""
        for one in named:
            self._gather.seen(
                role.page,
                binding_of(one, Relation.TRUST, role.target),
                image=image,
                removal=removal_word(role.trust, named, one),
                element=element(role.trust, one) if _is_removable(one) else None,
            )
        # Not among ``named``: a policy that keeps its account's root is not empty without the
        # leaver.
        for one in covered:
            binding = binding_of(one, Relation.TRUST, role.target)
            self._gather.seen(role.page, binding, image=image)


def _covering(role: TrustedRole, known: Known) -> Iterator[PolicyPrincipal]:
    """What lets in somebody other than the role itself."""
    target = role.target
    name = (PrincipalKind.IAM_ROLE, target.account or "", target.name.lower())
    rest = known.names - {name}
    accounts = frozenset(account for _, account, _ in rest)
    visitors = Known(ids=known.ids, names=rest, accounts=accounts)
    yield from covering(role.trust, visitors, target.account or "")


def _is_removable(found: PolicyPrincipal) -> bool:
    return found.effect is Effect.ALLOW and not found.negated and not found.in_condition


def spelled(role: TrustedRole) -> Iterator[Principal]:
    """The candidates whom the trust policy lets in, each once."""
    allowed = (p.principal for p in role.certain if p.effect is Effect.ALLOW and not p.negated)
    yield from dict.fromkeys(allowed)
