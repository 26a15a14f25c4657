"""Elements out of a policy and back into it: nobody else is ever touched."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from iac_offboard.catalog.google_elements import (
    Element,
    differs_only_by,
    dumps,
    element,
    loads,
    members_of,
    put_back,
    same_member,
    standing,
    without,
)

ROLES = ("roles/viewer", "roles/editor", "roles/owner")
MEMBERS = tuple(f"user:{name}@example.com" for name in ("alice", "bob", "carol", "dan"))
CONDITIONS: tuple[dict[str, str] | None, ...] = (
    None,
    {"title": "a", "expression": "true"},
    {"title": "a", "expression": "false"},
    {"title": "b", "expression": "true", "description": "why"},
)
SERVICE = "serviceAccount:ci@acme-prod.iam.gserviceaccount.com"


def drawn(dice: random.Random) -> dict[str, Any]:
    """A policy as one might stand: several bindings of one role, also under one condition."""
    bindings = []
    for _ in range(dice.randint(0, 6)):
        condition = dice.choice(CONDITIONS)
        members = dice.sample(MEMBERS, dice.randint(1, len(MEMBERS)))
        binding: dict[str, Any] = {"role": dice.choice(ROLES), "members": members}
        bindings.append(binding | ({"condition": dict(condition)} if condition else {}))
    audit = [{"service": "allServices", "auditLogConfigs": [{"logType": "DATA_READ"}]}]
    return {"version": 3, "bindings": bindings, "auditConfigs": audit, "etag": "BwX="}


def entries(policy: Mapping[str, Any]) -> Counter[Element]:
    return Counter(
        element(member, binding["role"], binding.get("condition"))
        for binding in policy["bindings"]
        for member in binding["members"]
    )


def planned(dice: random.Random) -> list[Element]:
    """Some of what alice may have."""
    chosen = dice.sample(ROLES, dice.randint(1, 3))
    return [element(MEMBERS[0], role, dice.choice(CONDITIONS)) for role in chosen]


@pytest.mark.parametrize("seed", range(200))
def test_exactly_the_planned_elements_go_and_come_back(seed: int) -> None:
    dice = random.Random(seed)
    policy, wanted = drawn(dice), planned(dice)
    before = entries(policy)
    left = without(policy, wanted)
    gone = set(wanted) & before.keys()
    assert set(left.removed) == gone
    assert entries(left.policy) == Counter({e: n for e, n in before.items() if e not in gone})
    assert all(b["members"] for b in left.policy["bindings"])  # type: ignore[union-attr,index,call-overload]
    assert left.policy["auditConfigs"] == policy["auditConfigs"]
    assert differs_only_by(policy, left.policy, left.removed)
    assert without(left.policy, wanted).removed == ()
    back = put_back(left.policy, left.removed)
    assert set(entries(back.policy)) == set(before)
    assert put_back(back.policy, left.removed).removed == ()


@pytest.mark.parametrize("seed", range(50))
def test_any_other_difference_is_noticed(seed: int) -> None:
    dice = random.Random(seed)
    policy, wanted = drawn(dice), planned(dice)
    left = without(policy, wanted)
    others = [e for e in entries(left.policy) if e not in left.removed]
    if others:
        lost = without(left.policy, [dice.choice(others)]).policy
        assert not differs_only_by(policy, lost, left.removed)
    more = put_back(left.policy, [element("user:eve@example.com", "roles/owner")]).policy
    assert not differs_only_by(policy, more, left.removed)
    assert not differs_only_by(policy, {**left.policy, "auditConfigs": []}, left.removed)


def test_what_stays_keeps_its_place_and_its_words() -> None:
    kept = {"role": "roles/viewer", "members": ["user:B@x.org"], "condition": {"title": "t",
            "expression": "true", "description": ""}}  # fmt: skip
    policy: dict[str, Any] = {
        "bindings": [kept, {"role": "roles/editor", "members": ["user:a@x.org"]}]
    }
    left = without(policy, [element("user:A@x.org", "roles/editor")])
    assert left.policy["bindings"] == [kept]
    assert left.removed[0].member == "user:a@x.org"


@pytest.mark.parametrize(
    ("one", "other", "ids", "same"),
    [
        ("user:Al@x.org", "user:al@x.org", {}, True),
        ("user:al@x.org", "user:alice@x.org", {}, False),
        ("user:al@x.org", "group:al@x.org", {}, False),
        ("user:al@x.org", "deleted:user:al@x.org?uid=1", {}, True),
        ("deleted:user:al@x.org?uid=1", "deleted:user:al@x.org?uid=1", {}, True),
        ("deleted:user:al@x.org?uid=1", "deleted:user:al@x.org?uid=2", {}, False),
        ("deleted:user:al@x.org?uid=1", "user:al@x.org", {}, False),
        (SERVICE, f"deleted:{SERVICE}?uid=7", {SERVICE.partition(":")[2]: "7"}, True),
        (SERVICE, f"deleted:{SERVICE}?uid=8", {SERVICE.partition(":")[2]: "7"}, False),
        ("principalSet://i/p/attribute.repository/o/R", "principalSet://i/p/attribute.repository/o/r",
         {}, False),
        ("allUsers", "allAuthenticatedUsers", {}, False),
    ],
)  # fmt: skip
def test_a_member_is_the_same_by_structure(
    one: str, other: str, ids: dict[str, str], same: bool
) -> None:
    assert same_member(one, other, ids) is same


def test_elements_are_written_and_read() -> None:
    many = [element(MEMBERS[1], ROLES[0]), element(MEMBERS[0], ROLES[1], CONDITIONS[3])]
    assert set(loads(dumps(many))) == set(many)
    assert loads(dumps(many[:1])[1:-1]) == (many[0],)
    assert loads("") == ()
    for wrong in ('["x"]', '[{"role": "r"}]', '{"member": ""}', "3"):
        with pytest.raises(ValueError, match="an element"):
            loads(wrong)


def test_owners_are_everybody_but_the_deleted() -> None:
    policy: dict[str, Any] = {
        "bindings": [
            {"role": ROLES[2], "members": [MEMBERS[0], f"deleted:{MEMBERS[1]}?uid=1"]},
            {"role": ROLES[2], "members": [MEMBERS[2]], "condition": CONDITIONS[1]},
        ]
    }
    assert members_of(policy, ROLES[2]) == {MEMBERS[0], MEMBERS[2]}
    assert standing({}, [element(MEMBERS[0], ROLES[2])]) == []
