"""The guard's command line: what it takes, what it says, how it ends."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.cli import main, options
from tests.guard.making import LEAVERS, PLANS, cases
from tests.guard.test_plans import FOUND, HARMLESS, found, guarded

KEY = "0123456789abcdef0123456789abcdef"
CANARY = "canary-secret-5e1f0c"
NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "now", lambda: NOW)
    monkeypatch.delenv("IAC_OFFBOARD_ROSTER_KEY", raising=False)
    monkeypatch.setenv("COLUMNS", "240")  # what is folded is not found


def plan_of(name: str) -> Any:
    return json.loads((PLANS / name / "plan.json").read_text("utf-8"))


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Any], Path]:
    def written(body: Any) -> Path:
        path = tmp_path / "made.json"
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        path.write_bytes(data)
        return path

    return written


def refused(plan: Path | str, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    code = main(["guard", "--subjects", str(LEAVERS), "--plan-json", str(plan), *more])
    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    return said.err


# --------------------------------------------------------------------------- what it takes


def change(actions: list[str], before: Any, after: Any, **more: Any) -> dict[str, Any]:
    described = {"address": "aws_iam_user.x", "mode": "managed", "type": "aws_iam_user"}
    return {
        **described,
        **{k: v for k, v in more.items() if k in ("address", "type", "mode")},
        "name": "x",
        "change": {
            "actions": actions,
            "before": before,
            "after": after,
            "after_unknown": more.get("unknown", {}),
        },
    }


def body(*changes: Any, **more: Any) -> dict[str, Any]:
    return {
        "format_version": "1.2",
        "terraform_version": "1.13.0",
        "resource_changes": list(changes),
        **more,
    }


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"PK\x03\x04rest", "is a binary plan"),
        (b"[]", "its top is no object"),
        (b'{"format_version": "1.2", "resource_changes": [{"add', "no valid JSON (line 1)"),
        (b"{}", 'it has no "format_version"'),
        (b'{"format_version": "2.0", "resource_changes": []}', "plan of format 2.0"),
        (b'{"format_version": "1.0", "values": {}}', "it is a state"),
        (b'{"version": 4, "lineage": "x", "resources": []}', "it is a state"),
        (b'{"@level": "info", "@message": "x"}', "it is the log"),
        (b'{"@level": "info"}\n{"@level": "info"}', "no valid JSON (line 2)"),
        (b'{"meta": {}, "encrypted_data": "x"}', "encrypted plan of OpenTofu"),
        (b'{"format_version": "1.2", "resource_changes": [{"address": "a"}]}', "has no change"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"format_version": "1.2\xff"}', "no valid JSON"),
        (b'{"format_version": "1.2", "resource_changes": {}}', "is no list"),
        (b'{"format_version": "1.2", "resource_changes": null}', "is no list"),
        (b'{"format_version": "1.2", "deferred_changes": {}}', "is no list"),
        (b'{"format_version": "1.2", "a": ' + b"9" * 5_000 + b"}", "no valid JSON"),
        (
            b'{"format_version": "1.2", "resource_changes": [{"change": {"actions": []}}]}',
            "actions",
        ),
        (b'{"format_version": "1.2", "resource_changes": [{"change": {"actions": 1}}]}', "actions"),
    ],
)
def test_what_is_no_plan_is_refused_with_the_cause(
    data: bytes, why: str, write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(write(data), capsys)
    assert why in said
    assert said.count("\n") == 1


def test_a_missing_plan_names_how_to_make_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "terraform show -json" in refused(tmp_path / "none.json", capsys)
    assert "cannot be read" in refused(tmp_path, capsys)


def test_a_plan_of_powershell_and_one_with_a_mark_are_read(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps(body(change(["create"], None, {"name": "alice"})))
    for data in (text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        assert guarded(write(data), capsys)[0] == 1


def test_a_plan_is_taken_from_stdin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = (PLANS / "found-create" / "plan.json").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    code, result, _ = guarded(Path("-"), capsys)
    assert (code, result["plan"]) == (1, "-")


def test_a_plan_without_changes_is_a_plan(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    bare = {"format_version": "1.2", "terraform_version": "1.13.0"}
    assert guarded(write(bare), capsys)[0] == 0


# --------------------------------------------------------------------------- what it says


def test_letters_written_as_numbers_are_read(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps(body(change(["update"], {"name": "bob"}, {"name": "alice"})))
    hidden = text.replace("alice", "".join(f"\\u{ord(c):04x}" for c in "alice"))
    assert guarded(write(hidden.encode()), capsys)[0] == 1


def test_names_beyond_ascii_are_compared_as_names_are(
    write: Callable[[Any], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = tmp_path / "leavers.json"
    subject = {"id": "leaver-1", "kind": "person", "aliases": ["zoë@example.com"]}
    roster.write_text(json.dumps({"version": 1, "subjects": [subject]}), encoding="utf-8")
    member = {"role": "roles/viewer", "member": "user:Zoë@example.com", "project": "p"}
    made = change(["create"], None, member, type="google_project_iam_member", address="g.x")
    plan = write(json.dumps(body(made), ensure_ascii=False).encode())
    assert main(["guard", "--subjects", str(roster), "--plan-json", str(plan)]) == 1
    capsys.readouterr()


@pytest.mark.parametrize("more", [{"errored": True}, {"deferred_changes": [{"reason": "x",
    "resource_change": change(["create"], None, {"name": "bob"})}]}])  # fmt: skip
def test_a_plan_that_leaves_something_open_is_no_all_clear(
    more: dict[str, Any], write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    code, result, _ = guarded(write(body(**more)), capsys)
    assert code == 3
    assert result["counts"]["skipped"] == 1


def test_a_deferred_change_that_brings_the_leaver_back_is_found(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    deferred = {"reason": "x", "resource_change": change(["create"], None, {"name": "alice"})}
    code, result, _ = guarded(write(body(deferred_changes=[deferred])), capsys)
    assert code == 1
    assert found(result, "returns") == [("returns", "aws_iam_user.x", "name")]


ROLE = {"type": "aws_iam_role", "address": "aws_iam_role.x"}


def unknown_trust(*references: str, resources: Any = (), **module: Any) -> dict[str, Any]:
    made = change(
        ["create"], None, {"name": "x"}, unknown={"assume_role_policy": True, "arn": True}, **ROLE
    )
    role = {
        "address": "aws_iam_role.x",
        "mode": "managed",
        "type": "aws_iam_role",
        "expressions": {"assume_role_policy": {"references": list(references)}},
    }
    root = {"resources": [role, *resources], **module}
    return body(made, configuration={"root_module": root})


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


def test_code_cannot_be_read_for_digests(
    hashed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IAC_OFFBOARD_ROSTER_KEY", KEY)
    plan = str(PLANS / "found-create" / "plan.json")
    command = ["guard", "--subjects", str(hashed), "--plan-json", plan, "--terraform", "."]
    assert main(command) == 2
    assert "spells no names" in capsys.readouterr().err


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


def test_who_is_cancelled_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster = tmp_path / "leavers.csv"
    roster.write_text("id,kind,alias,left_at,case,status\nleaver-9,person,alice,,,cancelled\n")
    plan = str(PLANS / "found-create" / "plan.json")
    assert main(["guard", "--subjects", str(roster), "--plan-json", plan]) == 0
    assert "NOT looked for" in capsys.readouterr().out


def test_an_identity_that_is_made_anew_returns_and_a_membership_does_not(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    user = change(["delete", "create"], {"name": "alice"}, {"name": "alice"})
    member = {"name": "m", "group": "g", "users": ["alice"]}
    kept = change(
        ["delete", "create"],
        member,
        member,
        type="aws_iam_group_membership",
        address="aws_iam_group_membership.x",
    )
    code, result, _ = guarded(write(body(user, kept)), capsys)
    assert code == 1
    assert found(result) == [
        ("returns", "aws_iam_user.x", "name"),
        ("pending", "aws_iam_group_membership.x", "users"),
    ]


def test_a_second_statement_for_somebody_who_has_one_is_new(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    def policy(*actions: str) -> str:
        arn = "arn:aws:iam::111122223333:user/alice"
        made = [
            {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": a, "Resource": "*"}
            for a in actions
        ]
        return json.dumps({"Version": "2012-10-17", "Statement": made})

    def queue(before: str, after: str) -> Any:
        kind = {"type": "aws_sqs_queue_policy", "address": "aws_sqs_queue_policy.x"}
        return body(
            change(["update"], {"queue_url": "q", "policy": before},
                   {"queue_url": "q", "policy": after}, **kind)
        )  # fmt: skip

    one, two = policy("sqs:ReceiveMessage"), policy("sqs:ReceiveMessage", "sqs:DeleteMessage")
    assert guarded(write(queue(one, two)), capsys)[0] == 1
    code, result, _ = guarded(write(queue(two, one)), capsys)
    assert code == 0
    assert {g["grade"] for g in result["found"]} == {"pending"}


def test_an_attribute_that_no_row_knows_is_read_by_its_form(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    arn = "arn:aws:iam::111122223333:user/alice"
    document = json.dumps({"deep": [{"who": arn}]})
    for value in (arn, [arn], {"owner": arn}, document, json.dumps({"inner": document})):
        made = change(["create"], None, {"settings": value}, type="acme_thing", address="acme.x")
        code, result, _ = guarded(write(body(made)), capsys)
        assert (code, found(result)) == (1, [("returns", "acme.x", "settings")]), value
    for value in ("alice", "alice@example.com", f"see {arn}", f"{arn}-archive"):
        made = change(["create"], None, {"settings": value}, type="acme_thing", address="acme.x")
        assert guarded(write(body(made)), capsys)[0] == 0, value


def test_a_policy_that_speaks_of_a_leaver_gives_the_leaver_nothing(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    arn = "arn:aws:iam::111122223333:user/alice"
    speaks = {"Effect": "Allow", "Action": "iam:GetUser", "Resource": arn}
    for statement, code in (
        (speaks, 0),
        (speaks | {"Principal": {"AWS": arn}}, 1),
        (speaks | {"Principal": {"AWS": arn}, "Effect": "Deny"}, 0),
        (speaks | {"NotPrincipal": {"AWS": arn}}, 0),
    ):
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        made = change(["create"], None, {"text": document}, type="acme_thing", address="acme.x")
        assert guarded(write(body(made)), capsys)[0] == code, statement


def test_a_new_place_in_an_object_that_names_the_leaver_already_returns(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    arn = "arn:aws:iam::111122223333:user/alice"
    before = {"name": "alice", "arn": arn, "more": ""}
    made = change(["update"], before, before | {"more": arn})
    code, result, _ = guarded(write(body(made)), capsys)
    assert code == 1
    assert found(result) == [
        ("pending", "aws_iam_user.x", "name"),
        ("returns", "aws_iam_user.x", "more"),
    ]


def test_what_lets_the_leaver_in_with_others_is_a_warning(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/ali*"}},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    made = change(["create"], None, {"name": "x", "assume_role_policy": json.dumps(trust)}, **ROLE)
    code, result, _ = guarded(write(body(made)), capsys)
    assert code == 0
    assert {g["grade"] for g in result["found"]} == {"covered"}
    assert guarded(write(body(made)), capsys, "--strict")[0] == 1


def test_strict_fails_on_what_is_there_already(capsys: pytest.CaptureFixture[str]) -> None:
    plan = PLANS / "harmless-pending" / "plan.json"
    assert guarded(plan, capsys)[1]["counts"]["pending"] > 0
    assert guarded(plan, capsys, "--strict")[0] == 1


def test_a_rehire_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    code, result, _ = guarded(PLANS / "harmless-rehired" / "plan.json", capsys)
    assert code == 0
    assert [n["where"] for n in result["notes"]] == ["leaver-2042"]


# --------------------------------------------------------------------------- exceptions


def exceptions(tmp_path: Path, until: datetime, address: str = "aws_iam_user.alice") -> str:
    path = tmp_path / "exceptions.yaml"
    path.write_text(
        "version: 1\nexceptions:\n"
        f"  - subject: leaver-2041\n    address: {address}\n    reason: handed over\n"
        f"    by: lead@example.com\n    until: {until.date()}\n",
        encoding="utf-8",
    )
    return str(path)


def test_an_exception_holds_until_its_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = PLANS / "found-create" / "plan.json"
    good = exceptions(tmp_path, NOW + timedelta(days=9))
    code, result, _ = guarded(plan, capsys, "--exceptions", good)
    assert code == 0
    assert result["counts"]["excepted"] == 1
    assert result["found"][0]["exempted"]["by"] == "lead@example.com"
    for until, address in ((NOW - timedelta(days=2), "aws_iam_user.alice"),
                           (NOW + timedelta(days=9), "aws_iam_user.alic")):  # fmt: skip
        spent = exceptions(tmp_path, until, address)
        code, result, _ = guarded(plan, capsys, "--exceptions", spent)
        assert code == 1
        assert len([n for n in result["notes"] if n["kind"] == "waiver"]) == 1


def test_a_broken_file_of_exceptions_is_told_with_every_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "exceptions.yaml"
    path.write_text("version: 1\nexceptions:\n  - subject: x\n    address: '*'\n    until: soon\n")
    said = refused(PLANS / "found-create" / "plan.json", capsys, "--exceptions", str(path))
    assert "exceptions.yaml:4" in said
    assert "exceptions.yaml:5" in said
    assert "Nothing was excepted" in said
    assert 'an exception needs "by"' in said


# --------------------------------------------------------------------------- hashed rosters


@pytest.fixture
def hashed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    key = tmp_path / "roster.key"
    key.write_text(KEY + "\n")
    assert main(["roster", "hash", "--subjects", str(LEAVERS), "--key-file", str(key)]) == 0
    path = tmp_path / "leavers.hashed.json"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return path


def test_a_hashed_roster_names_nobody_and_is_the_same_every_time(
    hashed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = hashed.read_text("utf-8")
    for name in ("alice", "dora", "erin", "example.com", "user/", KEY):
        assert name not in text
    key = str(tmp_path / "roster.key")
    assert main(["roster", "hash", "--subjects", str(LEAVERS), "--key-file", key]) == 0
    assert capsys.readouterr().out == text


@pytest.mark.parametrize("name", cases())
def test_a_hashed_roster_finds_the_same_returns(
    name: str, hashed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IAC_OFFBOARD_ROSTER_KEY", KEY)
    plan = str(PLANS / name / "plan.json")
    code = main(["guard", "--subjects", str(hashed), "--plan-json", plan, "--format", "json"])
    result = json.loads(capsys.readouterr().out)
    # What is unknown only the code tells, which cannot be read for digests.
    assert code == (3 if name == "harmless-unknown" else 0 if name in HARMLESS else 1)
    assert found(result, "returns") == FOUND.get(name, [])


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("", "no key was given"),
        ("short", "at least 16 bytes"),
        ("f" * 32, "hashed with another key"),
    ],
)
def test_a_hashed_roster_needs_its_key(
    key: str,
    why: str,
    hashed: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IAC_OFFBOARD_ROSTER_KEY", key)
    plan = str(PLANS / "found-create" / "plan.json")
    assert main(["guard", "--subjects", str(hashed), "--plan-json", plan]) == 2
    said = capsys.readouterr().err
    assert why in said
    assert KEY not in said


def test_a_damaged_hashed_roster_is_refused(
    hashed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IAC_OFFBOARD_ROSTER_KEY", KEY)
    text = hashed.read_text("utf-8")
    plan = str(PLANS / "found-create" / "plan.json")
    for broken in (
        text[:-20],
        text.replace('"emails"', '"nowhere"'),
        text.replace('"version": 1', '"version": 9'),
        text.replace('"person"', '"ghost"', 1),
        text.replace("+00:00", ""),
        text[: text.index('"subjects"')] + '"subjects": {}, "version": 1}',
        re.sub(r'"aliases": \[.*?\]', '"aliases": []', text, count=1, flags=re.S),
    ):
        hashed.write_text(broken, encoding="utf-8")
        assert main(["guard", "--subjects", str(hashed), "--plan-json", plan]) == 2
        assert "roster hash" in capsys.readouterr().err


def test_hashing_needs_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["roster", "hash", "--subjects", str(LEAVERS)]) == 2
    assert "none was given" in capsys.readouterr().err


# --------------------------------------------------------------------------- what comes out


@pytest.mark.parametrize("form", ["table", "json", "sarif", "markdown"])
def test_every_format_says_what_returns_and_no_secret(
    form: str, write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    attrs = {"name": "alice", "password": CANARY, "tags": {"note": CANARY}}
    plan = write(body(change(["create"], None, attrs), errored=True))
    command = ["guard", "--subjects", str(LEAVERS), "--plan-json", str(plan), "--format", form]
    assert main(command) == 1
    said = capsys.readouterr()
    assert "leaver-2041" in said.out
    assert "failed part-way" in said.out
    assert CANARY not in said.out + said.err
    assert "alice@" not in said.out


def test_sarif_names_the_rule_and_the_resource(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = PLANS / "found-update" / "plan.json"
    good = exceptions(tmp_path, NOW + timedelta(days=9), "aws_iam_group_membership.readers")
    base = ["guard", "--subjects", str(LEAVERS), "--plan-json", str(plan), "--format", "sarif"]
    for more, suppressed in (([], False), (["--exceptions", good], True)):
        main([*base, *more])
        (run,) = json.loads(capsys.readouterr().out)["runs"]
        (result,) = [r for r in run["results"] if r["level"] == "error"]
        assert result["ruleId"] == "OFB008"
        (place,) = result["locations"][0]["logicalLocations"]
        assert place["fullyQualifiedName"] == "aws_iam_group_membership.readers"
        assert ("suppressions" in result) is suppressed


def test_the_same_plan_gives_the_same_ids(capsys: pytest.CaptureFixture[str]) -> None:
    plan = PLANS / "found-update" / "plan.json"
    one, two = (guarded(plan, capsys)[1]["found"] for _ in range(2))
    assert one == two
    assert len({g["id"] for g in one}) == len(one)


@pytest.mark.parametrize("name", ["tag", "description", "notification"])
def test_a_name_in_a_text_is_a_mention(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, result, _ = guarded(PLANS / f"harmless-{name}" / "plan.json", capsys)
    assert {g["grade"] for g in result["found"]} == {"mention"}


# --------------------------------------------------------------------------- what others saw


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


ARN = "arn:aws:iam::111122223333:user/{}"


def bucket(effect: str) -> dict[str, Any]:
    statement = {"Effect": effect, "Principal": {"AWS": ARN.format("alice")}, "Action": "s3:*"}
    return {"bucket": "b", "policy": json.dumps({"Statement": [statement]})}


def test_a_deny_that_becomes_an_allow_returns(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    kind = {"type": "aws_s3_bucket_policy", "address": "aws_s3_bucket_policy.x"}
    made = change(["update"], bucket("Deny"), bucket("Allow"), **kind)
    assert guarded(write(body(made)), capsys)[0] == 1


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


def test_a_change_of_which_nothing_is_known_is_undecided(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(write(body(change(["create"], None, None, unknown=True))), capsys)[0] == 3


@pytest.mark.parametrize("form", ["table", "json", "markdown", "sarif"])
def test_half_a_sign_is_no_crash(
    form: str, write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps(body(change(["create"], None, {"name": "alice"}, address="a.X")))
    plan = write(text.replace("a.X", "a." + chr(92) + "ud800").encode())
    command = ["guard", "--subjects", str(LEAVERS), "--plan-json", str(plan), "--format", form]
    assert main(command) == 1
    assert capsys.readouterr().out


@pytest.mark.parametrize("form", ["table", "json", "markdown", "sarif"])
def test_no_name_of_a_target_is_shown(
    form: str, write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    member = {"role": "r", "member": "user:alice@example.com", "project": CANARY}
    made = change(["create"], None, member, type="google_project_iam_member", address="g.x")
    command = ["guard", "--subjects", str(LEAVERS), "--format", form]
    assert main([*command, "--plan-json", str(write(body(made)))]) == 1
    assert CANARY not in capsys.readouterr().out


@pytest.mark.parametrize("address", ["module.access", "alice", "aws_iam_user", "output", "*.x"])
def test_an_exception_speaks_of_one_resource(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wide = exceptions(tmp_path, NOW + timedelta(days=9), f"'{address}'")
    said = refused(PLANS / "found-create" / "plan.json", capsys, "--exceptions", wide)
    assert "an address is one of a resource" in said


def test_a_hashed_roster_is_not_hashed_again(
    hashed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = str(tmp_path / "roster.key")
    assert main(["roster", "hash", "--subjects", str(hashed), "--key-file", key]) == 2
    assert "hashed already" in capsys.readouterr().err
