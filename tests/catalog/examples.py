"""How each spelling of the catalog names a leaver, and somebody else: one example a spelling.

``test_every_row`` builds a small configuration and a state for every path of every row out of
these. To add a spelling's example: put one line into ``EXAMPLES`` under the spelling (with
``$json`` behind it where the path ends in ``$json``) and, where the leaver is nobody in ``ROSTER``
yet, an alias there. ``leaver`` and ``other`` are the texts at the path; ``beside`` are attributes
that have to stand next to them (or, with a dot or ``[*]`` in their name, at that path of the
resource); ``covers`` marks a text that lets the leaver in among others: a finding that nothing
is cut for; ``live_only`` one that is a finding only while the leaver is seen in the cloud.

A ``$json`` spelling also needs a function in ``generated.DOCUMENTS`` that writes a document with
such texts in it. A row whose path needs more than its spelling does (a ``when`` is always set)
gets a line in ``OF_PATH``, under (type, path).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

ROSTER = """\
version: 1
subjects:
  - id: leaver-1
    kind: person
    left_at: 2026-03-01T17:00:00Z
    aliases:
      - alice@example.com
      - alice
      - arn:aws:iam::111122223333:user/alice
      - arn:aws:iam::111122223333:role/alice
      - identity_store_user_id: 11111111-1111-1111-1111-111111111111
      - entra_object_id: aaaaaaaa-0000-4000-8000-000000000001
      - github_login: alice-hub
      - github_user_id: "4242"
  - id: service-1
    kind: service
    left_at: 2026-03-01T17:00:00Z
    aliases:
      - old-bot@acme-prod.iam.gserviceaccount.com
      - old-bot
      - entra_application_id: aaaaaaaa-0000-4000-8000-000000000002
  - id: workload-1
    kind: workload
    left_at: 2026-03-01T17:00:00Z
    aliases: [{kubernetes_service_account: batch/importer}]
  - id: group-1
    kind: group
    left_at: 2026-03-01T17:00:00Z
    aliases:
      - alice-team
      - "arn:aws:iam::111122223333:group/alice-team"
      - alice-team@example.com
      - identity_store_user_id: 22222222-2222-2222-2222-222222222222
  - id: repository-1
    kind: repository
    left_at: 2026-03-01T17:00:00Z
    aliases: [example/alice-app]
"""
"""Everybody who leaves in the generated cases."""


@dataclass(frozen=True, slots=True)
class Example:
    leaver: str
    other: str
    beside: Mapping[str, str] = field(default_factory=dict)
    covers: bool = False
    live_only: bool = False

    @property
    def leaver_text(self) -> str:
        """The text as a configuration writes it."""
        return json.dumps(self.leaver)

    @property
    def other_text(self) -> str:
        return json.dumps(self.other)


_ALICE = "arn:aws:iam::111122223333:user/alice"
_BOB = "arn:aws:iam::111122223333:user/bob"
_OLD_BOT = "old-bot@acme-prod.iam.gserviceaccount.com"
_NEW_BOT = "new-bot@acme-prod.iam.gserviceaccount.com"

_OBJECT = Example("aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000001")
_CLIENT = Example("aaaaaaaa-0000-4000-8000-000000000002", "bbbbbbbb-0000-4000-8000-000000000002")
_ADDRESS = Example("alice@example.com", "bob@example.com")
_KEY = Example("ssh-rsa AAAA alice@example.com", "ssh-rsa AAAA bob@example.com")
_SUBJECT = Example(
    "repo:example/alice-app:ref:refs/heads/main", "repo:example/bob-app:ref:refs/heads/main"
)

EXAMPLES: Mapping[str, Example] = {
    "aws.user_name": Example("alice", "bob"),
    "aws.role_name": Example("alice", "bob"),
    "aws.group_name": Example("alice-team", "bob-team"),
    "aws.principal": Example(_ALICE, _BOB),
    "aws.principal$json": Example(_ALICE, _BOB),
    "aws.identity_store_user_name": Example("alice@example.com", "bob@example.com"),
    "aws.identity_store_email": Example("alice@example.com", "bob@example.com"),
    "aws.identity_store_user_id": Example(
        "11111111-1111-1111-1111-111111111111", "99999999-9999-9999-9999-999999999999"
    ),
    "aws.identity_store_group_id": Example(
        "22222222-2222-2222-2222-222222222222", "99999999-9999-9999-9999-999999999999"
    ),
    "aws.identity_store_group_name": Example("alice-team", "bob-team"),
    "aws.login": Example("alice", "bob"),
    "aws.windows_login": Example("CORP\\alice", "CORP\\bob"),
    "aws.email": Example("alice@example.com", "bob@example.com"),
    "aws.ssh_key": Example("ssh-rsa AAAA alice@example.com", "ssh-rsa AAAA bob@example.com"),
    "aws.account": Example("111122223333", "444455556666", live_only=True),
    "aws.grantee": Example(_ALICE, _BOB),
    "aws.quicksight_user": Example("alice", "bob"),
    "aws.approver": Example("CodeCommitApprovers:alice", "CodeCommitApprovers:bob"),
    "aws.cedar": Example(
        'permit (principal == App::User::"alice", action, resource);',
        'permit (principal == App::User::"bob", action, resource);',
    ),
    "kubernetes.service_account": Example("importer", "exporter", {"namespace": "batch"}),
    "gcp.member": Example("user:alice@example.com", "user:bob@example.com"),
    "gcp.policy$json": Example("user:alice@example.com", "user:bob@example.com"),
    "gcp.email": Example("alice@example.com", "bob@example.com"),
    "gcp.group_email": Example("alice-team@example.com", "bob-team@example.com"),
    "gcp.domain": Example("example.com", "example.net", covers=True),
    "gcp.special_group": Example("allAuthenticatedUsers", "projectOwners", live_only=True),
    "gcp.service_account": Example(_OLD_BOT, _NEW_BOT),
    "gcp.service_account_id": Example("old-bot", "new-bot", {"project": "acme-prod"}),
    "gcp.acl_entity": Example("user-alice@example.com", "user-bob@example.com"),
    "gcp.database_user": Example("alice@example.com", "bob@example.com"),
    "gcp.kafka_user": Example("User:alice@example.com", "User:bob@example.com"),
    "gcp.ssh_keys": Example("alice:ssh-rsa AAAA alice@example.com", "bob:ssh-rsa AAAA bob@x.org"),
    "gcp.cel": Example(
        "assertion.repository == 'example/alice-app'", "assertion.repository == 'example/bob-app'"
    ),
    "azure.object_id": _OBJECT,
    "azure.application_id": _CLIENT,
    "azure.identity_name": Example("old-bot", "new-bot"),
    "azure.user": _ADDRESS,
    "azure.email": _ADDRESS,
    "azure.oidc_subject": _SUBJECT,
    "azure.ssh_key": _KEY,
    "entra.object_id": _OBJECT,
    "entra.application_id": _CLIENT,
    "entra.application_name": Example("old-bot", "new-bot"),
    "entra.group_name": Example("alice-team", "bob-team"),
    "entra.upn": _ADDRESS,
    "entra.email": _ADDRESS,
    "entra.oidc_subject": _SUBJECT,
    "entra.rule": Example(
        'user.userPrincipalName -eq "alice@example.com"',
        'user.userPrincipalName -eq "bob@example.com"',
    ),
    "github.login": Example("alice-hub", "bob-hub"),
    "github.user_id": Example("4242", "4343"),
    "github.actor": Example("/alice-hub", "/bob-hub"),
    "github.team": Example("alice-team", "bob-team"),
    "github.email": _ADDRESS,
    "github.ssh_key": _KEY,
    "okta.user": _ADDRESS,
    "okta.login": _ADDRESS,
    "okta.email": _ADDRESS,
    "okta.owner": _ADDRESS,
    "okta.group": Example("alice-team", "bob-team"),
    "okta.client": Example("old-bot", "new-bot"),
    "okta.client_name": Example("old-bot", "new-bot"),
    "okta.rule": Example('user.login == "alice@example.com"', 'user.login == "bob@example.com"'),
    "kubernetes.subject": Example("alice@example.com", "bob@example.com", {"kind": "User"}),
    "kubernetes.aws_principal": Example(_ALICE, _BOB),
    "kubernetes.gcp_service_account": Example(_OLD_BOT, _NEW_BOT),
    "kubernetes.entra_application": _CLIENT,
}

_IN_QUICKSIGHT = Example(
    "arn:aws:quicksight:eu-west-1:111122223333:user/default/alice@example.com",
    "arn:aws:quicksight:eu-west-1:111122223333:user/default/bob@example.com",
)

OF_PATH: Mapping[tuple[str, str], Example] = {
    ("aws_quicksight_dashboard", "permissions[*].principal"): _IN_QUICKSIGHT,
    ("aws_quicksight_data_set", "permissions[*].principal"): _IN_QUICKSIGHT,
    ("aws_opensearchserverless_access_policy", "policy$yaml[*].Principal[*]"): Example(
        "saml/111122223333/corp/user/alice@example.com",
        "saml/111122223333/corp/user/bob@example.com",
    ),
    ("aws_lakeformation_permissions", "principal"): Example(
        "arn:aws:identitystore:::user/11111111-1111-1111-1111-111111111111",
        "arn:aws:identitystore:::user/99999999-9999-9999-9999-999999999999",
    ),
    ("aws_datazone_user_profile", "user_identifier"): Example(
        "11111111-1111-1111-1111-111111111111", "99999999-9999-9999-9999-999999999999"
    ),
}
"""Examples of single paths, by (type, path), where the spelling's own does not do."""


def example(type_: str, path: str, spelling: str) -> Example | None:
    """The example of a path; None where its spelling has none."""
    of_spelling = f"{spelling}$json" if path.endswith("$json") else spelling
    return OF_PATH.get((type_, path)) or EXAMPLES.get(of_spelling)
