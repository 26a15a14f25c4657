"""A strict AWS over HTTP, the executor on it, and actions as the planner writes them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3

from iac_offboard.apply.aws import AwsExecutor
from iac_offboard.clouds.aws.accounts import AwsAccess, AwsSessions
from iac_offboard.clouds.retries import Timing
from iac_offboard.demo.strict import StrictAws
from iac_offboard.model import Action, Phase, Target

HOME = "111122223333"
REGION = "us-east-1"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BOB = f"arn:aws:iam::{HOME}:user/bob"


@cache
def _client(key_id: str, secret: str, service: str) -> Any:
    """Clients are slow to make, and the server and its first key last for the whole run."""
    return boto3.Session(
        aws_access_key_id=key_id, aws_secret_access_key=secret, region_name=REGION
    ).client(service)


@dataclass
class Aws:
    app: StrictAws
    slept: list[float] = field(default_factory=list)
    made: AwsExecutor | None = None

    def client(self, service: str) -> Any:
        root = self.app.config.root
        return _client(root.key_id, root.secret, service)

    @property
    def iam(self) -> Any:
        return self.client("iam")

    @property
    def executor(self) -> AwsExecutor:
        """Made on first use, so that tests may set things up before anybody signs in."""
        if self.made is None:
            timing = Timing(budget=1.0, sleep=self.slept.append, jitter=lambda high: high)
            sessions = AwsSessions(AwsAccess(), timing=timing).resolve().accounts
            self.made = AwsExecutor(
                {s.account: s for s in sessions}, sleep=self.slept.append, clock=lambda: NOW
            )
        return self.made

    def user(self, name: str = "alice") -> str:
        """The new user's unique id."""
        made: str = self.iam.create_user(UserName=name)["User"]["UserId"]
        return made


def action(
    verb: str,
    kind: str,
    name: str,
    /,
    *,
    arn: str | None = None,
    unique_id: str | None = None,
    **params: str,
) -> Action:
    regional = not kind.startswith("iam_")
    return Action(
        id="A-001",
        phase=Phase.LIVE,
        verb=verb,
        target=Target(
            provider="aws",
            kind=kind,
            name=name,
            account=HOME,
            region=REGION if regional else None,
            arn=arn,
            unique_id=unique_id,
        ),
        subject="leaver-1",
        reason="",
        params=tuple(params.items()),
    )


def leaver(unique_id: str, name: str = "alice") -> str:
    """``principals`` as the planner writes it."""
    return json.dumps(
        [{"kind": "iam_user", "value": name, "account": HOME, "stable_id": unique_id}]
    )


def statement(*principals: str, sid: str = "People", **more: object) -> dict[str, object]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": list(principals)},
        "Action": "*",
        "Resource": "*",
        **more,
    }


def document(*statements: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def alice_arn() -> str:
    return f"arn:aws:iam::{HOME}:user/alice"
