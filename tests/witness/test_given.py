"""What the difference of two plans says, with plans that real Terraform made (``making``)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.report.test_sarif import checked
from tests.witness.given import ALICE, OPS, Given
from tests.witness.sabotage import SABOTAGES

SECRET = "canary-secret-5e1f0c"
UNSAID = "would be destroyed, and the plan does not say so"


def test_the_right_patch_is_witnessed(given: Given) -> None:
    ran = given.prove()
    assert ran.code == 0, ran.err
    assert ran.json["counts"] == {"roots": 1, "changes": 5, "contradictions": 0, "open": 0}
    (root,) = ran.json["roots"]
    assert root["by"].startswith("Terraform 1.")


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_wrong_patch_is_refuted(given: Given, name: str) -> None:
    given.use(name)
    assert SABOTAGES[name][1:] in given.against()


def test_a_patch_that_does_nothing_is_refuted(given: Given) -> None:
    given.use("before")
    assert given.against() == {
        (ALICE, "is to go with the patch, and Terraform does not say so"),
        (
            'aws_iam_user_group_membership.person["alice"]',
            "is to go with the patch, and Terraform does not say so",
        ),
        (OPS, "is to change in users, and Terraform does not say so"),
        (
            "aws_iam_policy_attachment.audit",
            "is to change in users, and Terraform does not say so",
        ),
        (
            "aws_iam_role.deploy",
            "is to change in assume_role_policy, and Terraform does not say so",
        ),
    }


def test_what_is_made_with_the_patch_is_refuted(given: Given) -> None:
    given.add("aws_iam_user.new", ["create"], old=None, new={"name": "new"}, like=ALICE)
    text = "would stand there with the patch, and does not without it"
    assert given.against() == {("aws_iam_user.new", text)}


def test_what_moves_with_the_patch_is_refuted(given: Given) -> None:
    one = next(c for c in given.after["resource_changes"] if c["address"] == "aws_sqs_queue.jobs")
    one["previous_address"] = "aws_sqs_queue.shift[0]"
    text = "would be what aws_sqs_queue.shift[0] was"
    assert given.against() == {("aws_sqs_queue.jobs", text)}


def test_what_is_forgotten_is_not_removed(given: Given) -> None:
    given.change(ALICE)["actions"] = ["forget"]
    texts = {text for address, text in given.against() if address == ALICE}
    assert "would be forgotten, and stand on where nobody looks for it" in texts


def test_a_deletion_that_takes_somebody_along_is_refuted(given: Given) -> None:
    """Of an exclusive attachment Terraform reads who is attached by now, in code or not."""
    address = "aws_iam_policy_attachment.audit"

    def whole(effects: list[Any]) -> None:
        for effect in effects:
            if effect["address"] == address:
                effect["attribute"] = ""

    given.effects(whole)
    change = given.change(address)
    change |= {"actions": ["delete"], "after": None, "after_unknown": {}}
    change["before"]["users"] = ["alice"]
    assert given.prove().code == 0
    change["before"]["users"] = ["alice", "dave"]
    text = "would be destroyed, and somebody else stands in it, too (users)"
    assert given.against() == {(address, text)}
    change["before"]["users"] = ["dave"]
    assert (address, "would be destroyed, and no binding of the leaver stands in it") in (
        given.against()
    )


def test_who_comes_in_with_the_patch_is_refuted(given: Given) -> None:
    given.change(OPS)["after"]["users"] = ["mallory"]
    assert (OPS, "would let somebody in (users)") in given.against()


def test_what_nobody_released_is_refuted_although_the_plan_says_it(given: Given) -> None:
    def owned(effects: list[Any]) -> None:
        effects.append({**effects[0], "address": "aws_sqs_queue.jobs", "attribute": ""})
        effects[-1]["of"] = "owned"

    given.effects(owned)
    given.use("no identity binding")
    text = "would be destroyed, is nobody's binding, and nobody released it"
    assert given.against() == {("aws_sqs_queue.jobs", text)}


def test_what_is_known_only_after_apply_is_not_witnessed(given: Given) -> None:
    change = given.change("aws_iam_role.deploy")
    change["after_unknown"] = {"assume_role_policy": True}
    del change["after"]["assume_role_policy"]
    ran = given.prove()
    assert (ran.code, ran.json["grade"]) == (3, "not witnessed")
    assert ran.json["roots"][0]["open"] == [
        "aws_iam_role.deploy: assume_role_policy is known only after apply"
    ]
    assert "Not witnessed" in given.prove(format_="table").out
    assert "Not witnessed" in given.prove(format_="markdown").out
    (result,) = checked(given.prove(format_="sarif").out)
    assert (result["ruleId"], result["level"]) == ("OFB013", "warning")


def test_a_plan_that_failed_part_way_is_not_witnessed(given: Given) -> None:
    given.after["errored"] = True
    ran = given.prove()
    assert (ran.code, ran.json["grade"]) == (3, "not witnessed")


def test_what_waits_without_the_patch_is_the_users_own_business(given: Given) -> None:
    for before in (True, False):
        change = given.change("aws_sqs_queue.jobs", before=before)
        change["actions"] = ["update"]
        change["after"]["delay_seconds"] = 30
    ran = given.prove()
    assert ran.code == 0
    assert ran.json["roots"][0]["notes"] == ["1 change(s) wait in this root without the patch, too"]


def test_what_was_never_applied_is_not_created_any_more(given: Given) -> None:
    """The code names the leaver, and nobody applied it."""
    change = given.change(ALICE, before=True)
    change |= {"actions": ["create"], "before": None}
    given.after["resource_changes"] = [
        c for c in given.after["resource_changes"] if c["address"] != ALICE
    ]
    ran = given.prove()
    assert ran.code == 0, ran.out
    shown = {c["address"]: c["shown"] for c in ran.json["roots"][0]["changes"]}
    assert shown[ALICE] == "not created"


def test_what_the_provider_makes_of_an_attribute_follows(given: Given) -> None:
    given.change(OPS)["after"]["etag"] = "other"
    assert given.prove().code == 0
    given.change("aws_sqs_queue.jobs")["after"]["delay_seconds"] = 1
    given.change("aws_sqs_queue.jobs")["actions"] = ["update"]
    text = "would change, and the plan does not say so"
    assert given.against() == {("aws_sqs_queue.jobs", text)}


def test_an_output_that_changes_is_said(given: Given) -> None:
    given.before["output_changes"] = {"all": {"actions": ["no-op"], "before": 3, "after": 3}}
    given.after["output_changes"] = {"all": {"actions": ["update"], "before": 3, "after": 2}}
    ran = given.prove()
    assert ran.code == 0
    assert ran.json["roots"][0]["notes"] == ["output.all changes: plan again where it is read"]


def test_no_value_of_a_plan_is_repeated(given: Given) -> None:
    for before in (True, False):
        given.change("aws_sqs_queue.jobs", before=before)["after"]["name"] = SECRET
    given.change(OPS)["after"]["name"] = SECRET
    for format_ in ("json", "table", "markdown", "sarif"):
        ran = given.prove(format_=format_)
        assert ran.code == 1
        assert SECRET not in ran.out + ran.err
    assert SECRET not in (given.work / "case" / "witness.json").read_text(encoding="utf-8")
    results = checked(given.prove(format_="sarif").out)
    assert {(r["ruleId"], r["level"]) for r in results} == {("OFB016", "error")}
    assert "Refuted" in given.prove(format_="markdown").out


def test_where_the_leaver_was_never_made_what_stands_now_is_compared(given: Given) -> None:
    """Without the patch the policy would name a user who has yet to get an ARN."""
    address, name = "aws_iam_role.deploy", "assume_role_policy"
    old, new = given.change(address, before=True), given.change(address)
    right = new["after"][name]
    old["actions"], old["after_unknown"] = ["update"], {name: True}
    del old["after"][name]
    new["actions"], new["before"][name] = ["no-op"], right
    ran = given.prove()
    assert ran.code == 0, ran.out
    shown = {c["address"]: c["shown"] for c in ran.json["roots"][0]["changes"]}
    assert shown[address] == "not updated"
    new["before"][name] = right.replace("user/bob", "user/carol")
    assert (address, f"would let somebody in ({name}$json.Statement.Principal.AWS)") in (
        given.against()
    )


@pytest.mark.parametrize("nothing", [[], None])
def test_a_list_of_which_nothing_is_left_lacks_the_leaver_only(
    given: Given, nothing: list[str] | None
) -> None:
    """To some providers an empty set is null."""
    given.change(OPS, before=True)["after"]["users"] = ["alice"]
    given.change(OPS)["after"]["users"] = nothing
    assert given.prove().code == 0
    given.change(OPS, before=True)["after"]["users"] = ["alice", "bob"]
    assert (OPS, "would take somebody else out (users)") in given.against()


def test_what_is_ignored_is_shown_of_what_is_made_anew_only(given: Given) -> None:
    def perhaps(effects: list[Any]) -> None:
        for effect in effects:
            if effect["address"] == OPS:
                effect["of"] = "perhaps"

    given.effects(perhaps)
    for before in (True, False):
        given.change(OPS, before=before).update({"actions": ["create"], "before": None})
    ran = given.prove()
    assert ran.code == 0
    shown = {c["address"]: c["shown"] for c in ran.json["roots"][0]["changes"]}
    assert shown[OPS] == "created with less"
    given.change(OPS)["after"]["users"] = ["alice", "bob"]
    assert given.prove().code == 0
