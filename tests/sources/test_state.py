"""State files, version 4: what is read, and that no secret comes out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from iac_offboard.catalog.policy import Json
from iac_offboard.model import (
    PrincipalKind,
    Relation,
)
from iac_offboard.sources.state import read_state
from tests.sources.states import (
    ALICE,
    CANARY,
    NOW,
    PROVIDER,
    collected,
    instance,
    one,
    origin,
    resource,
    state,
)


def test_a_user_is_read_with_the_ids_that_join_it_to_the_cloud(tmp_path: Path) -> None:
    data = state(resource("aws_iam_user", "team", instance(ALICE, "alice"), module="module.p"))
    seen = one(tmp_path, data)
    assert seen.binding.relation is Relation.IDENTITY
    assert seen.binding.principal.value == "alice"
    assert seen.binding.principal.account == "111122223333"
    assert seen.binding.principal.emails == {"alice@example.com"}
    assert seen.binding.target.arn == ALICE["arn"]
    assert seen.binding.target.unique_id == ALICE["unique_id"]
    assert seen.resource_type == "aws_iam_user"
    where = origin(seen)
    assert where.address == 'module.p.aws_iam_user.team["alice"]'
    assert (where.path, where.serial, where.lineage) == ("name", 7, "0f3c")
    assert where.digest == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("index", "address"),
    [
        (None, "aws_iam_user.u"),
        (0, "aws_iam_user.u[0]"),
        ("a", 'aws_iam_user.u["a"]'),
        ('q"é', 'aws_iam_user.u["q\\"é"]'),
    ],
)
def test_addresses(tmp_path: Path, index: str | int | None, address: str) -> None:
    seen = one(tmp_path, state(resource("aws_iam_user", "u", instance(ALICE, index))))
    assert origin(seen).address == address


def test_the_reading_is_recorded(tmp_path: Path) -> None:
    data = state()
    found = collected(tmp_path, data)
    assert found.skipped == ()
    assert [(r.at, r.digest) for r in found.reads] == [(NOW, hashlib.sha256(data).hexdigest())]


def test_the_root_is_passed_on(tmp_path: Path) -> None:
    found = collected(tmp_path, state(resource("aws_iam_user", "u", instance(ALICE))), "infra")
    assert origin(found.observations[0]).root == "infra"


def test_a_list_is_one_binding_for_each_member(tmp_path: Path) -> None:
    members: dict[str, Json] = {"id": "m", "group": "admins", "users": ["alice", "bob"]}
    data = state(resource("aws_iam_group_membership", "m", instance(members)))
    found = collected(tmp_path, data).observations
    assert [(o.binding.principal.value, origin(o).path) for o in found] == [
        ("alice", "users[0]"),
        ("bob", "users[1]"),
    ]
    assert all(o.authoritative and o.binding.target.name == "admins" for o in found)


def test_a_trust_policy_names_its_principals(tmp_path: Path) -> None:
    policy = {
        "Statement": [
            {
                "Sid": "Team",
                "Effect": "Allow",
                "Principal": {"AWS": [ALICE["arn"]]},
                "Condition": {"StringEquals": {"sts:ExternalId": CANARY}},
            }
        ]
    }
    role: dict[str, Json] = {
        "arn": "arn:aws:iam::111122223333:role/r",
        "name": "r",
        "unique_id": "AROAEXAMPLE000000001",
        "assume_role_policy": json.dumps(policy),
    }
    found = collected(tmp_path, state(resource("aws_iam_role", "r", instance(role))))
    (trust,) = [o for o in found.observations if o.binding.relation is Relation.TRUST]
    assert trust.binding.principal.kind is PrincipalKind.IAM_USER
    assert trust.binding.detail == "Team"
    assert origin(trust).path == "assume_role_policy$json.Statement[0].Principal.AWS[0]"
    assert CANARY not in repr(found)


def test_an_account_comes_from_neighbours_under_the_same_provider() -> None:
    key: dict[str, Json] = {"id": "AKIAEXAMPLE000000001", "user": "alice"}
    data = state(
        resource("aws_iam_user", "u", instance(ALICE)),
        resource("aws_iam_access_key", "k", instance(key)),
        resource("aws_iam_access_key", "other", instance(key), provider=f"{PROVIDER}.other"),
    )
    accounts = {i.name: i.account for i in read_state(data, "s").instances}
    assert accounts == {"u": "111122223333", "k": "111122223333", "other": None}


def test_an_account_is_not_guessed_when_neighbours_disagree() -> None:
    bob: dict[str, Json] = {"arn": "arn:aws:iam::444455556666:user/bob", "name": "bob"}
    key: dict[str, Json] = {"id": "AKIAEXAMPLE000000001", "user": "alice"}
    data = state(
        resource("aws_iam_user", "u", instance(ALICE), instance(bob, 1)),
        resource("aws_iam_access_key", "k", instance(key)),
    )
    assert [i.account for i in read_state(data, "s").instances if i.name == "k"] == [None]


def test_data_sources_and_unknown_types_bind_nobody(tmp_path: Path) -> None:
    data = state(
        resource("aws_iam_user", "looked_up", instance(ALICE), mode="data"),
        resource("random_pet", "p", instance({"id": CANARY})),
    )
    found = collected(tmp_path, data)
    assert (found.observations, found.skipped) == ((), ())
    assert [i.type for i in read_state(data, "s").instances] == ["random_pet"]


def test_a_deposed_object_still_exists(tmp_path: Path) -> None:
    data = state(resource("aws_iam_user", "u", instance(ALICE, deposed="0a1b2c3d")))
    assert one(tmp_path, data).status == "deposed"


def test_no_secret_leaves_the_reader(tmp_path: Path) -> None:
    key: dict[str, Json] = {
        "id": "AKIAEXAMPLE000000001",
        "user": "alice",
        "secret": CANARY,
        "encrypted_secret": CANARY,
        "ses_smtp_password_v4": CANARY,
        "private_key": CANARY,
    }
    login: dict[str, Json] = {"user": "alice", "password": CANARY, "encrypted_password": CANARY}
    data = state(
        resource("aws_iam_user", "u", instance({**ALICE, "password": CANARY})),
        resource("aws_iam_access_key", "k", instance(key, private=CANARY)),
        resource("aws_iam_user_login_profile", "l", instance(login)),
        resource("tls_private_key", "t", instance({"private_key_pem": CANARY})),
    )
    found = collected(tmp_path, data)
    assert {o.binding.target.kind for o in found.observations} == {
        "iam_user",
        "iam_access_key",
        "iam_login_profile",
    }
    read = read_state(data, "s")
    assert CANARY not in repr(found)
    assert CANARY not in repr(read)
    assert CANARY not in repr([i.attrs for i in read.instances])


def test_byte_order_mark_is_read(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + state(resource("aws_iam_user", "u", instance(ALICE)))
    assert one(tmp_path, data).binding.principal.value == "alice"
