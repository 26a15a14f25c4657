"""Keys of service accounts, and HMAC keys of Cloud Storage: disabled, enabled, deleted.

The id of a key is never given out again, so a key that is there is the planned one.
"""

from __future__ import annotations

from dataclasses import dataclass

from iac_offboard.apply.gcp.cloud import Cloud, account_of, delete
from iac_offboard.apply.gcp.last_use import still_used, used_since
from iac_offboard.apply.looks import absent, argument, done, gone_for_good, present
from iac_offboard.clouds.reply import Data, text
from iac_offboard.errors import NotFoundError
from iac_offboard.interface import Done, Look, LookState
from iac_offboard.model import Action

_KEYS = "iam.projects.serviceAccounts.keys."
_HMAC = "storage.projects.hmacKeys."
_GONE = "the key is gone"


@dataclass(frozen=True, slots=True)
class DisableKey:
    def look(self, cloud: Cloud, action: Action) -> Look:
        found = _key(cloud, action)
        if found is None:
            return absent(_GONE)
        if found.get("disabled") is True:
            return absent("it is disabled already")
        stands = present({"disabled": False})
        return still_used(cloud, action) or used_since(cloud, action, stands)

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        name = action.target.name
        return delete(cloud, action, f"{_KEYS}disable", look.image, name=name, body={})


@dataclass(frozen=True, slots=True)
class DeleteKey:
    """A key that is deleted signs nothing any more; tokens that it made end by themselves."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        if _key(cloud, action) is None:
            return absent(_GONE)
        return still_used(cloud, action) or used_since(cloud, action, present())

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        return delete(cloud, action, f"{_KEYS}delete", look.image, name=action.target.name)


@dataclass(frozen=True, slots=True)
class EnableKey:
    """Restores a key that was disabled."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        found = _key(cloud, action)
        if found is None:
            raise gone_for_good(action, _GONE)
        if found.get("disabled") is not True:
            return absent("it is enabled (again)")
        return present({"disabled": True})

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        reply = cloud.call(action, f"{_KEYS}enable", name=action.target.name, body={})
        return done(reply, look.image)


def _key(cloud: Cloud, action: Action) -> Data | None:
    try:
        return cloud.call(action, f"{_KEYS}get", name=action.target.name).data
    except NotFoundError:
        return None


@dataclass(frozen=True, slots=True)
class UpdateHmacKey:
    """``state`` INACTIVE, or ACTIVE again to restore it."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        wanted = argument(action, "state")
        state = _state(cloud, action)
        if not state:
            if wanted == "ACTIVE":
                raise gone_for_good(action, _GONE)
            return absent(_GONE)
        if state == wanted:
            return absent(f"it is {wanted} already")
        return present({"state": state})

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        wanted = argument(action, "state")
        name, params = f"{_HMAC}update", _hmac(action)
        if wanted == "ACTIVE":  # gone since the look is no success then
            return done(cloud.call(action, name, body={"state": wanted}, **params), look.image)
        return delete(cloud, action, name, look.image, body={"state": wanted}, **params)


@dataclass(frozen=True, slots=True)
class DeleteHmacKey:
    """Cloud Storage deletes inactive ones only ("Delete HMAC keys")."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        state = _state(cloud, action)
        if not state:
            return absent(_GONE)
        if state == "ACTIVE":
            waits = "it is active (again): somebody may need it; run the phase contain again"
            return Look(state=LookState.WAITING, detail=waits)
        return present()

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        return delete(cloud, action, f"{_HMAC}delete", look.image, **_hmac(action))


def _state(cloud: Cloud, action: Action) -> str:
    """``ACTIVE`` or ``INACTIVE``, "" for a key that is gone: it is shown as DELETED for a while."""
    try:
        state = text(cloud.call(action, f"{_HMAC}get", **_hmac(action)).data, "state")
    except NotFoundError:
        return ""
    return "" if state == "DELETED" else state


def _hmac(action: Action) -> dict[str, str]:
    return {"projectId": account_of(action), "accessId": action.target.name}
