"""What Resource Manager demands of the policy of a project beyond what IAM does.

"Method: projects.setIamPolicy" (constraints) and ``ProjectIamPolicyError`` of the Resource
Manager reference.
"""

from __future__ import annotations

from iac_offboard.demo.google import hierarchy
from iac_offboard.demo.google.entities import CRM, Resource
from iac_offboard.demo.google.members import EVERYBODY
from iac_offboard.demo.google.policies import Bindings, Policy
from iac_offboard.demo.google.refusals import ApiError, invalid
from iac_offboard.demo.google.world import World

OWNER = "roles/owner"


def check(world: World, resource: Resource, before: Policy, wanted: Bindings) -> None:
    """Raises the refusal for everybody as a member, uninvited owners, or the last owner's end.

    Raises:
        ApiError: 400 in each case.
    """
    if not resource.name.startswith(CRM):
        return
    for key, members in wanted.items():
        added = members.keys() - before.bindings.get(key, {}).keys()
        for member in sorted(EVERYBODY & added):
            raise invalid(f"The member {member} is not supported for this resource.")
    if not resource.project:
        return
    domain = _domain(world, resource)
    for member in sorted(_owners(wanted) - _owners(before.bindings)):
        kind, _, email = member.partition(":")
        if kind == "user" and not (domain and email.endswith(f"@{domain}")):
            said = "ORG_MUST_INVITE_EXTERNAL_OWNERS" if domain else "SOLO_MUST_INVITE_OWNERS"
            raise _refused(said, member)
        if kind == "group" and not (domain and email.endswith(f"@{domain}")):
            raise _refused("MEMBER_NOT_ALLOWED", member)
    if not domain and _people(before.bindings) and not _people(wanted):
        raise _refused("SOLO_REQUIRE_TOS_ACCEPTOR", "")


def _owners(bindings: Bindings) -> set[str]:
    return {m for (role, _), members in bindings.items() if role == OWNER for m in members}


def _people(bindings: Bindings) -> set[str]:
    return {m for m in _owners(bindings) if m.startswith("user:")}


def _domain(world: World, resource: Resource) -> str:
    for above in hierarchy.chain(world, resource.name):
        found = world.organizations.get(above.name.removeprefix(f"{CRM}organizations/"))
        if found is not None:
            return found.domain
    return ""


def _refused(kind: str, member: str) -> ApiError:
    detail = {
        "@type": "type.googleapis.com/google.cloudresourcemanager.v1.ProjectIamPolicyError",
        "type": kind,
        "member": member,
        "role": OWNER,
    }
    return ApiError(400, "INVALID_ARGUMENT", "Request contains an invalid argument.", [detail])
