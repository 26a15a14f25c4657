"""Constructs of the language: the case that holds each of them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.hcl.covered import Function, Golden

CONSTRUCTS: Mapping[str, tuple[Golden | Function, ...]] = {
    "for_each, known": (
        Golden(
            "map-for-each",
            r"for_each = local\.users",
            said=r'^findings: identity: .*aws_iam_user\.user\["alice"\]',
            cut=r'"alice" +=',
        ),
    ),
    "for_each, unknown": (
        Golden(
            "construct-unknown-instances",
            r"for_each = var\.zones",
            said=r"^skipped: repo: module\.other: undecided: which instances exist",
        ),
    ),
    "for_each, null": (
        Golden(
            "construct-null-instances",
            r"default = null(?s:.*)for_each = var\.teams",
            said=r"^skipped: repo: module\.team: undecided: .*for_each is null",
        ),
    ),
    "count, null": (
        Golden(
            "construct-null-instances",
            r"count = null",
            said=r"^skipped: repo: aws_iam_user\.counted: undecided: .*count is null",
            kept=r'name  = "alice"',
        ),
    ),
    "count, known": (
        Golden(
            "count-over-list",
            r"count += length\(var\.users\)",
            said=r"^manual: repo: aws_iam_user\.user\[0\] .*index shift",
        ),
    ),
    "count, unknown": (
        Golden(
            "construct-unknown-instances",
            r"count += var\.enabled \? 1 : 0",
            said=r"^skipped: repo: aws_iam_user_policy_attachment\.alice: undecided: which inst",
        ),
    ),
    "dynamic": (
        Golden(
            "construct-check-import-moved",
            r'dynamic "statement" \{\n +for_each = var\.admins\n +iterator',
            cut=r'\["alice", "bob"\]',
        ),
        Golden("construct-unknown-instances", r'dynamic "network_interfaces"', kept=r"dynamic"),
    ),
    "for with if": (
        Golden(
            "map-for-each",
            r"for name, groups in local\.users : name => groups if length\(groups\) > 0",
            said=r'aws_iam_user_group_membership\.user\["alice"\]',
        ),
    ),
    "for with grouping": (
        Golden(
            "construct-grouping",
            r"person\.team => person\.name\.\.\.",
            said=r'^findings: .*aws_iam_group_membership\.team\["web"\]',
            cut=r'\{ name = "alice", team = "web" \}',
        ),
    ),
    "splat": (
        Golden(
            "construct-csv",
            r"local\.leads\[\*\]\.name",
            said=r"^findings: membership: iam_group leads",
            cut=r"^    alice,red",
        ),
        Golden(
            "construct-turned-collections",
            r"values\(aws_iam_user\.u\)\[\*\]\.name",
            said=r"^findings: membership: iam_group all",
        ),
    ),
    "conditional": (
        Golden(
            "construct-conditional",
            r'var\.production \? \["alice", "bob"\] : \["carol"\]',
            said=r"^findings: membership: iam_group admins",
            cut=r'\["alice", "bob"\]',
        ),
        Golden(
            "construct-conditional",
            r'var\.production \? \["bob"\] : \["alice"\]',
            kept=r'\["bob"\] : \["alice"\]',
        ),
    ),
    "conditional, unknown": (
        Golden(
            "construct-unknown-branches",
            r'name = var\.extra \? "alice" : "bob"',
            said=r"^skipped: repo: aws_iam_user\.either: undecided",
        ),
    ),
    "template directives": (
        Golden(
            "heredoc-with-directives",
            r'%\{for who in \["alice", "bob"\]\}',
            said=r"^manual: .*a template directive",
        ),
    ),
    "heredoc": (Golden("bucket-policy-heredoc", r"policy = <<POLICY$", cut=r"user/alice"),),
    "indented heredoc": (Golden("construct-policies", r"= <<-JSON$", cut=r"user/alice\"\]\}\}$"),),
    "nested modules with arguments and outputs": (
        Golden(
            "construct-chain",
            r"users = flatten\(values\(module\.org\.names\)\)",
            said=r'module\.org\.module\.team\["red"\]\.module\.person\["alice"\]',
            cut=r'"alice", "bob"',
        ),
    ),
    "modules.json": (
        Golden(
            "keep-downloaded-module",
            r'"Key":"staff","Source":"example\.com/people/staff/aws","Version":"2\.1\.0"',
            said=r"^manual: .*example\.com/people/staff/aws 2\.1\.0; change it at its source",
        ),
    ),
    "registry modules that are not present": (
        Golden(
            "registry-module-per-person",
            r'source += "terraform-aws-modules/iam/aws//modules/iam-user"',
            said=r"^skipped: repo: module\.alice: undecided: its argument name \(main\.tf:\d+\)",
        ),
        Golden(
            "construct-registry",
            r'red  = \["alice", "bob"\]',
            said=r'^skipped: repo: module\.teams\["red"\]: .*argument members \(main\.tf:6\)',
        ),
        Golden("registry-module-of-others", r'source += "terraform-', said=r"^notes: boundary"),
    ),
    "provider aliases": (
        Golden(
            "construct-chain",
            r"alias +=(?s:.*)providers = \{\n +aws = aws\.people",
            said=r"^findings: identity",
        ),
        Golden("construct-check-import-moved", r"provider = aws\.eu", cut=r"provider = aws\.eu"),
    ),
    "lifecycle": (
        Golden("prevent-destroy", r"prevent_destroy = true", said=r"^holds: prevent-destroy"),
        Golden("edit-ignore-changes", r"ignore_changes = \[users\]", said=r"ignore_changes"),
    ),
    "moved": (
        Golden(
            "construct-history",
            r"moved \{\n  from = aws_iam_user\.alice\n",
            kept=r"^moved \{",
            said=r"^can_apply: True",
        ),
    ),
    "removed": (
        Golden("construct-history", r"^removed \{", kept=r"^removed \{"),
        Golden(
            "construct-removed",
            r"^removed \{\n  from = aws_iam_user\.alice$",
            kept=r"^removed \{",
            cut=r'^resource "aws_iam_user"',
        ),
    ),
    "import": (
        Golden(
            "construct-history",
            r'import \{\n  to = aws_iam_user\.person\["alice"\]',
            cut=r"^import \{",
            said=r"^side_effects: the import to aws_iam_user\.dave goes with it",
        ),
    ),
    "check": (
        Golden(
            "construct-check-import-moved",
            r'^check "alice"',
            cut=r'^check "alice"',
            said=r"^side_effects: check alice asked only about what goes",
        ),
        Golden("construct-history", r'^check "people"', kept=r'^check "people"'),
    ),
    "override files": (
        Golden(
            "override-file",
            r"==> override\.tf <==",
            said=r"^manual: .*\(override\.tf:2\): an override file adds to this block",
        ),
        Golden("override-of-a-module", r"==> a_override\.tf <==", said=r"^manual: .*override"),
    ),
    ".tf.json": (
        Golden("construct-tofu", r"==> c\.tf\.json <==", cut=r'"alice": \[\{"name": "alice"'),
    ),
    ".tofu": (
        Golden(
            "construct-tofu",
            r"==> a\.tofu <==",
            cut=r'"\$\{aws_iam_user\.bob\.name\}", "alice"',
            said=r"^findings: .*repo \[terraform\] aws_iam_user\.shadowed",
        ),
    ),
    "tfvars in Terraform's order": (
        Golden(
            "construct-tfvars-order",
            r"==> terraform\.tfvars\.json <==",
            cut=r'by_json": \["alice", "bob"\]',
            kept=r'\["alice", "overridden in terraform\.tfvars\.json"\]',
        ),
        Golden(
            "construct-tfvars-order",
            r"==> b\.auto\.tfvars\.json <==",
            cut=r'by_last_auto": \["bob", "alice"\]',
            kept=r'\["alice", "overridden in [ab]\.auto\.tfvars(?:\.json)?"\]',
        ),
    ),
    "--var-file": (
        Golden(
            "construct-tfvars-order",
            r"==> vars/team\.tfvars <==",
            cut=r'by_file = \["bob", "alice"\]',
            kept=r'\["alice", "overridden on the command line"\]',
        ),
    ),
    "workspaces": (
        Golden(
            "construct-workspaces",
            r"local\.admins\[terraform\.workspace\]",
            said=r'^findings: .*\[workspace prod\] aws_iam_user\.admin\["alice"\]',
            cut=r'"alice", "bob"',
        ),
    ),
    "terragrunt inputs and locals": (
        Golden(
            "construct-terragrunt",
            r"viewers = concat\(local\.viewers, include\.root\.locals\.people\.leads\)",
            said=r"\[terragrunt\.hcl\] aws_iam_group_membership\.viewers",
            cut=r'viewers = \["alice", "carol"\]',
        ),
        Golden("construct-terragrunt-include", r"inputs = \{", cut=r'\["bob", "alice"\]'),
    ),
    "jsonencode": (
        Golden(
            "construct-policies", r"assume_role_policy = jsonencode", cut=r"Principal += .*/alice"
        ),
    ),
    "jsondecode": (Golden("json-map", r"jsondecode\(file\(", cut=r'^  "alice": \{'),),
    "yamldecode": (Golden("yaml-list", r"yamldecode\(file\(", cut=r"^  - alice"),),
    "csvdecode": (Golden("construct-csv", r"csvdecode\(file\(", cut=r"^alice,red"),),
    "templatefile": (
        Golden("construct-template-of-one-document", r"templatefile\(", cut=r"user/\$\{who\}"),
    ),
    "file": (Golden("construct-policies", r'= file\("\$\{path', cut=r'^ +"arn:.*user/alice",$'),),
    "fileset": (
        Golden(
            "construct-fileset",
            r'fileset\("\$\{path\.module\}/people", "\*\.yaml"\)',
            said=r"^manual: .*people/alice\.yaml:1\): the whole file stands for the leaver",
            cut=r'"bob", "alice"',
        ),
    ),
    "outside of the repository: a file": (
        Function(
            "hcl/test_limits.py", "test_a_file_outside_of_the_directory_is_refused_and_reported"
        ),
    ),
    "outside of the repository: a link": (
        Function(
            "hcl/test_limits.py", "test_a_folder_that_a_link_leads_out_to_is_refused_and_reported"
        ),
    ),
    "outside of the repository: a module": (
        Function(
            "hcl/test_limits.py", "test_code_outside_of_the_directory_is_refused_and_reported"
        ),
    ),
    "outside of the repository: terragrunt": (
        Function(
            "hcl/test_limits.py", "test_what_terragrunt_reads_outside_is_refused_and_reported"
        ),
    ),
    "tfvars that no rule loads": (
        Golden(
            "construct-tfvars-variants",
            r"==> infra/envs/prod\.tfvars <==",
            said=r"^findings: .*repo/infra \[envs/prod\.tfvars\]",
            cut=r'admins = \["alice", "bob"\]',
        ),
    ),
}
