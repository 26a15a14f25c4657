"""A secret is said once, in the reply that makes it."""

from __future__ import annotations

import base64
from typing import Any
from urllib.request import urlopen

from tests.demo.conftest import Cloud

READS: dict[str, dict[str, str]] = {
    "generate_credential_report": {},
    "get_account_authorization_details": {},
    "get_account_summary": {},
    "get_login_profile": {"UserName": "alice"},
    "get_user": {"UserName": "alice"},
    "list_access_keys": {"UserName": "alice"},
    "list_mfa_devices": {"UserName": "alice"},
    "list_service_specific_credentials": {"UserName": "alice"},
    "list_users": {},
    "list_virtual_mfa_devices": {},
}


def _listen(client: Any) -> list[bytes]:
    """Collects the raw bodies of all replies to ``client`` from now on."""
    said: list[bytes] = []

    def keep(http_response: Any, **_: object) -> None:
        said.append(http_response.content)

    client.meta.events.register("after-call.*.*", keep)
    return said


def test_no_secret_comes_back_twice(cloud: Cloud) -> None:
    iam = cloud.root()
    said = _listen(iam)
    iam.create_user(UserName="alice")
    password = "Canary-in-a-coal-mine-7"
    iam.create_login_profile(UserName="alice", Password=password)
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    service = iam.create_service_specific_credential(
        UserName="alice", ServiceName="codecommit.amazonaws.com"
    )["ServiceSpecificCredential"]
    shown = (
        key["SecretAccessKey"].encode(),
        base64.b64encode(device["Base32StringSeed"]),
        service["ServicePassword"].encode(),
    )
    for secret in shown:  # the canaries are looked for in the form in which they sing
        assert sum(secret in body for body in said) == 1
    said.clear()
    for method, arguments in READS.items():
        getattr(iam, method)(**arguments)
    iam.update_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    for path in ("writes", "counts"):
        with urlopen(f"{cloud.server.url}/_strict/{path}") as reply:
            said.append(reply.read())
    hidden = (*shown, password.encode(), cloud.app.config.root.secret.encode())
    assert len(said) == len(READS) + 3
    assert not [secret for secret in hidden for body in said if secret in body]
    assert cloud.app.config.root.secret not in repr(cloud.app.config)
