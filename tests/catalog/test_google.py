"""Members and principals of Google Cloud, and texts that name them among others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iac_offboard.catalog.google import known_part, parse
from iac_offboard.catalog.google_policy import members
from iac_offboard.catalog.google_pools import federated
from iac_offboard.catalog.google_text import parse_all
from iac_offboard.catalog.principal import HOLE
from iac_offboard.model import PrincipalKind as Kind

POOL = "iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github"
CI = "ci-bot@acme-prod.iam.gserviceaccount.com"
OF_PROJECT = "principalSet://cloudresourcemanager.googleapis.com/projects/123/type/ServiceAccount"
CUSTOMER = "principalSet://goog/cloudIdentityCustomerId/C01"
GITHUB = "https://token.actions.githubusercontent.com"


def read(text: str, spelling: str = "gcp.member", **attrs: object) -> tuple[Kind, str] | None:
    found = parse(spelling, text, attrs)
    return None if found is None else (found.kind, found.value)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("user:Alice@Example.com", Kind.GCP_USER, "alice@example.com"),
        (f"user:{CI}", Kind.GCP_SERVICE_ACCOUNT, CI),
        (f"serviceAccount:{CI}", Kind.GCP_SERVICE_ACCOUNT, CI),
        (f"serviceAccount:{CI.replace('acme-prod', HOLE)}", Kind.GCP_SERVICE_ACCOUNT, "ci-bot"),
        ("serviceAccount:p.svc.id.goog[ns/ksa]", Kind.KUBERNETES_SERVICE_ACCOUNT, "ns/ksa"),
        (f"serviceAccount:{HOLE}.svc.id.goog[ns/k]", Kind.KUBERNETES_SERVICE_ACCOUNT, "ns/k"),
        ("group:Ops@example.com", Kind.GCP_GROUP, "ops@example.com"),
        ("domain:Example.com", Kind.GCP_DOMAIN, "example.com"),
        ("allUsers", Kind.ANYONE, "allUsers"),
        ("allAuthenticatedUsers", Kind.ANYONE, "allAuthenticatedUsers"),
        ("projectOwner:acme", Kind.OTHER, "projectOwner:acme"),
        (f"projectEditor:{HOLE}", Kind.OTHER, "projectEditor:*"),
        (f"principal://{POOL}/subject/s", Kind.GCP_PRINCIPAL, f"principal://{POOL}/subject/s"),
        (f"principalSet://{POOL}/*", Kind.GCP_PRINCIPAL_SET, f"principalSet://{POOL}/*"),
        ("principal://goog/subject/Alice@example.com", Kind.GCP_USER, "alice@example.com"),
        ("principalSet://goog/group/ops@example.com", Kind.GCP_GROUP, "ops@example.com"),
        ("principalSet://goog/public:all", Kind.ANYONE, "allUsers"),
        ("User:alice@example.com", Kind.GCP_USER, "alice@example.com"),
        (f"serviceaccount:{CI.upper()}", Kind.GCP_SERVICE_ACCOUNT, CI),
        ("  user: alice@example.com ", Kind.GCP_USER, "alice@example.com"),
        ("iamMember:user:alice@example.com", Kind.GCP_USER, "alice@example.com"),
        (f"iamMember:serviceAccount:{CI}", Kind.GCP_SERVICE_ACCOUNT, CI),
        (OF_PROJECT, Kind.GCP_PRINCIPAL_SET, OF_PROJECT),
        (CUSTOMER, Kind.GCP_PRINCIPAL_SET, CUSTOMER),
        (
            f"principal://iam.googleapis.com/projects/-/serviceAccounts/{CI}",
            Kind.GCP_SERVICE_ACCOUNT,
            CI,
        ),
        (
            "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/"
            "p.svc.id.goog/subject/ns/web/sa/api",
            Kind.KUBERNETES_SERVICE_ACCOUNT,
            "web/api",
        ),
    ],
)
def test_a_member_is_who_its_structure_says(text: str, kind: Kind, value: str) -> None:
    assert read(text) == (kind, value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "user:",
        "user:alice",
        f"user:{HOLE}",
        f"user:{HOLE}@example.com",
        f"user:alice@{HOLE}",
        f"serviceAccount:{HOLE}@acme.iam.gserviceaccount.com",
        f"principalSet://{POOL}/attribute.repository/{HOLE}",
        "owner:alice@example.com",
        "principal://nonsense",
    ],
)
def test_what_names_nobody_for_certain_is_nobody(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("user:Alice@example.com", Kind.GCP_USER, "alice@example.com"),
        (f"serviceAccount:{CI}", Kind.GCP_SERVICE_ACCOUNT, CI),
        ("group:ops@example.com", Kind.GCP_GROUP, "ops@example.com"),
        ("principal://goog/subject/alice@example.com", Kind.GCP_USER, "alice@example.com"),
        (f"principal://{POOL}/subject/s", Kind.GCP_PRINCIPAL, f"principal://{POOL}/subject/s"),
        (
            f"principalSet://{POOL}/group/g",
            Kind.GCP_PRINCIPAL_SET,
            f"principalSet://{POOL}/group/g",
        ),
    ],
)
def test_a_deleted_member_is_who_it_was_and_its_uid(text: str, kind: Kind, value: str) -> None:
    found = parse("gcp.member", f"deleted:{text}?uid=112233445566778899001", {})
    assert found is not None
    assert (found.kind, found.value) == (kind, value)
    assert found.stable_id == "112233445566778899001"


@pytest.mark.parametrize(
    ("spelling", "text", "attrs", "value"),
    [
        ("gcp.email", "alice@example.com", {}, "alice@example.com"),
        ("gcp.service_account", f"projects/-/serviceAccounts/{CI}", {}, CI),
        ("gcp.service_account", f"projects/p/serviceAccounts/{CI}/keys/1f", {}, CI),
        ("gcp.service_account", "112233445566778899001", {}, "112233445566778899001"),
        ("gcp.service_account_id", "ci-bot", {"project": "acme-prod"}, CI),
        ("gcp.service_account_id", "ci-bot", {"project": HOLE}, "ci-bot"),
        ("gcp.service_account_id", "ci-bot", {}, "ci-bot"),
        ("gcp.service_account_id", "ci-bot", {"email": CI}, CI),
        ("gcp.acl_entity", "user-alice@example.com", {}, "alice@example.com"),
        ("gcp.acl_entity", "OWNER:user-alice@example.com", {}, "alice@example.com"),
        ("gcp.acl_entity", "group-ops@example.com", {}, "ops@example.com"),
        ("gcp.acl_entity", "domain-example.com", {}, "example.com"),
        ("gcp.database_user", "alice@example.com", {"type": "CLOUD_IAM_USER"}, "alice@example.com"),
        ("gcp.database_user", "ci-bot@acme-prod.iam", {"type": "CLOUD_IAM_SERVICE_ACCOUNT"}, CI),
        ("gcp.database_user", "ops@example.com", {"type": "CLOUD_IAM_GROUP"}, "ops@example.com"),
        ("gcp.kafka_user", f"User:{CI}", {}, CI),
    ],
)
def test_other_places_spell_the_same_people(
    spelling: str, text: str, attrs: dict[str, object], value: str
) -> None:
    found = parse(spelling, text, attrs)
    assert found is not None
    assert found.value == value


def test_a_built_in_database_user_is_nobody_known() -> None:
    assert read("postgres", "gcp.database_user", type="BUILT_IN") is None


@pytest.mark.parametrize(
    ("claim", "repository"),
    [
        ("attribute.repository/Example/Payments", "example/payments"),
        ("attribute.repository/example", ""),
        ("attribute.repository/example/*", ""),
        ("attribute.repository_owner/example", ""),
        ("subject/repo:example/payments:ref:refs/heads/main", "example/payments"),
        ("subject/repo:example/*", ""),
        ("*", ""),
    ],
)
def test_an_identifier_is_a_repository_only_when_it_names_it(claim: str, repository: str) -> None:
    parts = federated(f"principalSet://{POOL}/{claim}")
    assert parts is not None
    assert parts.pool == POOL
    assert parts.repository == repository


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('assertion.repository == "example/payments"', ["repository:example/payments"]),
        ("assertion.repository in ['a/b', 'c/d']", ["repository:a/b", "repository:c/d"]),
        ("assertion.sub.startsWith('repo:a/b:')", ["repo:a/b:*"]),
        ('assertion.repository_owner == "example"', ["repo:example/*"]),
        ('attribute.actor=="alice" && assertion.actor != "bob"', ["actor:alice"]),
        ('!(assertion.actor == "alice")', []),
        ('!(assertion.actor in ["alice", "bob"]) && assertion.actor == "carol"', ["actor:carol"]),
        ('assertion.event_name == "push"', []),
        (f'assertion.repository == "{HOLE}"', []),
    ],
)
def test_a_condition_names_whom_it_demands(condition: str, found: list[str]) -> None:
    attrs = {"oidc": [{"issuer_uri": GITHUB}]}
    values = [p.value.partition("|") for p in parse_all("gcp.cel", condition, attrs)]
    assert [v[2] for v in values] == found
    assert {v[0] for v in values} <= {GITHUB}


def test_ssh_keys_name_the_people_of_their_comments() -> None:
    text = (
        "alice:ssh-ed25519 AAAA alice@example.com\n"
        'bob:ssh-rsa AAAA google-ssh {"userName":"bob@example.com","expireOn":"2026-01-01"}\n'
        "carol:ssh-rsa AAAA laptop\n"
    )
    found = [p.value for p in parse_all("gcp.ssh_keys", text, {})]
    assert found == ["alice@example.com", "bob@example.com"]


def test_a_policy_names_each_member_with_its_role_and_its_place() -> None:
    found = list(
        members(
            {
                "bindings": [
                    {"role": "roles/viewer", "members": ["user:alice@example.com", "nobody"]},
                    {
                        "role": "roles/editor",
                        "members": [f"user:{HOLE}"],
                        "condition": {"expression": "request.time < timestamp('2027')"},
                    },
                    {"role": "roles/owner", "members": HOLE},
                ],
                "auditConfigs": [
                    {"auditLogConfigs": [{"exemptedMembers": ["user:bob@example.com"]}]}
                ],
            }
        )
    )
    assert [m.path for m in found] == [
        ("bindings", 0, "members", 0),
        ("bindings", 1, "members", 0),
        ("bindings", 2, "members"),
        ("auditConfigs", 0, "auditLogConfigs", 0, "exemptedMembers", 0),
    ]
    assert [m.role for m in found] == ["roles/viewer", "roles/editor", "roles/owner", ""]
    assert [m.principal is None for m in found] == [False, True, True, False]
    assert "2027" not in found[1].condition != ""
    assert found[3].exempt


@pytest.mark.parametrize("policy", [None, [], "x", {"bindings": "x"}, {"bindings": [None, {}]}])
def test_what_is_no_policy_names_nobody(policy: object) -> None:
    assert list(members(policy)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (f"user:{HOLE}@example.com", f"{HOLE}@example.com"),
        (f"serviceAccount:{HOLE}", f"{HOLE}.gserviceaccount.com"),
        (f"group:{HOLE}", f"group:{HOLE}"),
        (f"principalSet://{POOL}/attribute.repository/a/{HOLE}", f"attribute.repository:a/{HOLE}"),
        (HOLE, HOLE),
        ("deleted:user:alice@example.com?uid=12", "alice@example.com"),
        (f"serviceAccount:p.svc.id.goog[{HOLE}/importer]", f"{HOLE}/importer"),
    ],
)
def test_an_undecided_member_tells_what_it_may_be(text: str, known: str) -> None:
    assert known_part(text) == known


LOCAL = st.from_regex(r"[a-z][a-z0-9.+_-]{0,20}", fullmatch=True)
DOMAIN = st.from_regex(r"[a-z][a-z0-9-]{0,10}\.(com|org|co\.uk)", fullmatch=True)


@given(LOCAL, DOMAIN, st.sampled_from(["user", "group"]))
def test_the_case_of_an_e_mail_says_nothing(local: str, domain: str, word: str) -> None:
    email = f"{local}@{domain}"
    assert read(f"{word}:{email}") == read(f"{word}:{email.upper()}")
    assert read(f"{word}:{email}") is not None


@given(LOCAL, LOCAL, DOMAIN)
def test_another_name_is_another_person(one: str, other: str, domain: str) -> None:
    same = read(f"user:{one}@{domain}") == read(f"user:{other}@{domain}")
    assert same == (one == other)


@given(st.text(max_size=60), st.sampled_from(["gcp.member", "gcp.email", "gcp.acl_entity"]))
def test_no_text_is_too_strange_and_no_hole_is_a_name(text: str, spelling: str) -> None:
    found = parse(spelling, text, {})
    assert found is None or HOLE not in found.value


@given(st.text(max_size=80), st.sampled_from(["gcp.cel", "gcp.ssh_keys"]))
def test_texts_of_many_never_fail(text: str, spelling: str) -> None:
    for found in parse_all(spelling, text, {}):
        assert found.value


@given(
    st.text(alphabet="abcdefghij/*:.\x00", max_size=30),
    st.sampled_from(["principal", "principalSet"]),
)
def test_a_pool_identifier_keeps_its_claim_whole(value: str, scheme: str) -> None:
    parts = federated(f"{scheme}://{POOL}/attribute.team/{value}")
    assert parts is not None
    assert (parts.pool, parts.claim, parts.value) == (POOL, "attribute.team", value)
