"""Edits: the case that holds each of them."""

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
    "a released role whose only statement names the leaver": (
        Golden("release-last-subject", r'"aws_iam_role" "deploy"', cut=r'"aws_iam_role" "deploy"'),
        Golden(
            "release-last-subject",
            r'policy_attachment" "deploy"',
            cut=r'policy_attachment" "deploy"',
        ),
        Golden("release-last-subject", r'module "payments"', cut=r'module "payments"'),
        Golden("release-last-subject", r"^    payments = \{ sub", cut=r"^    payments = \{ sub"),
        Golden(
            "release-last-subject",
            r'"aws_s3_bucket" "logs"',
            kept=r'"aws_s3_bucket" "logs"',
            said=r"^holds: owned-resource .*aws_s3_bucket\.logs",
        ),
        Golden(
            "release-last-subject-legal-hold",
            r'"aws_iam_role" "deploy"',
            kept=r'"aws_iam_role" "deploy"',
            said=r"^manual: .*aws_iam_role\.deploy",
        ),
        Golden(
            "release-last-subject-protected",
            r"prevent_destroy = true",
            said=r"^holds: prevent-destroy .*attachment\.deploy",
        ),
    ),
    "a text that is written for several people": (
        Golden(
            "edit-template-in-common", r'for who in \["alice", "carol"\]', cut=r'who in \["alice"'
        ),
        Golden(
            "edit-template-in-common",
            r"user/\$\{who\}",
            said=r'^manual: .*policy\.c\["one"\].*written for others: .*policy\.c\["two"\]',
        ),
        Golden("edit-template-of-two", r"\$\{who\}", kept=r"\$\{who\}"),
    ),
    "an entry that makes identity blocks by reference": (
        Golden(
            "edit-entry-by-reference",
            r'aws_iam_role\.this\["deployer"\]\.arn',
            cut=r'aws_iam_role\.this\["deployer"\]\.arn',
        ),
        Golden(
            "edit-entry-by-reference",
            r"deployer = \{ principal_arn = aws_iam_role",
            cut=r"deployer = \{ principal_arn",
        ),
        Golden("edit-entry-by-reference", r"deployer = aws_iam_role", cut=r"deployer = aws_iam"),
        Golden(
            "keep-entry-by-reference",
            r"deployer = \{ principal_arn = aws_iam_role",
            kept=r"deployer = \{ principal_arn",
            said=r"^holds: dangling-reference registry/main.tf:\d+",
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
    "a block in JSON syntax": (
        Golden("edit-json-blocks", r'^    "aws_iam_user": \{\n', cut=r'^    "aws_iam_user": \{\n'),
        Golden("edit-json-blocks", r'^  "module": \{\n', cut=r'^  "module": \{'),
        Golden(
            "construct-tofu", r'\{"aws_iam_user": \{"alice"', cut=r'\{"aws_iam_user": \{"alice"'
        ),
    ),
    "a principal in a policy string": (
        Golden("edit-policy-strings", r'user/bob",\n +"arn:.*user/alice"\n', cut=r'user/bob",\n'),
    ),
    "a principal beside those of another list or block": (
        Golden(
            "edit-principals-from-elsewhere",
            r'concat\(\["arn:aws:iam::111122223333:user/alice"\], local\.bob\)',
            cut=r'concat\(\["arn:.*alice"\], local\.bob\)',
            said=r"^can_apply: True",
        ),
        Golden(
            "edit-principals-from-elsewhere",
            r'identifiers = \["arn:.*alice"\]\n    \}\n\n    principals \{',
            cut=r"^    principals \{",
        ),
    ),
    "a statement that would name nobody": (
        Golden(
            "edit-principals-none-left",
            r'concat\(\["arn:.*alice"\], local\.partners\)',
            said=r"what is left without it would be invalid",
        ),
        Golden("edit-principals-none-left", r'"arn:.*user/bob"', cut=r'\["arn:.*alice-ci"\]'),
    ),
    "a statement, for the last value of its condition": (
        Golden(
            "edit-condition-statement",
            r':sub" = "repo:example/payments:environment:live"',
            cut=r'payments:environment:live"',
        ),
        Golden("edit-condition-statement", r"^  # payments\n  statement", cut=r"^  # payments"),
        Golden("edit-condition-statement", r'"ArnEquals"', cut=r'"ArnEquals"'),
        Golden(
            "edit-condition-statement",
            r"StringLikeIfExists",
            kept=r"StringLikeIfExists",
            said=r"^manual: .*if_exists .*only value of a Condition",
        ),
        Golden("edit-condition-statement", r"ForAllValues", kept=r"ForAllValues"),
        Golden("edit-condition-statement", r"= local\.shared", kept=r"= local\.shared"),
        Golden("edit-condition-statement", r"concat\(\[", kept=r"concat\(\["),
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
    "an element beside what is not known": (
        Golden(
            "construct-partly-unknown",
            r'concat\(\["alice"\], var\.more\)',
            cut=r'users = concat\(\["alice"\]',
            said=r"^skipped: repo: aws_iam_group_membership\.rest: undecided: users\[1\]",
        ),
        Golden(
            "gcp-bindings-partly-unknown",
            r"# Others may be in it",
            cut=r'concat\(\["user:alice@example\.com"\], \[for',
            kept=r'"google_project_iam_binding" "viewers"',
        ),
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
    "the last element: blocks that a person writes out as an empty list": (
        Golden(
            "azure-key-vault-policies",
            r'name += "acme-alice"',
            said=r"^manual: .*azurerm_key_vault\.own .*write `access_policy = \[\]`",
        ),
    ),
    "the last element under count": (
        Golden("edit-count-last", r'= \["alice"\]$', cut=r'= \["alice"\]$'),
        Golden("edit-count-last", r'"carol", "alice"\]', cut=r'"carol", "alice"\]'),
        Golden(
            "edit-count-last", r'\["alice", "bob"\]', said=r"^manual: .*rotated\[0\].*index shift"
        ),
    ),
    "a group that leaves": (
        Golden("edit-leaving-group", r'"azuread_group" "con', cut=r'"azuread_group" "contractors"'),
        Golden("edit-leaving-group", r'"github_team" "con', cut=r'"github_team" "contractors" '),
        Golden(
            "edit-leaving-group",
            r'username = "carol"',
            cut=r'"github_team_membership" "carol"',
            said=r"^side_effects: .*github_team_membership\.carol hung on who goes",
        ),
        Golden(
            "edit-leaving-group",
            r"contractors\.name, \"staff\"\]",
            kept=r"contractors\.name, \"staff\"\]",
            said=r"^holds: dangling-reference main\.tf:\d+",
        ),
    ),
    "alignment of neighbours": (
        Golden("fmt-alignment", r"^    bob                 = ", cut=r"^    bob                 ="),
    ),
}
