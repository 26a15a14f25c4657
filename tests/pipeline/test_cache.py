"""A scan that remembers the one before it says the same, byte for byte, and keeps no value."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import string
from pathlib import Path

import pytest

from iac_offboard.cli import main
from iac_offboard.pipeline import cache as storage
from iac_offboard.pipeline.cache import open_cache
from tests.hcl.golden import GOLDEN, cases

ROSTER = """\
version: 1
subjects:
  - id: leaver-1
    kind: person
    left_at: 2026-03-01T17:00:00Z
    case: HR-77
    aliases: [alice.canary@example.com, alicecanary]
"""
CODE = """\
variable "people" { default = ["alicecanary", "bobcanary"] }

resource "aws_iam_user" "x" {
  for_each = toset(concat(var.people, yamldecode(file("${path.module}/people/carolcanary.yaml"))))
  name     = lower(each.value)
}

resource "aws_iam_user" "joined" {
  name = "alice${"canary"}"
  tags = { email = join("@", ["alice.canary", "example.com"]) }
}

module "gone" {
  source = "example/evecanary/aws"
  admin  = "alicecanary"
}

resource "aws_iam_user" "unknown" {
  name = "alicecanary-${aws_lb.x.dns_name}"
}
"""
LETTERS = f"# {string.ascii_letters}{string.digits}\n"
"""In a tree of a few lines a message may have a letter that stands nowhere: then it is not kept."""
CANARIES = re.compile(rb"canary|alice|bob|carol|eve|example|HR-77|leaver|aws_iam", re.IGNORECASE)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository and a roster in the working directory, and an empty cache beside them."""
    (tmp_path / "repo" / "people").mkdir(parents=True)
    (tmp_path / "repo" / "main.tf").write_text(CODE)
    (tmp_path / "repo" / "people" / "carolcanary.yaml").write_text("- CarolCanary\n- ALICECANARY\n")
    (tmp_path / "leavers.yaml").write_text(ROSTER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IAC_OFFBOARD_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path


def scan(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    arguments = ["--subjects", "leavers.yaml", "--terraform", "repo", "--format", "json"]
    code = main(["scan", *arguments, *options])
    told = capsys.readouterr()
    return code, told.out + told.err


def entries(top: Path) -> list[Path]:
    return sorted((top / "cache" / "scans").glob("*.scan"))


def stamp(path: Path) -> tuple[int, int]:
    """Changes when a file is written again in place of itself."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


def test_a_second_scan_recalls_the_first(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = scan(capsys, "--no-cache")
    assert not (here / "cache").exists()
    assert json.loads(plain[1])["findings"]
    assert scan(capsys) == plain
    [entry] = entries(here)
    before = stamp(entry)
    assert scan(capsys) == plain
    assert stamp(entry) == before


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("main.tf", CODE.replace('"bobcanary"', '"bobby"').replace("lower(", "upper(")),
        ("main.tf", CODE + "\n"),
        ("people/carolcanary.yaml", "- alicecanary2\n"),
        ("more.tf", 'resource "aws_iam_user" "more" {\n  name = "alicecanary"\n}\n'),
        ("terraform.tfvars", 'people = ["somebody"]\n'),
        ("deep/er/main.tf", 'resource "aws_iam_user" "deep" {\n  name = "alicecanary"\n}\n'),
        ("main.tf", None),
        ("people/carolcanary.yaml", None),
    ],
)
def test_a_change_is_seen(
    here: Path, capsys: pytest.CaptureFixture[str], file: str, text: str | None
) -> None:
    before = scan(capsys)
    path = here / "repo" / file
    if text is None:
        path.unlink()
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    os.utime(here / "repo" / "main.tf" if path.name != "main.tf" else here / "repo", ns=(1, 1))
    after = scan(capsys)
    assert after == scan(capsys, "--no-cache")
    assert after == scan(capsys)
    assert after != before or text == CODE + "\n"


def test_of_equal_times_and_sizes_the_bytes_decide(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = here / "repo" / "main.tf"
    os.utime(path, ns=(5, 5))
    before = scan(capsys)
    path.write_text(CODE.replace('"alicecanary", ', '"alicecanari", '))
    os.utime(path, ns=(5, 5))
    after = scan(capsys)
    assert after != before
    assert after == scan(capsys, "--no-cache")


def test_another_roster_is_another_question(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alice = scan(capsys)
    (here / "leavers.yaml").write_text(ROSTER.replace("alice", "bob"))
    bob = scan(capsys)
    assert bob == scan(capsys, "--no-cache")
    assert bob != alice
    (here / "leavers.yaml").write_text(ROSTER)
    assert scan(capsys) == alice


@pytest.mark.usefixtures("here")
def test_a_smaller_limit_is_another_question(capsys: pytest.CaptureFixture[str]) -> None:
    whole = scan(capsys)
    small = scan(capsys, "--max-file-size", "0.0001")
    assert small != whole
    assert small == scan(capsys, "--max-file-size", "0.0001", "--no-cache")


def test_half_a_character_changes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "repo" / "half.json").write_text('{"alicecanary": "alicecanary\\ud800"}')
    (here / "repo" / "half.tf").write_text(
        'resource "aws_iam_user" "half" {\n'
        '  for_each = jsondecode(file("${path.module}/half.json"))\n'
        "  name = each.key\n  tags = { email = each.value }\n}\n"
        'module "half" {\n  source = "x/y/z"\n'
        '  a = file("${jsondecode(file("${path.module}/half.json")).alicecanary}")\n}\n'
    )
    plain = scan(capsys, "--no-cache")
    assert plain[0] == 1
    assert scan(capsys) == plain
    assert scan(capsys) == plain


def test_nothing_kept_spells_anybody(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scan(capsys)
    [entry] = entries(here)
    for path in (here / "cache").rglob("*"):
        assert not CANARIES.search(path.name.encode())
        if path.is_file():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert not CANARIES.search(path.read_bytes())
    assert stat.S_IMODE((here / "cache" / "scans").stat().st_mode) == 0o700
    kept = json.loads(entry.read_bytes()[32:])
    assert kept["frame"]
    assert kept["roots"]
    for digests in ("answers", "digests", "names"):
        assert all(
            re.fullmatch(r"[rpnf]?([0-9a-f]{20}){1,2}", t) for t in texts_in(kept.pop(digests))
        )
    assert texts_in(kept) <= {
        *("questions", "frame", "outlines", "roots"),
        *("asked", "texts", "rows", "found", "ways", "way", "share", "others"),
    }


def texts_in(value: object) -> set[str]:
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return {*value, *(text for inner in value.values() for text in texts_in(inner))}
    return {t for inner in value for t in texts_in(inner)} if isinstance(value, list) else set()


@pytest.mark.parametrize("damage", ["cut", "empty", "flipped", "foreign", "open", "link", "key"])
def test_a_broken_entry_is_none(
    here: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    plain = scan(capsys)
    [entry] = entries(here)
    data = entry.read_bytes()
    match damage:
        case "cut":
            entry.write_bytes(data[: len(data) // 2])
        case "empty":
            entry.write_bytes(b"")
        case "flipped":
            entry.write_bytes(data[:200] + bytes([data[200] ^ 1]) + data[201:])
        case "foreign":
            entry.write_bytes(bytes(32) + b'{"questions":[],"answers":[],"texts":[],"rows":[]}')
        case "open":
            entry.chmod(0o644)
        case "link":
            entry.rename(here / "elsewhere")
            entry.symlink_to(here / "elsewhere")
        case "key":
            (here / "cache" / "scans" / "key").write_bytes(b"short")
    assert scan(capsys) == plain


@pytest.mark.parametrize("place", ["file", "open", "readable by others"])
def test_without_a_place_of_its_own_there_is_no_cache(
    here: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    plain = scan(capsys, "--no-cache")
    top = here / "cache"
    if place == "file":
        top.write_text("in the way")
    else:
        (top / "scans").mkdir(parents=True)
        (top / "scans").chmod(0o777 if place == "open" else 0o755)
    assert scan(capsys) == plain
    assert scan(capsys) == plain
    assert open_cache(top) is None
    assert not entries(here)


def test_without_a_home_there_is_no_cache(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = scan(capsys)
    for name in ("IAC_OFFBOARD_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "~nobody-of-this-name")
    assert scan(capsys) == plain
    assert sorted(p.name for p in here.iterdir()) == ["cache", "leavers.yaml", "repo"]


def test_old_entries_go(here: Path) -> None:
    kept = open_cache(here / "cache")
    assert kept is not None
    for number in range(storage.MOST_ENTRIES + 5):
        kept.put(f"{number:040d}", b"x")
    assert len(entries(here)) == storage.MOST_ENTRIES
    assert kept.get(f"{storage.MOST_ENTRIES + 4:040d}") == b"x"
    again = open_cache(here / "cache")
    assert again is not None
    assert again.key == kept.key


@pytest.mark.parametrize("name", cases())
def test_golden_cases_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    shutil.copytree(GOLDEN / name / "before", tmp_path / "repo", symlinks=True)
    shutil.copy(GOLDEN / name / "leavers.yaml", tmp_path)
    for folder in {path.parent for path in (tmp_path / "repo").rglob("*.tf*")}:
        (folder / "letters.tf").write_text(LETTERS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IAC_OFFBOARD_CACHE_DIR", str(tmp_path / "cache"))
    plain = scan(capsys, "--no-cache")
    assert scan(capsys) == plain
    [entry] = entries(tmp_path)
    before = stamp(entry)
    assert scan(capsys) == plain
    assert stamp(entry) == before
    for path in sorted(p for p in (tmp_path / "repo").rglob("*") if p.is_file())[:3]:
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2])
        assert scan(capsys) == scan(capsys, "--no-cache"), path
        path.write_bytes(data)
