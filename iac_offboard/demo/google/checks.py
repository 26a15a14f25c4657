"""Is the request what the discovery document describes? Refused with 400 as the APIs do it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from iac_offboard.demo.google.discovery import Document, Method
from iac_offboard.demo.google.refusals import ApiError, invalid
from iac_offboard.demo.google.wire import Json, Request

# "System parameters" of every Google API; the documents list most of them.
SYSTEM = frozenset({"$.xgafv", "$httpMethod", "$outputDefaults", "userProject"})


def query_of(method: Method, request: Request) -> dict[str, list[str]]:
    """The query parameters after the check against the document.

    Raises:
        ApiError: 400 for an unknown or malformed parameter, a wrong enum or a missing one.
    """
    for name, values in request.query.items():
        known = method.parameters.get(name) or method.document.parameters.get(name)
        if known is None and name in SYSTEM:
            continue
        if known is None or known.get("location") == "path":
            text = f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query '
            raise invalid(
                text + f"parameter. Field '{name}' could not be found in request message."
            )
        for value in values:
            _scalar(known, value, name)
    for name, known in method.parameters.items():
        if (
            known.get("location") == "query"
            and known.get("required")
            and not request.query.get(name)
        ):
            raise ApiError(400, "INVALID_ARGUMENT", f"Required parameter: {name}")
    return {name: list(values) for name, values in request.query.items()}


def body_of(method: Method, request: Request) -> Json:
    """The JSON body after the check against the document's schemas.

    Raises:
        ApiError: 400 for what is not JSON, an unknown field or a value of the wrong type.
    """
    if not request.body:
        return {}
    if not method.request:
        if request.method in {"GET", "DELETE"} or request.body.strip() in {b"{}", b""}:
            return {}
        raise invalid("Invalid request: a body is not allowed for this method.")
    try:
        body = json.loads(request.body)
    except ValueError:
        raise invalid("Invalid JSON payload received. Unexpected token.") from None
    check(method.document, method.request, body, "")
    return body if isinstance(body, dict) else {}


def check(document: Document, schema: str, value: Any, where: str) -> None:
    """Raises the refusal unless ``value`` is an instance of the schema of that name."""
    described = document.schemas.get(schema, {})
    if described.get("type") == "any":
        return
    if not isinstance(value, dict):
        raise _wrong(where, "Message expected", value)
    properties: Mapping[str, Json] = described.get("properties", {})
    extra = described.get("additionalProperties")
    for name, inner in value.items():
        at = f"{where}.{name}" if where else name
        if name in properties:
            _value(document, properties[name], inner, at)
        elif extra is not None:
            _value(document, extra, inner, at)
        else:
            place = f" at '{where}'" if where else ""
            text = (
                f'Invalid JSON payload received. Unknown name "{name}"{place}: Cannot find field.'
            )
            raise invalid(text, where)


def _value(document: Document, described: Json, value: Any, where: str) -> None:
    if value is None:
        return
    if "$ref" in described:
        check(document, described["$ref"], value, where)
        return
    match described.get("type"):
        case "array":
            if not isinstance(value, list):
                raise _wrong(where, "Array expected", value)
            for number, one in enumerate(value):
                _value(document, described["items"], one, f"{where}[{number}]")
        case "object":
            _object(document, described, value, where)
        case "any" | None:
            return
        case kind:
            _typed(described, str(kind), value, where)


def _object(document: Document, described: Json, value: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise _wrong(where, "Object expected", value)
    extra, properties = described.get("additionalProperties"), described.get("properties", {})
    for name, inner in value.items():
        form = properties.get(name, extra)
        if form is not None:
            _value(document, form, inner, f"{where}.{name}")


def _typed(described: Json, kind: str, value: Any, where: str) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        "boolean": isinstance(value, bool),
        "integer": number or (isinstance(value, str) and bool(re.fullmatch(r"-?\d+", value))),
        "number": number or isinstance(value, str),
        "string": isinstance(value, str) or (number and "int64" in str(described.get("format"))),
    }
    if not fits.get(kind, True):
        raise _wrong(where, kind, value)
    if kind == "string":
        _scalar(described, str(value), where)


def _scalar(described: Json, value: str, where: str) -> None:
    enum = described.get("enum")
    if enum and value not in enum and value != "":
        raise _wrong(where, "enum", value)
    kind = described.get("type")
    if kind == "integer" and not re.fullmatch(r"-?\d+", value):
        raise _wrong(where, "TYPE_INT32", value)
    if kind == "boolean" and value not in {"true", "false"}:
        raise _wrong(where, "TYPE_BOOL", value)
    pattern = described.get("pattern")
    if pattern and described.get("location") == "query" and not re.search(pattern, value):
        raise invalid(f"Invalid value at '{where}': must match {pattern}", where)


def _wrong(where: str, expected: str, value: Any) -> ApiError:
    text = json.dumps(value)[:80]
    return invalid(f"Invalid value at '{where}' ({expected}), {text}", where)
