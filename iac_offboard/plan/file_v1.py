"""plan.json, version 1: the contract between who plans and who applies (rule 7).

The JSON Schema beside this file is generated from the types of ``model`` and kept equal to
them by a test. The digest of a plan is the sha256 of the bytes of its file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from iac_offboard.errors import InputError, PlanFileError
from iac_offboard.model import Plan

VERSION = 1
SCHEMA_FILE = "schema_v1.json"

_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)


def dumps(plan: Plan) -> bytes:
    """The bytes of plan.json: UTF-8, keys sorted, two spaces, a final newline."""
    body = _PLAN.dump_python(plan, mode="python")
    body["can_apply"] = plan.can_apply
    text = json.dumps(body, indent=2, sort_keys=True, ensure_ascii=False, default=_plain)
    return text.encode() + b"\n"


def _plain(value: object) -> str | list[str]:
    # pydantic's own JSON mode keeps the order of a set, which differs from run to run
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} does not belong in a plan")


def digest(data: bytes) -> str:
    """sha256 (hex) of the bytes of plan.json."""
    return hashlib.sha256(data).hexdigest()


def loads(data: bytes, name: str) -> Plan:
    """The plan in these bytes. A field that is missing was new after the plan was made, and has its
    default; one that this version does not know may be a gate, and is never passed over.

    Raises ``PlanFileError`` when they are no plan of this version.
    """
    try:
        body = json.loads(data)
    except ValueError as error:
        raise PlanFileError(
            f"{name} is not JSON ({error}).", hint="Make the plan again with `iac-offboard plan`."
        ) from error
    if not isinstance(body, dict) or body.get("version") != VERSION:
        found = body.get("version") if isinstance(body, dict) else None
        raise PlanFileError(
            f"{name} is not a plan of version {VERSION} (it says {found!r}).",
            hint="Make the plan again with this version of iac-offboard.",
        )
    try:
        plan = _PLAN.validate_python(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise PlanFileError(
            f"{name} does not follow the plan format: {where}: {first['msg']}.",
            hint="A plan is not edited by hand: make it again.",
        ) from error
    unknown = next(_unknown(body, json.loads(dumps(plan))), "")
    if unknown:
        raise PlanFileError(
            f"{name} was made by a newer version of iac-offboard ({_maker(plan)}): this one does "
            f"not know its field {unknown!r}.",
            hint="Use the version that made the plan, or make the plan again with this one.",
        )
    return plan


def _maker(plan: Plan) -> str:
    return plan.tool.removeprefix("iac-offboard ") or "which one is not said"


def _unknown(given: object, known: object, where: str = "") -> Iterator[str]:
    """The paths of what stands in ``given`` and was not read into ``known``."""
    if isinstance(given, dict) and isinstance(known, dict):
        for key, value in given.items():
            path = f"{where}.{key}" if where else str(key)
            if key in known:
                yield from _unknown(value, known[key], path)
            else:
                yield path
    elif isinstance(given, list) and isinstance(known, list):
        for number, (one, other) in enumerate(zip(given, known, strict=False)):
            yield from _unknown(one, other, f"{where}.{number}")


def read(path: Path) -> tuple[Plan, str]:
    """The plan in a file and its digest. Raises ``PlanFileError``."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PlanFileError(
            f"Cannot read the plan {path}: {error.strerror}.",
            hint="Name the plan.json that `iac-offboard plan --out DIR` wrote.",
        ) from error
    return loads(data, str(path)), digest(data)


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all. Raises ``InputError``."""
    try:
        _write_private(path, data)
    except OSError as error:
        raise InputError(
            f"Cannot write {path}: {error.strerror}.",
            hint="Name a directory that you may write to with --out.",
        ) from error


def _write_private(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def make_schema() -> str:
    """The JSON Schema of plan.json, from the types."""
    schema = _PLAN.json_schema(mode="serialization")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "iac-offboard plan, version 1"
    schema["properties"]["version"] = {"const": VERSION, "title": "Version"}
    schema["properties"]["can_apply"] = {"type": "boolean", "title": "Can Apply"}
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


def schema() -> str:
    """The JSON Schema as shipped."""
    return resources.files("iac_offboard.plan").joinpath(SCHEMA_FILE).read_text("utf-8")
