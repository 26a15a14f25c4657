"""What the guards of a plan have to know about an account."""

from __future__ import annotations

from dataclasses import dataclass

GROUPS_PER_USER = 10
"""Quota "Groups an IAM user can be a member of" (IAM quotas; it cannot be raised)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """Facts of one account, sorted.

    ``admin_users`` and ``admin_roles`` are names that hold AdministratorAccess, directly or
    through a group; other policies that grant as much are not counted, so that the guard for
    the last administrator errs towards holding. ``groups_of_user`` and ``boundaries`` (user,
    policy ARN) are those of the candidates only. ``complete`` is False when the bulk read
    failed somewhere: then nobody may conclude from an absence.
    """

    account: str
    complete: bool
    admin_users: tuple[str, ...] = ()
    admin_roles: tuple[str, ...] = ()
    groups_of_user: tuple[tuple[str, tuple[str, ...]], ...] = ()
    boundaries: tuple[tuple[str, str], ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def admins(self) -> tuple[str, ...]:
        return tuple(sorted({*self.admin_users, *self.admin_roles}))

    def group_count(self, user: str) -> int:
        """How many groups a candidate is in, to be held against ``GROUPS_PER_USER``."""
        return len(dict(self.groups_of_user).get(user, ()))
