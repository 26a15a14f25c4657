"""IAM of one account: one bulk read, then a constant number of calls per matched user."""

from __future__ import annotations

from dataclasses import dataclass, field

from iac_offboard.catalog.policy import (
    Json,
    PolicyPrincipal,
    document_digest,
    policy_principals,
)
from iac_offboard.catalog.principal import emails_in_tags
from iac_offboard.clouds.aws.reply import Data, Reply, strings, struct, structs, text, when
from iac_offboard.clouds.aws.session import AccountSession
from iac_offboard.live.aws.gather import Gather, document
from iac_offboard.live.aws.iam_credentials import (
    CREDENTIAL_KINDS,
    read_credentials,
)
from iac_offboard.live.aws.named import Known, Matcher, binding_of, removal_word
from iac_offboard.model import (
    AccountFacts,
    Binding,
    Principal,
    PrincipalKind,
    Relation,
    Target,
)

IAM_KINDS = CREDENTIAL_KINDS | {
    "iam_user",
    "iam_group",
    "iam_user_policy",
    "iam_policy",
    "iam_role",
    "iam_role_policy",
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


@dataclass(frozen=True, slots=True)
class _Trust:
    """A principal in a role's trust policy: a candidate, or a unique id that may turn out to
    be one once every account's users are known."""

    page: Reply
    found: PolicyPrincipal
    target: Target
    document: Json
    image: str
    certain: bool


# Kinds of principals that a user or role found in any account may turn out to be.
_IDENTITIES = frozenset(
    {PrincipalKind.IAM_UNIQUE_ID, PrincipalKind.IAM_USER, PrincipalKind.IAM_ROLE}
)


class IamReading:
    """IAM of one account. ``read`` first for every account, then ``add_trusts`` with the
    identities found in all of them: a role trusts users of other accounts, too."""

    def __init__(self, session: AccountSession, matcher: Matcher) -> None:
        self.gather = Gather(session)
        self._matcher = matcher
        self._matched: list[_Seen] = []
        self._trusts: list[_Trust] = []
        self._groups: dict[str, Target] = {}
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
        """Everything but the trusts."""
        self._read_bulk()
        for seen in self._matched:
            if seen.principal.kind is PrincipalKind.IAM_USER:
                self._emit_user(seen)
                read_credentials(self.gather, seen.principal)
            else:
                self._emit_role(seen)
        self._read_providers("ListOpenIDConnectProviders", "OpenIDConnectProviderList", "oidc")
        self._read_providers("ListSAMLProviders", "SAMLProviderList", "saml")

    def add_trusts(self, known: Known) -> None:
        """Emits the trusts that name a candidate. ``known`` as of all accounts together."""
        by_role: dict[str, list[_Trust]] = {}
        for trust in self._trusts:
            if trust.certain or trust.found.principal in known:
                by_role.setdefault(trust.target.name, []).append(trust)
        for trusts in by_role.values():
            named = [trust.found for trust in trusts]
            for trust in trusts:
                word = removal_word(trust.document, named, trust.found)
                binding = binding_of(trust.found, Relation.TRUST, trust.target)
                self.gather.seen(trust.page, binding, image=trust.image, removal=word)

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
        self._groups[name] = self._target(
            "iam_group", name, text(group, "Arn"), text(group, "GroupId")
        )
        if _is_admin(group):
            self._admin_groups.add(name)

    def _take_role(self, page: Reply, role: Data) -> None:
        name = text(role, "RoleName")
        if _is_admin(role):
            self._admins.add(name)
        principal = self._principal(PrincipalKind.IAM_ROLE, name, text(role, "RoleId"), role)
        if self._matcher(principal):
            self._matched.append(_Seen(page, principal, role))
        trust = document(role.get("AssumeRolePolicyDocument"))
        target = self._role_target(role)
        if trust is None:
            self.gather.unparseable("iam", f"role {name}", frozenset({"iam_role"}), None)
            return
        image = ""
        for found in policy_principals(trust, account=self.gather.session.account):
            certain = self._matcher(found.principal)
            if certain or found.principal.kind in _IDENTITIES:
                image = image or document_digest(trust)
                self._trusts.append(_Trust(page, found, target, trust, image, certain))

    def _emit_user(self, seen: _Seen) -> None:
        name = seen.principal.value
        self._emit_identity(seen, self._user_target(seen.data))
        for group in self._groups_of[name]:
            target = self._groups.get(group) or self._target("iam_group", group)
            binding = Binding(principal=seen.principal, relation=Relation.MEMBERSHIP, target=target)
            self.gather.seen(seen.page, binding)
        self._emit_policies(seen, "UserPolicyList", "iam_user_policy")

    def _emit_role(self, seen: _Seen) -> None:
        self._emit_identity(seen, self._role_target(seen.data))
        self._emit_policies(seen, "RolePolicyList", "iam_role_policy")

    def _emit_identity(self, seen: _Seen, target: Target) -> None:
        binding = Binding(principal=seen.principal, relation=Relation.IDENTITY, target=target)
        self.gather.seen(seen.page, binding, created_at=when(seen.data, "CreateDate"))

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
