"""Edits, what is never cut, what the proof finds, and explain: the case that holds each."""

from __future__ import annotations

from collections.abc import Mapping

from tests.hcl.covered import Function, Golden

EDITS: Mapping[str, tuple[Golden | Function, ...]] = {
    "a list element: first, in the middle, last, on lines of their own": (
        Golden(
            "edit-element-positions", r'users = \["alice", "bob", "carol"\]', cut=r'\["alice", '
        ),
        Golden("edit-element-positions", r'"bob", "alice", "carol"', cut=r'"bob", "alice", "c'),
        Golden("edit-element-positions", r'"carol", "alice"\]', cut=r'"carol", "alice"\]'),
        Golden("edit-element-positions", r'^    "alice", # until', cut=r"# until March"),
    ),
    "a map entry": (
        Golden("edit-map-entry-positions", r"= \{ alice = ", cut=r'\{ alice = "web", bob'),
        Golden("edit-map-entry-positions", r'"alice" = "web", carol', cut=r'"alice" = "web"'),
        Golden("edit-map-entry-positions", r'alice : "web"', cut=r'alice : "web"'),
        Golden("edit-map-entry-positions", r"# web\n    alice", cut=r"# web\n    alice"),
    ),
    "a set element": (
        Golden("edit-element-positions", r'toset\(\["bob", "alice"\]\)', cut=r'toset\(\["bob", '),
    ),
    "a block with its banner": (
        Golden("edit-banner-and-references", r"^# alice\n# -+\n", cut=r"^# alice$"),
        Golden("edit-banner-and-references", r"^# bob\n# -+\n", kept=r"^# bob$"),
    ),
    "identity blocks that live by reference": (
        Golden(
            "edit-banner-and-references",
            r"user = aws_iam_user\.alice\.name",
            said=r"^findings: credential: .*aws_iam_access_key\.alice",
            cut=r'"aws_iam_access_key" "alice"',
        ),
    ),
    "an object in YAML": (
        Golden("edit-yaml-positions", r"^  - name: alice", cut=r"^  - name: alice"),
        Golden("edit-yaml-positions", r"^      alice:\n        since", cut=r"^      alice:"),
        Golden("edit-yaml-odd-places", r"^  sec: \[ alice \]", cut=r"\[ alice \]"),
    ),
    "an object in JSON: last of a list, last of an object, first, in the middle, alone": (
        Golden("edit-json-positions", r'\{"name": "alice", "team"', cut=r'\{"name": "alice"'),
        Golden("edit-json-positions", r'^      "alice": \{"since"', cut=r'"alice": \{'),
        Golden("edit-json-positions", r'"first": \["alice", "bob"\]', cut=r'\["alice", "bob"\]'),
        Golden("edit-json-positions", r'^      "alice",$', cut=r'^      "alice",$'),
        Golden("edit-json-positions", r'"only": \["alice"\]', cut=r'"only": \["alice"\]'),
        Golden("json-map", r'^  "alice": \{\n', cut=r"^  \"bob\": .*\},$"),
    ),
    "a principal in a policy string": (
        Golden("edit-policy-strings", r'user/bob",\n +"arn:.*user/alice"\n', cut=r'user/bob",\n'),
    ),
    "a statement in a policy string": (
        Golden("bucket-policy-heredoc", r'"Sid": "Only"', cut=r'"Sid": "Only"'),
    ),
    "escapes": (
        Golden(
            "edit-policy-strings",
            r'policy = "\{\\"Statement\\": \[\{\\"Effect\\"',
            cut=r'\{\\"AWS\\": \\"arn:aws:iam::111122223333:user/alice\\"\}',
        ),
    ),
    "offsets of a heredoc": (
        Golden("edit-policy-strings", r"policy = <<-EOT", cut=r'^ {14}"arn:.*user/alice"$'),
        Golden("bucket-policy-heredoc", r"policy = <<POLICY", cut=r'^ {10}"arn:.*user/alice",$'),
    ),
    "a module call": (Golden("module-per-person", r'^module "alice"', cut=r'^module "alice"'),),
    "an element of an input of concat": (
        Golden("edit-inputs-of-functions", r"concat\(local\.web", cut=r'web    = \["alice", "bob'),
        Golden("edit-inputs-of-functions", r"concat\(local\.data", cut=r'data   = \["alice"\]'),
    ),
    "an element of an input of setunion": (
        Golden("edit-inputs-of-functions", r"setunion\(", cut=r'toset\(\["bob", "alice"\]\)'),
    ),
    "an element of an input of formatlist": (
        Golden(
            "edit-inputs-of-functions", r'formatlist\("%s", local\.names\)', cut=r"names +=.*al"
        ),
        Golden("oidc-formatlist", r'formatlist\("repo:%s:\*"', cut=r'"example/payments", '),
    ),
    "the last element: an empty list": (
        Golden("group-membership", r"users = \[\n    aws_iam_user\.alice\.name,\n", cut=r"alice"),
        Golden("edit-element-positions", r'users = \["alice"\]$', cut=r'users = \["alice"\]$'),
    ),
    "the last element: the block goes": (
        Golden(
            "gcp-bindings",
            r'"google_kms_crypto_key_iam_binding" "decrypt"',
            cut=r'"google_kms_crypto_key_iam_binding"',
        ),
    ),
    "the last element: a person decides": (
        Golden(
            "policy-attachment-only", r'users      = \["alice"\]', said=r"^manual: .*last entry"
        ),
    ),
    "alignment of neighbours": (
        Golden("fmt-alignment", r"^    bob                 = ", cut=r"^    bob                 ="),
    ),
}

NEVER_CUT: Mapping[str, tuple[Golden | Function, ...]] = {
    "one key feeds a user, a membership, a bucket and a KMS key": (
        Golden(
            "keep-one-key-feeds-four",
            r'"aws_s3_bucket" "home"(?s:.*)"aws_kms_key" "home"',
            said=r'^holds: owned-resource repo: aws_kms_key\.home\["alice"\]',
        ),
    ),
    "a bucket that loses its key": (
        Golden(
            "owned-bucket",
            r"bucket   = .*each\.key",
            said=r'^holds: owned-resource repo: aws_s3_bucket\.home\["alice"\]',
        ),
    ),
    "a project and a database that lose their key": (
        Golden(
            "keep-owned-project-in-module",
            r'resource "google_project" "sandbox"',
            said=r'^holds: owned-resource .*module\.sandbox\["alice"\]\.google_project\.sandbox',
        ),
        Golden(
            "keep-owned-project-in-module",
            r'resource "aws_db_instance" "sandbox"',
            said=r'^holds: owned-resource .*module\.sandbox\["alice"\]\.aws_db_instance\.sandbox',
        ),
    ),
    "a bucket that lives by reference": (
        Golden(
            "keep-owned-by-reference",
            r"bucket = .*aws_iam_user\.alice\.name",
            said=r"^holds: owned-resource repo: aws_s3_bucket\.alice",
            kept=r'resource "aws_s3_bucket" "alice"',
        ),
    ),
    "a database whose only tie is a tag": (
        Golden("keep-tagged-database", r"Owner = ", kept=r'"aws_db_instance"', said=r"^notes: men"),
    ),
    "release": (
        Golden(
            "keep-one-key-feeds-four-released",
            r'"aws_s3_bucket" "home"',
            said=r'^side_effects: .*aws_s3_bucket\.home\["alice"\].*as the roster released it',
        ),
        Golden("owned-bucket-released", r"aws_s3_bucket", said=r"^can_apply: True"),
    ),
    "legal_hold": (
        Golden(
            "keep-one-key-legal-hold",
            r'"aws_s3_bucket" "home"',
            said=r"^holds: owned-resource .*none while legal_hold is set",
        ),
    ),
    "prevent_destroy": (
        Golden("prevent-destroy", r"prevent_destroy", said=r"^holds: prevent-destroy"),
        Golden("prevent-destroy-for-each", r"prevent_destroy", said=r"^holds: prevent-destroy"),
    ),
    "ignore_changes: the edit and more": (
        Golden(
            "edit-ignore-changes",
            r"ignore_changes = \[users\]",
            said=r"^manual: .*oncall: ignore_changes covers it, so that no apply takes it away",
            cut=r'users = \["alice", "bob"\]',
        ),
    ),
    "git-ignored paths": (Function("loop/test_patches.py", "test_a_file_that_git_does_not_track"),),
    ".terraform": (
        Golden(
            "keep-downloaded-module",
            r"==> \.terraform/modules/staff/main\.tf <==",
            kept=r"alice",
            said=r"^manual: .*\(\.terraform/modules/staff/main\.tf:2\)",
        ),
    ),
    ".terragrunt-cache": (
        Golden(
            "construct-terragrunt",
            r"==> .*\.terragrunt-cache/x/main\.tf <==",
            kept=r'"cached" \{ name = "alice" \}',
        ),
    ),
    "submodules": (
        Function("loop/test_patches.py", "test_a_submodule_is_changed_in_its_own_repository"),
    ),
    "a generated-by header": (
        Golden(
            "keep-generated-file",
            r"# Code generated by people-sync\. DO NOT EDIT",
            kept=r'  people = \["alice", "bob"\]',
            said=r"^manual: .*its header says that people-sync generates it",
        ),
        Golden("keep-generated-file", r"# Generated by Terragrunt", said=r"^manual: .*Terragrunt"),
        Golden("keep-generated-file", r'"metadata": \{"backend"', said=r"^manual: .*CDK"),
    ),
    "tfvars variants are labelled": (
        Golden(
            "construct-tfvars-variants",
            r"==> infra/dev\.tfvars <==",
            said=r"^manual: repo/infra \[dev\.tfvars\]: aws_iam_user\.lead",
        ),
    ),
    "a mention": (
        Golden(
            "edit-mention", r"^alice,arn:", said=r"^notes: mention .*access\.csv:2", kept=r"^alice,"
        ),
    ),
}

PROOF: Mapping[str, tuple[Golden | Function, ...]] = {
    "an output": (
        Golden("output-goes-with-it", r'^output "alice_secret"', cut=r'^output "alice_secret"'),
        Golden(
            "output-with-others", r'^output "arns"', said=r"^side_effects: output arns no longer"
        ),
        Golden("map-for-each", r'^output "users"', said=r"^side_effects: .*output\.users changes"),
    ),
    "a notification list": (
        Golden(
            "keep-secondary-paths",
            r"subscriber_email_addresses = ",
            said=r"^notes: mention repo/main\.tf:40",
            kept=r"subscriber_email_addresses = .*alice",
        ),
    ),
    "a lookup of another root": (
        Golden(
            "keep-lookup-in-another-root",
            r'data "aws_iam_user" "people"',
            cut=r'toset\(\["bob", "alice"\]\)',
            said=r'^side_effects: repo/app: data\.aws_iam_user\.people\["alice"\] looked up what',
        ),
        Golden("edit-lookup-of-one", r'data "aws_iam_user" "alice"', cut=r'data "aws_iam_user" "a'),
        Golden(
            "edit-lookup-by-count",
            r"count +=",
            said=r"^manual: .*so that the next plan of its root would fail",
        ),
    ),
    "a dangling reference": (
        Golden(
            "dangling-reference",
            r"value = aws_iam_access_key\.alice\.secret",
            said=r"^holds: owned-resource repo: aws_ssm_parameter\.uploader",
        ),
    ),
    "a second reader": (
        Function("edit/test_second_reader.py", "test_disagrees_with_anything_but_a_removal"),
        Function("edit/test_properties.py", "test_the_second_reader_agrees"),
    ),
    "an edit that would widen access": (
        Golden("deny-statement", r'Effect    = "Deny"', said=r"^manual: .*would widen access"),
        Golden("oidc-last-subject", r":sub", said=r"^manual: .*invalid or widen access"),
        Golden("allow-beside-deny", r'Effect = "Deny"', said=r"^manual: .*main\.tf:7\)"),
    ),
    "an index shift under count": (
        Golden("count-over-list", r"count\.index", said=r"^manual: .*index shift"),
        Golden("edit-count-objects", r"count\.index", said=r"^manual: .*index shift"),
        Golden("edit-count-module", r"count\.index", said=r"^manual: .*index shift"),
    ),
}

EXPLAIN: Mapping[str, tuple[Golden | Function, ...]] = {
    "each hop with file and line": (
        Function("hcl/test_explain.py", "test_the_tree_is_as_expected"),
        Function("hcl/test_explain.py", "test_json_carries_every_hop"),
    ),
}
