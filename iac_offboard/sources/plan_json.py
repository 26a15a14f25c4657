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
from iac_offboard.interface import PlanFault
from iac_offboard.model import Change, PlannedChanges, Side, Skipped, SkipReason
from iac_offboard.sources.json_cursor import BrokenJson, JsonCursor
from iac_offboard.sources.plan_references import string, written

MAX_BYTES = 1024 * 1024 * 1024
_DEFERRED = "deferred_changes"
STDIN = "-"
_ACTIONS = frozenset({"no-op", "create", "read", "update", "delete", "forget"})
_MAKE = "Write one with `terraform show -json PLANFILE > FILE`."


def read_plan(
    data: bytes,
    name: str,
    named: Callable[[str], bool],
    prior: Callable[[JsonCursor], None] | None = None,
) -> PlannedChanges:
    """The changes of a plan's JSON. ``named`` is asked of the text of each whether somebody who is
    looked for may stand in it; ``prior`` is given the state, and raises what it raises. Raises what
    ``read_top`` raises.
    """
    changes: list[Change] = []

    def take(raw: Mapping[str, Any], text: str) -> None:
        changes.append(_change(raw, named(text), name))

    top = read_top(data, name, take, prior)
    changes += _outputs(top.get("output_changes"), name)
    return PlannedChanges(
        file=name,
        digest=hashlib.sha256(data).hexdigest(),
        version=string(top.get("terraform_version")),
        changes=tuple(changes),
        written=written(top.get("configuration")),
        variables=top.get("variables"),
        skipped=tuple(left_open(top, name)),
        # One that failed or leaves changes to a later one is said to be that.
        complete=top.get("complete") is not False or any(map(top.get, ("errored", _DEFERRED))),
    )


def read_top(
    data: bytes,
    name: str,
    take: Callable[[Mapping[str, Any], str], None],
    prior: Callable[[JsonCursor], None] | None = None,
) -> dict[str, Any]:
    """What a plan's JSON says as a whole, read part by part: each change of a resource is given to
    ``take`` with its text, the state that was planned from to ``prior``.

    Raises PlanFault with the cause and the next step where it is no whole plan; the message never
    quotes the file.
    """
    cursor = JsonCursor(_utf8(data, name))
    top: dict[str, Any] = {}
    try:
        if not cursor.is_at("{"):
            raise no_plan(name, "its top is no object")
        for key in cursor.members():
            if key in ("resource_changes", "deferred_changes"):
                top[key] = _each_change(cursor, name, key, take)
            elif key == "prior_state" and prior is not None and cursor.is_at("{"):
                prior(cursor)
            elif key in _WANTED:
                top[key] = cursor.value()
        cursor.end()
    except RecursionError:
        why = f"{name} is nested too deeply to be a plan."
        raise PlanFault(SkipReason.UNPARSEABLE, why, _MAKE) from None
    except BrokenJson as error:
        why = f"{name} is no valid JSON (line {error.line}); it may be cut off."
        raise PlanFault(SkipReason.UNPARSEABLE, why, _MAKE) from None
    _check(top, name)
    return top


_WANTED = frozenset(
    {
        "format_version",
        "terraform_version",
        "timestamp",
        "output_changes",
        "configuration",
        "errored",
        "complete",
        "values",
        "checks",
        "@level",
        "lineage",
        "encrypted_data",
        "variables",
    }
)


def plan_bytes(file: str, stdin: Callable[[], bytes]) -> bytes:
    """The bytes of a file, or of what is piped in (``-``). Raises PlanFault."""
    if file == STDIN:
        return stdin()
    try:
        path = Path(file)
        if path.stat().st_size > MAX_BYTES:
            why = f"{file} is larger than {MAX_BYTES // 1024**2} MB."
            raise PlanFault(SkipReason.TOO_LARGE, why, _MAKE)
        return path.read_bytes()
    except FileNotFoundError:
        raise PlanFault(SkipReason.MISSING, f"There is no plan {file}.", _MAKE) from None
    except OSError as error:
        why = f"{file} cannot be read ({error.strerror})."
        raise PlanFault(SkipReason.DENIED, why, _MAKE) from error


def _utf8(data: bytes, name: str) -> bytes:
    if not data.strip():
        why = f"{name} is empty: the plan was not written."
        raise PlanFault(SkipReason.UNPARSEABLE, why, _MAKE)
    if data.startswith(b"PK\x03\x04"):
        raise PlanFault(
            SkipReason.UNPARSEABLE,
            f"{name} is a binary plan, not its JSON.",
            f"Give what `terraform show -json {name}` prints.",
        )
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):  # what a redirect of PowerShell writes
        try:
            return data.decode("utf-16").encode()
        except UnicodeDecodeError:
            raise no_plan(name, "it is no text") from None
    return data


def no_plan(name: str, why: str, reason: SkipReason = SkipReason.UNPARSEABLE) -> PlanFault:
    return PlanFault(reason, f"{name} is no plan's JSON: {why}.", _MAKE)


def _check(top: Mapping[str, Any], name: str) -> None:
    """A plan says its format and its changes; one that failed is no plan."""
    if "encrypted_data" in top:
        raise PlanFault(
            SkipReason.ENCRYPTED,
            f"{name} is an encrypted plan of OpenTofu.",
            "Write its JSON with `tofu show -json PLANFILE > FILE`.",
        )
    version = top.get("format_version")
    if "resource_changes" not in top and ("values" in top or "lineage" in top):
        raise no_plan(name, "it is a state", SkipReason.UNSUPPORTED)
    if "@level" in top:
        why = "it is the log of `terraform plan -json`"
        raise no_plan(name, why, SkipReason.UNSUPPORTED)
    if not isinstance(version, str):
        raise no_plan(name, 'it has no "format_version"')
    if version.partition(".")[0] not in ("0", "1"):
        raise PlanFault(
            SkipReason.UNSUPPORTED,
            f"{name} is a plan of format {version}, which this version does not read.",
            "Look for a newer iac-offboard.",
        )


def left_open(top: Mapping[str, Any], name: str) -> Iterator[Skipped]:
    """What is said of a plan as a whole ("errored", "deferred_changes": JSON Output Format)."""
    said = (
        (
            "errored",
            "planning failed part-way: what else would change is not known",
            "correct what `terraform plan` said and plan again",
        ),
        (
            "deferred_changes",
            "the plan leaves some changes to a later one, which has to be read, too",
            "apply, plan again and give that plan",
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


def _each_change(
    cursor: JsonCursor, name: str, key: str, take: Callable[[Mapping[str, Any], str], None]
) -> bool:
    """Whether there are any."""
    if not cursor.is_at("["):
        raise no_plan(name, f'its "{key}" is no list')
    any_ = False
    for start in cursor.elements():
        raw = cursor.value()
        if key == "deferred_changes" and isinstance(raw, Mapping):
            raw = raw.get("resource_change")
        if not isinstance(raw, Mapping) or not isinstance(raw.get("change"), Mapping):
            raise no_plan(name, "a resource change in it has no change")
        take(raw, cursor.text_since(start))
        any_ = True
    return any_


def _change(raw: Mapping[str, Any], named: bool, name: str) -> Change:
    change = raw["change"]
    return Change(
        address=string(raw.get("address")),
        mode=string(raw.get("mode")) or "managed",
        type=string(raw.get("type")),
        actions=actions_of(change, name),
        before=change.get("before"),
        after=with_holes(change.get("after"), change.get("after_unknown")),
        previous=string(raw.get("previous_address")),
        named=named,
    )


def _outputs(raw: Any, name: str) -> Iterator[Change]:
    if raw is None:
        return
    if not isinstance(raw, Mapping):
        raise no_plan(name, "its output changes are no object")
    for key, change in raw.items():
        if isinstance(change, Mapping):
            yield Change(
                address=f"output.{key}",
                mode="",
                type="",
                actions=actions_of(change, name),
                before=change.get("before"),
                after=with_holes(change.get("after"), change.get("after_unknown")),
            )


def actions_of(change: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The plan's words for what happens at one address. Raises PlanFault for words that say
    nothing."""
    raw = change.get("actions")
    if not isinstance(raw, list) or not raw or not _ACTIONS.issuperset(map(str, raw)):
        raise no_plan(name, "a change in it has no actions that this version knows")
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
