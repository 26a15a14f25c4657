"""One strict AWS for the session, empty again for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from iac_offboard.demo.strict import StrictServer
from tests.apply.aws import Aws


@pytest.fixture(scope="session")
def server() -> Iterator[StrictServer]:
    with StrictServer() as running:
        yield running


@pytest.fixture
def aws(server: StrictServer, monkeypatch: pytest.MonkeyPatch) -> Aws:
    server.app.reset()
    root = server.app.config.root
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", root.key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", root.secret)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    return Aws(server.app)
