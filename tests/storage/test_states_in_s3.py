"""States in S3: by URL, and by the backend of a root module, with all its workspaces."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.acceptance.desk import run
from tests.storage.conftest import BACKEND, BUCKET, KEY, Kept, found, skipped, state_of

ADDRESS = 'aws_iam_user.person["alice"]'


def test_a_state_is_read_by_its_url(kept: Kept) -> None:
    kept.put(KEY, state_of("alice", "bob"))
    url = f"s3://{BUCKET}/{KEY}"
    ran = kept.scan("--state", url)
    assert ran.code == 1, ran.err
    assert found(ran) == [(url, "", ADDRESS)]
    tied = kept.scan("--terraform", "repo", "--state", f"repo/app={url}")
    assert found(tied) == [(url, "repo/app", ADDRESS)]


def test_every_workspace_of_a_backend_is_followed(kept: Kept) -> None:
    kept.put(KEY, state_of("bob"))
    kept.put(f"env:/prod/{KEY}", state_of("alice"))
    kept.put(f"env:/stage/{KEY}", state_of("alice", "bob"))
    kept.put("other/terraform.tfstate", state_of("alice"))
    ran = kept.followed()
    assert ran.code == 1, ran.err
    assert found(ran) == [
        (f"s3://{BUCKET}/env:/prod/{KEY}", "repo/app", ADDRESS),
        (f"s3://{BUCKET}/env:/stage/{KEY}", "repo/app", ADDRESS),
    ]
    assert skipped(ran) == []
    read = {r["where"] for r in ran.json["reads"]}
    assert f"s3://{BUCKET}/{KEY}" in read


def test_what_the_last_init_made_of_a_backend_goes_before_its_block(kept: Kept) -> None:
    kept.written('terraform {\n  backend "s3" {}\n}\n')
    ran = kept.followed()
    assert (ran.code, skipped(ran)) == (3, [("repo/app", "undecided")])
    config: dict[str, str | None] = {
        "bucket": BUCKET,
        "key": "here",
        "region": "us-east-1",
        "kms_key_id": "canary-5e1f",
    }
    config |= {"workspace_key_prefix": "spaces", "assume_role": None}
    (kept.app / ".terraform").mkdir()
    (kept.app / ".terraform/terraform.tfstate").write_text(
        json.dumps({"version": 3, "backend": {"type": "s3", "config": config}}), encoding="utf-8"
    )
    kept.put("spaces/prod/here", state_of("alice"))
    ran = kept.followed()
    assert found(ran) == [(f"s3://{BUCKET}/spaces/prod/here", "repo/app", ADDRESS)]
    assert "canary" not in ran.out + ran.err


def test_locks_are_left_alone_and_nothing_is_written(kept: Kept) -> None:
    kept.put(KEY, state_of("alice"))
    kept.put(f"{KEY}.tflock", b'{"ID": "1", "Operation": "OperationTypeApply"}')
    before = kept.objects()
    kept.server.app.ledger.reset()
    assert kept.followed().code == 1
    assert kept.objects() == before
    assert not kept.server.app.ledger.writes


def refuse(action: str) -> Callable[[Kept], None]:
    def refused(kept: Kept) -> None:
        kept.server.app.injection.deny(action)

    return refused


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (refuse("s3:GetObject"), "denied"),
        (refuse("s3:ListObjectsV2"), "denied"),
        (lambda kept: kept.put(KEY, state_of("alice")[:-20]), "unparseable"),
        (lambda kept: kept.put(KEY, b""), "unparseable"),
        (lambda kept: kept.put(KEY, b'{"encrypted_data": "x", "version": 4}'), "encrypted"),
        (lambda kept: kept.s3.delete_object(Bucket=BUCKET, Key=KEY), "missing"),
        (lambda kept: kept.written(BACKEND.replace(BUCKET, "no-such-bucket")), "missing"),
    ],
    ids=["get denied", "list denied", "cut off", "empty", "encrypted", "no object", "no bucket"],
)
def test_a_state_that_cannot_be_read_is_never_an_empty_one(
    kept: Kept, spoil: Callable[[Kept], None], reason: str
) -> None:
    kept.put(KEY, state_of("alice"))
    spoil(kept)
    ran = kept.followed()
    assert ran.code == 3, ran.out
    assert [r for _, r in skipped(ran)] == [reason]
    (said,) = ran.json["skipped"]
    assert said["next_step"]
    if reason == "denied":
        assert said["permission"] in ("s3:GetObject", "s3:ListBucket")


def test_the_rights_are_printed(kept: Kept) -> None:
    del kept
    ran = run("permissions", "aws", "--states")
    actions = {a for s in ran.json["Statement"] for a in s["Action"]}
    assert actions == {"s3:GetObject", "s3:ListBucket", "sts:AssumeRole", "sts:GetCallerIdentity"}
    both = run("permissions", "aws")
    assert "s3:GetObject" not in both.out


def test_a_url_without_a_key_is_refused(kept: Kept) -> None:
    assert kept.scan("--state", "s3://bucket").said("s3://BUCKET/KEY")
    assert kept.scan("--state", "auto").said("none was named")


def test_a_planned_removal_follows_the_states_again(kept: Kept) -> None:
    kept.put(KEY, state_of("alice"))
    ran = run(
        *("plan", "--subjects", "leavers.yaml", "--terraform", "repo", "--state", "auto"),
        *("--out", "case", "--format", "json"),
    ) if kept.followed().code else None  # fmt: skip
    assert ran is not None
    assert ran.code in (0, 1), ran.err
    plan = json.loads((kept.work / "case/plan.json").read_bytes())
    assert ["state", "auto"] in plan["sources"]
    verified = run("verify", "case/plan.json", "--settle", "0", "--format", "json")
    assert verified.json["verdicts"][0]["return_risk"] == "present"
    kept.put(KEY, state_of("bob"))
    verified = run("verify", "case/plan.json", "--settle", "0", "--format", "json")
    assert verified.json["verdicts"][0]["return_risk"] == "none"
