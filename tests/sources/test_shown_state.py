"""States as ``terraform show -json`` prints them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.model import Relation, SkipReason
from tests.sources.states import ALICE, CANARY, collected, instance, one, origin, resource, state


def shown(*resources: Any, children: Any = (), **more: Any) -> bytes:
    root = {"resources": list(resources), "child_modules": list(children)}
    body = {"format_version": "1.0", "terraform_version": "1.13.0", "values": {"root_module": root}}
    return json.dumps(body | more).encode()


def user(address: str = "aws_iam_user.u", **more: Any) -> dict[str, Any]:
    return {
        "address": address,
        "mode": "managed",
        "type": "aws_iam_user",
        "name": "u",
        "provider_name": "registry.example.com/hashicorp/aws",
        "values": ALICE,
        "sensitive_values": {"tags": {}},
        **more,
    }


def test_it_binds_whom_the_state_itself_binds(tmp_path: Path) -> None:
    of_version_4 = one(tmp_path, state(resource("aws_iam_user", "u", instance(ALICE))))
    found = one(tmp_path, shown(user()))
    assert found.binding == of_version_4.binding
    assert origin(found).address == origin(of_version_4).address


def test_modules_and_instances_below_are_read_by_their_address(tmp_path: Path) -> None:
    address = 'module.a["x.y"].module.b.aws_iam_user.u["k"]'
    inner = {"resources": [user(address, index="k")], "address": 'module.a["x.y"].module.b'}
    data = shown(children=[{"address": 'module.a["x.y"]', "child_modules": [inner]}])
    assert origin(one(tmp_path, data)).address == address


def test_data_sources_bind_nobody_and_deposed_objects_exist(tmp_path: Path) -> None:
    looked_up = collected(tmp_path, shown(user("data.aws_iam_user.u", mode="data")))
    assert (looked_up.observations, looked_up.skipped) == ((), ())
    assert one(tmp_path, shown(user(deposed_key="0a1b2c3d"))).status == "deposed"


def test_what_is_sensitive_is_hidden_and_said(tmp_path: Path) -> None:
    member = {
        "address": "aws_iam_group_membership.m",
        "mode": "managed",
        "type": "aws_iam_group_membership",
        "name": "m",
        "values": {"name": "m", "group": "g", "users": [CANARY]},
        "sensitive_values": {"users": [True]},
    }
    found = collected(tmp_path, shown(member))
    assert found.observations == ()
    assert [s.reason for s in found.skipped] == [SkipReason.UNDECIDED]
    assert CANARY not in repr(found)


def test_an_empty_state_is_empty(tmp_path: Path) -> None:
    for data in (b'{"format_version": "1.0"}', shown()):
        found = collected(tmp_path, data)
        assert (found.observations, found.skipped) == ((), ())
        assert len(found.reads) == 1


@pytest.mark.parametrize(
    ("data", "reason", "why"),
    [
        (shown(planned_values={}), SkipReason.UNSUPPORTED, "the JSON of a plan"),
        (shown(format_version="3.1"), SkipReason.UNSUPPORTED, "a state of format 3.1"),
        (shown({"address": "x"}), SkipReason.UNPARSEABLE, "(number 0) without values"),
        (shown(values=[]), SkipReason.UNPARSEABLE, "holds no values"),
        (shown(values={"root_module": []}), SkipReason.UNPARSEABLE, "no object"),
        (shown(values={"root_module": {"resources": {}}}), SkipReason.UNPARSEABLE, "list of res"),
        (shown(user())[:-30], SkipReason.UNPARSEABLE, "no valid JSON"),
        (b"[]", SkipReason.UNPARSEABLE, "its top is not an object"),
    ],
)
def test_what_is_none_is_never_empty(
    tmp_path: Path, data: bytes, reason: SkipReason, why: str
) -> None:
    found = collected(tmp_path, data)
    assert found.observations == ()
    (skipped,) = found.skipped
    assert skipped.reason is reason
    assert why in skipped.detail
    assert skipped.next_step


def test_a_binding_of_each_relation_is_read(tmp_path: Path) -> None:
    key = {**user("aws_iam_access_key.k"), "type": "aws_iam_access_key", "name": "k"}
    key["values"] = {"id": "AKIAEXAMPLE000000001", "user": "alice", "secret": CANARY}
    found = collected(tmp_path, shown(user(), key))
    assert {o.binding.relation for o in found.observations} == {
        Relation.IDENTITY,
        Relation.CREDENTIAL,
    }
    assert CANARY not in repr(found)
