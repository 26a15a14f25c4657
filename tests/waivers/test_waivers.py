"""The waivers file: what it covers, until when, and every fault at once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import assert_never

import pytest

from iac_offboard.errors import InputError
from iac_offboard.model import Side, Skipped, SkipReason
from iac_offboard.waivers import Waiver, apply, is_at_or_below, load_waivers

NOW = datetime(2026, 12, 31, 20, tzinfo=UTC)
A = "aws:111122223333"
SAML = "arn:aws:iam::555522223333:saml-provider/X"
USER = "arn:aws:iam::111122223333:user/bob"
GOOD = {
    "scope": f"{A}:eu-west-1:kms",
    "reason": "the auditor's keys",
    "by": "ops@example.com",
    "until": "2026-12-31",
}


def file(tmp_path: Path, *entries: object, **more: object) -> Path:
    path = tmp_path / "waivers.yaml"
    path.write_text(json.dumps({"version": 1, "waivers": list(entries), **more}))
    return path


def skip(where: str, pattern: str = "", reason: SkipReason = SkipReason.DENIED) -> Skipped:
    return Skipped(where=where, reason=reason, detail="no.", side=Side.ACCESS, pattern=pattern)


def waiver(scope: str, until: datetime = NOW) -> Waiver:
    return Waiver(scope=scope, reason="r", by="ops", until=until)


def test_a_day_ends_in_utc_and_a_time_where_its_offset_says(tmp_path: Path) -> None:
    timed = {**GOOD, "until": "2026-12-31T12:00:00+02:00"}
    day, at = load_waivers(file(tmp_path, GOOD, timed))
    assert day.until.isoformat() == "2026-12-31T23:59:59.999999+00:00"
    assert at.until == datetime(2026, 12, 31, 10, tzinfo=UTC)
    assert (day.scope, day.reason, day.by) == (GOOD["scope"], GOOD["reason"], GOOD["by"])


def test_yaml_as_people_write_it(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(
        "version: 1\nwaivers:\n  - scope: aws:111122223333\n    reason: closing\n"
        "    by: ops\n    until: 2026-12-31  # a YAML date\n"
    )
    assert [w.scope for w in load_waivers(path)] == [A]


@pytest.mark.parametrize(
    ("where", "scope", "covered"),
    [
        (A, A, True),
        (f"{A}:eu-west-1:kms", A, True),
        (f"{A}:eu-west-1:kms", f"{A}:eu-west-1", True),
        (f"{A}:eu-west-1", f"{A}:eu-west-1:kms", False),
        (f"{A}:eu-west-10", f"{A}:eu-west-1", False),
        ("aws:111122223334", A, False),
        ("infra/main.tf", "infra", True),
        ("infra/main.tf", "infra/", True),
        ("infra2/main.tf", "infra", False),
        ("infra/main.tf", "infra/main", False),
        ("envs/prod.old/x.tf", "envs/prod", False),
        ("envs/prod old/x.tf", "envs/prod", False),
        ("envs/prod old.tf", "envs/prod", False),
        ("envs/prod[1]/x.tf", "envs/prod", False),
        ("infra: module.a.aws_iam_user.x", "infra", True),
        ("infra: module.a.aws_iam_user.x", "infra: module.a", True),
        ("infra: module.ab.aws_iam_user.x", "infra: module.a", False),
        ('infra: aws_iam_user.x["a"]', "infra: aws_iam_user.x", True),
        ("infra: aws_iam_user.x.y", "infra: aws_iam_user.x", True),
        ("infra: aws_iam_user.x: y", "infra: aws_iam_user.x", False),
        ("prod.tfstate aws_iam_user.x", "prod.tfstate", True),
        ('prod.tfstate module.a["b/c"].aws_iam_user.x["al. x"]', "prod.tfstate", True),
        ("prod.tfstate.backup aws_iam_user.x", "prod.tfstate", False),
        ("arn:aws:s3:::team", "arn:aws:s3:::team", True),
        ("arn:aws:s3:::team/x", "arn:aws:s3:::team", False),
    ],
)
def test_at_or_below_by_structure(where: str, scope: str, covered: bool) -> None:
    assert is_at_or_below(where, scope) is covered


def test_parts_what_is_waived_from_what_stands() -> None:
    inside, outside = skip(f"{A}:eu-west-1:kms"), skip("aws:444455556666")
    upstream = skip(A.replace("1111", "5555"), SAML, SkipReason.UPSTREAM)
    long = waiver(A, NOW + timedelta(days=1))
    parted = apply([waiver(A), long, waiver(upstream.pattern)], [inside, outside, upstream], NOW)
    assert parted.skipped == (outside,)
    assert [(w.skipped, w.until) for w in parted.waived] == [
        (inside, long.until),
        (upstream, NOW),
    ]
    assert parted.notes == ()


@pytest.mark.parametrize("reason", list(SkipReason))
def test_a_place_covers_what_was_not_read_there_and_never_what_was_found(
    reason: SkipReason,
) -> None:
    match reason:
        case SkipReason.UPSTREAM | SkipReason.AMBIGUOUS:
            item, name = skip(A, USER, reason), USER
        case SkipReason.UNDECIDED:
            item, name = skip("infra: aws_iam_user.x", "al*", reason), "infra: aws_iam_user.x"
        case (
            SkipReason.MISSING
            | SkipReason.UNPARSEABLE
            | SkipReason.ENCRYPTED
            | SkipReason.TOO_LARGE
            | SkipReason.OUTSIDE
            | SkipReason.DENIED
            | SkipReason.THROTTLED
            | SkipReason.UNREACHABLE
            | SkipReason.UNSUPPORTED
        ):
            for where, scope in ((f"{A}:eu-west-1", A), ("infra/main.tf", "infra")):
                assert apply([waiver(scope)], [skip(where, USER, reason)], NOW).skipped == ()
            assert apply([waiver(USER)], [skip(A, USER, reason)], NOW).waived == ()
            return
        case _:
            assert_never(reason)
    for scope in (A, f"{A}:us-east-1", "infra", f"{USER}2", "infra: aws_iam_user"):
        assert apply([waiver(scope)], [item], NOW).waived == (), scope
    assert [w.skipped for w in apply([waiver(name)], [item], NOW).waived] == [item]


def test_an_expired_one_and_an_idle_one_are_told_and_have_no_effect() -> None:
    parted = apply([waiver(A), waiver("infra")], [skip(A)], NOW + timedelta(seconds=1))
    assert parted.skipped == (skip(A),)
    assert [n.text for n in parted.notes] == [
        "the waiver of ops expired on 2026-12-31 and has no effect",
        "the waiver of ops expired on 2026-12-31 and has no effect",
    ]
    idle = apply([waiver("infra")], [skip(A)], NOW)
    assert [(n.where, n.text) for n in idle.notes] == [
        ("infra", "the waiver of ops matches nothing that was left unread")
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"scope": "aws"}, "12 digits"),
        ({"scope": "aws:1111"}, "12 digits"),
        ({"scope": f"{A}:*"}, "12 digits"),
        ({"scope": "arn:aws"}, "no ARN"),
        ({"scope": "infra/*"}, "no wildcards"),
        ({"scope": "."}, "smaller than all code"),
        ({"scope": ""}, 'needs "scope"'),
        ({"reason": None}, 'needs "reason"'),
        ({"by": ["ops"]}, 'needs "by"'),
        ({"until": "soon"}, '"until"'),
        ({"until": "2026-12-31T12:00:00"}, '"until"'),
        ({"until": "2026-13-31"}, '"until"'),
        ({"untill": "2026-12-31"}, "unknown key"),
    ],
)
def test_faults_of_an_entry(tmp_path: Path, change: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match="1 fault") as caught:
        load_waivers(file(tmp_path, {**GOOD, **change}))
    assert said in str(caught.value)


def test_every_fault_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(
        "version: 2\nwaivers:\n  - scope: aws\n    reason: r\n    by: b\n    until: soon\n  - x\n"
    )
    with pytest.raises(InputError) as caught:
        load_waivers(path)
    said = str(caught.value)
    assert "4 fault(s)" in said
    assert all(f"w.yaml:{line}:" in said for line in (1, 3, 6, 7))


@pytest.mark.parametrize(
    "text", ["", "[]", "version: 1", "version: 1\nwaivers: {}", "a: [", "\ttab: x", "a: &b *c"]
)
def test_what_is_no_waivers_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match="fault"):
        load_waivers(path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_waivers(tmp_path / "none.yaml")
    binary = tmp_path / "w.yaml"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        load_waivers(binary)
