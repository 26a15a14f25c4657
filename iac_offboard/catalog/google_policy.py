"""Google's IAM policies as parsed JSON: ``{bindings: [{role, members, condition}]}``.

Source of the shape: "Policy" in the IAM API reference (v1). Every member is found with its path
in the document, so that code can map it to bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from iac_offboard.catalog.google import parse
from iac_offboard.catalog.google_text import condition_of
from iac_offboard.catalog.policy import Json, Path
from iac_offboard.catalog.principal import HOLE
from iac_offboard.model import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of one binding. ``principal`` None: its text is not known far enough.
    ``exempt``: it stands in an audit configuration and grants nothing."""

    principal: Principal | None
    text: str
    path: Path
    role: str
    condition: str = ""
    exempt: bool = False


def members(document: Json) -> Iterator[Member]:
    """Every member that the policy names, in document order; text that spells nobody is left
    out, text that is not known far enough is not."""
    if not isinstance(document, Mapping):
        return
    for path, binding in _objects(document.get("bindings"), ("bindings",)):
        role = binding.get("role")
        condition = binding.get("condition")
        expression = condition.get("expression") if isinstance(condition, Mapping) else None
        for member in _members(binding.get("members"), (*path, "members")):
            yield Member(
                principal=member.principal,
                text=member.text,
                path=member.path,
                role=role if isinstance(role, str) and HOLE not in role else "",
                condition=condition_of(expression),
            )
    for path, audit in _objects(document.get("auditConfigs"), ("auditConfigs",)):
        logs = _objects(audit.get("auditLogConfigs"), (*path, "auditLogConfigs"))
        for inner, log in logs:
            yield from _members(log.get("exemptedMembers"), (*inner, "exemptedMembers"), True)


def _objects(node: Json, path: Path) -> Iterator[tuple[Path, Mapping[str, Json]]]:
    if isinstance(node, Sequence) and not isinstance(node, str):
        for i, item in enumerate(node):
            if isinstance(item, Mapping):
                yield (*path, i), item


def _members(node: Json, path: Path, exempt: bool = False) -> Iterator[Member]:
    if node == HOLE:
        yield Member(principal=None, text=HOLE, path=path, role="", exempt=exempt)
    if not isinstance(node, Sequence) or isinstance(node, str):
        return
    for i, text in enumerate(node):
        if not isinstance(text, str):
            continue
        principal = parse("gcp.member", text, {})
        if principal is not None or HOLE in text:
            yield Member(principal=principal, text=text, path=(*path, i), role="", exempt=exempt)
