"""One binding, whatever shape it is written in: each finding has all of its places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.desk import run

USER, GROUP = "0a9c0000-1111-4444-8888-00000000000a", "77770000-1111-4444-8888-00000000000a"
ROSTER = {
    "version": 1,
    "subjects": [
        {
            "id": "leaver-2041",
            "kind": "person",
            "left_at": "2026-03-01T17:00:00Z",
            "aliases": [
                "alice",
                "alice@example.com",
                "arn:aws:iam::111122223333:user/alice",
                {"entra_object_id": USER},
            ],
        }
    ],
}
MEMBERSHIPS = """\
resource "aws_iam_group_membership" "of_the_group" {
  name  = "m"
  group = "ops"
  users = ["alice", "bob"]
}
resource "aws_iam_user_group_membership" "of_the_user" {
  user   = "alice"
  groups = ["ops"]
}
"""
ATTACHMENTS = """\
resource "aws_iam_policy_attachment" "exclusive" {
  name       = "a"
  users      = ["alice"]
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
resource "aws_iam_user_policy_attachment" "one" {
  user       = "alice"
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
resource "aws_iam_user_policy_attachments_exclusive" "all" {
  user_name   = "alice"
  policy_arns = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
}
"""
INLINE = """\
resource "aws_iam_user_policy" "one" {
  user   = "alice"
  name   = "inline"
  policy = "{}"
}
resource "aws_iam_user_policies_exclusive" "all" {
  user_name    = "alice"
  policy_names = ["inline"]
}
"""
PROJECT = """\
resource "google_project_iam_member" "member" {
  project = "p1"
  role    = "roles/viewer"
  member  = "user:alice@example.com"
}
resource "google_project_iam_binding" "binding" {
  project = "p1"
  role    = "roles/viewer"
  members = ["user:alice@example.com", "user:bob@example.com"]
}
data "google_iam_policy" "policy" {
  binding {
    role    = "roles/viewer"
    members = ["user:alice@example.com", "user:carol@example.com"]
  }
}
resource "google_project_iam_policy" "policy" {
  project     = "p1"
  policy_data = data.google_iam_policy.policy.policy_data
}
"""
BUCKET = """\
resource "google_storage_bucket_iam_member" "member" {
  bucket = "b1"
  role   = "roles/storage.admin"
  member = "user:alice@example.com"
}
resource "google_storage_bucket_iam_binding" "binding" {
  bucket  = "b1"
  role    = "roles/storage.admin"
  members = ["user:alice@example.com"]
}
"""
DIRECTORY = """\
data "azuread_user" "alice" {
  user_principal_name = "alice@example.com"
}
resource "azuread_group" "ops" {
  display_name = "ops"
  members      = [data.azuread_user.alice.object_id]
}
resource "azuread_group_member" "one" {
  group_object_id  = azuread_group.ops.object_id
  member_object_id = data.azuread_user.alice.object_id
}
"""
OKTA = """\
data "okta_user" "alice" {
  search {
    name  = "profile.login"
    value = "alice@example.com"
  }
}
resource "okta_group" "ops" {
  name = "ops"
}
resource "okta_group_memberships" "of_the_group" {
  group_id = okta_group.ops.id
  users    = [data.okta_user.alice.id]
}
resource "okta_user_group_memberships" "of_the_user" {
  user_id = data.okta_user.alice.id
  groups  = [okta_group.ops.id]
}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("leavers.json").write_text(json.dumps(ROSTER), encoding="utf-8")


def written(text: str, root: str = "repo") -> None:
    Path(root).mkdir(parents=True, exist_ok=True)
    (Path(root) / "main.tf").write_text(text, encoding="utf-8")


def found(*more: str) -> list[tuple[str, str, list[str]]]:
    """(relation, name of the target, addresses) of each finding."""
    options = ("--terraform", "repo", "--format", "json", *more)
    findings: Any = run("scan", "--subjects", "leavers.json", *options).json["findings"]
    return [
        (
            f["binding"]["relation"],
            f["binding"]["target"]["name"],
            sorted(o["origin"]["address"] for o in f["observations"]),
        )
        for f in findings
    ]


@pytest.mark.parametrize(
    ("text", "relation", "name", "count"),
    [
        (MEMBERSHIPS, "membership", "ops", 2),
        (ATTACHMENTS, "grant", "arn:aws:iam::aws:policy/ReadOnlyAccess", 3),
        (INLINE, "grant", "alice/inline", 2),
        (PROJECT, "grant", "p1", 3),
        (BUCKET, "grant", "b1", 2),
        (DIRECTORY, "membership", "ops", 2),
        (OKTA, "membership", "ops", 2),
    ],
)
def test_shapes_of_one_binding_are_one_finding(
    text: str, relation: str, name: str, count: int
) -> None:
    written(text)
    (one,) = found()
    assert (one[0], one[1], len(one[2])) == (relation, name, count)


def test_another_role_is_another_binding() -> None:
    written(BUCKET.replace("storage.admin", "storage.viewer", 1))
    assert len(found()) == 2


def test_a_name_that_is_not_unique_is_one_thing_in_one_root_only() -> None:
    for root in ("repo/a", "repo/b"):
        written(DIRECTORY, root)
    assert [len(places) for _, _, places in found()] == [2, 2]


def test_two_blocks_that_make_groups_of_one_name_make_two() -> None:
    roster = json.loads(json.dumps(ROSTER))
    roster["subjects"][0] |= {"kind": "group", "aliases": ["ops"]}
    Path("leavers.json").write_text(json.dumps(roster), encoding="utf-8")
    made = 'resource "azuread_group" "%s" {\n  display_name = "ops"\n}\n'
    written(made % "one" + made % "two")
    assert [(r, places) for r, _, places in found()] == [
        ("identity", ["azuread_group.one"]),
        ("identity", ["azuread_group.two"]),
    ]


def test_a_state_joins_by_ids_what_the_code_calls_by_names() -> None:
    """The code has a login and a display name, the state an id for each."""
    written(DIRECTORY)
    group = {"id": GROUP, "object_id": GROUP, "display_name": "ops", "members": [USER]}
    member = {"group_object_id": GROUP, "member_object_id": USER}
    made = [("azuread_group", "ops", group), ("azuread_group_member", "one", member)]
    resources = [
        {
            "mode": "managed",
            "type": type_,
            "name": name,
            "provider": 'provider["registry.terraform.io/hashicorp/azuread"]',
            "instances": [{"schema_version": 0, "attributes": attributes}],
        }
        for type_, name, attributes in made
    ]
    body = {"version": 4, "serial": 1, "lineage": "x", "outputs": {}, "resources": resources}
    Path("state.json").write_text(json.dumps(body), encoding="utf-8")
    places = ["azuread_group.ops", "azuread_group_member.one"]
    assert found("--state", "repo=state.json") == [("membership", "ops", sorted(places * 2))]
