"""Service accounts and keys: their life, and what tokens are worth at each point of it."""

from __future__ import annotations

import base64
import json
import time
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from google.auth import jwt
from google.auth.crypt import RSASigner
from google.auth.exceptions import RefreshError

from tests.demo.google.conftest import ALICE, PROJECT, Cloud, binding, refused

EMAIL = "deploy-ci@acme-prod.iam.gserviceaccount.com"
NAME = f"projects/-/serviceAccounts/{EMAIL}"


def accounts(cloud: Cloud) -> Any:
    return cloud.admin("iam").projects().serviceAccounts()


def reads(cloud: Cloud, key: Any) -> int:
    """The status of a read that the account may make, with a token fetched anew."""
    client = cloud.with_key(EMAIL, key, "cloudresourcemanager", "v1")
    return refused(client.projects().get(projectId="acme-prod").execute)


@pytest.fixture
def account(cloud: Cloud) -> Any:
    made = cloud.world.service_account("acme-prod", "deploy-ci")
    cloud.world.grant(PROJECT, "roles/viewer", f"serviceAccount:{EMAIL}")
    return made


def test_an_account_is_made_found_changed_and_listed(cloud: Cloud) -> None:
    body = {"accountId": "deploy-ci", "serviceAccount": {"displayName": "CI"}}
    made = accounts(cloud).create(name=PROJECT, body=body).execute()
    assert made["email"] == EMAIL
    assert refused(accounts(cloud).create(name=PROJECT, body=body).execute) == 409
    assert refused(accounts(cloud).create(name=PROJECT, body={"accountId": "x"}).execute) == 400
    by_id = f"projects/acme-prod/serviceAccounts/{made['uniqueId']}"
    assert accounts(cloud).get(name=by_id).execute() == made
    assert accounts(cloud).get(name=NAME).execute() == made
    mask = {"serviceAccount": {"description": "deploys"}, "updateMask": "description"}
    accounts(cloud).patch(name=by_id, body=mask).execute()
    changed = accounts(cloud).get(name=NAME).execute()
    assert (changed["description"], changed["displayName"]) == ("deploys", "CI")
    assert refused(accounts(cloud).get(name=NAME.replace("deploy", "other")).execute) == 404


def test_accounts_come_in_pages_of_at_most_100(cloud: Cloud) -> None:
    for number in range(230):
        cloud.world.service_account("acme-prod", f"account-{number:03}")
    seen, sizes = [], []
    request = accounts(cloud).list(name=PROJECT, pageSize=500)
    while request is not None:
        answer = request.execute()
        sizes.append(len(answer["accounts"]))
        seen += [a["email"] for a in answer["accounts"]]
        request = accounts(cloud).list_next(request, answer)
    assert sizes == [100, 100, 30]
    assert len(set(seen)) == 230
    token = accounts(cloud).list(name=PROJECT, pageSize=10).execute()["nextPageToken"]
    other = accounts(cloud).list(name=PROJECT, pageSize=20, pageToken=token)
    assert refused(other.execute) == 400


def test_a_disabled_account_is_refused_at_once_and_comes_back(cloud: Cloud, account: Any) -> None:
    key = cloud.world.key(EMAIL)
    running = cloud.as_(f"serviceAccount:{EMAIL}", "cloudresourcemanager")
    read = running.projects().get(projectId="acme-prod")
    assert refused(read.execute) == 0
    accounts(cloud).disable(name=NAME, body={}).execute()
    assert accounts(cloud).get(name=NAME).execute()["disabled"] is True
    assert refused(read.execute) == 401
    with pytest.raises(RefreshError, match="invalid_grant"):
        reads(cloud, key)
    accounts(cloud).enable(name=NAME, body={}).execute()
    assert refused(read.execute) == 0
    assert reads(cloud, key) == 0
    assert account.last_use is not None


def test_a_deleted_account_is_shown_in_policies_and_undeleted_for_30_days(
    cloud: Cloud, account: Any
) -> None:
    key = cloud.world.key(EMAIL)
    accounts(cloud).delete(name=NAME).execute()
    assert refused(accounts(cloud).get(name=NAME).execute) == 404
    shown = f"deleted:serviceAccount:{EMAIL}?uid={account.unique_id}"
    assert cloud.policy()["bindings"] == [binding("roles/viewer", shown)]
    with pytest.raises(RefreshError, match="account not found"):
        reads(cloud, key)
    by_id = f"projects/acme-prod/serviceAccounts/{account.unique_id}"
    back = accounts(cloud).undelete(name=by_id, body={}).execute()
    assert back["restoredAccount"]["email"] == EMAIL
    assert cloud.policy()["bindings"] == [binding("roles/viewer", f"serviceAccount:{EMAIL}")]
    assert reads(cloud, key) == 0
    accounts(cloud).delete(name=NAME).execute()
    cloud.server.clock.advance(31 * 86400)
    assert refused(accounts(cloud).undelete(name=by_id, body={}).execute) == 404


def test_a_new_account_of_the_same_name_is_another(cloud: Cloud, account: Any) -> None:
    accounts(cloud).delete(name=NAME).execute()
    made = accounts(cloud).create(name=PROJECT, body={"accountId": "deploy-ci"}).execute()
    assert made["uniqueId"] != account.unique_id
    by_id = f"projects/acme-prod/serviceAccounts/{account.unique_id}"
    assert refused(accounts(cloud).undelete(name=by_id, body={}).execute) == 404
    assert "deleted:" in cloud.policy()["bindings"][0]["members"][0]


def test_a_key_is_shown_once_and_works_until_it_is_disabled(cloud: Cloud, account: Any) -> None:
    keys = accounts(cloud).keys()
    made = keys.create(name=NAME, body={}).execute()
    file = json.loads(base64.b64decode(made["privateKeyData"]))
    assert file["client_email"] == EMAIL
    assert file["token_uri"] == f"{cloud.server.url}/token"
    assert file["private_key"].startswith("-----BEGIN PRIVATE KEY-----")
    assert "privateKeyData" not in keys.get(name=made["name"]).execute()
    key = account.keys[file["private_key_id"]]
    assert reads(cloud, key) == 0
    keys.disable(name=made["name"], body={}).execute()
    assert keys.get(name=made["name"]).execute()["disabled"] is True
    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        reads(cloud, key)
    keys.enable(name=made["name"], body={}).execute()
    assert reads(cloud, key) == 0


def test_every_account_has_one_key_that_google_manages(cloud: Cloud, account: Any) -> None:
    cloud.world.key(EMAIL)
    keys = accounts(cloud).keys()
    kinds = [k["keyType"] for k in keys.list(name=NAME).execute()["keys"]]
    assert sorted(kinds) == ["SYSTEM_MANAGED", "USER_MANAGED"]
    assert len(account.keys) == 2
    system = keys.list(name=NAME, keyTypes="SYSTEM_MANAGED").execute()["keys"]
    assert len(system) == 1
    assert refused(keys.delete(name=system[0]["name"]).execute) == 400
    assert refused(keys.disable(name=system[0]["name"], body={}).execute) == 400


def test_an_account_has_at_most_ten_keys(cloud: Cloud, account: Any) -> None:
    for _ in range(10):
        cloud.world.key(EMAIL)
    assert refused(accounts(cloud).keys().create(name=NAME, body={}).execute) == 400
    assert len(account.keys) == 11


def test_a_token_outlives_its_key_by_at_most_an_hour(cloud: Cloud, account: Any) -> None:
    key = cloud.world.key(EMAIL)
    running = cloud.with_key(EMAIL, key, "cloudresourcemanager")
    read = running.projects().get(projectId="acme-prod")
    assert refused(read.execute) == 0
    name = f"projects/acme-prod/serviceAccounts/{EMAIL}/keys/{key.id}"
    accounts(cloud).keys().delete(name=name).execute()
    assert key.id not in account.keys
    with pytest.raises(RefreshError, match="invalid_grant"):
        reads(cloud, key)
    assert refused(read.execute) == 0
    cloud.server.clock.advance(3599)
    assert refused(read.execute) == 0
    cloud.server.clock.advance(2)
    with pytest.raises(RefreshError):  # 401, and the client's own attempt to renew it fails
        read.execute()


def test_impersonation_needs_a_role_on_the_account(cloud: Cloud, account: Any) -> None:
    def impersonate(member: str) -> Any:
        client = cloud.as_(member, "iamcredentials").projects().serviceAccounts()
        body = {"scope": ["https://www.googleapis.com/auth/cloud-platform"]}
        return client.generateAccessToken(name=NAME, body=body)

    assert refused(impersonate(f"user:{ALICE}").execute) == 403
    cloud.world.grant(EMAIL, "roles/iam.serviceAccountTokenCreator", f"user:{ALICE}")
    token = impersonate(f"user:{ALICE}").execute()["accessToken"]
    read = cloud.bearing(token, "cloudresourcemanager").projects().get(projectId="acme-prod")
    assert refused(read.execute) == 0
    cloud.world.revoke(EMAIL, "roles/iam.serviceAccountTokenCreator", f"user:{ALICE}")
    assert refused(impersonate(f"user:{ALICE}").execute) == 403
    assert refused(read.execute) == 0  # minted before
    account.disabled = True
    assert refused(read.execute) == 401


def test_owners_of_a_project_may_not_impersonate_its_accounts(cloud: Cloud, account: Any) -> None:
    cloud.world.grant(PROJECT, "roles/owner", f"user:{ALICE}")
    client = cloud.as_(f"user:{ALICE}", "iamcredentials").projects().serviceAccounts()
    call = client.generateAccessToken(name=NAME, body={"scope": ["s"]})
    assert refused(call.execute) == 403
    assert (
        refused(accounts(cloud).get(name=f"projects/-/serviceAccounts/{account.email}").execute)
        == 0
    )


@pytest.mark.usefixtures("account")
def test_what_a_key_signs_itself_stops_with_it(cloud: Cloud) -> None:
    key = cloud.world.key(EMAIL)
    file = cloud.world.key_file(EMAIL, key, f"{cloud.server.url}/token")
    signed = jwt_of(file)
    read = cloud.bearing(signed, "cloudresourcemanager").projects().get(projectId="acme-prod")
    assert refused(read.execute) == 0
    key.disabled = True
    assert refused(read.execute) == 401


def jwt_of(file: dict[str, Any]) -> str:
    signer = RSASigner.from_service_account_info(file)  # type: ignore[no-untyped-call]
    now = int(time.time())
    claims = {"iss": EMAIL, "sub": EMAIL, "aud": "https://a/", "iat": now, "exp": now + 600}
    return str(jwt.encode(signer, claims).decode())  # type: ignore[no-untyped-call]


def test_whoever_may_sign_for_an_account_gets_its_tokens(cloud: Cloud, account: Any) -> None:
    cloud.world.grant(EMAIL, "roles/iam.serviceAccountTokenCreator", f"user:{ALICE}")
    now = int(time.time())
    claims = {"iss": EMAIL, "aud": f"{cloud.server.url}/token", "iat": now, "exp": now + 600}
    accounts = cloud.as_(f"user:{ALICE}", "iamcredentials").projects().serviceAccounts()
    signed = accounts.signJwt(name=NAME, body={"payload": json.dumps(claims)}).execute()
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": signed["signedJwt"],
    }
    with urlopen(f"{cloud.server.url}/token", urlencode(form).encode()) as answer:
        token = json.load(answer)["access_token"]
    read = cloud.bearing(token, "cloudresourcemanager").projects().get(projectId="acme-prod")
    assert refused(read.execute) == 0
    assert account.last_use is not None


def test_a_key_that_its_owner_made_is_uploaded(cloud: Cloud, account: Any) -> None:
    keys = accounts(cloud).keys()
    first = cloud.world.key(EMAIL)
    name = f"{NAME}/keys/{first.id}"
    pem = keys.get(name=name, publicKeyType="TYPE_X509_PEM_FILE").execute()["publicKeyData"]
    made = keys.upload(name=NAME, body={"publicKeyData": pem}).execute()
    assert (made["keyOrigin"], made["keyType"]) == ("USER_PROVIDED", "USER_MANAGED")
    uploaded = account.keys[made["name"].rpartition("/")[2]]
    assert uploaded.public_key().public_numbers() == first.public_key().public_numbers()
    again = keys.get(name=made["name"], publicKeyType="TYPE_X509_PEM_FILE").execute()
    assert again["publicKeyData"] == pem


def test_a_user_renews_a_token_until_the_account_goes(cloud: Cloud) -> None:
    cloud.world.grant(PROJECT, "roles/viewer", f"user:{ALICE}")
    form = {"grant_type": "refresh_token", "refresh_token": cloud.server.refresh_token(ALICE)}

    def renewed() -> str:
        with urlopen(f"{cloud.server.url}/token", urlencode(form).encode()) as answer:
            return str(json.load(answer)["access_token"])

    read = cloud.bearing(renewed(), "cloudresourcemanager").projects().get(projectId="acme-prod")
    assert refused(read.execute) == 0
    cloud.world.delete_user(ALICE)
    assert refused(read.execute) == 401
    with pytest.raises(HTTPError) as refusal:
        renewed()
    assert json.load(refusal.value)["error"] == "invalid_grant"


def test_when_a_key_was_last_used(cloud: Cloud, account: Any) -> None:
    key, idle = cloud.world.key(EMAIL), cloud.world.key(EMAIL)
    reads(cloud, key)
    activities = cloud.admin("policyanalyzer").projects().locations().activityTypes().activities()

    def used(kind: str, **more: str) -> dict[str, Any]:
        parent = f"{PROJECT}/locations/global/activityTypes/{kind}"
        answer = activities.query(parent=parent, **more).execute()
        return {a["fullResourceName"]: a["activity"] for a in answer["activities"]}

    found = used("serviceAccountKeyLastAuthentication")
    assert "lastAuthenticatedTime" in found[f"{account.resource.name}/keys/{key.id}"]
    assert "lastAuthenticatedTime" not in found[f"{account.resource.name}/keys/{idle.id}"]
    wanted = f'activities.fullResourceName="{account.resource.name}"'
    one = used("serviceAccountLastAuthentication", filter=wanted)
    assert list(one) == [account.resource.name]
    assert one[account.resource.name]["lastAuthenticatedTime"].endswith("T07:00:00Z")
