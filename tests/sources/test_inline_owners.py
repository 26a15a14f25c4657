"""Who owns the inline policies of a role or permission set, as the configuration tells."""

from __future__ import annotations

from pathlib import Path

from iac_offboard.hcl.files import DiskFiles
from iac_offboard.sources.terraform import TerraformSource

MAIN = """
variable "team" {}
resource "aws_iam_role" "deploy" {
  name = "deploy"
  inline_policy {
    name   = "all"
    policy = "{}"
  }
}
resource "aws_iam_role" "none_at_all" {
  name = "empty"
  inline_policy {}
}
resource "aws_iam_role" "without" {
  name = "without"
}
resource "aws_iam_role_policies_exclusive" "x" {
  role_name    = aws_iam_role.without.name
  policy_names = ["all"]
}
resource "aws_iam_role_policies_exclusive" "team" {
  role_name    = "${var.team}-deploy"
  policy_names = []
}
resource "aws_ssoadmin_permission_set_inline_policy" "by_reference" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1"
  permission_set_arn = aws_ssoadmin_permission_set.admin.arn
  inline_policy      = "{}"
}
resource "aws_ssoadmin_permission_set" "admin" {
  instance_arn = "arn:aws:sso:::instance/ssoins-1"
  name         = "Admin"
}
resource "aws_ssoadmin_permission_set_inline_policy" "spelled" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1"
  permission_set_arn = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
  inline_policy      = "{}"
}
"""


def test_owners_and_what_is_known_of_the_names(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN)
    source = TerraformSource("infra", DiskFiles(tmp_path), {})
    owners = source.inline_owners()
    assert {o.root for o in owners} == {"infra"}
    assert {(o.address.partition("_")[2], o.kind, o.name) for o in owners} == {
        ("iam_role.deploy", "iam_role", "deploy"),
        ("iam_role.none_at_all", "iam_role", "empty"),
        ("iam_role_policies_exclusive.x", "iam_role", "without"),
        ("iam_role_policies_exclusive.team", "iam_role", "*-deploy"),
        ("ssoadmin_permission_set_inline_policy.by_reference", "sso_permission_set", "*"),
        (
            "ssoadmin_permission_set_inline_policy.spelled",
            "sso_permission_set",
            "arn:aws:sso:::permissionSet/ssoins-1/ps-1",
        ),
    }
