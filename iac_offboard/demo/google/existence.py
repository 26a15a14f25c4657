"""Who may be named in a policy: whoever exists, and nobody who is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iac_offboard.demo.google.members import kubernetes_project, pool_of

if TYPE_CHECKING:
    from iac_offboard.demo.google.world import World


def appears(world: World, member: str) -> None:
    """Whoever is seeded into a policy exists from now on."""
    kind, _, value = member.partition(":")
    if kind == "user":
        world.directory.user(value)
    elif kind == "group":
        world.directory.group(value)
    elif kind == "serviceAccount" and "[" not in value:
        world.accounts.appears(value)


def refusal(world: World, member: str) -> str:
    """Why a policy may not name this member as a new one; "" when it may."""
    kind, _, value = member.partition(":")
    match kind:
        case "deleted":
            return f"Deleted members cannot be added to a policy: {member}"
        case "user":
            user = world.directory.users.get(value)
            return "" if user and not user.deleted else f"User {value} does not exist."
        case "group":
            return "" if world.directory.find(value) else f"Group {value} does not exist."
        case "serviceAccount" if kubernetes_project(member):
            known = kubernetes_project(member) in world.projects
            return "" if known else f"Identity Pool does not exist ({value.partition('[')[0]})."
        case "serviceAccount":
            known = value in world.accounts.by_email
            return "" if known else f"Service account {value} does not exist."
    name = pool_of(member).rpartition("/")[2]
    if name.endswith(".svc.id.goog"):  # the pool of a project's Kubernetes clusters
        known = name.removesuffix(".svc.id.goog") in world.projects
        return "" if known else f"Identity Pool does not exist ({name})."
    pool = world.pools.get(pool_of(member))
    if "/workloadIdentityPools/" in member and (pool is None or pool.deleted_at):
        return f"Identity Pool does not exist ({pool_of(member)})."
    return ""
