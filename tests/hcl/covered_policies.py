"""Ways to write a policy: the case that holds each of them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.hcl.covered import Function, Golden

POLICIES: Mapping[str, tuple[Golden | Function, ...]] = {
    "aws_iam_policy_document": (
        Golden("policy-document", r'data "aws_iam_policy_document"', cut=r'sid +=.*"Archive"'),
        Golden("construct-policies", r"source_policy_documents", cut=r"identifiers = \[.*alice"),
    ),
    "jsonencode": (
        Golden("edit-policy-strings", r"policy = jsonencode", cut=r'AWS +=.*user/alice"\]'),
    ),
    "heredoc": (Golden("bucket-policy-heredoc", r"<<POLICY", cut=r'"Sid": "Only"'),),
    "a .json file": (
        Golden("construct-policies", r'file\("\$\{path\.module\}/trust\.json"\)', cut=r"user/al"),
    ),
    "a template": (
        Golden("construct-template-data", r'data "template_file"', cut=r'"\$\{first\}"'),
        Golden("construct-template-of-one-document", r"==> list\.tpl <==", cut=r'"bob", "alice"'),
    ),
    "google_iam_policy": (
        Golden(
            "gcp-policies",
            r'data "google_iam_policy" "project"',
            said=r"^findings: grant: gcp_project acme-prod",
            cut=r'role = "roles/run\.invoker"',
        ),
    ),
    "google_iam_policy, in other forms": (
        Golden("gcp-policies", r"policy_data = jsonencode", cut=r'"roles/storage\.admin"'),
        Golden("gcp-policies", r"policy_data = <<-EOT", cut=r'^ +"user:alice@example\.com"$'),
        Golden("gcp-policies", r"policy_data = file\(", cut=r'"roles/secretmanager\.viewer"'),
    ),
}
