"""One strict server per module, emptied before each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from iac_offboard.demo.calls import Caller
from iac_offboard.demo.strict import AccessKeyPair, StrictServer

TEAM, OTHER = "111122223333", "444455556666"


class Cloud:
    """The server and short ways to call it with real boto3 clients."""

    def __init__(self, server: StrictServer) -> None:
        self.server = server
        self.app = server.app

    def root(self, service: str = "iam") -> Any:
        return Caller(self.server.url, self.app.config.root).client(service)

    def as_(self, key: AccessKeyPair, service: str, region: str = "us-east-1") -> Any:
        return Caller(self.server.url, key, region).client(service)

    def user(self, name: str) -> AccessKeyPair:
        """A new user with one access key."""
        self.root().create_user(UserName=name)
        return self.key(name)

    def key(self, name: str) -> AccessKeyPair:
        made = self.root().create_access_key(UserName=name)["AccessKey"]
        return AccessKeyPair(key_id=made["AccessKeyId"], secret=made["SecretAccessKey"])


def refused(call: Callable[[], object]) -> str:
    """The AWS error code that ``call`` ends in; "" when it is answered."""
    try:
        call()
    except ClientError as refusal:
        return str(refusal.response["Error"]["Code"])
    return ""


@pytest.fixture(scope="module")
def server() -> Iterator[StrictServer]:
    with StrictServer() as running:
        yield running


@pytest.fixture
def cloud(server: StrictServer) -> Cloud:
    server.app.reset()
    return Cloud(server)
