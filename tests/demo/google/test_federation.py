"""Workload identity federation: pools, providers, conditions, and tokens by exchange."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from google.auth import identity_pool
from google_auth_httplib2 import Request
from httplib2 import Http

from iac_offboard.demo.google.entities import Pool, Provider
from tests.demo.google.conftest import PROJECT, Cloud, refused

LOCATION = f"{PROJECT}/locations/global"
MAPPING = {"google.subject": "assertion.sub", "attribute.repository": "assertion.repository"}
CLAIMS = {"sub": "repo:acme/app:ref:refs/heads/main", "repository": "acme/app"}
CONDITION = "assertion.repository in ['acme/app', 'acme/lib'] && assertion.sub.startsWith('repo:')"


def pools(cloud: Cloud) -> Any:
    return cloud.admin("iam").projects().locations().workloadIdentityPools()


def exchange(cloud: Cloud, provider: Provider, claims: dict[str, str], **more: str) -> Any:
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "audience": f"//iam.googleapis.com/{provider.name}",
        "scope": "https://www.googleapis.com/auth/cloud-platform",
        "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "subject_token": cloud.server.external_credential(provider, claims),
        **more,
    }
    with urlopen(f"{cloud.server.url}/sts/v1/token", urlencode(form).encode()) as answer:
        return json.load(answer)


def error_of(cloud: Cloud, provider: Provider, claims: dict[str, str], **more: str) -> str:
    with pytest.raises(HTTPError) as refusal:
        exchange(cloud, provider, claims, **more)
    return str(json.load(refusal.value)["error"])


@pytest.fixture
def pool(cloud: Cloud) -> Pool:
    return cloud.world.pool("acme-prod", "github")


@pytest.fixture
def provider(cloud: Cloud, pool: Pool) -> Provider:
    return cloud.world.provider(pool, "actions", mapping=MAPPING, condition=CONDITION)


def test_pools_and_providers_live_and_come_back(cloud: Cloud) -> None:
    create = pools(cloud).create(parent=LOCATION, workloadIdentityPoolId="github", body={})
    made = create.execute()["response"]
    number = cloud.world.projects["acme-prod"].number
    assert made["name"] == f"projects/{number}/locations/global/workloadIdentityPools/github"
    assert refused(create.execute) == 409
    body: dict[str, Any] = {
        "oidc": {"issuerUri": "https://token.actions.githubusercontent.com"},
        "attributeMapping": MAPPING,
        "attributeCondition": CONDITION,
    }
    parent = f"{LOCATION}/workloadIdentityPools/github"
    providers = pools(cloud).providers()
    for wrong in (
        {**body, "attributeMapping": {}},
        {**body, "attributeCondition": "assertion.x =="},
        {**body, "oidc": {"issuerUri": "http://insecure.example"}},
    ):
        call = providers.create(parent=parent, workloadIdentityPoolProviderId="actions", body=wrong)
        assert refused(call.execute) == 400
    call = providers.create(parent=parent, workloadIdentityPoolProviderId="actions", body=body)
    name = call.execute()["response"]["name"]
    change = {"attributeCondition": "assertion.repository == 'acme/lib'"}
    providers.patch(name=name, updateMask="attributeCondition", body=change).execute()
    got = providers.get(name=name).execute()
    assert (got["attributeCondition"], got["attributeMapping"]) == (
        change["attributeCondition"],
        MAPPING,
    )
    providers.delete(name=name).execute()
    assert providers.get(name=name).execute()["state"] == "DELETED"
    assert providers.list(parent=parent).execute() == {}
    assert len(providers.list(parent=parent, showDeleted=True).execute()[
        "workloadIdentityPoolProviders"
    ]) == 1  # fmt: skip
    providers.undelete(name=name, body={}).execute()
    assert providers.get(name=name).execute()["state"] == "ACTIVE"
    pools(cloud).delete(name=parent).execute()
    assert pools(cloud).list(parent=LOCATION).execute() == {}
    cloud.server.clock.advance(31 * 86400)
    assert refused(pools(cloud).get(name=parent).execute) == 404


def test_a_repository_comes_in_by_subject_attribute_and_pool(
    cloud: Cloud, pool: Pool, provider: Provider
) -> None:
    token = exchange(cloud, provider, CLAIMS)["access_token"]
    read = cloud.bearing(token, "cloudresourcemanager").projects().get(projectId="acme-prod")
    assert refused(read.execute) == 403
    root = f"iam.googleapis.com/{pool.name}"
    for member in (
        f"principal://{root}/subject/{CLAIMS['sub']}",
        f"principalSet://{root}/attribute.repository/acme/app",
        f"principalSet://{root}/*",
    ):
        cloud.world.grant(PROJECT, "roles/viewer", member)
        assert refused(read.execute) == 0
        cloud.world.revoke(PROJECT, "roles/viewer", member)
    other = f"principalSet://{root}/attribute.repository/acme/other"
    cloud.world.grant(PROJECT, "roles/viewer", other)
    assert refused(read.execute) == 403


def test_a_repository_impersonates_an_account(cloud: Cloud, pool: Pool, provider: Provider) -> None:
    account = cloud.world.service_account("acme-prod", "deploy-ci")
    member = f"principalSet://iam.googleapis.com/{pool.name}/attribute.repository/acme/app"
    token = exchange(cloud, provider, CLAIMS)["access_token"]
    accounts = cloud.bearing(token, "iamcredentials").projects().serviceAccounts()
    name = f"projects/-/serviceAccounts/{account.email}"
    mint = accounts.generateAccessToken(name=name, body={"scope": ["s"]})
    assert refused(mint.execute) == 403
    cloud.world.grant(account.email, "roles/iam.workloadIdentityUser", member)
    assert mint.execute()["accessToken"].startswith("ya29.")


def test_the_auth_library_exchanges_by_itself(
    cloud: Cloud, pool: Pool, provider: Provider, tmp_path: Path
) -> None:
    """As a workflow does with the file that "create-cred-config" writes."""
    account = cloud.world.service_account("acme-prod", "deploy-ci")
    member = f"principalSet://iam.googleapis.com/{pool.name}/attribute.repository/acme/app"
    cloud.world.grant(account.email, "roles/iam.workloadIdentityUser", member)
    cloud.world.grant(PROJECT, "roles/viewer", f"serviceAccount:{account.email}")
    subject = tmp_path / "subject"
    subject.write_text(cloud.server.external_credential(provider, CLAIMS))
    accounts = f"{cloud.server.url}/iamcredentials/v1/projects/-/serviceAccounts"
    signed = identity_pool.Credentials(  # type: ignore[no-untyped-call]
        audience=f"//iam.googleapis.com/{provider.name}",
        subject_token_type="urn:ietf:params:oauth:token-type:jwt",
        token_url=f"{cloud.server.url}/sts/v1/token",
        credential_source={"file": str(subject)},
        service_account_impersonation_url=f"{accounts}/{account.email}:generateAccessToken",
        scopes=["https://www.googleapis.com/auth/cloud-platform"],
    )
    signed.refresh(Request(Http()))  # type: ignore[no-untyped-call]
    token = str(signed.token)
    read = cloud.bearing(token, "cloudresourcemanager").projects().get(projectId="acme-prod")
    assert refused(read.execute) == 0


def test_conditions_and_broken_credentials(cloud: Cloud, pool: Pool, provider: Provider) -> None:
    other = {**CLAIMS, "repository": "eve/app"}
    assert error_of(cloud, provider, other) == "unauthorized_client"
    assert error_of(cloud, provider, {"sub": "repo:acme/app"}) == "invalid_grant"
    assert error_of(cloud, provider, {**CLAIMS, "aud": "other"}) == "invalid_grant"
    good = cloud.server.external_credential(provider, CLAIMS)
    assert (
        error_of(cloud, provider, CLAIMS, subject_token=good[:-8] + "AAAAAAAA") == "invalid_grant"
    )
    unknown = f"//iam.googleapis.com/{pool.name}/providers/none"
    assert error_of(cloud, provider, CLAIMS, audience=unknown) == "invalid_grant"
    provider.data["disabled"] = True
    assert error_of(cloud, provider, CLAIMS) == "invalid_grant"


def test_a_disabled_pool_ends_the_tokens_that_are_out(
    cloud: Cloud, pool: Pool, provider: Provider
) -> None:
    cloud.world.grant(PROJECT, "roles/viewer", f"principalSet://iam.googleapis.com/{pool.name}/*")
    token = exchange(cloud, provider, CLAIMS)["access_token"]
    read = cloud.bearing(token, "cloudresourcemanager").projects().get(projectId="acme-prod")
    assert refused(read.execute) == 0
    provider.data["disabled"] = True
    assert refused(read.execute) == 0
    patch = pools(cloud).patch(name=pool.name, updateMask="disabled", body={"disabled": True})
    patch.execute()
    assert refused(read.execute) == 401


def test_a_kubernetes_account_is_a_member(cloud: Cloud) -> None:
    member = "serviceAccount:acme-prod.svc.id.goog[default/app]"
    read = cloud.as_(member, "cloudresourcemanager").projects().get(projectId="acme-prod")
    assert refused(read.execute) == 403
    cloud.world.grant(PROJECT, "roles/viewer", member)
    assert refused(read.execute) == 0


def test_workforce_pools_belong_to_the_organization(cloud: Cloud) -> None:
    workforce = cloud.admin("iam").locations().workforcePools()
    body = {"parent": "organizations/123"}
    create = workforce.create(location="locations/global", workforcePoolId="partners", body=body)
    name = create.execute()["response"]["name"]
    assert name == "locations/global/workforcePools/partners"
    listed = workforce.list(location="locations/global", parent="organizations/123").execute()
    assert [p["name"] for p in listed["workforcePools"]] == [name]
    member = f"principal://iam.googleapis.com/{name}/subject/eve"
    cloud.world.grant(PROJECT, "roles/viewer", member)
    workforce.subjects().delete(name=f"{name}/subjects/eve").execute()
    assert cloud.policy()["bindings"][0]["members"] == [f"deleted:{member}?uid=1"]
