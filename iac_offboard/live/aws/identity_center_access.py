"""What a user of an Identity Center may enter: account assignments, and the sessions they open.

An assignment is the user's own, or comes through a group. Either opens sessions of a role that
Identity Center makes in the account from the permission set (``AWSReservedSSO_...``); each
carries the user's id as ``identitystore:UserId`` ("Revoke active IAM role sessions created by
permission sets", IAM Identity Center user guide).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from iac_offboard.clouds.reply import Data, Reply, struct, structs, text
from iac_offboard.live.aws.gather import Gather
from iac_offboard.model import (
    LONGEST_SESSION,
    Binding,
    Entry,
    NoteKind,
    Principal,
    PrincipalKind,
    Relation,
    SessionLength,
    Target,
)

USER_ID = "identitystore:UserId"
SESSION_KINDS = frozenset({"sso_session"})

_ENTRY_KINDS = frozenset({"sso_assignment", "sso_session"})
# "INSTANCE_ARN/ACCOUNT/PERMISSION_SET_ARN"
_SESSION = re.compile(r"(arn:.+?)/(\d{12})/(arn:.+)$")
_DURATION = re.compile(
    r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One Identity Center. ``account`` is the one that reads it, where calls are to be made."""

    arn: str
    store: str
    region: str
    account: str
    partition: str

    @property
    def store_arn(self) -> str:
        """Calls on users and groups need the store's id (Service Authorization Reference,
        "Resource types defined by Identity Store")."""
        return f"arn:{self.partition}:identitystore::{self.account}:identitystore/{self.store}"

    def target(self, kind: str, name: str, unique_id: str | None = None) -> Target:
        of_store = kind.startswith("identity_store_")
        return Target(
            provider="aws",
            kind=kind,
            name=name,
            account=self.account,
            region=self.region,
            arn=self.store_arn if of_store else None,
            unique_id=unique_id,
        )


def quiet_pages(
    gather: Gather, name: str, instance: Instance, **params: object
) -> tuple[list[Reply], str]:
    """The pages of an sso-admin list, and why not all came ("" when they did). Nothing is
    skipped: for what only makes access look longer than it is, a note is enough."""
    before = len(gather.skipped)
    pages = list(
        gather.pages(
            "sso-admin",
            name,
            kinds=SESSION_KINDS,
            region=instance.region,
            page_size=None,
            about="",
            InstanceArn=instance.arn,
            **params,
        )
    )
    return pages, _taken_back(gather, before)


def quiet_ask(
    gather: Gather, service: str, name: str, instance: Instance, **params: object
) -> tuple[Reply | None, str]:
    """One reply (None: there is no such thing), or why there is none; nothing is skipped."""
    before = len(gather.skipped)
    reply = gather.ask(
        service, name, kinds=SESSION_KINDS, region=instance.region, about="", **params
    )
    return reply, _taken_back(gather, before)


def _taken_back(gather: Gather, before: int) -> str:
    why = " ".join(skipped.detail for skipped in gather.skipped[before:])
    del gather.skipped[before:]
    return why


class CenterAccess:
    """Reads the assignments of users of one instance; each permission set and each group is
    asked for once. ``entered`` are the ARNs of the permission sets that somebody may enter."""

    def __init__(self, gather: Gather, instance: Instance) -> None:
        self.entered: set[str] = set()
        self._gather = gather
        self._instance = instance
        self._durations: dict[str, int | None] = {}
        self._deleted: set[str] = set()
        self._groups: dict[str, str] = {}

    def read(self, user: Principal, user_id: str) -> None:
        """One GRANT per assignment, one SESSION per account and permission set."""
        ways: dict[tuple[str, str], Reply] = {}
        for page in self._gather.pages(
            "sso-admin",
            "ListAccountAssignmentsForPrincipal",
            kinds=_ENTRY_KINDS,
            region=self._instance.region,
            about=f"identity store user {user_id}",
            InstanceArn=self._instance.arn,
            PrincipalId=user_id,
            PrincipalType="USER",
        ):
            for item in structs(page.data, "AccountAssignments"):
                self._grant(page, item, user, user_id)
                way = (text(item, "AccountId"), text(item, "PermissionSetArn"))
                ways.setdefault(way, page)
        for (account, permission_set), page in sorted(ways.items(), key=lambda way: way[0]):
            self.entered.add(permission_set)
            self._session(page, user, user_id, account, permission_set)

    def _grant(self, page: Reply, item: Data, user: Principal, user_id: str) -> None:
        name = f"{self._instance.arn}/{text(item, 'AccountId')}/{text(item, 'PermissionSetArn')}"
        target = self._instance.target("sso_assignment", name)
        holder = text(item, "PrincipalId")
        if holder in ("", user_id):
            binding = Binding(principal=user, relation=Relation.GRANT, target=target)
        else:
            binding = Binding(
                principal=self._group(holder),
                relation=Relation.GRANT,
                target=target,
                detail=through(holder, user_id),
            )
        self._gather.seen(page, binding)

    def _session(
        self, page: Reply, user: Principal, user_id: str, account: str, permission_set: str
    ) -> None:
        name = f"{self._instance.arn}/{account}/{permission_set}"
        self._gather.seen(
            page,
            Binding(
                principal=user,
                relation=Relation.SESSION,
                target=self._instance.target("sso_session", name),
                # The same whether direct or by group: it is one way in until the last one goes.
                detail="account assignment",
            ),
            entry=Entry(
                max_seconds=self._longest(permission_set),
                marks=((USER_ID, user_id),),
                editable=False,
            ),
        )

    def read_lengths(self, awaited: Iterable[Target]) -> None:
        """How long sessions of the ``awaited`` permission sets of this instance last now; nothing
        is said of one that is deleted, its roles are gone with it ("Delete permission sets", IAM
        Identity Center user guide)."""
        for target in awaited:
            instance, _, permission_set = _parts(target)
            if instance != self._instance.arn:
                continue
            seconds = self._longest(permission_set)
            if seconds is None and permission_set not in self._deleted:
                seconds = LONGEST_SESSION
            if seconds is not None:
                self._gather.lengths.append(SessionLength(target=target, seconds=seconds))

    def _longest(self, permission_set: str) -> int | None:
        """The longest session of a permission set; None, with a note, when it was not read."""
        if permission_set not in self._durations:
            reply, why = quiet_ask(
                self._gather,
                "sso-admin",
                "DescribePermissionSet",
                self._instance,
                InstanceArn=self._instance.arn,
                PermissionSetArn=permission_set,
            )
            found = struct(reply.data, "PermissionSet") if reply else {}
            seconds = seconds_of(text(found, "SessionDuration"))
            if reply is None and not why:
                self._deleted.add(permission_set)
            elif seconds is None:
                self._gather.note(
                    NoteKind.HAZARD,
                    self._gather.where(self._instance.region, "sso"),
                    f"The session duration of {permission_set} was not read, 12 hours are "
                    f"assumed: {why or 'the permission set shows none.'}",
                )
            self._durations[permission_set] = seconds
        return self._durations[permission_set]

    def _group(self, group_id: str) -> Principal:
        """The group by its name; by its id where the name cannot be read: nothing is matched
        by it, the membership is what counts."""
        if group_id not in self._groups:
            reply, _ = quiet_ask(
                self._gather,
                "identitystore",
                "DescribeGroup",
                self._instance,
                IdentityStoreId=self._instance.store,
                GroupId=group_id,
            )
            self._groups[group_id] = text(reply.data, "DisplayName") if reply else ""
        return Principal(
            provider="aws",
            kind=PrincipalKind.IDENTITY_STORE_GROUP,
            value=self._groups[group_id] or group_id,
            account=self._instance.account,
            stable_id=group_id,
        )


def _parts(target: Target) -> tuple[str, str, str]:
    """Instance, account and permission set of a session."""
    found = _SESSION.match(target.name) if target.kind in SESSION_KINDS else None
    return (found[1], found[2], found[3]) if found else ("", "", "")


def through(group_id: str, user_id: str) -> str:
    """``detail`` of a group's assignment that was found by way of a member."""
    return f"group {group_id}, member {user_id}"


def seconds_of(duration: str) -> int | None:
    """An ISO 8601 duration of days, hours, minutes and seconds (``PT4H``) in seconds; None when
    it is none or has parts of other lengths (months)."""
    found = _DURATION.fullmatch(duration)
    if found is None or not any(found.groupdict().values()):
        return None
    sizes = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}
    return sum(int(found[name] or 0) * size for name, size in sizes.items())
