"""One server per module, emptied before each test; real google-api-python-client clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.oauth2 import credentials, service_account
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from httplib2 import Http

from iac_offboard.demo.google import GoogleServer, World

ALICE, BOB = "alice@acme.example", "bob@acme.example"
PROJECT = "projects/acme-prod"


class Cloud:
    """The server and short ways to call it with the real client library."""

    def __init__(self, server: GoogleServer) -> None:
        self.server = server

    @property
    def world(self) -> World:
        return self.server.world

    def as_(self, member: str, api: str, version: str = "v1") -> Any:
        """A client of ``member``: ``user:E`` or ``serviceAccount:E``."""
        return self.bearing(self.server.token(member), api, version)

    def bearing(self, token: str, api: str, version: str = "v1") -> Any:
        # Without the library's own attempt to renew a token that is refused with 401.
        signed = credentials.Credentials(token)  # type: ignore[no-untyped-call]
        http = AuthorizedHttp(signed, http=Http(), refresh_status_codes=())
        return self._build(api, version, http=http)

    def admin(self, api: str, version: str = "v1") -> Any:
        email = self.world.administrator.email
        return self.as_(f"serviceAccount:{email}", api, version)

    def with_key(self, email: str, key: Any, api: str, version: str = "v1") -> Any:
        """A client that signs its own assertions with the key, as application-default
        credentials from a key file do."""
        file = self.world.key_file(email, key, f"{self.server.url}/token")
        scopes = ["https://www.googleapis.com/auth/cloud-platform"]
        signed = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            file, scopes=scopes
        )
        return self._build(api, version, credentials=signed)

    def _build(self, api: str, version: str, **how: Any) -> Any:
        options = {"api_endpoint": self.server.endpoint(api)}
        return build(
            api,
            version,
            **how,
            static_discovery=True,
            client_options=options,
            cache_discovery=False,
        )

    def policy(self, project: str = PROJECT, version: int = 3) -> Any:
        body = {"options": {"requestedPolicyVersion": version}}
        projects = self.admin("cloudresourcemanager", "v3").projects()
        return projects.getIamPolicy(resource=project, body=body).execute()

    def write(self, policy: Any, project: str = PROJECT, **more: Any) -> Any:
        projects = self.admin("cloudresourcemanager", "v3").projects()
        return projects.setIamPolicy(resource=project, body={"policy": policy, **more}).execute()


def refused(call: Callable[[], object]) -> int:
    """The HTTP status that ``call`` ends in; 0 when it is answered."""
    try:
        call()
    except HttpError as refusal:
        return int(refusal.resp.status)
    return 0


def binding(role: str, *members: str, condition: Any = None) -> dict[str, Any]:
    made: dict[str, Any] = {"role": role, "members": list(members)}
    return made | ({"condition": condition} if condition else {})


@pytest.fixture(scope="module")
def server() -> Iterator[GoogleServer]:
    with GoogleServer() as running:
        yield running


@pytest.fixture
def cloud(server: GoogleServer) -> Cloud:
    """An organization, a folder, a project, a bucket and two people."""
    server.reset()
    world = server.world
    world.organization("123")
    world.folder("456", parent="organizations/123")
    world.project("acme-prod", parent="folders/456")
    world.bucket("acme-logs", "acme-prod")
    world.user(ALICE)
    world.user(BOB)
    return Cloud(server)
