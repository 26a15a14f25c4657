"""Users and groups: who is who, and who is in what, also through other groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from iac_offboard.demo.google.entities import Group, Membership, User
from iac_offboard.demo.google.members import deleted

if TYPE_CHECKING:
    from iac_offboard.demo.google.world import World

EVER = datetime(2020, 1, 1, tzinfo=UTC)  # what is seeded has been so for ever
DISCUSSION = {"cloudidentity.googleapis.com/groups.discussion_forum": ""}


class Directory:
    """The accounts of the customer's Google Workspace or Cloud Identity."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}  # by id
        self._by_email: dict[str, Group] = {}
        self._containing: dict[str, dict[str, None]] = {}  # e-mail of a member -> group ids

    def user(self, email: str, again: bool = False) -> User:
        email = email.lower()
        if email not in self.users or (again and self.users[email].deleted):
            self.users[email] = User(email=email, uid=self.world.number())
        return self.users[email]

    def delete_user(self, email: str) -> User:
        user = self.users[email.lower()]
        user.deleted = True
        user.left = [m for _, m in self.direct_groups(user.email, self.world.clock.now())]
        for membership in user.left:
            self.leave(membership)
        self.world.rename(f"user:{user.email}", deleted(f"user:{user.email}", user.uid))
        return user

    def undelete_user(self, email: str) -> User:
        user = self.users[email.lower()]
        user.deleted = False
        for membership in user.left:
            membership.removed = None
        user.left = []
        self.world.rename(deleted(f"user:{user.email}", user.uid), f"user:{user.email}")
        return user

    def find(self, email: str) -> Group | None:
        return self._by_email.get(email.lower())

    def group(self, email: str, members: Iterable[str] = ()) -> Group:
        email = email.lower()
        group = self._by_email.get(email) or self.create(email, email.partition("@")[0])
        for member in members:
            self.join(group, member, EVER)
        return group

    def create(self, email: str, display_name: str, parent: str = "") -> Group:
        number = self.world.number()
        made = Group(
            id=f"0{int(number):x}",
            email=email.lower(),
            uid=number,
            parent=parent or self.customer(),
            display_name=display_name,
            created=self.world.clock.now(),
            labels=dict(DISCUSSION),
        )
        self.groups[made.id] = made
        self._by_email[made.email] = made
        return made

    def delete(self, group: Group) -> None:
        group.deleted = True
        for membership in group.current():
            self.leave(membership)
        self.groups.pop(group.id)
        self._by_email.pop(group.email)
        member = f"group:{group.email}"
        self.world.rename(member, deleted(member, group.uid))

    def customer(self) -> str:
        for organization in self.world.organizations.values():
            return f"customers/{organization.customer}"
        return "customers/C0acme001"

    def join(
        self, group: Group, email: str, when: datetime, roles: tuple[str, ...] = ("MEMBER",)
    ) -> Membership:
        email = email.lower()
        if self.find(email):
            kind = "GROUP"
        elif email in self.world.accounts.by_email or email.endswith("gserviceaccount.com"):
            kind = "SERVICE_ACCOUNT"
        else:
            kind = "USER"
            self.user(email)
        made = Membership(id=self.world.number(), email=email, kind=kind, roles=roles, added=when)
        group.memberships[made.id] = made
        self._containing.setdefault(email, {})[group.id] = None
        return made

    def leave(self, membership: Membership) -> None:
        """The membership stays with the time of its end: a removal takes its time to be seen."""
        membership.removed = self.world.clock.now()

    def direct_groups(self, email: str, moment: datetime) -> Iterator[tuple[Group, Membership]]:
        """The groups that name ``email`` as their direct member, as seen at ``moment``."""
        for id_ in list(self._containing.get(email.lower(), ())):
            group = self.groups.get(id_)
            for membership in group.memberships.values() if group else ():
                if membership.email == email.lower() and membership.seen(moment) and group:
                    yield group, membership

    def transitive_groups(self, email: str, moment: datetime) -> dict[str, list[list[str]]]:
        """Every group that holds ``email``, nested ones too: e-mail -> chains that lead there."""
        found: dict[str, list[list[str]]] = {}
        open_: list[tuple[str, list[str]]] = [(email.lower(), [])]
        while open_:
            at, path = open_.pop()
            for group, _ in self.direct_groups(at, moment):
                if group.email in path or group.email == email.lower():
                    continue
                way = [*path, group.email]
                found.setdefault(group.email, []).append(way)
                open_.append((group.email, way))
        return found
