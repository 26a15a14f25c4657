"""Patches, judged by the real git and patch: what counts is that the file changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from iac_offboard.edit.diff import blob, unified

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="install git")
needs_patch = pytest.mark.skipif(shutil.which("patch") is None, reason="install patch")

BODY = b"".join(b"line %d\n" % i for i in range(30))
CASES = {
    "plain": (BODY, BODY.replace(b"line 4\n", b"").replace(b"line 20\n", b"")),
    "changed line": (BODY, BODY.replace(b"line 4\n", b"LINE 4\n")),
    "windows lines": (b"a\r\nb\r\nc\r\n", b"a\r\nc\r\n"),
    "mixed lines": (b"a\r\nb\nc\rd\n", b"a\r\nc\rd\n"),
    "no final newline": (b"a\nb\nc", b"a\nc"),
    "last line goes, no final newline": (b"a\nb\nc", b"a\nb\n"),
    "loses its final newline": (b"a\nb\n", b"a\nb"),
    "becomes empty": (b"a\nb\n", b""),
    "first line": (b"a\nb\n", b"b\n"),
    "not UTF-8": (b"a\n\xff\xfe\nb\n\xe9\n", b"a\n\xff\xfe\n\xe9\n"),
    "repeated lines": (b"x {\n}\n\nx {\n}\n\nx {\n}\n", b"x {\n}\n\nx {\n}\n"),
}
NAMES = ["main.tf", "with space.tf", "é.tf", 'quote".tf', "back\\slash.tf"]


def run(*command: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(cwd),
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C",
    }
    return subprocess.run(
        command, cwd=cwd, input=stdin, env=environment, capture_output=True, check=True
    )


def repository(top: Path, path: str, data: bytes) -> Path:
    file = top / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    run("git", "init", "-q", ".", cwd=top)
    run("git", "config", "user.email", "t@example.com", cwd=top)
    run("git", "config", "user.name", "t", cwd=top)
    run("git", "config", "core.autocrlf", "false", cwd=top)
    run("git", "add", "-A", cwd=top)
    run("git", "commit", "-qm", "before", cwd=top)
    return file


@needs_git
@pytest.mark.parametrize("prefix", ["", "infra/live/"])
@pytest.mark.parametrize("case", CASES)
def test_git_apply_changes_the_file(tmp_path: Path, case: str, prefix: str) -> None:
    before, after = CASES[case]
    file = repository(tmp_path, prefix + "main.tf", before)
    patch = unified({"main.tf": (before, after)}, git=True, prefix=prefix)
    run("git", "apply", "--check", "-", cwd=tmp_path, stdin=patch)
    run("git", "apply", "-", cwd=tmp_path, stdin=patch)
    assert file.read_bytes() == after


@needs_git
@pytest.mark.parametrize("name", NAMES)
def test_git_apply_3way_needs_the_blob_ids_to_be_right(tmp_path: Path, name: str) -> None:
    """The work tree has moved on, so that only a merge from the named blobs can work."""
    before, after = CASES["plain"]
    file = repository(tmp_path, f"infra/{name}", before)
    file.write_bytes(before.replace(b"line 22\n", b"line 22 of somebody else\n"))
    run("git", "commit", "-qam", "moved on", cwd=tmp_path)
    patch = unified({name: (before, after)}, git=True, prefix="infra/")
    run("git", "apply", "--3way", "-", cwd=tmp_path, stdin=patch)
    assert file.read_bytes() == after.replace(b"line 22\n", b"line 22 of somebody else\n")


@needs_git
def test_headers_are_those_of_git(tmp_path: Path) -> None:
    before, after = CASES["plain"]
    for name in NAMES:
        (tmp_path / name).write_bytes(before)
    repository(tmp_path, "main.tf", before)
    for name in NAMES:
        (tmp_path / name).write_bytes(after)
    theirs = run("git", "diff", "--full-index", "--no-ext-diff", cwd=tmp_path).stdout
    ours = unified(dict.fromkeys(NAMES, (before, after)), git=True)
    heads = (b"diff --git", b"index ", b"--- ", b"+++ ")
    assert sorted(x for x in ours.split(b"\n") if x.startswith(heads)) == sorted(
        x for x in theirs.split(b"\n") if x.startswith(heads)
    )


@needs_git
def test_an_executable_file_keeps_its_mode(tmp_path: Path) -> None:
    before, after = CASES["plain"]
    file = tmp_path / "main.tf"
    file.write_bytes(before)
    file.chmod(0o755)
    repository(tmp_path, "other.tf", before)
    patch = unified({"main.tf": (before, after)}, git=True, modes={"main.tf": "100755"})
    run("git", "apply", "-", cwd=tmp_path, stdin=patch)
    assert file.read_bytes() == after
    assert file.stat().st_mode & 0o100


@needs_git
def test_a_deletion_of_a_whole_text_leaves_an_empty_file(tmp_path: Path) -> None:
    file = repository(tmp_path, "main.tf", b"a\n")
    patch = unified({"main.tf": (b"a\n", b"")}, git=True)
    run("git", "apply", "-", cwd=tmp_path, stdin=patch)
    assert file.read_bytes() == b""


@needs_patch
@pytest.mark.parametrize("name", ["main.tf", "with space.tf", "modules/a/main.tf"])
@pytest.mark.parametrize("case", CASES)
def test_patch_changes_the_file(tmp_path: Path, case: str, name: str) -> None:
    before, after = CASES[case]
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(before)
    run("patch", "-p1", "-s", cwd=tmp_path, stdin=unified({name: (before, after)}, git=False))
    assert file.read_bytes() == after


@needs_git
def test_git_apply_works_outside_a_repository(tmp_path: Path) -> None:
    before, after = CASES["windows lines"]
    (tmp_path / "main.tf").write_bytes(before)
    patch = unified({"main.tf": (before, after)}, git=False)
    run("git", "apply", "-", cwd=tmp_path, stdin=patch)
    assert (tmp_path / "main.tf").read_bytes() == after


def test_nothing_changed_is_no_patch() -> None:
    assert unified({"main.tf": (b"a\n", b"a\n")}, git=True) == b""


def test_blob_ids_are_those_of_git() -> None:
    assert blob(b"") == b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def test_a_removed_block_is_shown_as_a_whole() -> None:
    """Not from the middle of one block to the middle of the next."""
    one, two, three = (b'resource "u" "%s" {\n  a = 1\n}\n' % n for n in (b"a", b"b", b"c"))
    patch = unified({"m": (one + b"\n" + two + b"\n" + three, one + b"\n" + three)}, git=False)
    removed = [x for x in patch.split(b"\n") if x.startswith(b"-") and not x.startswith(b"---")]
    assert removed[0] == b'-resource "u" "b" {'


def test_far_apart_changes_are_parts_of_their_own() -> None:
    before, after = CASES["plain"]
    assert unified({"m": (before, after)}, git=False).count(b"@@ -") == 2
