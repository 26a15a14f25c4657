"""Allow policies: whom the policy that stands there now names.

The search only says where to look: its data lags behind ("Data freshness", Cloud Asset Inventory).
What is shown comes from ``getIamPolicy`` of the thing itself, and nothing else counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from iac_offboard.catalog import google_resources
from iac_offboard.catalog.google_elements import OWNERS, members_of
from iac_offboard.catalog.google_policy import Member, members
from iac_offboard.catalog.policy import Json, document_digest
from iac_offboard.clouds.gcp.policies import Policy
from iac_offboard.clouds.reply import Data, text
from iac_offboard.live.gcp.gather import Gather
from iac_offboard.model import AccountFacts, Binding, Principal, PrincipalKind, Relation, Target

_ACCOUNT = "gcp_service_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A thing whose policy is to be read. ``account`` is known from the search where the full
    resource name does not say it."""

    full_name: str
    account: str


@dataclass(slots=True, kw_only=True)
class Allowed:
    """Reads policies. ``wanted`` says which principals concern a leaver."""

    gather: Gather
    wanted: Callable[[Principal], bool]
    facts: dict[str, AccountFacts] = field(default_factory=dict)
    """Who owns the projects and organizations whose policies were read, by account."""

    def read(self, place: Place) -> None:
        """The bindings of leavers in one policy; a failure is Skipped."""
        target = self._target(place)
        if target is None:
            return
        found = self.gather.policy(place.full_name, place.account, target.kind)
        if found is not None:
            self._owned(found, target)
            self._emit(found, target)

    def _owned(self, policy: Policy, target: Target) -> None:
        role = OWNERS.get(target.kind)
        if role is not None and target.account:
            owners = tuple(sorted(members_of(policy.document, role)))
            self.facts[target.account] = AccountFacts(account=target.account, admins=owners)

    def _target(self, place: Place) -> Target | None:
        named = google_resources.of(place.full_name)
        if named.kind == _ACCOUNT:
            return self._service_account(place)
        return Target(
            provider="gcp",
            kind=named.kind,
            name=named.name,
            account=named.account or place.account,
            arn=place.full_name,
        )

    def _service_account(self, place: Place) -> Target | None:
        """A policy of a service account is found by unique id, everybody else says the e-mail."""
        relative = place.full_name.removeprefix("//iam.googleapis.com/")
        reply = self.gather.ask(
            "iam.projects.serviceAccounts.get",
            place.account,
            frozenset({_ACCOUNT}),
            place.full_name,
            name=relative,
        )
        return account_target(reply.data, place.account) if reply is not None else None

    def _emit(self, policy: Policy, target: Target) -> None:
        document: Json = dict(policy.document)
        image = ""
        for member in members(document):
            principal = member.principal
            # Who is exempt from audit logs has no access by it.
            if principal is None or member.exempt or not self._concerns(principal):
                continue
            image = image or document_digest(document)
            self.gather.seen(
                policy.reply,
                Binding(
                    principal=principal,
                    relation=Relation.GRANT,
                    target=target,
                    detail=member.role,
                    condition=member.condition,
                ),
                image=image,
                element=_element(document, member),
            )

    def _concerns(self, principal: Principal) -> bool:
        # What everybody may do says nothing about one who leaves.
        return principal.kind is not PrincipalKind.ANYONE and self.wanted(principal)


def account_target(told: Data, account: str) -> Target:
    """A service account as it describes itself: called by its account id where its e-mail is that
    of one of a project's accounts, else by the whole e-mail."""
    email, unique = text(told, "email").lower(), text(told, "uniqueId")
    project = text(told, "projectId") or account
    named = google_resources.of(f"//iam.googleapis.com/projects/-/serviceAccounts/{email}")
    return Target(
        provider="gcp",
        kind=_ACCOUNT,
        name=named.name or email,
        account=project,
        arn=f"//iam.googleapis.com/projects/{project}/serviceAccounts/{unique}",
        unique_id=unique or None,
    )


def _element(document: Json, member: Member) -> Json:
    """What a rollback puts back. Conditions of Google compare attributes of the request and the
    resource, and hold no secret ("Overview of IAM Conditions")."""
    found: dict[str, Json] = {"member": member.text, "role": member.role}
    binding = _at(document, member.path[:2])
    condition = binding.get("condition") if isinstance(binding, Mapping) else None
    return {**found, "condition": condition} if condition else found


def _at(document: Json, path: Sequence[str | int]) -> Json:
    node = document
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int):
            node = node[step]
    return node
