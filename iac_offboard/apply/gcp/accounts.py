"""Service accounts: disabled and enabled, deleted and undeleted.

An account is told by its unique id: one that was made anew under the same e-mail is another
("Delete and undelete service accounts", IAM documentation), so that calls are made by that id.
"""

from __future__ import annotations

from dataclasses import dataclass

from iac_offboard.apply.gcp.cloud import (
    Cloud,
    account_of,
    delete,
    email_of,
    not_ourselves,
    service_account,
)
from iac_offboard.apply.gcp.last_use import used_since
from iac_offboard.apply.looks import absent, argument, done, gone_for_good, present, replaced
from iac_offboard.clouds.reply import Data, text
from iac_offboard.errors import NotFoundError
from iac_offboard.interface import Done, Look, LookState
from iac_offboard.model import Action

_METHOD = "iam.projects.serviceAccounts."


@dataclass(frozen=True, slots=True)
class Disable:
    """Google refuses every token of a disabled account at once, those that exist as well."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        not_ourselves(cloud, action, email_of(action))
        other, found = _planned(cloud, action)
        if other is not None:
            return other
        if found is None:
            return absent("the account is gone")
        if found.get("disabled") is True:
            return absent("it is disabled already")
        return used_since(cloud, action, present({"disabled": False}))

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        return delete(cloud, action, f"{_METHOD}disable", look.image, name=_by_id(action), body={})


@dataclass(frozen=True, slots=True)
class Delete:
    """Only what is disabled, so that whoever still needs the account has had time to say so."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        not_ourselves(cloud, action, email_of(action))
        other, found = _planned(cloud, action)
        if other is not None:
            return other
        if found is None:
            return absent("the account is gone")
        if found.get("disabled") is not True:
            waits = "it is enabled (again): somebody may need it; run the phase contain again"
            return Look(state=LookState.WAITING, detail=waits)
        return used_since(cloud, action, present({"uniqueId": _unique_id(action)}))

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        return delete(cloud, action, f"{_METHOD}delete", look.image, name=_by_id(action))


@dataclass(frozen=True, slots=True)
class Enable:
    """Restores an account that was disabled."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        other, found = _planned(cloud, action)
        if other is not None:
            return other
        if found is None:
            raise gone_for_good(action, "the account is gone")
        if found.get("disabled") is not True:
            return absent("it is enabled (again)")
        return present({"disabled": True})

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        reply = cloud.call(action, f"{_METHOD}enable", name=_by_id(action), body={})
        return done(reply, look.image)


@dataclass(frozen=True, slots=True)
class Undelete:
    """Restores an account that was deleted less than 30 days ago, without its keys."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        other, found = _planned(cloud, action)
        if other is not None:
            return other
        return absent("it is there (again)") if found is not None else present()

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        try:
            reply = cloud.call(action, f"{_METHOD}undelete", name=_by_id(action), body={})
        except NotFoundError as gone:
            raise gone_for_good(action, "Google keeps a deleted account for 30 days") from gone
        return done(reply, look.image)


def _planned(cloud: Cloud, action: Action) -> tuple[Look | None, Data | None]:
    """The account as it stands, None for none; a Look where it is not the planned one."""
    found = service_account(cloud, action, email_of(action), account_of(action))
    planned = _unique_id(action)
    if found is not None and text(found, "uniqueId") != planned:
        other = text(found, "uniqueId")
        return replaced(f"{email_of(action)} is {other}, planned was {planned}"), found
    return None, found


def _unique_id(action: Action) -> str:
    return action.param("unique_id") or action.target.unique_id or argument(action, "unique_id")


def _by_id(action: Action) -> str:
    """By its unique id, so that no namesake can be hit between the look and the call."""
    return f"projects/{account_of(action) or '-'}/serviceAccounts/{_unique_id(action)}"
