"""Things that hang on an IAM user and are listed per user: keys, devices, certificates.

Their own id is their identity; the user's unique id guards against a namesake.
"""

from __future__ import annotations

from dataclasses import dataclass

from iac_offboard.apply.aws.cloud import (
    Cloud,
    absent,
    argument,
    delete,
    done,
    gives_back,
    gone_for_good,
    present,
    replaced,
    user_look,
)
from iac_offboard.apply.aws.hanging import bare_or_refuse
from iac_offboard.apply.aws.in_use import still_used, used_since
from iac_offboard.catalog.policy import canonical
from iac_offboard.clouds.reply import Data, struct, structs, text, when
from iac_offboard.errors import NotFoundError
from iac_offboard.interface import Done, Look, LookState
from iac_offboard.model import Action


@dataclass(frozen=True, slots=True)
class Listed:
    """Where the IAM API lists a thing: operation, member of the reply, member with the id."""

    operation: str
    member: str
    identifier: str

    def find(self, cloud: Cloud, user: str, identifier: str) -> Data | None:
        try:
            for page in cloud.pages("iam", self.operation, {"UserName": user}):
                for item in structs(page.data, self.member):
                    if text(item, self.identifier) == identifier:
                        return item
        except NotFoundError:  # the user went between two calls
            return None
        return None


ACCESS_KEY = Listed("ListAccessKeys", "AccessKeyMetadata", "AccessKeyId")
SSH_KEY = Listed("ListSSHPublicKeys", "SSHPublicKeys", "SSHPublicKeyId")
SERVICE_CREDENTIAL = Listed(
    "ListServiceSpecificCredentials", "ServiceSpecificCredentials", "ServiceSpecificCredentialId"
)
CERTIFICATE = Listed("ListSigningCertificates", "Certificates", "CertificateId")
MFA_DEVICE = Listed("ListMFADevices", "MFADevices", "SerialNumber")
ATTACHED_POLICY = Listed("ListAttachedUserPolicies", "AttachedPolicies", "PolicyArn")
GROUP = Listed("ListGroupsForUser", "Groups", "GroupName")


@dataclass(frozen=True, slots=True)
class Delete:
    """Take one listed thing away. ``restorable``: naming it again would put it back."""

    name: str
    listed: Listed
    restorable: bool = False

    def look(self, cloud: Cloud, action: Action) -> Look:
        other, _ = user_look(cloud, action)
        if other is not None:
            return other
        item = self.listed.find(cloud, argument(action, "user"), action.target.name)
        if item is None:
            return absent("it is gone")
        used = still_used(cloud, action)
        if used is not None:
            return used
        made = when(item, "CreateDate") or when(item, "UploadDate")
        stands = present(self._undo(action), created=made.isoformat() if made else "")
        return used_since(cloud, action, stands)

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        return delete(cloud, "iam", self.name, self._params(action), action, look.image)

    def _params(self, action: Action) -> dict[str, str]:
        return {
            "UserName": argument(action, "user"),
            self.listed.identifier: action.target.name,
        }

    def _undo(self, action: Action) -> dict[str, str] | None:
        return self._params(action) if self.restorable else None


@dataclass(frozen=True, slots=True)
class Deactivate:
    """Set the status of a listed credential: Inactive, or Active again to restore it."""

    name: str
    listed: Listed

    def look(self, cloud: Cloud, action: Action) -> Look:
        wanted = argument(action, "status")
        restores = wanted == "Active"
        other, _ = user_look(cloud, action, needed=restores)
        if other is not None:
            return other
        item = self.listed.find(cloud, argument(action, "user"), action.target.name)
        if item is None:
            if restores:
                raise gone_for_good(action, "the credential is gone")
            return absent("it is gone")
        status = text(item, "Status")
        if status == wanted:
            return absent(f"it is {status} already")
        stands = present({"Status": status})
        return still_used(cloud, action) or used_since(cloud, action, stands)

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = {
            "UserName": argument(action, "user"),
            self.listed.identifier: action.target.name,
            "Status": argument(action, "status"),
        }
        if params["Status"] == "Active":  # gone since the look is no success then
            return done(cloud.call("iam", self.name, params), look.image)
        return delete(cloud, "iam", self.name, params, action, look.image)


@dataclass(frozen=True, slots=True)
class AttachUserPolicy:
    """Restores a managed policy on the user."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        other, _ = user_look(cloud, action, needed=True)
        if other is not None:
            return other
        params = self._params(action)
        if ATTACHED_POLICY.find(cloud, params["UserName"], params["PolicyArn"]) is not None:
            return absent("it is attached already")
        return present(params)

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        return done(cloud.call("iam", "AttachUserPolicy", self._params(action)), look.image)

    def _params(self, action: Action) -> dict[str, str]:
        arn = action.param("policy_arn") or action.target.name
        return {"UserName": argument(action, "user"), "PolicyArn": arn}


@dataclass(frozen=True, slots=True)
class DeleteVirtualMfaDevice:
    """A deactivated device is listed under no user, so its look only guards against a namesake
    that uses it now; AWS itself refuses to delete a device that anybody uses."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        other, _ = user_look(cloud, action)
        if other is not None and other.state is LookState.REPLACED:
            user = argument(action, "user")
            if MFA_DEVICE.find(cloud, user, action.target.name) is not None:
                return replaced(f"{other.detail}, and uses the device")
        return present()

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = {"SerialNumber": action.target.name}
        return delete(cloud, "iam", "DeleteVirtualMFADevice", params, action, look.image)


@dataclass(frozen=True, slots=True)
class Membership:
    """Put the user into a group (``join``) or take it out; ``group`` is a parameter or the
    target's name."""

    join: bool

    def look(self, cloud: Cloud, action: Action) -> Look:
        other, _ = user_look(cloud, action, needed=self.join and gives_back(action))
        if other is not None:
            return other
        group = _group(action)
        item = GROUP.find(cloud, argument(action, "user"), group)
        planned = action.target.unique_id or ""
        if planned.startswith("AGPA"):
            found = text(item, "GroupId") if item else self._id_to_join(cloud, action)
            if found not in ("", planned):
                return replaced(f"the group {group} is {found}, planned was {planned}")
        if (item is not None) == self.join:
            return absent("the user is a member already" if self.join else "the user is no member")
        bare_or_refuse(cloud, action, f"group {group}")
        return used_since(cloud, action, present(self._params(action)))

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = self._params(action)
        if self.join:
            return done(cloud.call("iam", "AddUserToGroup", params), canonical(params))
        return delete(cloud, "iam", "RemoveUserFromGroup", params, action, look.image)

    def _id_to_join(self, cloud: Cloud, action: Action) -> str:
        """The group's unique id, "" where it does not matter."""
        if not self.join:
            return ""
        try:
            reply = cloud.call("iam", "GetGroup", {"GroupName": _group(action)})
        except NotFoundError as gone:
            raise gone_for_good(action, "the group is gone") from gone
        return text(struct(reply.data, "Group"), "GroupId")

    def _params(self, action: Action) -> dict[str, str]:
        return {"UserName": argument(action, "user"), "GroupName": _group(action)}


def _group(action: Action) -> str:
    return action.param("group") or action.target.name
