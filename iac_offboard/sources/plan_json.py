"""``terraform show -json PLANFILE`` (or ``tofu``): what a plan is about to change.

Source of the shape: "JSON Output Format", plan representation, Terraform documentation; OpenTofu
prints the same. ``resource_changes`` holds every instance with its attributes before and after,
``configuration`` the references of every argument.
"""

from __future__ import annotations

import hashlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from iac_offboard.catalog.principal import HOLE
from iac_offboard.errors import InputError
from iac_offboard.model import Change, PlannedChanges, Side, Skipped, SkipReason
from iac_offboard.sources.json_cursor import BrokenJson, JsonCursor
from iac_offboard.sources.plan_references import string, written

MAX_BYTES = 1024 * 1024 * 1024
_STDIN = "-"
_ACTIONS = frozenset({"no-op", "create", "read", "update", "delete", "forget"})
_MAKE = "Write one with `terraform show -json PLANFILE > FILE`."


def read_plan(data: bytes, name: str, named: Callable[[str], bool]) -> PlannedChanges:
    """The changes of a plan's JSON. ``named`` is asked of the text of each whether somebody who is
    looked for may stand in it.

    Raises InputError with the cause and the next step where it is no whole plan; the message
    never quotes the file.
    """
    cursor = JsonCursor(_utf8(data, name))
    top: dict[str, Any] = {}
    changes: list[Change] = []
    try:
        if not cursor.is_at("{"):
            raise _no_plan(name, "its top is no object")
        for key in cursor.members():
            if key in ("resource_changes", "deferred_changes"):
                if not cursor.is_at("["):
                    raise _no_plan(name, f'its "{key}" is no list')
                deferred = key == "deferred_changes"
                found = list(_changes(cursor, name, named, deferred=deferred))
                changes += found
                top[key] = bool(found)
            elif key in _WANTED:
                top[key] = cursor.value()
        cursor.end()
    except RecursionError:
        raise InputError(f"{name} is nested too deeply to be a plan.", hint=_MAKE) from None
    except BrokenJson as error:
        raise InputError(
            f"{name} is no valid JSON (line {error.line}); it may be cut off.", hint=_MAKE
        ) from None
    _check(top, name)
    changes += _outputs(top.get("output_changes"), name)
    return PlannedChanges(
        file=name,
        digest=hashlib.sha256(data).hexdigest(),
        version=string(top.get("terraform_version")),
        changes=tuple(changes),
        written=written(top.get("configuration")),
        variables=top.get("variables"),
        skipped=tuple(_left_open(top, name)),
    )


_WANTED = frozenset(
    {
        "format_version",
        "terraform_version",
        "output_changes",
        "configuration",
        "errored",
        "values",
        "checks",
        "@level",
        "lineage",
        "encrypted_data",
        "variables",
    }
)


def plan_bytes(file: str, stdin: Callable[[], bytes]) -> bytes:
    """The bytes of a file, or of what is piped in (``-``). Raises InputError."""
    if file == _STDIN:
        return stdin()
    try:
        path = Path(file)
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{file} is larger than {MAX_BYTES // 1024**2} MB.", hint=_MAKE)
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"There is no plan {file}.", hint=_MAKE) from None
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}).", hint=_MAKE) from error


def _utf8(data: bytes, name: str) -> bytes:
    if not data.strip():
        raise InputError(f"{name} is empty: the plan was not written.", hint=_MAKE)
    if data.startswith(b"PK\x03\x04"):
        raise InputError(
            f"{name} is a binary plan, not its JSON.",
            hint=f"Give what `terraform show -json {name}` prints.",
        )
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):  # what a redirect of PowerShell writes
        try:
            return data.decode("utf-16").encode()
        except UnicodeDecodeError:
            raise _no_plan(name, "it is no text") from None
    return data


def _no_plan(name: str, why: str) -> InputError:
    return InputError(f"{name} is no plan's JSON: {why}.", hint=_MAKE)


def _check(top: Mapping[str, Any], name: str) -> None:
    """A plan says its format and its changes; one that failed is no plan."""
    if "encrypted_data" in top:
        raise InputError(
            f"{name} is an encrypted plan of OpenTofu.",
            hint="Write its JSON with `tofu show -json PLANFILE > FILE`.",
        )
    version = top.get("format_version")
    if "resource_changes" not in top and ("values" in top or "lineage" in top):
        raise _no_plan(name, "it is a state")
    if "@level" in top:
        raise _no_plan(name, "it is the log of `terraform plan -json`")
    if not isinstance(version, str):
        raise _no_plan(name, 'it has no "format_version"')
    if version.partition(".")[0] not in ("0", "1"):
        raise InputError(
            f"{name} is a plan of format {version}, which this version does not read.",
            hint="Look for a newer iac-offboard.",
        )


def _left_open(top: Mapping[str, Any], name: str) -> Iterator[Skipped]:
    """What is said of a plan as a whole ("errored", "deferred_changes": JSON Output Format)."""
    said = (
        (
            "errored",
            "planning failed part-way: what else would change is not known",
            "correct what `terraform plan` said and plan again",
        ),
        (
            "deferred_changes",
            "the plan leaves some changes to a later one, which has to be guarded, too",
            "apply, plan again and guard that plan",
        ),
    )
    for key, detail, next_step in said:
        if top.get(key):
            yield Skipped(
                where=name,
                reason=SkipReason.UNDECIDED,
                detail=detail,
                side=Side.RETURN_RISK,
                next_step=next_step,
            )


def _changes(
    cursor: JsonCursor, name: str, named: Callable[[str], bool], *, deferred: bool
) -> Iterator[Change]:
    for start in cursor.elements():
        raw = cursor.value()
        if deferred and isinstance(raw, Mapping):
            raw = raw.get("resource_change")
        if not isinstance(raw, Mapping) or not isinstance(raw.get("change"), Mapping):
            raise _no_plan(name, "a resource change in it has no change")
        yield _change(raw, named(cursor.text_since(start)), name)


def _change(raw: Mapping[str, Any], named: bool, name: str) -> Change:
    change = raw["change"]
    return Change(
        address=string(raw.get("address")),
        mode=string(raw.get("mode")) or "managed",
        type=string(raw.get("type")),
        actions=_actions(change.get("actions"), name),
        before=change.get("before"),
        after=with_holes(change.get("after"), change.get("after_unknown")),
        previous=string(raw.get("previous_address")),
        named=named,
    )


def _outputs(raw: Any, name: str) -> Iterator[Change]:
    if raw is None:
        return
    if not isinstance(raw, Mapping):
        raise _no_plan(name, "its output changes are no object")
    for key, change in raw.items():
        if isinstance(change, Mapping):
            yield Change(
                address=f"output.{key}",
                mode="",
                type="",
                actions=_actions(change.get("actions"), name),
                before=change.get("before"),
                after=with_holes(change.get("after"), change.get("after_unknown")),
            )


def _actions(raw: Any, name: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or not raw or not _ACTIONS.issuperset(map(str, raw)):
        raise _no_plan(name, "a change in it has no actions that this version knows")
    return tuple(raw)


def with_holes(after: Any, unknown: Any) -> Any:
    """The values with a hole at every place that ``after_unknown`` marks."""
    if unknown is True:
        return HOLE
    if isinstance(unknown, Mapping) and unknown:
        base = dict(after) if isinstance(after, Mapping) else {}
        return base | {k: with_holes(base.get(k), v) for k, v in unknown.items() if v}
    if isinstance(unknown, list) and unknown:
        known = after if isinstance(after, list) else []
        filled = [*known, *[None] * (len(unknown) - len(known))]
        marks = [*unknown, *[False] * (len(filled) - len(unknown))]
        return [with_holes(v, m) for v, m in zip(filled, marks, strict=True)]
    return after
