"""IAM of one account: one bulk read, then a constant number of calls per matched user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from iac_offboard.catalog.entering import Caller
from iac_offboard.catalog.ours import is_our_policy, on_role
from iac_offboard.catalog.policy import document_digest
from iac_offboard.catalog.principal import arn_name, emails_in_tags
from iac_offboard.clouds.aws.session import AccountSession
from iac_offboard.clouds.reply import Data, Reply, strings, struct, structs, text, when
from iac_offboard.live.aws.gather import Gather, document
from iac_offboard.live.aws.iam_credentials import (
    CREDENTIAL_KINDS,
    read_credentials,
)
from iac_offboard.live.aws.identity_policies import SESSION_KIND, Holder, IdentityPolicies, denies
from iac_offboard.live.aws.last_use import role_last_use
from iac_offboard.live.aws.named import Known, Matcher
from iac_offboard.live.aws.sessions import RoleSessions, Visitor
from iac_offboard.live.aws.trusts import Trusts
from iac_offboard.model import (
    AccountFacts,
    Binding,
    Principal,
    PrincipalKind,
    Relation,
    Target,
    Upstream,
)

IAM_KINDS = CREDENTIAL_KINDS | {
    "iam_user",
    "iam_group",
    "iam_user_policy",
    "iam_policy",
    "iam_role",
    "iam_role_policy",
    SESSION_KIND,
    "iam_instance_profile",
    "iam_oidc_provider",
    "iam_saml_provider",
}
_ADMIN = ":iam::aws:policy/AdministratorAccess"
_PAGE = 1000  # the most that MaxItems allows
# Managed policies' documents are not needed, and would be most of the pages.
_FILTER = ("User", "Role", "Group")


@dataclass(frozen=True, slots=True)
class _Seen:
    """A user or role that matched, and the page that showed it."""

    page: Reply
    principal: Principal
    data: Data = field(repr=False)


class IamReading:
    """IAM of one account. ``read`` first for every account, then ``add_trusts`` and
    ``add_sessions`` with the identities found in all of them: a role trusts users of other
    accounts, too."""

    def __init__(self, session: AccountSession, matcher: Matcher) -> None:
        self.gather = Gather(session)
        self._matcher = matcher
        self._matched: list[_Seen] = []
        self._trusts = Trusts(self.gather, matcher)
        self._policies = IdentityPolicies(self.gather)
        self.visitors: list[Visitor] = []
        self._groups: dict[str, Data] = {}
        self._admin_groups: set[str] = set()
        self._admins: set[str] = set()
        self._groups_of: dict[str, tuple[str, ...]] = {}
        self._complete = False

    @property
    def known(self) -> Known:
        """The users and roles that matched, as policies may call them."""
        return Known.of(s.principal for s in self._matched)

    @property
    def facts(self) -> AccountFacts:
        """What the guards need. Only AdministratorAccess counts as administrator access, held
        directly or through a group: the guard for the last one errs towards holding."""
        users = [s for s in self._matched if s.principal.kind is PrincipalKind.IAM_USER]
        by_group = {u for u, gs in self._groups_of.items() if self._admin_groups.intersection(gs)}
        return AccountFacts(
            account=self.gather.session.account,
            complete=self._complete,
            admins=tuple(sorted(self._admins | by_group)),
            group_counts=tuple(
                sorted((s.principal.value, len(self._groups_of[s.principal.value])) for s in users)
            ),
            bounded=tuple(
                sorted(s.principal.value for s in users if struct(s.data, "PermissionsBoundary"))
            ),
        )

    def read(self) -> None:
        """Everything but the trusts and sessions."""
        self._read_bulk()
        for seen in self._matched:
            if seen.principal.kind is PrincipalKind.IAM_USER:
                self._emit_user(seen)
                read_credentials(self.gather, seen.principal)
            else:
                self._emit_role(seen)
            documents = self._policies.documents(self._holders(seen))
            self.visitors.append(Visitor(caller=Caller(seen.principal), documents=documents))
        self._read_providers("ListOpenIDConnectProviders", "OpenIDConnectProviderList", "oidc")
        self._read_providers("ListSAMLProviders", "SAMLProviderList", "saml")

    def add_trusts(self, known: Known) -> None:
        """Emits the trusts that name a candidate or let one in. ``known`` as of all accounts
        together."""
        self._trusts.emit(known)

    def add_sessions(self, visitors: Sequence[Visitor], awaited: Sequence[Target] = ()) -> None:
        """Emits the sessions of this account's roles that somebody of any account could open.
        ``visitors`` are those of all accounts, ``awaited`` as :class:`AwsSource` says."""
        RoleSessions(self.gather, self._trusts.roles, visitors, awaited).emit()

    def _read_bulk(self) -> None:
        before = len(self.gather.skipped)
        for page in self.gather.pages(
            "iam",
            "GetAccountAuthorizationDetails",
            kinds=IAM_KINDS,
            page_size=_PAGE,
            Filter=list(_FILTER),
        ):
            for user in structs(page.data, "UserDetailList"):
                self._take_user(page, user)
            for group in structs(page.data, "GroupDetailList"):
                self._take_group(group)
            for role in structs(page.data, "RoleDetailList"):
                self._take_role(page, role)
        self._complete = len(self.gather.skipped) == before

    def _take_user(self, page: Reply, user: Data) -> None:
        name = text(user, "UserName")
        self._groups_of[name] = tuple(sorted(strings(user, "GroupList")))
        if _is_admin(user):
            self._admins.add(name)
        principal = self._principal(PrincipalKind.IAM_USER, name, text(user, "UserId"), user)
        if self._matcher(principal):
            self._matched.append(_Seen(page, principal, user))

    def _take_group(self, group: Data) -> None:
        name = text(group, "GroupName")
        self._groups[name] = group
        if _is_admin(group):
            self._admin_groups.add(name)

    def _take_role(self, page: Reply, role: Data) -> None:
        name = text(role, "RoleName")
        if _is_admin(role):
            self._admins.add(name)
        principal = self._principal(PrincipalKind.IAM_ROLE, name, text(role, "RoleId"), role)
        if self._matcher(principal):
            self._matched.append(_Seen(page, principal, role))
        target = self._role_target(role)
        self._trusts.take(page, role, target)
        holder = Holder(role, "RolePolicyList", f"role {name}")
        self.gather.denies += denies(replace(target, kind=SESSION_KIND), [holder])
        for policy in structs(role, "RolePolicyList"):
            if is_our_policy(text(policy, "PolicyName")):
                account = self.gather.session.account
                self.gather.notes.append(on_role(account, name, text(policy, "PolicyName")))

    def _emit_user(self, seen: _Seen) -> None:
        name = seen.principal.value
        own = self._user_target(seen.data)
        self._emit_identity(seen, own)
        self.gather.denies += dict.fromkeys(denies(own, self._holders(seen)))
        for group in self._groups_of[name]:
            target = self._group_target(group)
            binding = Binding(principal=seen.principal, relation=Relation.MEMBERSHIP, target=target)
            self.gather.seen(seen.page, binding)
        self._emit_policies(seen, "UserPolicyList", "iam_user_policy")

    def _emit_role(self, seen: _Seen) -> None:
        self._emit_identity(seen, self._role_target(seen.data))
        self._emit_policies(seen, "RolePolicyList", "iam_role_policy")
        for profile in structs(seen.data, "InstanceProfileList"):
            target = self._target(
                "iam_instance_profile",
                text(profile, "InstanceProfileName"),
                text(profile, "Arn"),
                text(profile, "InstanceProfileId"),
            )
            binding = Binding(principal=seen.principal, relation=Relation.MEMBERSHIP, target=target)
            self.gather.seen(seen.page, binding)

    def _emit_identity(self, seen: _Seen, target: Target) -> None:
        binding = Binding(principal=seen.principal, relation=Relation.IDENTITY, target=target)
        created = when(seen.data, "CreateDate")
        self.gather.seen(seen.page, binding, created_at=created, last_use=role_last_use(seen.data))

    def _holders(self, seen: _Seen) -> list[Holder]:
        """Whose policies hold for this identity: its own and those of its groups."""
        name = seen.principal.value
        if seen.principal.kind is PrincipalKind.IAM_ROLE:
            return [Holder(seen.data, "RolePolicyList", f"role {name}")]
        groups = [g for g in self._groups_of[name] if g in self._groups]
        return [
            Holder(seen.data, "UserPolicyList", f"user {name}"),
            *(Holder(self._groups[g], "GroupPolicyList", f"group {g}") for g in groups),
        ]

    def _emit_policies(self, seen: _Seen, inline: str, kind: str) -> None:
        for policy in structs(seen.data, "AttachedManagedPolicies"):
            arn = text(policy, "PolicyArn")
            target = self._target("iam_policy", arn, arn)
            binding = Binding(principal=seen.principal, relation=Relation.GRANT, target=target)
            self.gather.seen(seen.page, binding)
        for policy in structs(seen.data, inline):
            name = f"{seen.principal.value}/{text(policy, 'PolicyName')}"
            binding = Binding(
                principal=seen.principal,
                relation=Relation.GRANT,
                target=self._target(kind, name),
            )
            image = document_digest(document(policy.get("PolicyDocument")))
            self.gather.seen(seen.page, binding, image=image)

    def _read_providers(self, operation: str, items: str, kind: str) -> None:
        kinds = frozenset({f"iam_{kind}_provider"})
        for page in self.gather.pages("iam", operation, kinds=kinds):
            for provider in structs(page.data, items):
                arn = text(provider, "Arn")
                if kind == "saml":
                    self._note_upstream(arn)
                principal = Principal(
                    provider="aws",
                    kind=PrincipalKind.AWS_FEDERATED,
                    value=arn,
                    account=self.gather.session.account,
                )
                if self._matcher(principal):
                    target = self._target(f"iam_{kind}_provider", arn, arn)
                    binding = Binding(
                        principal=principal, relation=Relation.FEDERATION, target=target
                    )
                    created = when(provider, "CreateDate")
                    self.gather.seen(page, binding, created_at=created)

    def _note_upstream(self, arn: str) -> None:
        said = f"SAML provider {arn_name(arn)} decides who comes in"
        account = self.gather.session.account
        self.gather.upstreams.append(Upstream(source=arn, account=account, text=said))

    def _principal(self, kind: PrincipalKind, name: str, unique_id: str, data: Data) -> Principal:
        tags = {text(tag, "Key"): text(tag, "Value") for tag in structs(data, "Tags")}
        return Principal(
            provider="aws",
            kind=kind,
            value=name,
            account=self.gather.session.account,
            stable_id=unique_id or None,
            emails=emails_in_tags(tags),
        )

    def _user_target(self, user: Data) -> Target:
        return self._target(
            "iam_user", text(user, "UserName"), text(user, "Arn"), text(user, "UserId")
        )

    def _group_target(self, name: str) -> Target:
        group = self._groups.get(name, {})
        return self._target("iam_group", name, text(group, "Arn"), text(group, "GroupId"))

    def _role_target(self, role: Data) -> Target:
        return self._target(
            "iam_role", text(role, "RoleName"), text(role, "Arn"), text(role, "RoleId")
        )

    def _target(self, kind: str, name: str, arn: str = "", unique_id: str = "") -> Target:
        return Target(
            provider="aws",
            kind=kind,
            name=name,
            account=self.gather.session.account,
            arn=arn or None,
            unique_id=unique_id or None,
        )


def _is_admin(identity: Data) -> bool:
    return any(
        text(policy, "PolicyArn").endswith(_ADMIN)
        for policy in structs(identity, "AttachedManagedPolicies")
    )
