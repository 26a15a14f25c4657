"""Which groups a leaver is in: every edge, and no silence where one may be hidden."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from iac_offboard.clouds.gcp.session import open_session
from iac_offboard.clouds.retries import Timing
from iac_offboard.demo.google import GoogleServer
from iac_offboard.live.gcp.source import GcpSource
from iac_offboard.model import (
    Alias,
    AliasKind,
    Collected,
    Relation,
    SkipReason,
    Subject,
    SubjectKind,
)
from iac_offboard.subjects import Matcher

ALICE, TEAM, ALL = "alice@acme.example", "team@acme.example", "all@acme.example"
LEAVER = Subject(
    id="leaver-1",
    kind=SubjectKind.PERSON,
    left_at=None,
    aliases=(Alias(kind=AliasKind.EMAIL, value=ALICE),),
)
MEMBERSHIPS = "cloudidentity.groups.memberships"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleServer]:
    with GoogleServer() as running:
        for name, value in running.environment(tmp_path).items():
            monkeypatch.setenv(name, value)
        world = running.world
        world.organization("123")
        world.project("acme-prod", parent="organizations/123")
        world.user(ALICE)
        world.user("bob@acme.example")
        world.group(TEAM, [ALICE, "bob@acme.example"])
        world.group(ALL, [TEAM])
        world.group("others@acme.example", ["bob@acme.example"])
        world.grant("projects/acme-prod", "roles/viewer", f"group:{ALL}")
        world.grant("projects/acme-prod", "roles/editor", "group:others@acme.example")
        yield running


def read() -> Collected:
    quick = Timing(budget=2.0, sleep=lambda _: None, jitter=lambda _: 0.0)
    session = open_session(timing=quick)
    return GcpSource(session, Matcher([LEAVER]).candidate, ("organizations/123",)).collect([LEAVER])


def shown(found: Collected, relation: Relation) -> list[tuple[str, str]]:
    bindings = (o.binding for o in found.observations if o.binding.relation is relation)
    return sorted((b.principal.value, b.target.name) for b in bindings)


def test_every_edge_is_read_and_the_roles_of_all_the_groups(server: GoogleServer) -> None:
    found = read()
    assert shown(found, Relation.MEMBERSHIP) == [(ALICE, TEAM), (TEAM, ALL)]
    assert shown(found, Relation.GRANT) == [(ALL, "acme-prod")]  # and not those of others
    assert found.skipped == ()
    assert server.requests[f"{MEMBERSHIPS}.searchTransitiveGroups"] == 1


def test_a_walk_that_nobody_confirms_is_said_to_be_incomplete(server: GoogleServer) -> None:
    server.faults.deny(f"{MEMBERSHIPS}.searchTransitiveGroups")
    found = read()
    assert shown(found, Relation.MEMBERSHIP) == [(ALICE, TEAM), (TEAM, ALL)]
    [skipped] = found.skipped
    assert (skipped.where, skipped.reason) == ("gcp", SkipReason.DENIED)
    assert skipped.kinds == frozenset()  # it may hide a role on anything
    assert ALICE in skipped.detail
    assert "Groups Reader" in skipped.next_step


def test_groups_that_may_not_be_read_hide_everything(server: GoogleServer) -> None:
    server.faults.deny(f"{MEMBERSHIPS}.*")
    found = read()
    assert shown(found, Relation.MEMBERSHIP) == []
    assert {s.where for s in found.skipped} == {"gcp"}
    assert {s.permission for s in found.skipped} == {
        f"{MEMBERSHIPS}.searchDirectGroups",
        f"{MEMBERSHIPS}.searchTransitiveGroups",
    }
