"""The patch, by the very command that the plan records: what counts is the bytes of the files."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.cli import main

PACKAGE = Path(__file__).parents[2]
ROSTER = """\
version: 1
subjects:
  - id: leaver-2041
    kind: person
    left_at: 2026-03-01T17:00:00Z
    aliases: [alice]
"""
BEFORE = b"""\
resource "aws_iam_group_membership" "oncall" {
  name  = "oncall"
  group = "oncall"

  users = [
    "alice", # the rota
    "bob",
  ]
}
"""
AFTER = BEFORE.replace(b'    "alice", # the rota\n', b"")


@dataclass(frozen=True, slots=True)
class Desk:
    """A directory with a roster; every command is run from there, as a person would."""

    work: Path

    def write(self, path: str, data: bytes = BEFORE, mode: int = 0o644) -> Path:
        file = self.work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        file.chmod(mode)
        return file

    def shell(self, command: str, directory: Path | None = None) -> str:
        done = subprocess.run(
            command,
            shell=True,
            cwd=directory or self.work,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def repository(self, path: str, *, commit: bool = True) -> Path:
        top = self.work / path
        top.mkdir(parents=True, exist_ok=True)
        self.shell("git init -q", top)
        if commit:
            self.shell("git add . && git commit -q -m all", top)
        return top

    def offboard(self, verb: str, *arguments: str, process: bool = False) -> int:
        """Exit code; in a process of its own where that is what is tested."""
        line = [verb, *arguments, "--subjects", "leavers.yaml"]
        if process:
            command = [sys.executable, "-m", "iac_offboard", *line]
            return subprocess.run(command, capture_output=True, check=False).returncode
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            return main(line)

    def plan(self, *directories: str, out: str = "case", process: bool = False) -> Any:
        asked = [a for d in directories for a in ("--terraform", d)]
        assert self.offboard("plan", *asked, "--out", out, process=process) == 0
        return json.loads((self.work / out / "plan.json").read_bytes())

    def apply(self, plan: Any) -> str:
        """Runs each recorded command; every digest that the plan promises has to come out."""
        said = "".join(self.shell(p["apply_command"], Path(p["apply_in"])) for p in plan["patches"])
        for change in (c for p in plan["patches"] for c in p["changes"]):
            data = (self.work / change["root"] / change["file"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == change["digest_after"]
        return said

    def found(self, directory: str) -> bool:
        return {0: False, 1: True}[self.offboard("scan", "--terraform", directory)]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The user's own git configuration does not take part."""
    for file in ("GLOBAL", "SYSTEM"):
        monkeypatch.setenv(f"GIT_CONFIG_{file}", os.devnull)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Test")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "test@example.com")
    monkeypatch.setenv("PYTHONPATH", str(PACKAGE))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "leavers.yaml").write_text(ROSTER, encoding="utf-8")
    return Desk(tmp_path)


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
def test_in_git(desk: Desk, path: str, top: str, directory: str, named: str) -> None:
    file = desk.write(path)
    desk.repository(top)
    plan = desk.plan(directory, out="a case", process=True)
    (patch,) = plan["patches"]
    assert patch["apply_in"] == str((desk.work / top).resolve())
    assert patch["apply_command"].startswith("git apply --3way ")
    assert f"diff --git {named} " in (desk.work / "a case" / "removal.patch").read_text()
    (root,) = plan["scope"]["roots"]
    assert root["commit"] == desk.shell("git rev-parse HEAD", desk.work / top).strip()
    assert root["dirty"] is False
    desk.apply(plan)
    assert file.read_bytes() == AFTER
    assert not desk.found(directory)


@pytest.mark.parametrize("directory", ["plain", "not git/ä ö"])
def test_outside_git(desk: Desk, directory: str) -> None:
    file = desk.write(f"{directory}/sub dir/ü.tf")
    plan = desk.plan(directory)
    (patch,) = plan["patches"]
    assert patch["apply_in"] == str((desk.work / directory).resolve())
    assert patch["apply_command"].startswith("patch -p1 < ")
    assert plan["scope"]["roots"][0]["commit"] == ""
    desk.apply(plan)
    assert file.read_bytes() == AFTER
    assert not desk.found(directory)


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
def test_bytes_are_kept(desk: Desk, before: bytes, after: bytes, in_git: bool) -> None:
    file = desk.write("repo/main.tf", before)
    if in_git:
        desk.repository("repo")
    desk.apply(desk.plan("repo"))
    assert file.read_bytes() == after
    assert not desk.found("repo")


def test_line_ends_that_git_converts(desk: Desk) -> None:
    """In the index the file has LF, in the directory CRLF: the directory is what is edited."""
    file = desk.write("repo/main.tf", BEFORE.replace(b"\n", b"\r\n"))
    desk.write("repo/.gitattributes", b"*.tf text eol=crlf\n")
    top = desk.repository("repo")
    assert "i/lf    w/crlf" in desk.shell("git ls-files --eol main.tf", top)
    desk.apply(desk.plan("repo"))
    assert file.read_bytes() == AFTER.replace(b"\n", b"\r\n")
    assert not desk.found("repo")


def test_an_executable_file_stays_one(desk: Desk) -> None:
    file = desk.write("repo/main.tf", mode=0o755)
    top = desk.repository("repo")
    said = desk.apply(desk.plan("repo"))
    assert "warning" not in said
    index = [t for t in (desk.work / "case/removal.patch").read_text().splitlines() if "100" in t]
    assert index[0].startswith("index ")
    assert index[0].endswith(" 100755")
    assert file.read_bytes() == AFTER
    assert stat.S_IMODE(file.stat().st_mode) & 0o111
    assert "old mode" not in desk.shell("git diff HEAD", top)


def test_every_repository_gets_a_patch_of_its_own(desk: Desk) -> None:
    files = [desk.write(f"{name}/main.tf") for name in ("one", "two/deep", "loose")]
    desk.repository("one")
    desk.repository("two")
    plan = desk.plan("one", "two/deep", "loose")
    places = {p["file"]: Path(p["apply_in"]).name for p in plan["patches"]}
    assert sorted(places.values()) == ["loose", "one", "two"]
    assert sorted(places) == ["removal-2.patch", "removal-3.patch", "removal.patch"]
    for patch in plan["patches"]:
        data = (desk.work / "case" / patch["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == patch["digest"]
    desk.apply(plan)
    assert [f.read_bytes() for f in files] == [AFTER] * 3


def test_a_submodule_is_a_repository(desk: Desk) -> None:
    desk.write("library/people/main.tf")
    desk.repository("library")
    inner = desk.write("repo/readme.txt").parent / "library/people/main.tf"
    top = desk.repository("repo")
    desk.shell("git -c protocol.file.allow=always submodule --quiet add ../library", top)
    desk.shell("git commit -q -m library", top)
    plan = desk.plan("repo")
    assert [Path(p["apply_in"]) for p in plan["patches"]] == [top.resolve() / "library"]
    desk.apply(plan)
    assert inner.read_bytes() == AFTER


def test_a_dirty_tree_is_recorded_and_its_own_lines_are_edited(desk: Desk) -> None:
    file = desk.write("repo/main.tf", BEFORE.replace(b"oncall", b"rota"))
    desk.repository("repo")
    file.write_bytes(BEFORE)
    plan = desk.plan("repo")
    assert [r["dirty"] for r in plan["scope"]["roots"]] == [True]
    assert "--3way" not in plan["patches"][0]["apply_command"]
    desk.apply(plan)
    assert file.read_bytes() == AFTER


@pytest.mark.parametrize("ignored", [False, True])
def test_a_file_that_git_does_not_track(desk: Desk, ignored: bool) -> None:
    desk.write(
        "repo/main.tf",
        b'variable "users" {}\n' + BEFORE.split(b"users")[0] + b"users = var.users\n}\n",
    )
    if ignored:
        desk.write("repo/.gitignore", b"*.tfvars\n")
    desk.repository("repo")
    variables = desk.write("repo/terraform.tfvars", b'users = ["alice", "bob"]\n')
    desk.apply(desk.plan("repo"))
    assert variables.read_bytes() == b'users = ["bob"]\n'


def test_a_repository_without_a_commit(desk: Desk) -> None:
    file = desk.write("repo/main.tf")
    desk.repository("repo", commit=False)
    plan = desk.plan("repo")
    assert plan["scope"]["roots"][0]["commit"] == ""
    desk.apply(plan)
    assert file.read_bytes() == AFTER


def test_a_link_is_followed_to_the_file_that_it_leads_to(desk: Desk) -> None:
    """git and patch refuse to write through a symbolic link."""
    file = desk.write("repo/shared/users.tf")
    (desk.work / "repo/prod").mkdir()
    (desk.work / "repo/prod/users.tf").symlink_to("../shared/users.tf")
    desk.repository("repo")
    plan = desk.plan("repo")
    desk.apply(plan)
    assert file.read_bytes() == AFTER
    assert (desk.work / "repo/prod/users.tf").is_symlink()
    assert not desk.found("repo")


def test_a_user_who_has_git_correct_white_space(desk: Desk) -> None:
    """apply.whitespace=fix would strip what we leave alone."""
    before = BEFORE.replace(b'"alice", # the rota\n    "bob",', b'"alice", "bob",  ')
    file = desk.write("repo/main.tf", before)
    top = desk.repository("repo")
    desk.shell("git config apply.whitespace fix", top)
    desk.apply(desk.plan("repo"))
    assert file.read_bytes() == before.replace(b'"alice", ', b"")


def test_a_patch_of_an_earlier_plan_does_not_stay(desk: Desk) -> None:
    desk.write("one/main.tf")
    desk.write("two/main.tf")
    assert len(desk.plan("one", "two")["patches"]) == 2
    assert len(desk.plan("one")["patches"]) == 1
    assert not (desk.work / "case/removal-2.patch").exists()


@pytest.mark.parametrize("other", ["repo/sub", "./repo", "repo"])
def test_directories_that_overlap_are_refused(desk: Desk, other: str) -> None:
    """Their files would be read under two names and cut twice."""
    desk.write("repo/sub/main.tf")
    arguments = ["--terraform", "repo", "--terraform", other]
    assert desk.offboard("plan", *arguments, "--out", "case") == 2
