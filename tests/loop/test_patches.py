"""The patch, by the very command that the plan records: what counts is the bytes of the files."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest

from tests.loop.checkout import AFTER, BEFORE, Checkout


@pytest.mark.parametrize(
    ("path", "top", "directory", "named"),
    [
        pytest.param("repo/main.tf", "repo", "repo", "a/main.tf", id="top"),
        pytest.param(
            "repo/infra/iam/main.tf", "repo", "repo/infra/iam", "a/infra/iam/main.tf", id="below"
        ),
        pytest.param(
            "my repo/türen/ein gang/main.tf",
            "my repo",
            "my repo/türen",
            '"a/t\\303\\274ren/ein gang/main.tf"',
            id="spaces and more",
        ),
    ],
)
def test_in_git(checkout: Checkout, path: str, top: str, directory: str, named: str) -> None:
    file = checkout.write(path)
    checkout.repository(top)
    plan = checkout.plan(directory, out="a case", process=True)
    (patch,) = plan["patches"]
    assert patch["apply_in"] == str((checkout.work / top).resolve())
    assert patch["apply_command"].startswith("git apply --3way ")
    assert f"diff --git {named} " in (checkout.work / "a case" / "removal.patch").read_text()
    (root,) = plan["scope"]["roots"]
    assert root["commit"] == checkout.shell("git rev-parse HEAD", checkout.work / top).strip()
    assert root["dirty"] is False
    checkout.apply(plan)
    assert file.read_bytes() == AFTER
    assert not checkout.found(directory)


@pytest.mark.parametrize("directory", ["plain", "not git/ä ö"])
def test_outside_git(checkout: Checkout, directory: str) -> None:
    file = checkout.write(f"{directory}/sub dir/ü.tf")
    plan = checkout.plan(directory)
    (patch,) = plan["patches"]
    assert patch["apply_in"] == str((checkout.work / directory).resolve())
    assert patch["apply_command"].startswith("patch -p1 < ")
    assert plan["scope"]["roots"][0]["commit"] == ""
    checkout.apply(plan)
    assert file.read_bytes() == AFTER
    assert not checkout.found(directory)


@pytest.mark.parametrize("in_git", [True, False])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(BEFORE.replace(b"\n", b"\r\n"), AFTER.replace(b"\n", b"\r\n"), id="crlf"),
        pytest.param(BEFORE.rstrip(b"\n"), AFTER.rstrip(b"\n"), id="no final newline"),
        pytest.param(
            BEFORE + b'\nresource "aws_iam_access_key" "k" {\n  user = "alice"\n}',
            AFTER,
            id="the last block goes with the missing newline",
        ),
        pytest.param(b"\xef\xbb\xbf" + BEFORE, b"\xef\xbb\xbf" + AFTER, id="byte order mark"),
        pytest.param(
            b'resource "aws_iam_user" "alice" {\n  name = "alice"\n}\n', b"", id="nothing is left"
        ),
    ],
)
def test_bytes_are_kept(checkout: Checkout, before: bytes, after: bytes, in_git: bool) -> None:
    file = checkout.write("repo/main.tf", before)
    if in_git:
        checkout.repository("repo")
    checkout.apply(checkout.plan("repo"))
    assert file.read_bytes() == after
    assert not checkout.found("repo")


def test_line_ends_that_git_converts(checkout: Checkout) -> None:
    """In the index the file has LF, in the directory CRLF: the directory is what is edited."""
    file = checkout.write("repo/main.tf", BEFORE.replace(b"\n", b"\r\n"))
    checkout.write("repo/.gitattributes", b"*.tf text eol=crlf\n")
    top = checkout.repository("repo")
    assert "i/lf    w/crlf" in checkout.shell("git ls-files --eol main.tf", top)
    checkout.apply(checkout.plan("repo"))
    assert file.read_bytes() == AFTER.replace(b"\n", b"\r\n")
    assert not checkout.found("repo")


def test_an_executable_file_stays_one(checkout: Checkout) -> None:
    file = checkout.write("repo/main.tf", mode=0o755)
    top = checkout.repository("repo")
    said = checkout.apply(checkout.plan("repo"))
    assert "warning" not in said
    index = [
        t for t in (checkout.work / "case/removal.patch").read_text().splitlines() if "100" in t
    ]
    assert index[0].startswith("index ")
    assert index[0].endswith(" 100755")
    assert file.read_bytes() == AFTER
    assert stat.S_IMODE(file.stat().st_mode) & 0o111
    assert "old mode" not in checkout.shell("git diff HEAD", top)


def test_every_repository_gets_a_patch_of_its_own(checkout: Checkout) -> None:
    files = [checkout.write(f"{name}/main.tf") for name in ("one", "two/deep", "loose")]
    checkout.repository("one")
    checkout.repository("two")
    plan = checkout.plan("one", "two/deep", "loose")
    places = {p["file"]: Path(p["apply_in"]).name for p in plan["patches"]}
    assert sorted(places.values()) == ["loose", "one", "two"]
    assert sorted(places) == ["removal-2.patch", "removal-3.patch", "removal.patch"]
    for patch in plan["patches"]:
        data = (checkout.work / "case" / patch["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == patch["digest"]
    checkout.apply(plan)
    assert [f.read_bytes() for f in files] == [AFTER] * 3


def test_a_submodule_is_changed_in_its_own_repository(checkout: Checkout) -> None:
    checkout.write("library/people/main.tf")
    checkout.repository("library")
    inner = checkout.write("repo/readme.txt").parent / "library/people/main.tf"
    top = checkout.repository("repo")
    checkout.shell("git -c protocol.file.allow=always submodule --quiet add ../library", top)
    checkout.shell("git commit -q -m library", top)
    plan = checkout.plan("repo")
    assert plan["patches"] == []
    (step,) = plan["manual"]
    assert "the submodule library (../library at " in step["reason"]
    own = checkout.plan("repo/library", out="second")
    assert [Path(p["apply_in"]) for p in own["patches"]] == [top.resolve() / "library"]
    checkout.apply(own)
    assert inner.read_bytes() == AFTER


def test_a_dirty_tree_is_recorded_and_its_own_lines_are_edited(checkout: Checkout) -> None:
    file = checkout.write("repo/main.tf", BEFORE.replace(b"oncall", b"rota"))
    checkout.repository("repo")
    file.write_bytes(BEFORE)
    plan = checkout.plan("repo")
    assert [r["dirty"] for r in plan["scope"]["roots"]] == [True]
    assert "--3way" not in plan["patches"][0]["apply_command"]
    checkout.apply(plan)
    assert file.read_bytes() == AFTER


@pytest.mark.parametrize("ignored", [False, True])
def test_a_file_that_git_does_not_track(checkout: Checkout, ignored: bool) -> None:
    checkout.write(
        "repo/main.tf",
        b'variable "users" {}\n' + BEFORE.split(b"users")[0] + b"users = var.users\n}\n",
    )
    if ignored:
        checkout.write("repo/.gitignore", b"*.tfvars\n")
    checkout.repository("repo")
    variables = checkout.write("repo/terraform.tfvars", b'users = ["alice", "bob"]\n')
    plan = checkout.plan("repo")
    checkout.apply(plan)
    left = b'users = ["alice", "bob"]\n' if ignored else b'users = ["bob"]\n'
    assert variables.read_bytes() == left
    assert [m["reason"].startswith("git ignores this file") for m in plan["manual"]] == (
        [True] if ignored else []
    )


def test_an_ignored_directory_that_is_named_is_meant(checkout: Checkout) -> None:
    file = checkout.write("repo/sandbox/main.tf")
    checkout.write("repo/.gitignore", b"sandbox/\n")
    checkout.repository("repo")
    checkout.apply(checkout.plan("repo/sandbox"))
    assert file.read_bytes() == AFTER


def test_a_repository_without_a_commit(checkout: Checkout) -> None:
    file = checkout.write("repo/main.tf")
    checkout.repository("repo", commit=False)
    plan = checkout.plan("repo")
    assert plan["scope"]["roots"][0]["commit"] == ""
    checkout.apply(plan)
    assert file.read_bytes() == AFTER


def test_a_link_is_followed_to_the_file_that_it_leads_to(checkout: Checkout) -> None:
    """git and patch refuse to write through a symbolic link."""
    file = checkout.write("repo/shared/users.tf")
    (checkout.work / "repo/prod").mkdir()
    (checkout.work / "repo/prod/users.tf").symlink_to("../shared/users.tf")
    checkout.repository("repo")
    plan = checkout.plan("repo")
    checkout.apply(plan)
    assert file.read_bytes() == AFTER
    assert (checkout.work / "repo/prod/users.tf").is_symlink()
    assert not checkout.found("repo")


def test_a_user_who_has_git_correct_white_space(checkout: Checkout) -> None:
    """apply.whitespace=fix would strip what we leave alone."""
    before = BEFORE.replace(b'"alice", # the rota\n    "bob",', b'"alice", "bob",  ')
    file = checkout.write("repo/main.tf", before)
    top = checkout.repository("repo")
    checkout.shell("git config apply.whitespace fix", top)
    checkout.apply(checkout.plan("repo"))
    assert file.read_bytes() == before.replace(b'"alice", ', b"")


def test_a_patch_of_an_earlier_plan_does_not_stay(checkout: Checkout) -> None:
    checkout.write("one/main.tf")
    checkout.write("two/main.tf")
    assert len(checkout.plan("one", "two")["patches"]) == 2
    assert len(checkout.plan("one")["patches"]) == 1
    assert not (checkout.work / "case/removal-2.patch").exists()


@pytest.mark.parametrize("other", ["repo/sub", "./repo", "repo"])
def test_directories_that_overlap_are_refused(checkout: Checkout, other: str) -> None:
    """Their files would be read under two names and cut twice."""
    checkout.write("repo/sub/main.tf")
    arguments = ["--terraform", "repo", "--terraform", other]
    assert checkout.offboard("plan", *arguments, "--out", "case") == 2


@pytest.mark.parametrize("in_git", [True, False])
def test_a_secret_beside_the_edit_is_in_none_of_our_files(checkout: Checkout, in_git: bool) -> None:
    file = checkout.write(
        "repo/main.tf",
        b'resource "aws_iam_group_membership" "oncall" {\n  group = "oncall"\n  name  = "oncall"\n'
        b"  users = var.users\n}\n"
        b'variable "users" {\n  type = list(string)\n}\nvariable "db_password" {}\n',
    )
    given = b'db_password = "hunter2"\nusers = [\n  "alice",\n  "bob",\n]\napi_key = "s3cret"\n'
    values = checkout.write("repo/terraform.tfvars", given)
    if in_git:
        checkout.repository("repo")
    plan = checkout.plan("repo")
    for written in (checkout.work / "case").iterdir():
        assert not {b"hunter2", b"s3cret"} & set(written.read_bytes().split(b'"')), written
    assert not [n for n in plan["notes"] if "secret" in n["text"]]
    checkout.apply(plan)
    assert values.read_bytes() == given.replace(b'  "alice",\n', b"")
    assert b"oncall" in file.read_bytes()
    assert not checkout.found("repo")


def test_a_secret_that_the_patch_has_to_show_is_said(checkout: Checkout) -> None:
    checkout.write(
        "repo/main.tf",
        b'locals {\n  staff = {\n    alice = { token = "hunter2" }\n    bob   = { token = "x" }\n'
        b"  }\n}\n"
        b'resource "aws_iam_user" "this" {\n  for_each = local.staff\n  name = each.key\n}\n',
    )
    top = checkout.repository("repo")
    plan = checkout.plan("repo")
    (note,) = (n for n in plan["notes"] if "secret" in n["text"])
    assert note["kind"] == "hazard"
    assert note["where"] == str(top.resolve() / "main.tf")
    assert note["text"].startswith("removal.patch shows lines 3, 4, which look like a secret")
    assert note["text"] in (checkout.work / "case/report.md").read_text()
    for written in ("plan.json", "report.md"):
        assert "hunter2" not in (checkout.work / "case" / written).read_text()
    checkout.apply(plan)
    assert not checkout.found("repo")
