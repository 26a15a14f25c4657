"""Where a state only refers to somebody: looked up, read from another state, spelled in a text.

What is said of such a place is its address and attribute; no value leaves, for a state holds every
secret (see ``state_instances``). Data sources that a catalog row knows and remote states are
looked through, and of managed resources every attribute that their row does not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iac_offboard.catalog.anywhere import TALK, named
from iac_offboard.catalog.paths import top
from iac_offboard.catalog.policy import Json
from iac_offboard.catalog.rows import row
from iac_offboard.model import DependantKind, Referring
from iac_offboard.sources.state_instances import as_list, key_text

REMOTE_STATE = "terraform_remote_state"
# What a provider says of an object itself.
_OWN = frozenset({"arn", "id", "unique_id"})


def references_of(resource: Mapping[str, Json], file: str) -> Iterator[Referring]:
    """Those of one resource, as version 4 or ``terraform show -json`` has it."""
    type_, mode = resource.get("type"), resource.get("mode")
    if not isinstance(type_, str) or not isinstance(mode, str):
        return
    kind, passed = _kind(mode, type_)
    if kind is None:
        return
    for address, attributes in _instances(resource, mode, type_):
        for name, value in attributes.items():
            if name in passed:
                continue
            for principal in dict.fromkeys(found for _, found in named(value)):
                yield Referring(
                    file=file, address=address, attribute=name, kind=kind, principal=principal
                )


def _kind(mode: str, type_: str) -> tuple[DependantKind | None, frozenset[str]]:
    """What such a resource does, and the attributes that are passed over."""
    if mode == "managed":
        known = row(type_)
        read = {top(entry.path) for entry in known.paths} if known is not None else set()
        return DependantKind.LITERAL, TALK | _OWN | read
    if type_ == REMOTE_STATE:
        return DependantKind.REMOTE_STATE, TALK
    known = row(f"data.{type_}")
    looks_up = known is not None and known.target is not None
    return (DependantKind.LOOKUP if looks_up else None), TALK


def _instances(
    resource: Mapping[str, Json], mode: str, type_: str
) -> Iterator[tuple[str, Mapping[str, Json]]]:
    values, address = resource.get("values"), resource.get("address")
    if isinstance(values, Mapping) and isinstance(address, str):
        yield address, values
        return
    module, name = resource.get("module"), resource.get("name")
    parts = [module, "data" if mode == "data" else "", type_, name]
    block = ".".join(p for p in parts if isinstance(p, str) and p)
    for raw in as_list(resource.get("instances")) or ():
        attributes = raw.get("attributes") if isinstance(raw, Mapping) else None
        if isinstance(raw, Mapping) and isinstance(attributes, Mapping):
            key = raw.get("index_key")
            yield block + key_text(key if isinstance(key, str | int) else None), attributes
