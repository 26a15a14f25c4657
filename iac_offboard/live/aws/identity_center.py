"""IAM Identity Center: the user, memberships and account assignments of a leaver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from iac_offboard.clouds.aws.reply import Data, Reply, structs, text, when
from iac_offboard.clouds.aws.session import AccountSession
from iac_offboard.live.aws.gather import Gather
from iac_offboard.model import (
    AliasKind,
    Binding,
    Principal,
    PrincipalKind,
    Relation,
    Skipped,
    Subject,
    Target,
)

CENTER_KINDS = frozenset({"identity_store_user", "identity_store_group", "sso_assignment"})
_ASSIGNMENT = frozenset({"sso_assignment"})
_GROUP = frozenset({"identity_store_group"})


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Instance:
    arn: str
    store: str
    region: str


class IdentityCenter:
    """Reads the instances that one account can see, in the regions given.

    A member account may see its organization's instance: it is left to the account that owns
    it when that is one of ``covered``, the accounts that are read.
    """

    def __init__(
        self, session: AccountSession, hints: Hints, covered: frozenset[str] = frozenset()
    ) -> None:
        self.gather = Gather(session)
        self._hints = hints
        self._elsewhere = covered - {session.account}

    def read(self, regions: Sequence[str]) -> None:
        """An instance lives in one region; which one can only be found by asking each."""
        for instance in self._instances(regions):
            for user_id in self._user_ids(instance):
                self._read_user(instance, user_id)

    def _instances(self, regions: Sequence[str]) -> list[_Instance]:
        found: dict[str, _Instance] = {}
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
                    instance = _Instance(
                        arn=arn, store=text(item, "IdentityStoreId"), region=region
                    )
                    found.setdefault(arn, instance)  # replicas show in more than one region
            refused += self.gather.skipped[before:]
            del self.gather.skipped[before:]
        self.gather.skipped += _merged(refused, self.gather.where(None, ""))
        return [found[arn] for arn in sorted(found)]

    def _user_ids(self, instance: _Instance) -> list[str]:
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

    def _read_user(self, instance: _Instance, user_id: str) -> None:
        reply = self.gather.ask(
            "identitystore",
            "DescribeUser",
            kinds=CENTER_KINDS,
            region=instance.region,
            about=f"identity store user {user_id}",
            IdentityStoreId=instance.store,
            UserId=user_id,
        )
        if reply is None:
            return
        principal = self._principal(reply.data, user_id)
        target = self._target(instance, "identity_store_user", user_id, user_id)
        self.gather.seen(
            reply,
            Binding(principal=principal, relation=Relation.IDENTITY, target=target),
            created_at=when(reply.data, "CreatedAt"),
            status=text(reply.data, "UserStatus"),
        )
        self._read_memberships(instance, principal, user_id)
        self._read_assignments(instance, principal, user_id)

    def _read_memberships(self, instance: _Instance, user: Principal, user_id: str) -> None:
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
                target = self._target(
                    instance,
                    "identity_store_group",
                    text(item, "GroupId"),
                    text(item, "MembershipId"),
                )
                self._seen(page, user, Relation.MEMBERSHIP, target)

    def _read_assignments(self, instance: _Instance, user: Principal, user_id: str) -> None:
        for page in self.gather.pages(
            "sso-admin",
            "ListAccountAssignmentsForPrincipal",
            kinds=_ASSIGNMENT,
            region=instance.region,
            about=f"identity store user {user_id}",
            InstanceArn=instance.arn,
            PrincipalId=user_id,
            PrincipalType="USER",
        ):
            for item in structs(page.data, "AccountAssignments"):
                # What comes through a group is in the list too; its binding is the membership.
                if text(item, "PrincipalId") == user_id:
                    account, permissions = text(item, "AccountId"), text(item, "PermissionSetArn")
                    name = f"{instance.arn}/{account}/{permissions}"
                    target = self._target(instance, "sso_assignment", name, None)
                    self._seen(page, user, Relation.GRANT, target)

    def _seen(self, page: Reply, user: Principal, relation: Relation, target: Target) -> None:
        self.gather.seen(page, Binding(principal=user, relation=relation, target=target))

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

    def _target(self, instance: _Instance, kind: str, name: str, unique_id: str | None) -> Target:
        """``arn`` is the identity store's own ARN: calls on users and groups need its id
        (Service Authorization Reference, "Resource types defined by Identity Store")."""
        session = self.gather.session
        store = f"arn:{session.partition}:identitystore::{session.account}:identitystore/"
        return Target(
            provider="aws",
            kind=kind,
            name=name,
            account=session.account,
            region=instance.region,
            arn=None if kind == "sso_assignment" else store + instance.store,
            unique_id=unique_id,
        )


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
