"""What is undecided alike under many variables files of one root is said once, with the number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from iac_offboard.model import Skipped

# `infra [envs/prod.tfvars]: aws_iam_user.a["x"]`
_VARIANT = re.compile(r"(?P<root>[^\[\]]*) \[[^\[\]]*\](?P<rest>: .*)", re.DOTALL)


def once_for_variants(skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
    """Each in the place of the first, which keeps its name."""
    alike: dict[Skipped, list[Skipped]] = {}
    for one in skipped:
        found = _VARIANT.fullmatch(one.where)
        bare = found.group("root") + found.group("rest") if found else one.where
        alike.setdefault(replace(one, where=bare), []).append(one)
    return tuple(_first(group) for group in alike.values())


def _first(group: list[Skipped]) -> Skipped:
    first, more = group[0], len(group) - 1
    if not more:
        return first
    ways = "way" if more == 1 else "ways"
    said = f"the same in {more} other {ways} to use this root (variables file, workspace)"
    return replace(first, detail=f"{first.detail}; {said}")
