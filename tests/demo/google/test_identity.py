"""Cloud Identity: groups in groups, and what a membership is worth for access."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demo.google.conftest import ALICE, BOB, PROJECT, Cloud, refused

FORUM = "cloudidentity.googleapis.com/groups.discussion_forum"
QUERY = f"member_key_id == '{ALICE}' && '{FORUM}' in labels"


def groups(cloud: Cloud) -> Any:
    return cloud.admin("cloudidentity").groups()


@pytest.fixture
def nested(cloud: Cloud) -> Cloud:
    """alice in devs, devs in staff; bob in staff and in devs."""
    cloud.world.group("devs@acme.example", [ALICE, BOB])
    cloud.world.group("staff@acme.example", ["devs@acme.example", BOB])
    return cloud


def test_a_group_is_made_found_and_deleted(cloud: Cloud) -> None:
    key, customer = {"id": "New@acme.example"}, "customers/C0acme001"
    body = {"groupKey": key, "parent": customer, "labels": {FORUM: ""}, "displayName": "New"}
    made = groups(cloud).create(body=body, initialGroupConfig="EMPTY").execute()["response"]
    assert refused(groups(cloud).create(body=body).execute) == 409
    found = groups(cloud).lookup(groupKey_id="new@acme.example").execute()
    assert found == {"name": made["name"]}
    assert groups(cloud).get(name=made["name"]).execute()["displayName"] == "New"
    listed = groups(cloud).list(parent=customer).execute()["groups"]
    assert [g["groupKey"]["id"] for g in listed] == ["new@acme.example"]
    query = f"parent == '{customer}' && '{FORUM}' in labels"
    assert len(groups(cloud).search(query=query).execute()["groups"]) == 1
    assert refused(groups(cloud).search(query=f"'{FORUM}' in labels").execute) == 400
    cloud.world.grant(PROJECT, "roles/viewer", "group:new@acme.example")
    groups(cloud).delete(name=made["name"]).execute()
    assert refused(groups(cloud).lookup(groupKey_id="new@acme.example").execute) == 404
    assert cloud.policy()["bindings"][0]["members"][0].startswith("deleted:group:new@acme.example?")


def test_memberships(nested: Cloud) -> None:
    name = groups(nested).lookup(groupKey_id="devs@acme.example").execute()["name"]
    memberships = groups(nested).memberships()
    found = memberships.lookup(parent=name, memberKey_id=ALICE).execute()["name"]
    got = memberships.get(name=found).execute()
    assert (got["preferredMemberKey"], got["type"]) == ({"id": ALICE}, "USER")
    listed = memberships.list(parent=name, view="FULL").execute()["memberships"]
    assert [m["preferredMemberKey"]["id"] for m in listed] == [ALICE, BOB]
    again = {"preferredMemberKey": {"id": ALICE}, "roles": [{"name": "MEMBER"}]}
    assert refused(memberships.create(parent=name, body=again).execute) == 409
    memberships.delete(name=found).execute()
    assert refused(memberships.get(name=found).execute) == 404
    assert refused(memberships.lookup(parent=name, memberKey_id=ALICE).execute) == 404
    back = memberships.create(parent=name, body=again).execute()["response"]
    assert back["name"] != found
    cycle = {"preferredMemberKey": {"id": "staff@acme.example"}, "roles": [{"name": "MEMBER"}]}
    assert refused(memberships.create(parent=name, body=cycle).execute) == 400


def test_groups_through_groups(nested: Cloud) -> None:
    memberships = groups(nested).memberships()

    def relations(member: str) -> dict[str, str]:
        query = f"member_key_id == '{member}' && '{FORUM}' in labels"
        answer = memberships.searchTransitiveGroups(parent="groups/-", query=query).execute()
        return {m["groupKey"]["id"]: m["relationType"] for m in answer.get("memberships", [])}

    devs, staff = "devs@acme.example", "staff@acme.example"
    assert relations(ALICE) == {devs: "DIRECT", staff: "INDIRECT"}
    assert relations(BOB) == {devs: "DIRECT", staff: "DIRECT_AND_INDIRECT"}
    assert relations("eve@acme.example") == {}
    direct = memberships.searchDirectGroups(parent="groups/-", query=QUERY).execute()["memberships"]
    assert [m["groupKey"]["id"] for m in direct] == [devs]
    assert direct[0]["membership"].startswith(direct[0]["group"])
    name = groups(nested).lookup(groupKey_id=staff).execute()["name"]
    check = memberships.checkTransitiveMembership(parent=name, query=f"member_key_id == '{ALICE}'")
    assert check.execute() == {"hasMembership": True}
    inside = memberships.searchTransitiveMemberships(parent=name).execute()["memberships"]
    assert {m["preferredMemberKey"][0]["id"]: m["relationType"] for m in inside} == {
        ALICE: "INDIRECT",
        BOB: "DIRECT",
        devs: "DIRECT",
    }
    no_label = memberships.searchTransitiveGroups(
        parent="groups/-", query=f"member_key_id == '{ALICE}'"
    )
    assert refused(no_label.execute) == 400


def test_a_removal_takes_its_time_to_be_felt(nested: Cloud) -> None:
    nested.world.grant(PROJECT, "roles/viewer", "group:staff@acme.example")
    mine = nested.as_(f"user:{ALICE}", "cloudresourcemanager")
    read = mine.projects().get(projectId="acme-prod")
    assert refused(read.execute) == 0
    nested.server.faults.group_delay = 7200
    name = groups(nested).lookup(groupKey_id="devs@acme.example").execute()["name"]
    memberships = groups(nested).memberships()
    membership = memberships.lookup(parent=name, memberKey_id=ALICE).execute()["name"]
    memberships.delete(name=membership).execute()
    nested.server.clock.advance(3000)
    assert refused(read.execute) == 0
    nested.server.faults.group_delay = 2000
    assert refused(read.execute) == 403


def test_a_deleted_user_leaves_its_groups_and_comes_back_to_them(nested: Cloud) -> None:
    nested.world.delete_user(ALICE)
    name = groups(nested).lookup(groupKey_id="devs@acme.example").execute()["name"]

    def inside() -> list[str]:
        answer = groups(nested).memberships().list(parent=name).execute()
        return [m["preferredMemberKey"]["id"] for m in answer["memberships"]]

    assert inside() == [BOB]
    nested.world.undelete_user(ALICE)
    assert inside() == [ALICE, BOB]
    first = nested.world.delete_user(ALICE).uid
    assert nested.world.user(ALICE).uid != first  # another account of the same name
    assert inside() == [BOB]


def test_a_group_administrator_needs_no_role_of_iam(nested: Cloud) -> None:
    client = nested.as_(f"user:{BOB}", "cloudidentity").groups()
    assert refused(client.lookup(groupKey_id="devs@acme.example").execute) == 403
    nested.world.group_administrators.add(f"user:{BOB}")
    assert refused(client.lookup(groupKey_id="devs@acme.example").execute) == 0


def test_others_than_administrators_are_refused(nested: Cloud) -> None:
    client = nested.as_(f"user:{ALICE}", "cloudidentity").groups()
    assert refused(client.lookup(groupKey_id="devs@acme.example").execute) == 403
    nested.server.faults.deny("cloudidentity.groups.memberships.*")
    search = groups(nested).memberships().searchTransitiveGroups(parent="groups/-", query=QUERY)
    assert refused(search.execute) == 403
    assert refused(groups(nested).lookup(groupKey_id="devs@acme.example").execute) == 0
