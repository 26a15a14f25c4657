"""A journal that tells nothing any more: emptied, or torn in its first line."""

from __future__ import annotations

import pytest

from tests.acceptance.desk import ONE_ACCOUNT, Desk, run


@pytest.mark.parametrize("data", [b"", b'{"torn'])
def test_a_journal_without_one_whole_record_was_lost(desk: Desk, data: bytes) -> None:
    desk.user()
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply("--phase", "contain").code == 0
    (desk.case / "journal.jsonl").write_bytes(data)
    made = run("rollback", str(desk.plan_file), "--format", "json")
    assert made.code == 0
    assert not made.said("nothing was done")
    assert made.json["actions"]
    assert all(a["accept"] for a in made.json["actions"])
