"""State files that are not read, as a whole or in part: skipped and said, never clean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iac_offboard.catalog.policy import Json
from iac_offboard.model import (
    Side,
    SkipReason,
)
from iac_offboard.sources.state import StateFault, StateSource, read_state
from iac_offboard.storage.local import in_file
from tests.sources.states import (
    CANARY,
    collected,
    instance,
    resource,
    state,
)


def test_a_sensitive_attribute_is_dropped_and_said_to_be_unread(tmp_path: Path) -> None:
    path: list[Json] = [[{"type": "get_attr", "value": "user"}]]
    key: dict[str, Json] = {"id": "AKIAEXAMPLE000000001", "user": CANARY}
    data = state(resource("aws_iam_access_key", "k", instance(key, sensitive_attributes=path)))
    found = collected(tmp_path, data)
    assert found.observations == ()
    (skipped,) = found.skipped
    assert skipped.reason is SkipReason.UNDECIDED
    assert skipped.kinds == {"iam_access_key"}
    assert CANARY not in repr(found)


def test_an_instance_without_attributes_is_undecided(tmp_path: Path) -> None:
    data = state(resource("aws_iam_user", "u", instance(None)))
    assert [s.reason for s in collected(tmp_path, data).skipped] == [SkipReason.UNDECIDED]


@pytest.mark.parametrize(
    ("type_", "attributes", "path"),
    [
        ("aws_iam_user", {"name": ["alice"]}, "name"),
        ("aws_iam_group_membership", {"users": "alice", "group": "g"}, "users[*]"),
        ("aws_iam_group_membership", {"users": [["alice"]], "group": "g"}, "users[*]"),
        ("aws_iam_role", {"name": "r", "assume_role_policy": {}}, "assume_role_policy"),
        ("aws_identitystore_user", {"user_id": "u", "emails": {"value": "a"}}, "emails[*].value"),
    ],
)
def test_an_attribute_of_another_type_is_unread_not_clean(
    tmp_path: Path, type_: str, attributes: dict[str, Json], path: str
) -> None:
    found = collected(tmp_path, state(resource(type_, "a", instance(attributes))))
    (skipped,) = found.skipped
    assert skipped.reason is SkipReason.UNPARSEABLE
    assert skipped.where.endswith(f"{type_}.a")
    assert skipped.detail.startswith(f"{path} is not of the type")


UNREADABLE = [
    ("truncated", state()[:-20], SkipReason.UNPARSEABLE),
    ("empty", b"", SkipReason.UNPARSEABLE),
    ("binary", b"PK\x03\x04\xff\xfe", SkipReason.UNPARSEABLE),
    ("list", b"[]", SkipReason.UNPARSEABLE),
    ("no resources", b'{"version": 4, "serial": 1}', SkipReason.UNPARSEABLE),
    ("odd resources", b'{"version": 4, "resources": ["x"]}', SkipReason.UNPARSEABLE),
    (
        "null instances",
        state({**resource("aws_iam_user", "a"), "instances": None}),
        SkipReason.UNPARSEABLE,
    ),
    (
        "odd instances",
        state({**resource("aws_iam_user", "a"), "instances": [1]}),
        SkipReason.UNPARSEABLE,
    ),
    ("no type", state({**resource("aws_iam_user", "a"), "type": None}), SkipReason.UNPARSEABLE),
    ("deep", b"[" * 200_000, SkipReason.UNPARSEABLE),
    ("version 3", state(version=3), SkipReason.UNSUPPORTED),
    ("no version", b'{"resources": []}', SkipReason.UNSUPPORTED),
    (
        "OpenTofu encryption",
        json.dumps({"meta": {}, "encrypted_data": CANARY, "encryption_version": "v0"}).encode(),
        SkipReason.ENCRYPTED,
    ),
]


@pytest.mark.parametrize(("name", "data", "reason"), UNREADABLE, ids=[c[0] for c in UNREADABLE])
def test_what_cannot_be_read_is_skipped(
    tmp_path: Path, name: str, data: bytes, reason: SkipReason
) -> None:
    found = collected(tmp_path, data)
    assert found.observations == (), name
    (skipped,) = found.skipped
    assert skipped.reason is reason
    assert skipped.side is Side.RETURN_RISK
    assert skipped.next_step
    assert "terraform.tfstate" in skipped.where
    assert CANARY not in repr(found)


def test_a_missing_file_is_skipped(tmp_path: Path) -> None:
    (skipped,) = StateSource(in_file(str(tmp_path / "none.tfstate"))).collect(()).skipped
    assert skipped.reason is SkipReason.MISSING
    assert "state pull" in skipped.next_step


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "big.tfstate"
    file.write_bytes(state())
    (skipped,) = StateSource(in_file(str(file), limit=10)).collect(()).skipped
    assert skipped.reason is SkipReason.TOO_LARGE


def test_a_fault_does_not_carry_the_text_it_could_not_parse() -> None:
    with pytest.raises(StateFault) as caught:
        read_state(f'{{"secret": "{CANARY}"'.encode(), "s")
    assert caught.value.__cause__ is None
    assert CANARY not in repr(caught.value.args)
