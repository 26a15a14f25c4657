"""State files, version 4: what is read, what is skipped, and that no secret comes out."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iac_offboard.catalog.policy import Json
from iac_offboard.model import (
    Collected,
    Observation,
    PrincipalKind,
    Relation,
    Side,
    SkipReason,
    StateOrigin,
)
from iac_offboard.sources.state import StateFault, StateSource, read_state

CANARY = "canary-7f3a-secret"
PROVIDER = 'provider["example.com/hashicorp/aws"]'
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def resource(
    type_: str,
    name: str,
    *instances: dict[str, Json],
    mode: str = "managed",
    module: str = "",
    provider: str = PROVIDER,
) -> dict[str, Json]:
    where: dict[str, Json] = {"module": module} if module else {}
    return {
        **where,
        "mode": mode,
        "type": type_,
        "name": name,
        "provider": provider,
        "instances": list(instances),
    }


def instance(
    attributes: dict[str, Json] | None, index: str | int | None = None, **more: Json
) -> dict[str, Json]:
    key: dict[str, Json] = {} if index is None else {"index_key": index}
    return {**key, "schema_version": 0, "attributes": attributes, **more}


ALICE: dict[str, Json] = {
    "arn": "arn:aws:iam::111122223333:user/alice",
    "id": "alice",
    "name": "alice",
    "unique_id": "AIDAEXAMPLEALICE0001",
    "tags": {"email": "alice@example.com", "note": CANARY},
}


def state(*resources: dict[str, Json], **more: Json) -> bytes:
    top: dict[str, Json] = {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 7,
        "lineage": "0f3c",
        "outputs": {"key": {"value": CANARY, "type": "string", "sensitive": True}},
        "resources": list(resources),
    }
    return json.dumps({**top, **more}).encode()


def collected(tmp_path: Path, data: bytes, root: str = "") -> Collected:
    file = tmp_path / "terraform.tfstate"
    file.write_bytes(data)
    return StateSource(str(file), root, clock=lambda: NOW).collect(())


def one(tmp_path: Path, data: bytes) -> Observation:
    found = collected(tmp_path, data)
    assert not found.skipped
    assert len(found.observations) == 1
    return found.observations[0]


def origin(observation: Observation) -> StateOrigin:
    assert isinstance(observation.origin, StateOrigin)
    return observation.origin


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
    (skipped,) = StateSource(str(tmp_path / "none.tfstate")).collect(()).skipped
    assert skipped.reason is SkipReason.MISSING
    assert "state pull" in skipped.next_step


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "big.tfstate"
    file.write_bytes(state())
    (skipped,) = StateSource(str(file), max_bytes=10).collect(()).skipped
    assert skipped.reason is SkipReason.TOO_LARGE


def test_a_fault_does_not_carry_the_text_it_could_not_parse() -> None:
    with pytest.raises(StateFault) as caught:
        read_state(f'{{"secret": "{CANARY}"'.encode(), "s")
    assert caught.value.__cause__ is None
    assert CANARY not in repr(caught.value.args)


def test_byte_order_mark_is_read(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + state(resource("aws_iam_user", "u", instance(ALICE)))
    assert one(tmp_path, data).binding.principal.value == "alice"
