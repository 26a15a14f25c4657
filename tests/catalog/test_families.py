"""Rows by pattern: Google's IAM resources."""

from __future__ import annotations

import pytest

from iac_offboard.catalog.families import Raw, expanded
from iac_offboard.catalog.rows import OnEmpty, RemovalWord, Role, Row, rows
from iac_offboard.errors import InputError

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
    assert (binding.removal, binding.empty) == (RemovalWord.ELEMENT, OnEmpty.BLOCK)
    assert (policy.removal, policy.empty) == (RemovalWord.DOCUMENT, OnEmpty.MANUAL)
    assert not found["google_project_iam_policy"].identity


@pytest.mark.parametrize("stem", ["project", "folder", "organization"])
def test_only_these_have_an_audit_configuration(stem: str) -> None:
    assert "AuditConfig" in rows()[f"google_{stem}_iam_audit_config"].pulumi
    assert "google_storage_bucket_iam_audit_config" not in rows()


@pytest.mark.parametrize("raw", [{"families": {"x": {}}}, {"families": {"x": {"stems": {"a": 1}}}}])
def test_a_family_without_its_parts_is_a_fault(raw: Raw) -> None:
    with pytest.raises(InputError, match="needs stems and rows"):
        list(expanded(raw))


def test_nothing_that_decides_who_is_kept_out_is_cut() -> None:
    for row in rows().values():
        for path in row.paths:
            if path.effect.value == "deny":
                assert path.removal is RemovalWord.MANUAL, (row.type, path.path)
