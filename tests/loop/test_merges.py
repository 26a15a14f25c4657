"""Days between plan and merge: others commit to the same files."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from tests.loop.checkout import AFTER, BEFORE, Checkout


def _planned(checkout: Checkout) -> tuple[Path, Any]:
    file = checkout.write("repo/main.tf", b"# Who is on call.\n\n\n\n" + BEFORE)
    checkout.repository("repo")
    return file, checkout.plan("repo")["patches"][0]


def _commit(checkout: Checkout, file: Path, old: bytes, new: bytes) -> None:
    assert old in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(old, new))
    checkout.shell("git commit -q -a -m 'Somebody else was faster'", file.parent)


def test_a_commit_elsewhere_in_the_file_is_kept(checkout: Checkout) -> None:
    file, patch = _planned(checkout)
    _commit(checkout, file, b"# Who is on call.", b"# The rota.\n# Ask dave.")
    checkout.shell(patch["apply_command"], Path(patch["apply_in"]))
    assert file.read_bytes() == b"# The rota.\n# Ask dave.\n\n\n\n" + AFTER
    assert not checkout.found("repo")


def test_a_commit_on_the_next_line_is_a_conflict_that_git_names(checkout: Checkout) -> None:
    file, patch = _planned(checkout)
    _commit(checkout, file, b'"bob"', b'"carol"')
    tried = subprocess.run(
        patch["apply_command"],
        shell=True,
        cwd=patch["apply_in"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode == 1
    assert "main.tf' with conflicts" in tried.stderr
    assert b"<<<<<<<" in file.read_bytes()
    assert checkout.offboard("scan", "--terraform", "repo") in (1, 3), "never clean"
