"""Rows by pattern: Google's IAM resources."""

from __future__ import annotations

from typing import Any

import pytest

from iac_offboard.catalog.extract import extract
from iac_offboard.catalog.families import Raw, expanded
from iac_offboard.catalog.rows import OnEmpty, RemovalWord, Role, Row, row, rows
from iac_offboard.errors import InputError

ALICE, BOB = "user:alice@example.com", "user:bob@example.com"

ENDINGS = {"iam_member": "Member", "iam_binding": "Binding", "iam_policy": "Policy"}


def family() -> list[Row]:
    return [r for name, r in rows().items() if name.endswith("_iam_member") and r.paths]


def test_every_member_row_has_its_binding_and_its_policy() -> None:
    found = rows()
    members = [name.removesuffix("_iam_member") for name in (r.type for r in family())]
    assert len(members) > 150
    for stem in members:
        for ending, word in ENDINGS.items():
            row = found[f"{stem}_{ending}"]
            assert word in row.pulumi
            assert "*" not in row.pulumi
            assert row.authoritative == (ending != "iam_member")
            assert row.read
            assert row.remove
            assert row.paths[0].target.name


def test_what_each_form_lets_go() -> None:
    found = rows()
    member = found["google_project_iam_member"].paths[0]
    binding = found["google_project_iam_binding"].paths[0]
    policy = found["google_project_iam_policy"].paths[0]
    assert (member.role, member.removal) == (Role.HOLDS, RemovalWord.BLOCK)
    assert (binding.removal, binding.empty) == (RemovalWord.ELEMENT, OnEmpty.BLOCK_OR_KEEP)
    assert (policy.removal, policy.empty) == (RemovalWord.DOCUMENT, OnEmpty.MANUAL)
    assert not found["google_project_iam_policy"].identity


@pytest.mark.parametrize("stem", ["project", "folder", "organization"])
def test_only_these_have_an_audit_configuration(stem: str) -> None:
    assert "AuditConfig" in rows()[f"google_{stem}_iam_audit_config"].pulumi
    assert "google_storage_bucket_iam_audit_config" not in rows()


FUTURE: dict[str, dict[str, object]] = {
    "google_future_thing_iam_member": {"member": ALICE, "role": "roles/x"},
    "google_future_thing_iam_binding": {"members": [BOB, ALICE], "role": "roles/x"},
    "google_future_thing_iam_policy": {
        "policy_data": f'{{"bindings": [{{"role": "roles/x", "members": ["{ALICE}"]}}]}}'
    },
    "google_future_thing_iam_audit_config": {
        "service": "roles/x",
        "audit_log_config": [{"exempted_members": [ALICE]}],
    },
}


@pytest.mark.parametrize("type_", FUTURE)
def test_a_type_of_a_newer_provider_is_known_by_its_pattern(type_: str) -> None:
    known = row(type_)
    assert known is not None
    assert type_ not in rows()
    like = rows()[type_.replace("future_thing", "project")]
    assert [(p.path, p.removal, p.role) for p in known.paths] == [
        (p.path, p.removal, p.role) for p in like.paths
    ]
    attrs: dict[str, Any] = {"project": "acme-prod", "location": "eu", "future_thing": "t"}
    found = [e.binding for e in extract(known, attrs | FUTURE[type_]) if e.binding is not None]
    (one,) = (b for b in found if b.principal.value == "alice@example.com")
    assert (one.target.kind, one.target.name) == ("gcp_future_thing", "t")
    assert (one.target.account, one.detail) == ("acme-prod", "roles/x")


@pytest.mark.parametrize(
    "type_",
    ["google_iam_policy", "google_project_iam_custom_role", "aws_thing_iam_member", "google_x"],
)
def test_what_only_looks_like_it_has_no_row(type_: str) -> None:
    assert row(type_) is None


@pytest.mark.parametrize("raw", [{"families": {"x": {}}}, {"families": {"x": {"stems": {"a": 1}}}}])
def test_a_family_without_its_parts_is_a_fault(raw: Raw) -> None:
    with pytest.raises(InputError, match="needs stems and rows"):
        list(expanded(raw))


def test_nothing_that_decides_who_is_kept_out_is_cut() -> None:
    for one in rows().values():
        for path in one.paths:
            if path.effect.value == "deny":
                assert path.removal is RemovalWord.MANUAL, (one.type, path.path)
