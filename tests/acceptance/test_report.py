"""report.md: what holds and waits first, per root what goes and whose it is, what was read."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.desk import ALICE, ONE_ACCOUNT, SUBJECT, Desk, run

EMAIL = "alice@example.com"
USERS = """\
resource "aws_iam_user" "alice" {
  name = "alice"
}
"""
TEAM = """\
resource "aws_iam_group_membership" "developers" {
  name  = "developers"
  group = "developers"
  users = ["alice", "bob"]
}
"""
OWNERS = f"""\
*            @org/platform
/identity/   @org/identity {EMAIL}
/team/       @alice
"""


def repository(desk: Desk) -> Path:
    """A git repository with two roots; the leaver owns a part of it."""
    top = desk.here / "infra"
    desk.write("infra/identity/main.tf", USERS)
    desk.write("infra/team/main.tf", TEAM)
    desk.write("infra/.github/CODEOWNERS", OWNERS)
    for command in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "all")):
        git(top, *command)
    return top


def git(top: Path, *arguments: str) -> None:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    subprocess.run(["git", "-C", str(top), *who, *arguments], check=True, capture_output=True)


def report(desk: Desk) -> str:
    return (desk.case / "report.md").read_text(encoding="utf-8")


def section(text: str, title: str) -> str:
    """What stands under a heading."""
    _, _, rest = text.partition(f"{title}\n")
    return rest.partition("\n#")[0]


def test_a_root_shows_what_goes_what_changes_and_who_owns_it(desk: Desk) -> None:
    repository(desk)
    desk.roster(ALICE, EMAIL, "alice")
    assert desk.plan("--terraform", "infra").code == 0
    text = report(desk)
    identity, team = (
        section(text, "### Root `infra/identity`"),
        section(text, "### Root `infra/team`"),
    )
    assert "Will go:\n\n- `aws_iam_user.alice`" in identity
    assert "Will be changed:\n\n- `aws_iam_group_membership.developers`" in team
    assert "identity/main.tf: @org/identity, (the leaver)" in identity
    assert "team/main.tf: (perhaps the leaver)" in team
    assert EMAIL not in text


def test_what_other_roots_hold_of_a_user_goes_before_the_user(desk: Desk) -> None:
    repository(desk)
    desk.roster(ALICE, EMAIL, "alice")
    assert desk.plan("--terraform", "infra").code == 0
    assert desk.plan_json["order"] == ["infra/team", "infra/identity"]
    assert section(report(desk), "## Order of the applies").split() == [
        "1.",
        "`infra/team`",
        "2.",
        "`infra/identity`",
    ]


def test_uncommitted_files_are_named_before_anything_else(desk: Desk) -> None:
    top = repository(desk)
    desk.write("infra/team/main.tf", TEAM + "# later\n")
    git(top, "mv", "identity/main.tf", "identity/users.tf")
    desk.write("infra/new.tf", "")
    desk.roster(ALICE, EMAIL, "alice")
    assert desk.plan("--terraform", "infra").code == 0
    text = report(desk)
    hazards = section(text, "## Hazards")
    assert (
        "uncommitted changes in: identity/users.tf, new.tf, team/main.tf "
        "(the patch is made against them)"
    ) in hazards.replace("\\", "")
    assert text.index("## Hazards") < text.index("## The patch")
    assert all(root["dirty"] for root in desk.plan_json["scope"]["roots"])


def test_a_clean_tree_and_our_own_output_are_no_hazard(desk: Desk) -> None:
    top = repository(desk)
    desk.roster(ALICE, EMAIL, "alice")
    assert desk.plan("--terraform", "infra").code == 0
    assert "uncommitted changes in" not in report(desk)
    out = top / "case"
    desk.case.rename(out)
    made = run("plan", "--subjects", "leavers.json", "--terraform", "infra", "--out", str(out))
    assert made.code == 0, made.err
    assert "uncommitted changes in" not in (out / "report.md").read_text(encoding="utf-8")


def test_what_was_read_is_counted_with_its_times(desk: Desk) -> None:
    desk.user()
    assert desk.plan(*ONE_ACCOUNT).code == 0
    read = section(report(desk), "## What was read")
    reads = desk.plan_json["reads"]
    (row,) = [r for r in read.splitlines() if "iam:GetAccountAuthorizationDetails" in r]
    account, _, caller, operation, count, first, last = (c.strip() for c in row.split("|")[1:-1])
    assert account == "111122223333"
    assert caller.startswith("arn:")
    assert int(count) == sum(r["operation"] == operation for r in reads)
    assert len(first) == len(last) == len("2026-11-24 09:00:00")
    assert all(r["request_id"] for r in reads if r["operation"] == operation)
    assert "## Not covered by this version" in report(desk)


@pytest.mark.parametrize("names", [False, True])
def test_aliases_only_where_they_are_asked_for(desk: Desk, names: bool) -> None:
    desk.user()
    desk.roster(ALICE, EMAIL)
    assert desk.plan(*ONE_ACCOUNT, *(["--names"] * names)).code == 0
    text = report(desk)
    assert SUBJECT in text
    assert (EMAIL in text) is names


def _binary(owners: Path) -> None:
    owners.write_bytes(b"* @org/x\0\n")


def _directory(owners: Path) -> None:
    owners.unlink()
    owners.mkdir()


def _outside(owners: Path) -> None:
    owners.unlink()
    owners.symlink_to("/etc/hosts")


def _huge(owners: Path) -> None:
    owners.write_bytes(b"# x\n" * 1_000_000)


@pytest.mark.parametrize("spoil", [_binary, _directory, _outside, _huge])
def test_owners_that_nobody_can_read_are_said_to_be_unknown(
    desk: Desk, spoil: Callable[[Path], None]
) -> None:
    top = repository(desk)
    spoil(top / ".github/CODEOWNERS")
    (top / "CODEOWNERS").write_text("* @org/never\n", encoding="utf-8")
    desk.roster(ALICE, EMAIL, "alice")
    assert desk.plan("--terraform", "infra").code == 0
    text = report(desk)
    (line,) = [one for one in text.splitlines() if one.startswith("CODEOWNERS could not be read")]
    assert ".github/CODEOWNERS: it " in line
    assert "@org" not in text
