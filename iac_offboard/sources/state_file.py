"""The bytes of a state to its instances: version 4, or what ``terraform show -json`` prints.

Read resource by resource, so that a large state is never an object as a whole. Source of the
shapes: ``statev4.go`` in hashicorp/terraform, ``encryption`` in opentofu/opentofu, and "JSON Output
Format", state representation, Terraform documentation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.catalog.policy import Json
from iac_offboard.interface import StateFault
from iac_offboard.model import Referring, SkipReason
from iac_offboard.sources.json_cursor import BrokenJson, JsonCursor
from iac_offboard.sources.state_instances import (
    Instance,
    as_list,
    of_resource,
    of_values,
    with_accounts,
)
from iac_offboard.sources.state_references import references_of

__all__ = ["Instance", "State", "StateFault", "read_state"]

Holds: TypeAlias = Callable[[str], bool]
_READABLE_VERSION = 4
_READABLE_FORMATS = ("0", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    lineage: str
    serial: int
    digest: str
    instances: tuple[Instance, ...]
    referring: tuple[Referring, ...] = ()


def read_state(data: bytes, name: str, holds: Holds | None = None) -> State:
    """The managed instances of a state, read resource by resource. ``holds`` says of a text whether
    it may hold somebody who is looked for: then what only refers to somebody is read as well.
    Raises StateFault with the cause and the next step; the message never quotes the file, ``name``
    is all it says about it."""
    reading = _Reading(name, holds)
    try:
        cursor = JsonCursor(data)
        if not cursor.is_at("{"):
            cursor.value()
            cursor.end()
            raise StateFault(
                SkipReason.UNPARSEABLE,
                f"{name} is no state: its top is not an object",
                "Give the file that `terraform state pull` prints.",
            )
        for key in cursor.members():
            reading.take(key, cursor)
        cursor.end()
    except (BrokenJson, RecursionError) as error:
        where = f" at line {error.line}" if isinstance(error, BrokenJson) else ""
        raise _broken(
            f"{name} is no valid JSON{where}; it may be cut off or a binary plan"
        ) from None
    return reading.state(hashlib.sha256(data).hexdigest())


def read_prior(cursor: JsonCursor, name: str) -> State:
    """The state that a plan was made from, as the JSON of the plan holds it: in the form that
    ``terraform show -json`` prints, without serial and lineage. The cursor stands at it.

    Raises StateFault, and what the cursor raises."""
    reading = _Reading(f"the prior state in {name}")
    for key in cursor.members():
        reading.take(key, cursor)
    return reading.state("")


class _Reading:
    """What is read of a state so far. What is wrong with its resources is told only when all else
    says that it is a state of ours."""

    def __init__(self, name: str, holds: Holds | None = None) -> None:
        self._name = name
        self._holds = holds
        self._referring: list[Referring] = []
        self._top: dict[str, Json] = {}
        self._instances: list[Instance] = []
        self._fault: str | None = None  # until resources or values were met

    def take(self, key: str, cursor: JsonCursor) -> None:
        if key == "resources":
            self._fault = self._resources(cursor)
        elif key == "values":
            self._fault = self._values(cursor)
        elif key in ("version", "serial", "lineage", "format_version"):
            self._top[key] = cursor.value()
        elif key in ("encrypted_data", "encryption_version", "planned_values"):
            self._top[key] = True

    def _resources(self, cursor: JsonCursor) -> str:
        """A resource without readable instances would hide whatever it makes: never just none."""
        fault = ""
        if not cursor.is_at("["):
            # An empty state of some versions has null there.
            return "" if cursor.value() is None else f"{self._name} holds no list of resources"
        for number, start in enumerate(cursor.elements()):
            resource = cursor.value()
            if not isinstance(resource, Mapping):
                fault = fault or f"{self._name} holds no list of resources"
            elif not _is_resource(resource):
                said = (
                    f"{self._name} holds a resource (number {number}) without a list of instances"
                )
                fault = fault or said
            elif not fault:
                self._instances += of_resource(resource)
                self._refers(resource, cursor, start)
        return fault

    def _values(self, cursor: JsonCursor) -> str:
        """What ``terraform show -json`` says of the root module and those below it."""
        if not cursor.is_at("{"):
            return f"{self._name} holds no values"
        fault = ""
        for key in cursor.members():
            if key == "root_module":
                fault = self._module(cursor)
        return fault

    def _module(self, cursor: JsonCursor) -> str:
        if not cursor.is_at("{"):
            return f"{self._name} holds a module that is no object"
        fault = ""
        for key in cursor.members():
            if key in ("resources", "child_modules") and not cursor.is_at("["):
                fault = fault or f"{self._name} holds a module without a list of {key}"
            elif key == "child_modules":
                for _ in cursor.elements():
                    fault = self._module(cursor) or fault
            elif key == "resources":
                for number, start in enumerate(cursor.elements()):
                    resource = cursor.value()
                    if isinstance(resource, Mapping) and _is_shown(resource):
                        self._instances += of_values(resource)
                        self._refers(resource, cursor, start)
                    else:
                        said = f"{self._name} holds a resource (number {number}) without values"
                        fault = fault or said
        return fault

    def _refers(self, resource: Mapping[str, Json], cursor: JsonCursor, start: int) -> None:
        if self._holds is not None and self._holds(cursor.text_since(start)):
            self._referring += references_of(resource, self._name)

    def _is_shown(self) -> bool:
        """Is it the JSON form of a state, which has a format and no version?"""
        form = self._top.get("format_version")
        if not isinstance(form, str) or "version" in self._top:
            return False
        if "planned_values" in self._top:
            raise StateFault(
                SkipReason.UNSUPPORTED,
                f"{self._name} is the JSON of a plan, not of a state",
                "Give it with --plan-json, or the state with `terraform show -json > FILE`.",
            )
        if form.partition(".")[0] not in _READABLE_FORMATS:
            raise StateFault(
                SkipReason.UNSUPPORTED,
                f"{self._name} is a state of format {form}, which this version does not read",
                "Look for a newer iac-offboard, or give `terraform state pull > FILE`.",
            )
        if self._fault is None:
            self._fault = ""  # what is printed of an empty state has no values
        return True

    def state(self, digest: str) -> State:
        if "encrypted_data" in self._top or "encryption_version" in self._top:
            raise StateFault(
                SkipReason.ENCRYPTED,
                f"{self._name} is an encrypted OpenTofu state",
                "Decrypt it with `tofu state pull > FILE` in the root module and give that file.",
            )
        version = self._top.get("version")
        shown = self._is_shown()
        if not shown and (version != _READABLE_VERSION or isinstance(version, bool)):
            said = version if isinstance(version, int) else "none"
            raise StateFault(
                SkipReason.UNSUPPORTED,
                f"{self._name} is no state of version 4 (version: {said})",
                "Run `terraform state pull > FILE` with Terraform 0.12 or later.",
            )
        if self._fault is None:
            self._fault = f"{self._name} holds no list of resources"
        if self._fault:
            raise _broken(self._fault)
        serial, lineage = self._top.get("serial"), self._top.get("lineage")
        return State(
            lineage=lineage if isinstance(lineage, str) else "",
            serial=serial if isinstance(serial, int) else 0,
            digest=digest,
            instances=with_accounts(self._instances),
            referring=tuple(self._referring),
        )


def _is_resource(node: Json) -> bool:
    if not isinstance(node, Mapping):
        return False
    named = all(isinstance(node.get(key), str) for key in ("mode", "type", "name"))
    instances = as_list(node.get("instances"))
    return named and instances is not None and all(isinstance(i, Mapping) for i in instances)


def _is_shown(resource: Mapping[str, Json]) -> bool:
    named = all(isinstance(resource.get(key), str) for key in ("address", "mode", "type", "name"))
    return named and isinstance(resource.get("values"), Mapping)


def _broken(detail: str) -> StateFault:
    hint = "Fetch it anew with `terraform state pull > FILE`."
    return StateFault(SkipReason.UNPARSEABLE, detail, hint)
