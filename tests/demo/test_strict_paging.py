"""IAM lists come in pages, and large accounts are served quickly."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.demo.conftest import Cloud, refused


def _sizes(iam: Any, method: str, field: str, page_size: int, **arguments: str) -> list[int]:
    pages = iam.get_paginator(method).paginate(
        PaginationConfig={"PageSize": page_size}, **arguments
    )
    return [len(page[field]) for page in pages]


def test_lists_are_cut_at_max_items(cloud: Cloud) -> None:
    cloud.app.seed_users(250)
    cloud.app.seed_roles(30)
    iam = cloud.root()
    assert len(iam.list_users()["Users"]) == 100
    assert _sizes(iam, "list_users", "Users", 100) == [100, 100, 50]
    assert _sizes(iam, "list_roles", "Roles", 20) == [20, 10]
    first = iam.get_account_authorization_details(MaxItems=200, Filter=["User", "Role"])
    assert (len(first["UserDetailList"]), len(first["RoleDetailList"])) == (200, 0)
    assert first["IsTruncated"]
    rest = iam.get_account_authorization_details(
        MaxItems=200, Filter=["User", "Role"], Marker=first["Marker"]
    )
    assert (len(rest["UserDetailList"]), len(rest["RoleDetailList"])) == (50, 30)
    assert not rest["IsTruncated"]
    names = {u["UserName"] for u in first["UserDetailList"] + rest["UserDetailList"]}
    assert len(names) == 250


@pytest.mark.parametrize(
    ("method", "field", "arguments"),
    [
        ("list_access_keys", "AccessKeyMetadata", {"UserName": "user-00000"}),
        ("list_groups_for_user", "Groups", {"UserName": "user-00000"}),
        ("list_groups", "Groups", {}),
        ("get_group", "Users", {"GroupName": "g0"}),
        ("list_user_policies", "PolicyNames", {"UserName": "user-00000"}),
        ("list_attached_user_policies", "AttachedPolicies", {"UserName": "user-00000"}),
        ("list_policies", "Policies", {"Scope": "Local"}),
    ],
)
def test_short_lists_are_paged_too(
    cloud: Cloud, method: str, field: str, arguments: dict[str, str]
) -> None:
    cloud.app.seed_users(2)
    iam = cloud.root()
    text = '{"Version":"2012-10-17","Statement":[]}'.replace(
        "[]", '[{"Effect":"Deny","Action":"*","Resource":"*"}]'
    )
    for number in range(2):
        iam.create_access_key(UserName="user-00000")
        iam.create_group(GroupName=f"g{number}")
        iam.add_user_to_group(GroupName=f"g{number}", UserName="user-00000")
        iam.add_user_to_group(GroupName="g0", UserName=f"user-0000{number}")
        iam.put_user_policy(UserName="user-00000", PolicyName=f"p{number}", PolicyDocument=text)
        arn = iam.create_policy(PolicyName=f"m{number}", PolicyDocument=text)["Policy"]["Arn"]
        iam.attach_user_policy(UserName="user-00000", PolicyArn=arn)
    assert _sizes(iam, method, field, 1, **arguments) == [1, 1]


def test_a_write_shows_on_the_next_page_one(cloud: Cloud) -> None:
    cloud.app.seed_users(3)
    iam = cloud.root()
    assert len(iam.list_users()["Users"]) == 3
    iam.create_user(UserName="alice")
    assert len(iam.list_users()["Users"]) == 4
    iam.delete_user(UserName="alice")
    assert len(iam.list_users()["Users"]) == 3


def test_wrong_markers_and_sizes_are_refused(cloud: Cloud) -> None:
    iam = cloud.root()
    assert refused(lambda: iam.list_users(Marker="nonsense")) == "ValidationError"
    assert refused(lambda: iam.list_users(MaxItems=1001)) == "ValidationError"


def test_the_parts_around_a_list_survive(cloud: Cloud) -> None:
    iam = cloud.root()
    iam.create_group(GroupName="empty")
    reply = iam.get_group(GroupName="empty")
    assert reply["Group"]["GroupName"] == "empty"
    assert reply["Users"] == []
    assert refused(lambda: iam.get_group(GroupName="none")) == "NoSuchEntity"


def test_twenty_thousand_users_are_asked_of_moto_once(cloud: Cloud) -> None:
    cloud.app.seed_users(20_000)
    iam = cloud.root()
    started = time.perf_counter()
    sizes = _sizes(iam, "list_users", "Users", 1000)
    assert sizes == [1000] * 20
    assert cloud.app.counts()["iam:ListUsers"] == 20
    # moto alone takes seconds for each of them; the bound is generous for a loaded machine
    assert time.perf_counter() - started < 40
