"""Trouble on demand, and what is refused because the discovery documents do not know it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import google.auth
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError, UnknownApiNameOrVersion

from tests.demo.google.conftest import ALICE, BOB, PROJECT, Cloud, binding, refused

READ = "cloudresourcemanager.projects.getIamPolicy"
WRITE = "cloudresourcemanager.projects.setIamPolicy"


def test_a_method_is_denied_on_one_project_or_everywhere(cloud: Cloud) -> None:
    cloud.world.project("acme-dev", parent="folders/456")
    cloud.server.faults.deny(READ, "acme-prod")
    assert refused(cloud.policy) == 403
    assert refused(lambda: cloud.policy("projects/acme-dev")) == 0
    cloud.server.faults.deny("storage.*", "acme-prod")
    bucket = cloud.admin("storage").buckets().getIamPolicy(bucket="acme-logs")
    assert refused(bucket.execute) == 403
    cloud.server.faults.clear()
    assert refused(cloud.policy) == 0
    cloud.server.faults.deny(READ)
    assert refused(lambda: cloud.policy("projects/acme-dev")) == 403


@pytest.mark.parametrize(("kind", "status"), [("throttle", 429), ("fail", 503)])
def test_trouble_that_passes(cloud: Cloud, kind: str, status: int) -> None:
    getattr(cloud.server.faults, kind)(READ, times=2, retry_after=7)
    with pytest.raises(HttpError) as refusal:
        cloud.policy()
    assert refusal.value.resp.status == status
    assert refusal.value.resp["retry-after"] == "7"
    assert [refused(cloud.policy) for _ in range(2)] == [status, 0]
    getattr(cloud.server.faults, kind)(READ, times=1)
    with pytest.raises(HttpError) as refusal:
        cloud.policy()
    assert "retry-after" not in refusal.value.resp


def test_a_connection_is_cut_before_or_after_the_write(cloud: Cloud) -> None:
    wanted = {"bindings": [binding("roles/viewer", f"user:{ALICE}")]}
    cloud.server.faults.cut(WRITE, times=None)
    with pytest.raises((ConnectionError, HTTPException)):
        cloud.write(wanted)
    assert "bindings" not in cloud.policy()
    cloud.server.faults.clear()
    cloud.server.faults.cut(WRITE, times=None, after=True)
    with pytest.raises((ConnectionError, HTTPException)):
        cloud.write(wanted)
    assert cloud.policy()["bindings"] == wanted["bindings"]


def test_a_hook_comes_between_the_read_and_the_write(cloud: Cloud) -> None:
    cloud.world.grant(PROJECT, "roles/viewer", f"user:{ALICE}")
    policy = cloud.policy()
    theirs = binding("roles/browser", f"user:{BOB}")

    def other() -> None:
        fresh = cloud.policy()
        cloud.write({**fresh, "bindings": [*fresh["bindings"], theirs]})

    cloud.server.faults.before(WRITE, other)
    assert refused(lambda: cloud.write({**policy, "bindings": []})) == 409
    assert theirs in cloud.policy()["bindings"]
    fresh = cloud.policy()
    assert refused(lambda: cloud.write({**fresh, "bindings": [theirs]})) == 0


def test_an_api_that_is_not_enabled(cloud: Cloud) -> None:
    cloud.server.faults.disable_api("cloudasset.googleapis.com")
    search = cloud.admin("cloudasset").v1().searchAllIamPolicies(scope="organizations/123")
    with pytest.raises(HttpError) as refusal:
        search.execute()
    info = next(d for d in refusal.value.error_details if "reason" in d)
    assert refusal.value.resp.status == 403
    assert (info["reason"], info["domain"]) == ("SERVICE_DISABLED", "googleapis.com")
    assert info["metadata"]["service"] == "cloudasset.googleapis.com"
    usage = cloud.admin("serviceusage").services()
    name = f"{PROJECT}/services/cloudasset.googleapis.com"
    assert usage.get(name=name).execute()["state"] == "DISABLED"
    usage.enable(name=name, body={}).execute()
    assert refused(search.execute) == 0


def test_calls_are_counted_by_method_refused_ones_too(cloud: Cloud) -> None:
    cloud.policy()
    refused(lambda: cloud.policy("projects/none"))
    assert cloud.server.requests[READ] == 2
    seen = [(c.method, c.place.rpartition("/")[2], c.status) for c in cloud.server.calls]
    assert seen == [(READ, "acme-prod", 200), (READ, "none", 403)]
    assert cloud.server.calls[0].member.startswith("serviceAccount:administrator@")


def raw(cloud: Cloud, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    email = cloud.world.administrator.email
    headers = {"Authorization": f"Bearer {cloud.server.token(f'serviceAccount:{email}')}"}
    content = None if body is None else json.dumps(body).encode()
    request = Request(f"{cloud.server.url}/{path}", content, headers, method=method)
    request.add_header("Content-Type", "application/json")
    try:
        with urlopen(request) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        return refusal.code, json.load(refusal)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "cloudresourcemanager/v1/colours", None, 404),
        ("GET", "cloudresourcemanager/v9/projects", None, 404),
        ("GET", "nothing/v1/projects", None, 404),
        ("GET", "cloudresourcemanager/v1/projects?colour=red", None, 400),
        ("GET", "cloudresourcemanager/v1/projects?pageSize=many", None, 400),
        ("POST", "cloudresourcemanager/v1/projects/acme-prod:getIamPolicy", {"option": {}}, 400),
        (
            "POST",
            "cloudresourcemanager/v1/projects/acme-prod:setIamPolicy",
            {"policy": {"bindings": "none"}},
            400,
        ),
        (
            "POST",
            "cloudresourcemanager/v1/projects/acme-prod:setIamPolicy",
            {"policy": {"bindings": [{"role": "roles/viewer", "member": []}]}},
            400,
        ),
        ("POST", "cloudresourcemanager/v1/projects/acme-prod:setIamPolicy", {}, 400),
        ("GET", "storage/storage/v1/b", None, 400),  # the project is required
        ("GET", "cloudasset/v1/projects/acme-prod/assets?contentType=COLOUR", None, 400),
        ("GET", "iam/v1/people/x", None, 404),
    ],
)
def test_what_the_documents_do_not_know(
    cloud: Cloud, method: str, path: str, body: Any, status: int
) -> None:
    answered, document = raw(cloud, method, path, body)
    assert answered == status
    assert document["error"]["code"] == status
    assert document["error"]["message"]


def test_errors_have_the_shape_of_the_service(cloud: Cloud) -> None:
    _, modern = raw(cloud, "POST", "cloudresourcemanager/v1/projects/acme-prod:setIamPolicy", {})
    assert modern["error"]["status"] == "INVALID_ARGUMENT"
    _, older = raw(cloud, "GET", "storage/storage/v1/b/nothing")
    assert older["error"]["errors"][0]["reason"] == "notFound"


def test_a_query_too_long_for_a_url_arrives(cloud: Cloud) -> None:
    cloud.world.grant(PROJECT, "roles/viewer", f"user:{ALICE}")
    many = " OR ".join(f'"user:u{n}@acme.example"' for n in range(200))
    search = cloud.admin("cloudasset").v1().searchAllIamPolicies(
        scope="organizations/123", query=f'policy:({many} OR "user:{ALICE}")'
    )  # fmt: skip
    assert len(search.execute()["results"]) == 1


def test_a_process_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "iac_offboard.demo.google", "--directory", str(tmp_path)]
    ready = tmp_path / "environment.json"
    with subprocess.Popen(command) as process:
        while not ready.exists() and process.poll() is None:
            time.sleep(0.02)
        try:
            environment = json.loads(ready.read_text())
            endpoint = environment["CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER"]
            with pytest.raises(HTTPError) as refusal:
                urlopen(f"{endpoint}v3/projects/acme-prod")
            assert refusal.value.code == 401
            assert Path(environment["GOOGLE_APPLICATION_CREDENTIALS"]).parent == tmp_path
        finally:
            process.terminate()
    assert process.returncode == 0


def test_default_credentials_lead_here(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = cloud.server.environment(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    file = Path(environment["GOOGLE_APPLICATION_CREDENTIALS"])
    assert file.stat().st_mode & 0o777 == 0o600
    signed, project = google.auth.default(["https://www.googleapis.com/auth/cloud-platform"])
    assert project == "fake-administration"
    endpoint = environment["CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE"]
    assert endpoint == f"{cloud.server.url}/storage/storage/v1/"
    client = build(
        "storage",
        "v1",
        credentials=signed,
        static_discovery=True,
        client_options={"api_endpoint": endpoint},
    )
    assert client.buckets().list(project="acme-prod").execute()["items"][0]["name"] == "acme-logs"
    with pytest.raises(UnknownApiNameOrVersion):
        build("nothing", "v1", credentials=signed, static_discovery=True)
