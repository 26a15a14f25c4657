"""What is known only after apply: followed through the plan, and asked of the code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.guard.guarding import (
    ARN,
    body,
    change,
    found,
    guarded,
    unknown_trust,
)


@pytest.mark.parametrize(
    "references",
    [
        ("local.trust",),
        ("data.external.who.result", "data.external.who"),
        ("aws_iam_user.bob.arn", "aws_iam_user.bob"),
        ("var.trust",),
        ("module.who.arn", "module.who"),
        (),
    ],
)
def test_what_is_unknown_is_undecided_without_the_code(
    references: tuple[str, ...], write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """A plan lists references, and not the literals that stand beside them."""
    code, result, _ = guarded(write(unknown_trust(*references)), capsys)
    assert code == 3
    (skipped,) = result["skipped"]
    assert "--terraform" in skipped["next_step"]


BOB = 'resource "aws_iam_user" "bob" {\n  name = "bob"\n}\n'


@pytest.mark.parametrize(
    ("principals", "code"),
    [
        ("[aws_iam_user.bob.arn]", 0),
        ('["arn:aws:iam::111122223333:user/alice", aws_iam_user.bob.arn]', 1),
        ("[var.somebody, aws_iam_user.bob.arn]", 3),
    ],
)
def test_the_code_tells_what_the_plan_does_not_know(
    principals: str,
    code: int,
    write: Callable[[Any], Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    infra = tmp_path / "infra"
    infra.mkdir()
    (infra / "main.tf").write_text(
        f"""{BOB}
variable "somebody" {{}}

resource "aws_iam_role" "x" {{
  name = "x"
  assume_role_policy = jsonencode({{
    Statement = [
      {{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ AWS = {principals} }} }}
    ]
  }})
}}
""",
        encoding="utf-8",
    )
    plan = write(unknown_trust("aws_iam_user.bob.arn", "aws_iam_user.bob"))
    ended, result, _ = guarded(plan, capsys, "--terraform", str(infra))
    assert ended == code, result
    assert len(found(result, "returns")) == (code == 1)
    (infra / "main.tf").write_text(BOB, encoding="utf-8")
    assert guarded(plan, capsys, "--terraform", str(infra))[0] == 3  # not the code of this plan


def test_an_unknown_value_that_is_made_of_a_leaver_elsewhere_returns(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Through a module's output and its argument, to an identity that stands already."""
    stands = change(
        ["no-op"],
        {"name": "alice"},
        {"name": "alice"},
        address='module.people.aws_iam_user.person["alice"]',
    )
    plan = unknown_trust(
        "module.people.arns",
        "module.people",
        module_calls={
            "people": {
                "expressions": {},
                "module": {
                    "outputs": {
                        "arns": {"expression": {"references": ["aws_iam_user.person"]}},
                        "other": {"expression": {"references": ["local.x"]}},
                    }
                },
            }
        },
    )
    plan["resource_changes"].append(stands)
    code, result, _ = guarded(write(plan), capsys)
    assert code == 1
    assert found(result, "returns") == [("returns", "aws_iam_role.x", "assume_role_policy")]


def deferred_document(before: str) -> dict[str, Any]:
    """A role whose trust is a policy document that is read only during the apply."""
    arn = "arn:aws:iam::111122223333:user/{}"
    document = {
        "address": "data.aws_iam_policy_document.trust",
        "mode": "data",
        "type": "aws_iam_policy_document",
        "expressions": {"statement": [{"resources": {"references": ["aws_x.y.arn", "aws_x.y"]}}]},
    }
    principals = [{"type": "AWS", "identifiers": [arn.format("alice")]}]
    read = change(
        ["read"],
        None,
        {"statement": [{"principals": principals}]},
        unknown={"json": True},
        **{k: document[k] for k in ("address", "mode", "type")},
    )
    statement = {"Effect": "Allow", "Principal": {"AWS": arn.format(before)}}
    trust = json.dumps({"Statement": [statement | {"Action": "sts:AssumeRole"}]})
    plan = unknown_trust(
        "data.aws_iam_policy_document.trust.json",
        "data.aws_iam_policy_document.trust",
        resources=[document],
    )
    role = plan["resource_changes"][0]["change"]
    role |= {"actions": ["update"], "before": {"name": "x", "assume_role_policy": trust}}
    plan["resource_changes"].append(read)
    return plan


def test_a_document_that_is_read_during_the_apply_counts_where_it_is_used(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("aws_iam_role.x", "assume_role_policy")
    code, result, _ = guarded(write(deferred_document("bob")), capsys)
    assert (code, found(result)) == (1, [("returns", *place)])
    code, result, _ = guarded(write(deferred_document("alice")), capsys)
    # Whether the document names somebody else as well only the code could tell.
    assert (code, found(result)) == (3, [("pending", *place)])


def test_blocks_that_a_plan_does_not_list_go_to_the_code(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """A plan's configuration leaves dynamic blocks out."""
    kind = {"type": "kubernetes_role_binding_v1", "address": "kubernetes_role_binding_v1.x"}
    made = change(
        ["create"],
        None,
        {"subject": [{"kind": "User"}]},
        unknown={"subject": [{"name": True}]},
        **kind,
    )
    resource = {"address": kind["address"], "expressions": {}}
    plan = body(made, configuration={"root_module": {"resources": [resource]}})
    assert guarded(write(plan), capsys)[0] == 3


def test_of_several_leavers_in_an_unknown_value_none_hides_the_others(
    write: Callable[[Any], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = unknown_trust("aws_iam_user.alice.arn", "aws_iam_user.alice")
    stands = {"name": "alice"}
    plan["resource_changes"].append(change(["no-op"], stands, stands, address="aws_iam_user.alice"))
    code, result, _ = guarded(write(plan), capsys)
    assert (code, result["counts"]["skipped"]) == (1, 1)
    infra = tmp_path / "infra"
    infra.mkdir()
    (infra / "main.tf").write_text(
        f"""resource "aws_iam_user" "alice" {{
  name = "alice"
}}

resource "aws_iam_role" "x" {{
  name = "x"
  assume_role_policy = jsonencode({{
    Statement = [{{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = {{ AWS = [aws_iam_user.alice.arn, "{ARN.format("erin")}"] }}
    }}]
  }})
}}
""",
        encoding="utf-8",
    )
    code, result, _ = guarded(write(plan), capsys, "--terraform", str(infra))
    assert {g["subject"] for g in result["found"] if g["grade"] == "returns"} == {
        "leaver-2041",
        "leaver-2043",
    }


def test_variables_that_name_a_leaver_are_not_what_the_code_holds(
    write: Callable[[Any], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    infra = tmp_path / "infra"
    infra.mkdir()
    (infra / "main.tf").write_text(
        f"""variable "admins" {{
  default = ["{ARN.format("bob")}"]
}}

resource "aws_iam_role" "x" {{
  name = "x"
  assume_role_policy = jsonencode({{ Statement = [{{ Principal = {{ AWS = var.admins }} }}] }})
}}
""",
        encoding="utf-8",
    )
    plan = unknown_trust("var.admins")
    assert guarded(write(plan), capsys, "--terraform", str(infra))[0] == 0
    plan["variables"] = {"admins": {"value": [ARN.format("alice")]}}
    assert guarded(write(plan), capsys, "--terraform", str(infra))[0] == 3


def test_a_sibling_of_a_leaver_is_not_the_leaver(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    users = [
        change(["no-op"], {"name": n}, {"name": n}, address=f'aws_iam_user.u["{n}"]')
        for n in ("alice", "bob")
    ]
    for name, code in (("bob", 3), ("alice", 1)):
        plan = unknown_trust("aws_iam_user.u", "each.key")
        plan["resource_changes"][0]["address"] = f'aws_iam_role.x["{name}"]'
        plan["resource_changes"] += users
        assert guarded(write(plan), capsys)[0] == code, name
