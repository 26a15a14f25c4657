"""Places in which another person's resource names the leaver, and survives: one case for each."""

from __future__ import annotations

from collections.abc import Mapping

from tests.hcl.covered import Function, Golden

SECONDARY: Mapping[str, tuple[Golden | Function, ...]] = {
    "who may retire a KMS grant": (
        Golden(
            "keep-kms-grant-of-another", r"retiring_principal", kept=r'"aws_kms_grant" "backup"'
        ),
    ),
    "the path of an MFA device": (
        Golden("keep-mfa-device-of-another", r"path +=.*alice", kept=r'_mfa_device" "bob"'),
    ),
    "the serial of an MFA device, in a condition": (
        Golden("keep-mfa-serial-of-another", r":mfa/alice", kept=r":mfa/alice", said=r"True"),
    ),
    "the PGP key of an access key and of a login profile": (
        Golden("keep-access-key-of-another", r"keybase:alice", kept=r"keybase:alice"),
        Golden("keep-access-key-of-another", r"keybase:bob", cut=r'"aws_iam_access_key" "alice"'),
    ),
    "tags of a user and of a role": (
        Golden("keep-tags-of-another", r"CreatedBy = ", kept=r"CreatedBy = ", said=r"^notes: ment"),
        Golden(
            "keep-tags-of-another",
            r"contact = aws_iam_user\.alice\.name",
            kept=r'"aws_iam_role" "pipeline"',
            said=r"^holds: dangling-reference repo: aws_iam_role\.pipeline",
        ),
    ),
    "a tag of a database that refers to the leaver": (
        Golden(
            "keep-tags-by-reference",
            r"Owner = aws_iam_user\.alice\.arn",
            kept=r'"aws_db_instance" "ledger"',
            said=r"^holds: dangling-reference repo: aws_db_instance\.ledger",
        ),
    ),
    "the path and the boundary of a user": (
        Golden("keep-secondary-paths", r"permissions_boundary = .*alice", kept=r'_user" "bob"'),
        Golden(
            "keep-permissions-boundary-of-another", r"y_boundary\.arn|y\.boundary\.arn", kept=r"bob"
        ),
    ),
    "the group and the policy of somebody else's membership": (
        Golden("keep-groups-of-others", r'carol = "alice"', kept=r'carol = "alice"'),
        Golden("keep-groups-of-others", r'group = "alice"', kept=r'group = "alice"'),
    ),
    "an argument of another person's module call": (
        Golden(
            "keep-manager-argument",
            r'manager = "alice@example\.com"',
            kept=r'^module "bob"',
            said=r"^notes: mention",
        ),
        Golden(
            "keep-manager-argument",
            r"manager = module\.alice\.email",
            kept=r'^module "carol"',
            said=r"^holds: dangling-reference .*module\.carol",
        ),
    ),
    "targets of notifications": (
        Golden(
            "keep-notification-targets",
            r"subscriber_email_addresses",
            kept=r"alice@example\.com",
            said=r"^notes: mention",
        ),
    ),
    "the manager and other addresses of a user of Entra ID": (
        Golden(
            "keep-entra-manager-and-other-mails",
            r"other_mails +=.*alice",
            kept=r'"azuread_user" "bob"',
            said=r"^manual: repo: azuread_user\.bob",
        ),
        Golden(
            "keep-entra-manager-and-other-mails",
            r"manager_id +=.*azuread_user\.alice",
            kept=r'"azuread_user" "carol"',
            said=r"^holds: dangling-reference repo: azuread_user\.carol",
        ),
    ),
    "the manager and the mail of recovery of a user of Okta": (
        Golden(
            "keep-okta-manager-and-recovery-mail",
            r"second_email",
            kept=r'"okta_user" "bob"',
            said=r"^manual: repo: okta_user\.bob",
        ),
    ),
    "what runs as a role": (
        Golden(
            "keep-runs-as-of-another",
            r"execution_role = aws_iam_role\.etl\.arn",
            kept=r'"aws_sagemaker_user_profile" "bob"|"aws_lambda_function" "report"',
            said=r"^holds: dangling-reference repo: aws_sagemaker_user_profile\.bob",
        ),
    ),
    "a namesake": (Golden("namesakes", r"alice-robot", kept=r"alice", said=r"^can_apply: True"),),
}
