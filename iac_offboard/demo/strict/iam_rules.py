"""What IAM refuses and moto does not; and what has to follow a write.

The list of leftovers is that of the API reference of DeleteUser ("you must delete the items
attached to the user manually, or the deletion fails"), quotas are those of "IAM and AWS STS
quotas".
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterable, Mapping

from moto.iam.models import User

from iac_offboard.demo.strict import principals
from iac_offboard.demo.strict.callers import iam
from iac_offboard.demo.strict.faults import Fault, conflict, no_such_entity
from iac_offboard.demo.strict.iam_verbs import CREDENTIALS, set_boundary
from iac_offboard.demo.strict.wire import Reply, Request

GROUPS_PER_USER = 10
_ID_ALPHABET = string.ascii_uppercase + "234567"


def before(request: Request, account: str) -> None:
    """Raises what AWS would refuse this IAM write with."""
    rule = _RULES.get(request.action)
    if rule is not None:
        rule(request, account)


def after(request: Request, account: str, accounts: Iterable[str], gone: User | None) -> None:
    """Follow-ups of a write that moto has done. ``gone`` is the user as it was before."""
    backend = iam(account)
    if request.action == "DeleteUser" and gone is not None:
        CREDENTIALS.forget(gone.id)
        principals.replace(gone.arn, gone.id, accounts)
    if request.action == "UpdateUser" and request.param("NewUserName"):
        user = backend.get_user(request.param("NewUserName"))
        for key in user.access_keys:  # moto leaves the old name on them and loses them
            key.user_name = user.name
    if request.action == "CreateUser" and request.param("PermissionsBoundary"):
        set_boundary(
            backend.get_user(request.param("UserName")), request.param("PermissionsBoundary")
        )


def with_real_ids(request: Request, account: str, reply: Reply) -> Reply:
    """New users and groups get ids with the prefixes that AWS gives (AIDA, AGPA)."""
    backend = iam(account)
    entity = {
        "CreateUser": backend.users.get(request.param("UserName")),
        "CreateGroup": backend.groups.get(request.param("GroupName")),
    }.get(request.action)
    if entity is None or not reply.ok:
        return reply
    old, entity.id = entity.id, unique_id("AIDA" if request.action == "CreateUser" else "AGPA")
    return reply.with_body(reply.body.replace(old.encode(), entity.id.encode()))


def unique_id(prefix: str) -> str:
    return prefix + "".join(random.choices(_ID_ALPHABET, k=17))


def _delete_user(request: Request, account: str) -> None:
    backend = iam(account)
    user = backend.users.get(request.param("UserName"))
    if user is None:
        raise no_such_entity(f"The user with name {request.param('UserName')} cannot be found.")
    leftovers = (
        (user.password, "must delete login profile first."),
        (user.access_keys, "must delete access keys first."),
        (user.signing_certificates, "must delete signing certificates first."),
        (user.ssh_public_keys, "must delete SSH public keys first."),
        (CREDENTIALS.of(user.id), "must delete service specific credentials first."),
        (user.mfa_devices, "must delete MFA device first."),
        (user.policies, "must delete policies first."),
        (user.managed_policies, "must detach all policies first."),
        (backend.get_groups_for_user(user.name), "must remove users from group first."),
    )
    for found, text in leftovers:
        if found:
            raise conflict(f"Cannot delete entity, {text}")


def _delete_group(request: Request, account: str) -> None:
    group = iam(account).groups.get(request.param("GroupName"))
    if group is None:
        return
    if group.users:
        raise conflict("Cannot delete entity, must remove users from group first.")
    if group.policies:
        raise conflict("Cannot delete entity, must delete policies first.")
    if group.managed_policies:
        raise conflict("Cannot delete entity, must detach all policies first.")


def _delete_policy(request: Request, account: str) -> None:
    policy = iam(account).managed_policies.get(request.param("PolicyArn"))
    if policy is None:
        return
    if policy.attachment_count:
        raise conflict("Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        text = "This policy has more than one version. Before you delete a policy, you must "
        raise conflict(text + "delete the policy's versions.")


def _delete_virtual_mfa(request: Request, account: str) -> None:
    device = iam(account).virtual_mfa_devices.get(request.param("SerialNumber"))
    if device is not None and device.user is not None:
        raise conflict("MFA VirtualDevice in use. Must deactivate first.")


def _add_to_group(request: Request, account: str) -> None:
    backend = iam(account)
    user, group = request.param("UserName"), request.param("GroupName")
    if user not in backend.users or group not in backend.groups:
        return
    names = {g.name for g in backend.get_groups_for_user(user)}
    if group not in names and len(names) >= GROUPS_PER_USER:
        text = f"Cannot exceed quota for GroupsPerUser: {GROUPS_PER_USER}"
        raise Fault("LimitExceeded", text, 409)


def _leave_instance_profile(request: Request, account: str) -> None:
    backend = iam(account)
    role, name = request.param("RoleName"), request.param("InstanceProfileName")
    for profile in backend.instance_profiles.values():
        if profile.name == name and role not in {r.name for r in profile.roles}:
            raise no_such_entity(f"Instance Profile {name} cannot be found with role {role}.")


_RULES: Mapping[str, Callable[[Request, str], None]] = {
    "AddUserToGroup": _add_to_group,
    "DeleteGroup": _delete_group,
    "DeletePolicy": _delete_policy,
    "DeleteUser": _delete_user,
    "DeleteVirtualMFADevice": _delete_virtual_mfa,
    "RemoveRoleFromInstanceProfile": _leave_instance_profile,
}
