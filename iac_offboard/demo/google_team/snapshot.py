"""Everything that everybody has in the fake Google Cloud, to be compared before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from iac_offboard.demo.google import World
from iac_offboard.demo.google.policies import shown


def snapshot(cloud: World, gone: Iterable[str]) -> dict[str, object]:
    """Every policy, account, key and group, without what spells one of ``gone``."""
    left = tuple(gone)

    def stays(text: str) -> bool:
        return not any(name in text for name in left)

    taken: dict[str, object] = {}
    for resource in filter(lambda r: stays(r.name), cloud.resources.values()):
        policy = shown(resource.policy, 3)
        taken[resource.name] = sorted(g for g in _grants(policy) if stays(g[-1]))
    for account in filter(lambda a: stays(a.email), cloud.accounts.by_email.values()):
        keys = (key.id for key in account.keys.values() if not key.managed)
        taken[f"keys of {account.email}"] = sorted(filter(stays, keys))
    for group in cloud.directory.groups.values():
        members = (membership.email for membership in group.current())
        taken[f"members of {group.email}"] = sorted(filter(stays, members))
    return taken


def _grants(policy: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Role, condition and member of each grant."""
    for binding in policy.get("bindings", ()):
        for member in binding["members"]:
            yield binding["role"], str(binding.get("condition", "")), member
