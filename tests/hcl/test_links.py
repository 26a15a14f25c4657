"""Module directories that are reached through symbolic links."""

from __future__ import annotations

from pathlib import Path

import pytest

from iac_offboard.hcl.files import DiskFiles
from iac_offboard.hcl.repository import load
from iac_offboard.model import SkipReason

USER = 'resource "aws_iam_user" "a" {\n  name = "alice"\n}\n'


@pytest.mark.parametrize("top", [".", "loop"])
def test_a_module_that_calls_itself_through_a_link_ends(tmp_path: Path, top: str) -> None:
    (tmp_path / "main.tf").write_text('module "l" {\n  source = "./loop"\n}\n')
    (tmp_path / "loop").mkdir()
    (tmp_path / "loop" / "main.tf").write_text('module "a" {\n  source = "./loop"\n}\n' + USER)
    (tmp_path / "loop" / "loop").symlink_to("../loop")
    repository = load(DiskFiles(tmp_path / top))
    (root,) = repository.roots
    assert [r.name for r in root.resources] == ["a"]
    assert [(s.reason, s.detail) for s in repository.skipped] == [
        (SkipReason.UNSUPPORTED, "this module calls itself")
    ]


def test_what_a_root_calls_through_a_link_is_no_root(tmp_path: Path) -> None:
    for folder in ("env", "shared/user"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "env" / "main.tf").write_text('module "u" {\n  source = "./modules/user"\n}\n')
    (tmp_path / "env" / "modules").symlink_to("../shared")
    (tmp_path / "shared" / "user" / "main.tf").write_text(USER)
    repository = load(DiskFiles(tmp_path))
    assert [r.path for r in repository.roots] == ["env"]
    assert [r.address for r in repository.roots[0].resources] == ["module.u.aws_iam_user.a"]


def test_a_link_to_itself_hides_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(USER)
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "loop.tf").symlink_to("loop.tf")
    repository = load(DiskFiles(tmp_path))
    assert [r.name for root in repository.roots for r in root.resources] == ["a"]
    assert [(s.where, s.reason) for s in repository.skipped] == [("loop.tf", SkipReason.MISSING)]
