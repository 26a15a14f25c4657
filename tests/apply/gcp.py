"""A fake Google Cloud, and an executor that calls it with the real client library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.apply.gcp import GcpExecutor
from iac_offboard.catalog.google_elements import element
from iac_offboard.clouds.gcp.session import GcpSession, open_session
from iac_offboard.clouds.retries import Timing
from iac_offboard.demo.google import GoogleServer, World
from iac_offboard.interface import Done, LookState
from iac_offboard.model import Action, Phase, Target

PROJECT = "acme-prod"
EMAIL = f"ci-deploy@{PROJECT}.iam.gserviceaccount.com"
ALICE, BOB = "user:alice@acme.example", "user:bob@acme.example"
VIEWER, OWNER = "roles/viewer", "roles/owner"
NOW = datetime(2026, 11, 28, tzinfo=UTC)


class Google:
    """The server with an organization, a project and a few members; and who writes to it."""

    def __init__(self, server: GoogleServer, session: GcpSession) -> None:
        self.server = server
        self.session = session
        self.slept: list[float] = []
        self.executor = GcpExecutor(
            session, sleep=self.slept.append, jitter=lambda high: high, clock=lambda: NOW
        )

    @classmethod
    def begin(cls, server: GoogleServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Google:
        server.reset()
        server.faults.clear()
        for name, value in server.environment(folder).items():
            monkeypatch.setenv(name, value)
        world = server.world
        world.organization("123")
        world.project(PROJECT, parent="organizations/123")
        for member in (ALICE, BOB):
            world.grant(f"projects/{PROJECT}", VIEWER, member)
        quick = Timing(budget=2.0, sleep=lambda _: None, jitter=lambda _: 0.0)
        return cls(server, open_session(timing=quick))

    @property
    def world(self) -> World:
        return self.server.world

    def look(self, action: Action) -> LookState:
        return self.executor.look(action).state

    def apply(self, action: Action) -> Done:
        """Look and act, as the runner does."""
        look = self.executor.look(action)
        assert look.state is LookState.PRESENT, look
        return self.executor.act(action, look)

    def members(self, place: str = f"projects/{PROJECT}") -> set[tuple[str, str, str]]:
        """(role, member, title of the condition)."""
        return {
            (b["role"], member, b.get("condition", {}).get("title", ""))
            for b in self.world.policy(place).get("bindings", ())
            for member in b["members"]
        }


def project_target(name: str = PROJECT) -> Target:
    arn = f"//cloudresourcemanager.googleapis.com/projects/{name}"
    return Target(provider="gcp", kind="gcp_project", name=name, account=name, arn=arn)


def bucket_target(name: str) -> Target:
    return Target(
        provider="gcp", kind="gcp_storage_bucket", name=name, account=PROJECT,
        arn=f"//storage.googleapis.com/{name}",
    )  # fmt: skip


def account_target(unique_id: str, email: str = EMAIL) -> Target:
    return Target(
        provider="gcp", kind="gcp_service_account", name=email.partition("@")[0],
        account=PROJECT, unique_id=unique_id,
        arn=f"//iam.googleapis.com/projects/{PROJECT}/serviceAccounts/{email}",
    )  # fmt: skip


def elements(*entries: tuple[str, str] | tuple[str, str, Mapping[str, str]]) -> str:
    """JSON of (role, member[, condition])."""
    made = [element(m, r, dict(*c)) for r, m, *c in entries]
    return json.dumps([one.spelled() for one in made])


def action(verb: str, target: Target, phase: Phase = Phase.LIVE, **params: Any) -> Action:
    return Action(
        id="A-001",
        phase=phase,
        verb=verb,
        target=target,
        subject="leaver-1",
        reason="",
        params=tuple(params.items()),
    )


def remove(target: Target | None = None, /, members: str = "", **params: Any) -> Action:
    """Takes alice out of roles/viewer, unless said otherwise."""
    planned = members or elements((VIEWER, ALICE))
    return action("gcp:SetIamPolicy", target or project_target(), members=planned, **params)


def on_account(verb: str, unique_id: str, phase: Phase = Phase.LIVE, **params: Any) -> Action:
    target = account_target(unique_id)
    return action(verb, target, phase, email=EMAIL, unique_id=unique_id, **params)
