"""IAM Identity Center: the user, memberships and account assignments of a leaver, and whether
somebody outside writes the users.

A user cannot be disabled by any public API call: identitystore:UpdateUser knows no status. So
what stands here is alive until it is deleted (Identity Store API reference).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from iac_offboard.clouds.aws.session import AccountSession
from iac_offboard.clouds.reply import Data, Reply, structs, text, when
from iac_offboard.live.aws.gather import Gather
from iac_offboard.live.aws.identity_center_access import CenterAccess, Instance, quiet_ask
from iac_offboard.live.aws.identity_center_denies import read_denies
from iac_offboard.model import (
    AliasKind,
    Binding,
    NoteKind,
    Principal,
    PrincipalKind,
    Relation,
    Skipped,
    Subject,
    Target,
    Upstream,
)

CENTER_KINDS = frozenset(
    {"identity_store_user", "identity_store_group", "sso_assignment", "sso_session"}
)
_GROUP = frozenset({"identity_store_group"})
_SAMPLE = 20  # users that are looked at for an id of an outside directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the identity store can be asked by: it has no bulk read worth its quota (20
    requests a second for all of Identity Center)."""

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names or self.emails or self.user_ids)


def hints_of(subjects: Iterable[Subject]) -> Hints:
    """The names, e-mails and ids among the aliases of ``subjects``."""
    aliases = [alias for subject in subjects for alias in subject.aliases]

    def values(*kinds: AliasKind) -> tuple[str, ...]:
        return tuple(sorted({alias.value for alias in aliases if alias.kind in kinds}))

    return Hints(
        names=values(AliasKind.USER_NAME, AliasKind.AWS_USER),
        emails=values(AliasKind.EMAIL),
        user_ids=values(AliasKind.IDENTITY_STORE_USER, AliasKind.UUID),
    )


class IdentityCenter:
    """Reads the instances that one account can see, in the regions given.

    A member account may see its organization's instance: it is left to the account that owns
    it when that is one of ``covered``, the accounts that are read. ``awaited`` as
    :class:`iac_offboard.live.aws.source.AwsSource` says.
    """

    def __init__(
        self,
        session: AccountSession,
        hints: Hints,
        covered: frozenset[str] = frozenset(),
        awaited: Sequence[Target] = (),
    ) -> None:
        self.gather = Gather(session)
        self._hints = hints
        self._elsewhere = covered - {session.account}
        self._awaited = tuple(awaited)

    def read(self, regions: Sequence[str]) -> None:
        """An instance lives in one region; which one can only be found by asking each."""
        for instance in self._instances(regions):
            self._read_instance(instance)

    def _read_instance(self, instance: Instance) -> None:
        access = CenterAccess(self.gather, instance)
        issuers: set[str] = set()
        # Ids are asked for even when their users are gone: their sessions may go on.
        ids = set(self._hints.user_ids)
        for user_id in self._user_ids(instance):
            described = self._describe(instance, user_id)
            if described is not None:
                ids.add(user_id)
                issuers.add(self._read_user(instance, access, described, user_id))
        access.read_lengths(self._awaited)
        if ids:
            read_denies(self.gather, instance, frozenset(access.entered), frozenset(ids))
        self._read_upstream(instance, issuers - {""})

    def _instances(self, regions: Sequence[str]) -> list[Instance]:
        found: dict[str, Instance] = {}
        refused: list[Skipped] = []
        for region in regions:
            before = len(self.gather.skipped)
            for page in self.gather.pages(
                "sso-admin", "ListInstances", kinds=CENTER_KINDS, region=region
            ):
                for item in structs(page.data, "Instances"):
                    if text(item, "OwnerAccountId") in self._elsewhere:
                        continue
                    arn = text(item, "InstanceArn")
                    instance = Instance(
                        arn=arn,
                        store=text(item, "IdentityStoreId"),
                        region=region,
                        account=self.gather.session.account,
                        partition=self.gather.session.partition,
                    )
                    found.setdefault(arn, instance)  # replicas show in more than one region
            refused += self.gather.skipped[before:]
            del self.gather.skipped[before:]
        self.gather.skipped += _merged(refused, self.gather.where(None, ""))
        return [found[arn] for arn in sorted(found)]

    def _user_ids(self, instance: Instance) -> list[str]:
        """The ids of the users that a hint leads to; each hint is one or two calls."""
        ids: set[str] = set()
        names = sorted({*self._hints.names, *self._hints.emails})  # user names are often e-mails
        for path, values in (("userName", names), ("emails.value", self._hints.emails)):
            for value in values:
                unique = {"AttributePath": path, "AttributeValue": value}
                reply = self.gather.ask(
                    "identitystore",
                    "GetUserId",
                    kinds=CENTER_KINDS,
                    region=instance.region,
                    about=f"identity store {instance.store}",
                    IdentityStoreId=instance.store,
                    AlternateIdentifier={"UniqueAttribute": unique},
                )
                if reply:
                    ids.add(text(reply.data, "UserId"))
        return sorted(ids.union(self._hints.user_ids) - {""})

    def _describe(self, instance: Instance, user_id: str) -> Reply | None:
        return self.gather.ask(
            "identitystore",
            "DescribeUser",
            kinds=CENTER_KINDS,
            region=instance.region,
            about=f"identity store user {user_id}",
            IdentityStoreId=instance.store,
            UserId=user_id,
        )

    def _read_user(
        self, instance: Instance, access: CenterAccess, described: Reply, user_id: str
    ) -> str:
        """Who writes the user from outside (SCIM), "" for nobody."""
        principal = self._principal(described.data, user_id)
        issuer = _issuer(described.data)
        target = instance.target("identity_store_user", user_id, user_id)
        self.gather.seen(
            described,
            Binding(principal=principal, relation=Relation.IDENTITY, target=target),
            created_at=when(described.data, "CreatedAt"),
            status=text(described.data, "UserStatus"),
            provisioned_by=issuer,
        )
        self._read_memberships(instance, principal, user_id, issuer)
        access.read(principal, user_id)
        return issuer

    def _read_memberships(
        self, instance: Instance, user: Principal, user_id: str, issuer: str
    ) -> None:
        """Whoever provisions a user writes the memberships too ("SCIM profile and SAML 2.0
        implementation", IAM Identity Center user guide)."""
        for page in self.gather.pages(
            "identitystore",
            "ListGroupMembershipsForMember",
            kinds=_GROUP,
            region=instance.region,
            about=f"identity store user {user_id}",
            IdentityStoreId=instance.store,
            MemberId={"UserId": user_id},
        ):
            for item in structs(page.data, "GroupMemberships"):
                target = instance.target(
                    "identity_store_group", text(item, "GroupId"), text(item, "MembershipId")
                )
                self.gather.seen(
                    page,
                    Binding(principal=user, relation=Relation.MEMBERSHIP, target=target),
                    provisioned_by=issuer,
                )

    def _read_upstream(self, instance: Instance, issuers: set[str]) -> None:
        """Whether the users come from outside: no API tells an instance's identity source, but
        users that another directory writes carry its ids (ExternalIds)."""
        why = ""
        if not issuers:
            reply, why = quiet_ask(
                self.gather,
                "identitystore",
                "ListUsers",
                instance,
                IdentityStoreId=instance.store,
                MaxResults=_SAMPLE,
            )
            users = tuple(structs(reply.data, "Users")) if reply else ()
            issuers = {_issuer(user) for user in users} - {""}
            if users and not issuers:
                self.gather.note(
                    NoteKind.NOT_COVERED,
                    self.gather.where(instance.region, "identitystore"),
                    "an outside identity source of an Identity Center that gives its users no "
                    f"external ids (none among the first {len(users)} of {instance.store})",
                )
        if issuers:
            said = f"is fed from outside, by {', '.join(sorted(issuers))}."
        elif why:
            said = f"may be fed from outside; it could not be told: {why}"
        else:
            return
        self.gather.upstreams.append(
            Upstream(
                source=instance.store_arn,
                account=instance.account,
                text=f"Identity Center {instance.arn} {said}",
            )
        )

    def _principal(self, user: Data, user_id: str) -> Principal:
        emails = (text(item, "Value").lower() for item in structs(user, "Emails"))
        return Principal(
            provider="aws",
            kind=PrincipalKind.IDENTITY_STORE_USER,
            value=text(user, "UserName") or user_id,
            account=self.gather.session.account,
            stable_id=user_id,
            emails=frozenset(email for email in emails if email),
        )


def _issuer(user: Data) -> str:
    """The outside directory that writes this user, "" for none."""
    for external in structs(user, "ExternalIds"):
        return text(external, "Issuer") or "an identity provider that is not named"
    return ""


def _merged(refused: list[Skipped], where: str) -> list[Skipped]:
    """One Skipped per reason instead of one per region: a member account is refused in all."""
    merged: dict[tuple[str, str], list[Skipped]] = {}
    for skipped in refused:
        merged.setdefault((skipped.reason, skipped.permission), []).append(skipped)
    return [
        Skipped(
            where=where,
            reason=group[0].reason,
            detail=f"Identity Center in {len(group)} region(s): {group[0].detail}",
            side=group[0].side,
            next_step=group[0].next_step,
            permission=group[0].permission,
            kinds=CENTER_KINDS,
        )
        for group in merged.values()
    ]
