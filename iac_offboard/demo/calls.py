"""AWS calls with one key against one server."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import ClientError

from iac_offboard.demo.strict import AccessKeyPair

# One attempt: what the demo sees is what the server said first.
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 1},
    s3={"addressing_style": "path"},
    connect_timeout=5,
    read_timeout=60,
)


@lru_cache(maxsize=1)
def _session() -> Session:
    """One for all keys: each session reads the service models anew."""
    return Session()


class Caller:
    """Makes clients for one access key; nothing of the user's own AWS settings is used."""

    def __init__(self, url: str, key: AccessKeyPair, region: str = "us-east-1") -> None:
        self._url = url
        self._key = key
        self._region = region
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:  # boto3 makes its clients' methods at run time
        if service not in self._clients:
            self._clients[service] = _session().client(
                service,
                region_name=self._region,
                endpoint_url=self._url,
                aws_access_key_id=self._key.key_id,
                aws_secret_access_key=self._key.secret,
                aws_session_token=self._key.token or None,
                config=_CONFIG,
            )
        return self._clients[service]

    def attempt(self, service: str, method: str, arguments: dict[str, object]) -> bool | str:
        """True when the call was answered, else the error's code."""
        try:
            getattr(self.client(service), method)(**arguments)
        except ClientError as refusal:
            return str(refusal.response["Error"]["Code"])
        return True

    def assume(self, role_arn: str, session: str) -> AccessKeyPair:
        reply = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName=session)
        made = reply["Credentials"]
        return AccessKeyPair(
            key_id=made["AccessKeyId"],
            secret=made["SecretAccessKey"],
            token=made["SessionToken"],
        )


def document(action: str, resource: str) -> str:
    """A policy document that allows one thing."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
