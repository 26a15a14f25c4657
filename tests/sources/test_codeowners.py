"""CODEOWNERS as GitHub and GitLab read it."""

from __future__ import annotations

import pytest

from iac_offboard.sources.codeowners import parse

GITHUB = """\
# who owns what
*            @org/all
*.tf         @org/terraform   # whatever lies where
/docs/       @docs
apps/        @apps
docs/*       docs@example.com
/build/**    @build
**/deep      @deep
/scripts/*/x @scripts
/apps/github
my\\ file    @space
/broken      nobody-in-particular
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("readme", ("@org/all",)),
        ("modules/vpc/main.tf", ("@org/terraform",)),
        ("docs/index", ("docs@example.com",)),
        ("docs/api/index", ("@docs",)),
        ("more/docs/index", ("@org/all",)),
        ("services/apps/one/x.py", ("@apps",)),
        ("build/a/b", ("@build",)),
        ("a/deep/b", ("@deep",)),
        ("scripts/one/x/y", ("@scripts",)),
        ("apps/github/x", ()),
        ("my file", ("@space",)),
        ("broken", ("@org/all",)),
    ],
)
def test_the_last_rule_that_matches_decides(path: str, owners: tuple[str, ...]) -> None:
    assert parse(GITHUB).of(path) == owners


GITLAB = """\
* @all
[Infrastructure][2] @infra
infra/
/infra/readme @writers
!/infra/secret
^[Documentation] @docs
*.md
[infrastructure]
/last @last
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("x", ("@all",)),
        ("deep/infra/main.tf", ("@all", "@infra")),
        ("infra/readme", ("@all", "@writers")),
        ("infra/secret", ("@all",)),
        ("infra/a.md", ("@all", "@infra", "@docs")),
        ("last", ("@all", "@last")),
    ],
)
def test_each_section_of_gitlab_decides_for_itself(path: str, owners: tuple[str, ...]) -> None:
    assert parse(GITLAB).of(path) == owners


def test_a_slash_within_anchors_on_github_and_not_on_gitlab() -> None:
    assert parse("a/b @x").of("c/a/b") == ()
    assert parse("a/b @x", ".gitlab/CODEOWNERS").of("c/a/b") == ("@x",)


def test_no_pattern_takes_long() -> None:
    hostile = "*a" * 500 + "b @x\n" + "**/" * 500 + "z @y\n"
    assert parse(hostile).of("/".join(["a" * 200] * 50)) == ()


@pytest.mark.parametrize("text", ["", "\n\n", "# only", "[", "[]", "\\", "@x", "* *", "\0 @x"])
def test_nonsense_owns_nothing(text: str) -> None:
    assert parse(text).of("main.tf") == ()
