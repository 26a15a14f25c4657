"""Who is hired again is no leaver any more."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from iac_offboard.errors import RosterError
from iac_offboard.subjects import load_roster


def test_who_is_hired_again_is_back_from_that_time_on(tmp_path: Path) -> None:
    table = tmp_path / "leavers.csv"
    table.write_text(
        "id,kind,alias,left_at,case,rehired_at\n"
        "a,person,al,2026-01-01T00:00:00Z,,2026-06-01T00:00:00+02:00\na,person,al2,,,\n",
        encoding="utf-8",
    )
    (subject,) = load_roster(table).subjects
    assert subject.rehired_at == datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert subject.is_back(datetime(2026, 6, 1, tzinfo=UTC))
    assert not subject.is_back(datetime(2026, 5, 31, tzinfo=UTC))


def test_nobody_is_hired_again_before_leaving(tmp_path: Path) -> None:
    table = tmp_path / "leavers.csv"
    table.write_text(
        "id,kind,alias,left_at,case,rehired_at\n"
        "a,person,al,2026-06-01T00:00:00Z,,2026-01-01T00:00:00Z\n",
        encoding="utf-8",
    )
    with pytest.raises(RosterError, match='"rehired_at" of subject "a" is before "left_at"'):
        load_roster(table)
