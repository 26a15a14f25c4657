"""A strict AWS over HTTP, and readers of it whose clocks do not wait."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3

from iac_offboard.clouds.aws.accounts import AwsAccess, AwsSessions
from iac_offboard.clouds.aws.session import RoleSpec
from iac_offboard.clouds.retries import Timing
from iac_offboard.demo.strict import StrictAws
from iac_offboard.live.aws.named import Matcher
from iac_offboard.live.aws.source import AwsSource
from iac_offboard.model import Collected, Observation, Principal, Subject, Target

HOME = "111122223333"
OTHER = "444455556666"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class FakeTime:
    """A clock that only sleeping moves."""

    at: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds

    def timing(self, budget: float = 120.0) -> Timing:
        return Timing(
            budget=budget,
            sleep=self.sleep,
            clock=lambda: self.at,
            now=lambda: NOW,
            jitter=lambda high: high,  # the unluckiest dice: the longest wait each time
        )


def candidates(*values: str) -> Matcher:
    """Principals whose name, last part of a session, unique id or e-mail is one of ``values``."""
    wanted = {value.lower() for value in values}

    def matches(principal: Principal) -> bool:
        facts = {principal.value.lower(), (principal.stable_id or "").lower(), *principal.emails}
        return bool(wanted & (facts - {""}))

    return matches


@cache
def _client(key_id: str, secret: str, token: str, service: str, region: str) -> Any:
    """Clients are slow to make, and the server and its first key last for the whole run."""
    session = boto3.Session(
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        aws_session_token=token or None,
        region_name=region,
    )
    return session.client(service)


@dataclass
class Cloud:
    """The strict AWS of one test, and what is needed to set it up and to read it."""

    app: StrictAws
    time: FakeTime = field(default_factory=FakeTime)

    def client(self, service: str, region: str = "us-east-1", account: str = HOME) -> Any:
        root = self.app.config.root
        if account == HOME:
            return _client(root.key_id, root.secret, "", service, region)
        role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        given = self.client("sts").assume_role(RoleArn=role, RoleSessionName="setup")
        pair = given["Credentials"]
        return _client(
            pair["AccessKeyId"], pair["SecretAccessKey"], pair["SessionToken"], service, region
        )

    def sessions(self, access: AwsAccess | None = None) -> AwsSessions:
        access = access or AwsAccess()
        return AwsSessions(access, timing=self.time.timing(access.retry_budget))

    def source(
        self, matcher: Matcher, access: AwsAccess | None = None, *, awaited: Sequence[Target] = ()
    ) -> AwsSource:
        return AwsSource(self.sessions(access), matcher, awaited=awaited, workers=2)

    def read(
        self,
        *names: str,
        services: tuple[str, ...] = ("iam",),
        regions: tuple[str, ...] = (),
        roles: tuple[str, ...] = (),
        subjects: Sequence[Subject] = (),
    ) -> Collected:
        access = AwsAccess(
            services=services, regions=regions, roles=tuple(RoleSpec(arn=r) for r in roles)
        )
        return self.source(candidates(*names), access).collect(subjects)


def by_kind(collected: Collected, kind: str) -> list[Observation]:
    return [o for o in collected.observations if o.binding.target.kind == kind]


def names(collected: Collected, kind: str) -> list[str]:
    return [o.binding.target.name for o in by_kind(collected, kind)]


def allow(principal: str, action: str = "*", sid: str = "People") -> str:
    """A policy document that lets ``principal`` (and the account itself) in."""
    root = f"arn:aws:iam::{HOME}:root"
    statements = [
        {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": root}, "Action": action},
        {"Sid": sid, "Effect": "Allow", "Principal": {"AWS": principal}, "Action": action},
    ]
    for statement in statements:
        statement["Resource"] = "*"
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
