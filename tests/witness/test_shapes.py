"""Differences that look like the leaver's and take something from others, or let others in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.acceptance.desk import run
from tests.witness.given import Given
from tests.witness.world import ROSTER

ROLE, TRUST = "aws_iam_role.deploy", "assume_role_policy"
ALICE = "arn:aws:iam::111122223333:user/alice"
BOB = "arn:aws:iam::111122223333:user/bob"


def _statement(principal: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}


def _document(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


BOBS = _statement({"AWS": BOB})
LIMITED = "would end what limits a statement in assume_role_policy"
SHORTER = "would make a deny in assume_role_policy shorter"
OTHERS = "would take somebody else out of assume_role_policy"


def _trusts(given: Given, old: str, new: str) -> None:
    given.change(ROLE, before=True)["after"][TRUST] = old
    given.change(ROLE)["after"][TRUST] = new


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (
            [_statement({"AWS": ALICE, "Service": "ec2.amazonaws.com"}), BOBS],
            [BOBS],
            OTHERS,
        ),
        ([_statement({"AWS": [ALICE, "arn:aws:iam::111122223333:*"]}), BOBS], [BOBS], OTHERS),
        (
            [_statement({"AWS": BOB}, NotResource=[ALICE, BOB])],
            [_statement({"AWS": BOB}, NotResource=[BOB])],
            LIMITED,
        ),
        (
            [_statement({"AWS": BOB}, Effect="Deny", Resource=[ALICE, BOB])],
            [_statement({"AWS": BOB}, Effect="Deny", Resource=[BOB])],
            SHORTER,
        ),
        (
            [_statement({"AWS": ALICE}, Resource="*")],
            [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}],
            LIMITED,
        ),
        ([_statement({"AWS": BOB}, Effect="Deny", Sid="alice"), BOBS], [BOBS], SHORTER),
    ],
)
def test_a_statement_that_is_others_too_is_refuted(
    given: Given, old: list[Any], new: list[Any], text: str
) -> None:
    _trusts(given, _document(*old), _document(*new))
    assert (ROLE, text) in given.against()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("alice,bob,carol", "carol"),
        ("alice bob carol", "carol"),
        ("alice: admin\nbob: admin\ncarol: admin", "carol: admin"),
        (f'[{{"m": ["{ALICE}", "{BOB}"]}}, 1]', "[1]"),
        (f"- m: [{ALICE}, {BOB}]\n- m: [x]\n", "- m: [x]\n"),
    ],
)
def test_who_goes_in_one_piece_with_the_leaver_is_refuted(given: Given, old: str, new: str) -> None:
    _trusts(given, old, new)
    assert any(address == ROLE for address, _ in given.against())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"{ALICE},{BOB}", BOB),
        (f"{ALICE} = admin\n{BOB} = admin", f"{BOB} = admin"),
        (_document(_statement({"AWS": [ALICE, BOB]})), _document(BOBS)),
        (_document(_statement({"AWS": ALICE}), BOBS), _document(BOBS)),
    ],
)
def test_the_leavers_own_piece_is_witnessed(given: Given, old: str, new: str) -> None:
    _trusts(given, old, new)
    ran = given.prove()
    assert ran.code == 0, ran.out


def test_an_argument_that_the_patch_takes_out_is_somebodys(given: Given) -> None:
    given.change(ROLE, before=True)["after"]["permissions_boundary"] = "arn:aws:iam::1:policy/b"
    given.change(ROLE)["after"]["permissions_boundary"] = None
    blocks = given.before["configuration"]["root_module"]["resources"]
    block = next(one for one in blocks if one["address"] == ROLE)
    block["expressions"]["permissions_boundary"] = {"constant_value": "arn:aws:iam::1:policy/b"}
    text = "would change in permissions_boundary, and the plan does not say so"
    assert (ROLE, text) in given.against()


def test_a_block_that_a_dynamic_one_makes_is_somebodys(given: Given) -> None:
    given.change(ROLE, before=True)["after"]["inline_policy"] = [{"name": "bob", "policy": "{}"}]
    given.change(ROLE)["after"]["inline_policy"] = []
    text = "would change in inline_policy, and the plan does not say so"
    assert (ROLE, text) in given.against()


def test_a_plan_of_a_part_of_the_root_is_not_witnessed(given: Given) -> None:
    given.after["complete"] = False
    ran = given.prove()
    assert (ran.code, ran.json["grade"]) == (3, "not witnessed")
    assert ran.json["roots"][0]["open"] == [
        "after the patch: only a part of the root was planned (-target, -exclude)"
    ]


OIDC = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"


def _subject(*who: str) -> dict[str, Any]:
    names = {"token.actions.githubusercontent.com:sub": [f"repo:{one}" for one in who]}
    return _statement({"Federated": OIDC}, Condition={"StringLike": names})


def test_an_identity_provider_is_nobody_but_who_comes_in_by_it_is(given: Given) -> None:
    """Whom such a statement lets in says its condition."""
    roster = ROSTER.replace("aliases: [", 'aliases: ["acme/site", ')
    (given.work / "leavers.yaml").write_text(roster, encoding="utf-8")
    arguments = ("--subjects", "leavers.yaml", "--terraform", "infra", "--out", "case")
    assert run("plan", *arguments).code == 0
    main = "ref:refs/heads/main"
    _trusts(given, _document(_subject(f"acme/site:{main}"), BOBS), _document(BOBS))
    ran = given.prove()
    assert ran.code == 0, ran.out
    both = _subject(f"acme/site:{main}", f"acme/other:{main}")
    _trusts(given, _document(both, BOBS), _document(BOBS))
    texts = {text for address, text in given.against() if address == ROLE}
    assert any("somebody else out" in text for text in texts)
