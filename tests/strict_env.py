"""The environment in which the SDK talks to a strict AWS, and to nothing else."""

from __future__ import annotations

import pytest

from iac_offboard.clouds import retries
from iac_offboard.demo.strict import StrictServer


def point_at(server: StrictServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty the server, and make its first key the only credentials there are."""
    server.app.reset()
    root = server.app.config.root
    settings = {
        "AWS_ENDPOINT_URL": server.url,
        "AWS_ACCESS_KEY_ID": root.key_id,
        "AWS_SECRET_ACCESS_KEY": root.secret,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/nonexistent/config",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    # The width of whoever runs the tests would fold the tables that they read.
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real back-off, a thousand times faster: a test does not wait for a cloud to calm down."""
    monkeypatch.setattr(retries, "BASE_DELAY", 0.0005)
    monkeypatch.setattr(retries, "MAX_DELAY", 0.002)
