"""500 damaged configurations: none crashes, none hangs, none of what is unreadable is clean.

``make fuzz`` runs 10,000. Each runs in a child process; see drive.py for the limits.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.fuzz import case, drive
from tests.fuzz.mutate import MUTATIONS, RARE

SEEDS = 500
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_no_damage_crashes_hangs_or_passes_for_clean(part: int, tmp_path: Path) -> None:
    failed = drive.drive(range(part, SEEDS, PARTS), tmp_path)
    assert not failed, "\n".join(map(str, failed))


def test_every_kind_of_damage_is_done() -> None:
    done = {kind.rsplit(" ", 1)[-1] for seed in range(SEEDS) for kind in case.damaged(seed).kinds}
    assert done == {m.__name__ for m in (*MUTATIONS, RARE)}


def test_the_same_seed_is_the_same_damage() -> None:
    assert case.damaged(7) == case.damaged(7)
    assert case.damaged(7).files != case.damaged(7 + len(MUTATIONS)).files


CHILD = """
import os, signal, sys, time
from tests.fuzz import child
def run(seed, given, work):
    match seed:
        case 1: raise ValueError("of seed 1")
        case 2:
            while True: pass
        case 3: os._exit(9)
        case 4: sys.exit(2)
        case 5: return ["was clean"]
    return []
child.expected, child.run = lambda seed, work: None, run
seeds = __import__("json").loads(sys.argv[3])
child.main(__import__("pathlib").Path(sys.argv[1]), float(sys.argv[2]), seeds)
"""


def test_what_crashes_hangs_or_ends_the_process_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drive, "CHILD", [sys.executable, "-c", CHILD])
    found = {f.seed: f.text for f in drive.drive(range(8), tmp_path)}
    assert list(found) == [1, 2, 3, 4, 5]
    assert "ValueError: of seed 1" in found[1]
    assert "processor time" in found[2]
    assert "ended the process with 9" in found[3]
    assert "SystemExit" in found[4]
    assert found[5] == "was clean"
    assert "--seed 2" in str(drive.Failure(2, ""))


@pytest.mark.parametrize(
    ("path", "data", "why"),
    [
        ("main.tf", b"a = 1e9\nb {\n}\n", ""),
        ("main.tf", b"a = [1\n", "no HCL"),
        ("main.tf", b"# \xff\n", "not UTF-8"),
        ("main.tf", b"# \x00\n", "binary"),
        ("a.tfvars", b"\x00GITCRYPT\x00", "encrypted"),
        ("a.json", b"[" * 10_000 + b"]" * 10_000, "too deep"),
        ("a.json", json.dumps({"a": 1}).encode(), ""),
        ("a.yaml", b"a: b\n", ""),
    ],
)
def test_the_judge_of_what_is_unreadable(path: str, data: bytes, why: str) -> None:
    assert case.unreadable(path, data) == why
