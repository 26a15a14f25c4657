"""What looks like a secret is not shown as context, and git and patch apply the patch still."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from iac_offboard.edit.diff import shown_secrets, unified
from tests.edit.test_diff import needs_git, needs_patch, repository, run

GONE = b'alice_is_here = "alice"\n'
SECRET = b'db_password = "hunter2"\n'
LINES = [b"line_%d = %d\n" % (i, i) for i in range(9)]


def beside(*around: bytes) -> tuple[bytes, bytes]:
    """A file with ``around`` in its middle, before and after ``GONE`` goes."""
    before = b"".join([*LINES[:4], *around, *LINES[4:]])
    return before, before.replace(GONE, b"")


HIDDEN = {
    "the line before": beside(SECRET, GONE),
    "before, with a line between": beside(SECRET, b"a = 1\n", GONE),
    "after, with a line between": beside(GONE, b"a = 1\n", SECRET),
    "on both sides": beside(SECRET, GONE, b"a = 1\n", SECRET),
    "between two changes": beside(GONE, b"a = 1\n", SECRET, b"b = 1\n", GONE),
    "first line of the file": (SECRET + GONE + LINES[0], SECRET + LINES[0]),
    "last line of the file": (GONE + LINES[0] + SECRET, LINES[0] + SECRET),
    "last line goes": (LINES[0] + SECRET + GONE, LINES[0] + SECRET),
    "no final newline": (LINES[0] + SECRET + GONE.rstrip(), LINES[0] + SECRET),
    "windows lines": tuple(b.replace(b"\n", b"\r\n") for b in beside(SECRET, GONE)),
}


@needs_git
@pytest.mark.parametrize("how", [["apply"], ["apply", "--3way"]])
@pytest.mark.parametrize("case", HIDDEN)
def test_git_applies_a_patch_without_the_secret(tmp_path: Path, case: str, how: list[str]) -> None:
    before, after = HIDDEN[case]
    file = repository(tmp_path, "main.tf", before)
    patch = unified({"main.tf": (before, after)}, git=True)
    assert b"hunter2" not in patch
    assert shown_secrets(before, after, git=True) == ()
    run("git", *how, "--whitespace=nowarn", "-", cwd=tmp_path, stdin=patch)
    assert file.read_bytes() == after


@needs_patch
@pytest.mark.parametrize("git", [True, False])
@pytest.mark.parametrize("case", HIDDEN)
def test_patch_applies_a_patch_without_the_secret(tmp_path: Path, case: str, git: bool) -> None:
    before, after = HIDDEN[case]
    file = tmp_path / "main.tf"
    file.write_bytes(before)
    patch = unified({"main.tf": (before, after)}, git=git)
    assert b"hunter2" not in patch
    run("patch", "-p1", "-s", "--binary", cwd=tmp_path, stdin=patch)
    assert file.read_bytes() == after


@needs_git
def test_git_is_shown_the_line_after_a_change_even_if_it_is_a_secret(tmp_path: Path) -> None:
    """Without any, git takes the change for one at the end of the file and refuses the patch."""
    before, after = beside(GONE, SECRET, SECRET.replace(b"2", b"3"))
    patch = unified({"main.tf": (before, after)}, git=True)
    assert patch.count(b"hunter") == 1
    assert shown_secrets(before, after, git=True) == (6,)
    file = repository(tmp_path, "main.tf", before)
    run("git", "apply", "-", cwd=tmp_path, stdin=patch)
    assert file.read_bytes() == after


@needs_patch
def test_outside_git_not_even_that(tmp_path: Path) -> None:
    before, after = beside(GONE, SECRET)
    patch = unified({"main.tf": (before, after)}, git=False)
    assert b"hunter2" not in patch
    assert shown_secrets(before, after, git=False) == ()
    (tmp_path / "main.tf").write_bytes(before)
    run("patch", "-p1", "-s", cwd=tmp_path, stdin=patch)
    assert (tmp_path / "main.tf").read_bytes() == after
    assert not (tmp_path / "main.tf.orig").exists()


def test_a_removed_secret_is_shown_and_said() -> None:
    before = b'x = {\n  alice = { password = "hunter2" }\n  bob = 1\n}\n'
    after = b"x = {\n  bob = 1\n}\n"
    assert shown_secrets(before, after, git=True) == (2,)


@needs_git
@needs_patch
@pytest.mark.parametrize("seed", range(30))
def test_any_mix_of_changes_and_secrets_applies(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    lines = [
        b'token_%d = "s3cret-%d"\n' % (i, i) if chance.random() < 0.3 else b"line %d\n" % i
        for i in range(chance.randrange(1, 40))
    ]
    kept = [line for line in lines if chance.random() < 0.8]
    before, after = b"".join(lines), b"".join(kept)
    if before == after:
        kept, after = [], b""
    file = repository(tmp_path, "main.tf", before)
    patch = unified({"main.tf": (before, after)}, git=True)
    shown = [b"s3cret-%d" % (n - 1) in patch for n in shown_secrets(before, after, git=True)]
    assert all(shown)
    assert patch.count(b"s3cret") == len(shown)
    run("git", "apply", "-", cwd=tmp_path, stdin=patch)
    assert file.read_bytes() == after
    file.write_bytes(before)
    bare = unified({"main.tf": (before, after)}, git=False)
    run("patch", "-p1", "-s", cwd=tmp_path, stdin=bare)
    assert file.read_bytes() == after
    assert not (tmp_path / "main.tf.orig").exists()
