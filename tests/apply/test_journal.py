"""The journal: every alteration is seen and named, a torn line is dropped, one writer."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from pathlib import Path

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iac_offboard.apply import Journal, verify_chain
from iac_offboard.errors import JournalError
from iac_offboard.model import Outcome
from tests.apply.plans import DIGEST, Clock

MANY = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def write(path: Path, lines: int = 4) -> str:
    with Journal.open(path, DIGEST, Clock()) as journal:
        for n in range(lines):
            journal.append(
                f"A-{n}", Outcome.DONE, operation="iam:X", caller="arn:c", detail="é\n", undo="{}"
            )
        return journal.head


def test_records_come_back_as_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    head = write(path)
    with Journal.open(path, DIGEST, Clock()) as again:
        assert [r.action for r in again.records] == ["A-0", "A-1", "A-2", "A-3"]
        assert [r.seq for r in again.records] == [1, 2, 3, 4]
        assert again.records[0].detail == "é\n"
        assert again.head == head
        assert again.notice == ""
    assert verify_chain(path, DIGEST) == head


def test_the_chain_can_be_checked_with_other_tools(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    head = write(path)
    previous = hashlib.sha256(DIGEST.encode()).hexdigest()
    for line in path.read_bytes().splitlines():
        body = json.loads(line)
        assert line == rfc8785.dumps(body)
        assert body["previous"] == previous
        own = body.pop("digest")
        assert own == hashlib.sha256(rfc8785.dumps(body)).hexdigest()
        previous = hashlib.sha256(line).hexdigest()
    assert previous == head


def test_it_is_private_and_stays_so(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    Journal.open(path, DIGEST, Clock()).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_altered_byte_is_seen_and_its_line_named(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "journal.jsonl"
    path.unlink(missing_ok=True)
    write(path)
    content = bytearray(path.read_bytes())
    # The newline at the very end belongs to the torn tail, see below.
    at = data.draw(st.integers(0, len(content) - 2))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != content[at]))
    line = content[:at].count(b"\n") + 1
    content[at] = byte
    path.write_bytes(content)
    with pytest.raises(JournalError) as seen:
        Journal.open(path, DIGEST, Clock())
    assert seen.value.line == line
    assert f"Line {line} " in str(seen.value)
    with pytest.raises(JournalError):
        verify_chain(path, DIGEST)
    assert path.read_bytes() == content


@settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cut=st.integers(1, 400))
def test_a_torn_last_line_is_dropped_and_said(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "journal.jsonl"
    path.unlink(missing_ok=True)
    write(path, 3)
    whole = path.read_bytes()
    head = hashlib.sha256(whole.splitlines()[-1]).hexdigest()
    fourth = tmp_path / "four.jsonl"
    fourth.unlink(missing_ok=True)
    write(fourth, 4)
    last = fourth.read_bytes()[len(whole) :]
    path.write_bytes(whole + last[: min(cut, len(last) - 1)])
    assert verify_chain(path, DIGEST) == head
    with Journal.open(path, DIGEST, Clock()) as journal:
        assert len(journal.records) == 3
        assert "Line 4" in journal.notice
        assert path.read_bytes() == whole
        journal.append("A-9", Outcome.DONE, operation="iam:X", caller="arn:c")
    assert len(path.read_bytes().splitlines()) == 4
    verify_chain(path, DIGEST)


@pytest.mark.parametrize(
    ("order", "line"),
    [([1, 2, 3], 1), ([0, 2, 3], 2), ([0, 2, 1, 3], 2), ([0, 1, 1, 2, 3], 3)],
)
def test_deleted_reordered_and_repeated_lines(tmp_path: Path, order: list[int], line: int) -> None:
    path = tmp_path / "journal.jsonl"
    write(path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[n] for n in order))
    with pytest.raises(JournalError) as seen:
        Journal.open(path, DIGEST, Clock())
    assert seen.value.line == line


def test_lines_cut_off_at_the_end_show_against_the_stated_head(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    head = write(path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert verify_chain(path, DIGEST) != head


def test_a_journal_belongs_to_one_plan(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    write(path)
    with pytest.raises(JournalError, match="another plan") as seen:
        Journal.open(path, "cd" * 32, Clock())
    assert seen.value.line == 1


def test_a_second_writer_is_refused_and_a_later_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    first = Journal.open(path, DIGEST, Clock())
    with pytest.raises(JournalError, match="Another run"):
        Journal.open(path, DIGEST, Clock())
    first.close()
    Journal.open(path, DIGEST, Clock()).close()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    aim = tmp_path / "aim"
    aim.write_text("")
    (tmp_path / "journal.jsonl").symlink_to(aim)
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal.open(tmp_path / "journal.jsonl", DIGEST, Clock())


def test_no_journal_has_no_head(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be read"):
        verify_chain(tmp_path / "none.jsonl", DIGEST)


def test_a_record_that_cannot_be_written_stops_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal.open(path, DIGEST, Clock())
    journal.append("A-1", Outcome.INTENT, operation="iam:X", caller="arn:c")

    def full(descriptor: int) -> None:
        assert descriptor >= 0
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(JournalError, match="No space left") as seen:
            journal.append("A-1", Outcome.DONE, operation="iam:X", caller="arn:c")
    assert seen.value.line == 2
    with pytest.raises(JournalError):
        journal.append("A-2", Outcome.INTENT, operation="iam:X", caller="arn:c")
    verify_chain(path, DIGEST)


def test_half_a_surrogate_pair_can_be_recorded(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal.open(path, DIGEST, Clock()) as journal:
        journal.append("A-1", Outcome.FAILED, operation="x", caller="", detail="\udce9")
    verify_chain(path, DIGEST)
