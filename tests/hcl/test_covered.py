"""Whatever the analyser is to understand, edit, keep and prove is held by a case that shows it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.hcl.covered import Function, Golden
from tests.hcl.covered_constructs import CONSTRUCTS
from tests.hcl.covered_edits import EDITS
from tests.hcl.covered_policies import POLICIES
from tests.hcl.covered_rules import EXPLAIN, NEVER_CUT, PROOF
from tests.hcl.covered_survivors import SECONDARY

TABLES: Mapping[str, Mapping[str, tuple[Golden | Function, ...]]] = {
    "construct": CONSTRUCTS,
    "policy": POLICIES,
    "edit": EDITS,
    "never cut": NEVER_CUT,
    "survives": SECONDARY,
    "proof": PROOF,
    "explain": EXPLAIN,
}
LINES = [(table, line) for table, lines in TABLES.items() for line in lines]


@pytest.mark.parametrize(("table", "line"), LINES, ids=[f"{t}: {line}" for t, line in LINES])
def test_a_case_shows_it(table: str, line: str) -> None:
    shown = TABLES[table][line]
    assert shown
    assert [fault for one in shown for fault in one.faults()] == []


def test_a_line_without_its_case_is_seen() -> None:
    wrong = (
        Golden("no-such-case", "x"),
        Golden("crlf", "no such text"),
        Golden("crlf", "alice", cut=r'"bob"'),
        Golden("crlf", "alice", kept=r'"alice"'),
        Golden("crlf", "alice", said="no such word"),
        Function("hcl/test_covered.py", "test_none"),
        Function("hcl/test_none.py", "test_none"),
    )
    assert all(len(list(one.faults())) == 1 for one in wrong)
