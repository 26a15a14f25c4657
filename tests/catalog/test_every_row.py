"""Every path of every row, by a generated case: in code, with the edit, and in state.

A new spelling needs an example: see ``tests/catalog/examples.py``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from iac_offboard.catalog.paths import steps
from iac_offboard.catalog.rows import OnEmpty, RemovalWord, Role, rows
from iac_offboard.edit.spans import apply_cuts
from iac_offboard.model import CodeOrigin, Cut, StateOrigin
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.scan import Scan, run_scan
from tests.catalog.examples import EXAMPLES, OF_PATH, ROSTER, example
from tests.catalog.generated import EACH, JSON, YAML, Case, cases, configuration, state

CASES = cases()
EVERY = pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
# All tests look at one reading, so that one worker makes it.
pytestmark = pytest.mark.xdist_group("every-row")


@dataclass(frozen=True, slots=True)
class World:
    """One scan over all cases, and its cuts made. ``code`` and ``state`` hold, by address, the
    paths of the leavers' findings; ``manual`` the addresses that are left to a person."""

    before: Mapping[int, str]
    after: Mapping[int, str]
    code: Mapping[str, frozenset[str]]
    state: Mapping[str, frozenset[str]]
    manual: frozenset[str]

    def text(self, case: Case, who: str) -> str:
        """The block of one resource after the edit, "" when it is gone."""
        return _block(self.after[case.number], case.label(who))


def _block(text: str, label: str) -> str:
    found = re.search(rf'^resource "\w+" "{label}" {{\n.*?^}}\n', text, re.S | re.M)
    return found[0] if found else ""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    work = tmp_path_factory.mktemp("every-row")
    (work / "leavers.yaml").write_text(ROSTER, encoding="utf-8")
    (work / "repo").mkdir()
    before = {case.number: configuration(case) for case in CASES}
    for number, text in before.items():
        (work / "repo" / _file(number)).write_text(text, encoding="utf-8")
    (work / "terraform.tfstate").write_text(state(CASES), encoding="utf-8")
    roster = str(work / "leavers.yaml")
    code = run_scan(Request(subjects=roster, terraform=(str(work / "repo"),)))
    of_state = run_scan(Request(subjects=roster, states=(str(work / "terraform.tfstate"),)))
    assert (*code.collected.skipped, *of_state.collected.skipped) == ()
    after, manual = _edited(before, code)
    return World(before, after, _found(code), _found(of_state), manual)


def _file(number: int) -> str:
    return f"case_{number}.tf"


def _found(scan: Scan) -> Mapping[str, frozenset[str]]:
    """The paths of all findings, by address."""
    by_address: defaultdict[str, set[str]] = defaultdict(set)
    for finding in scan.findings:
        for seen in finding.observations:
            if isinstance(seen.origin, CodeOrigin | StateOrigin):
                by_address[seen.origin.address].add(seen.origin.path)
    return {address: frozenset(paths) for address, paths in by_address.items()}


def _edited(before: Mapping[int, str], scan: Scan) -> tuple[Mapping[int, str], frozenset[str]]:
    """(the files with the cuts of the findings made, what is left to a person)."""
    by_file: defaultdict[str, list[tuple[Cut, str]]] = defaultdict(list)
    manual = set()
    for finding in scan.findings:
        for origin in finding.code if not finding.covered else ():
            by_file[origin.span.file] += [(cut, origin.address) for cut in origin.cuts]
            manual |= {origin.address} if not origin.cuts else set()
    after = dict(before)
    for number, text in before.items():
        file = _file(number)
        cuts = dict(by_file[file])
        result = apply_cuts({file: text.encode()}, cuts)
        manual |= {cuts[cut] for cut, _ in result.manual}
        after[number] = result.files.get(file, text.encode()).decode()
    return after, frozenset(manual)


def _at(case: Case, found: Mapping[str, frozenset[str]], who: str) -> frozenset[str]:
    """The places of findings at the path of the case, in one of its resources."""
    path = "".join(f".{s}" if s != EACH else s for s in steps(case.entry.path) if s != YAML)
    want = path.lstrip(".") + (JSON if case.document else "")
    paths = found.get(case.address(who), frozenset())
    spelled = {p: re.sub(r"\[\d+\]", EACH, p.partition(JSON)[0]) for p in paths}
    return frozenset(p for p in paths if (spelled[p] + (JSON if JSON in p else "")) == want)


def test_every_spelling_has_an_example_and_every_example_a_row() -> None:
    paths = [(row.type, entry) for row in rows().values() for entry in row.paths]
    missing = {e.spelling for t, e in paths if example(t, e.path, e.spelling) is None}
    assert missing == set(), "see tests/catalog/examples.py"
    used = {e.spelling + (JSON if e.path.endswith(JSON) else "") for _, e in paths}
    assert set(EXAMPLES) <= used
    assert set(OF_PATH) <= {(t, e.path) for t, e in paths}


@EVERY
def test_the_leaver_is_found_in_code_and_nobody_else(case: Case, world: World) -> None:
    _only_the_leaver(case, world.code)


@EVERY
def test_the_leaver_is_found_in_state_and_nobody_else(case: Case, world: World) -> None:
    _only_the_leaver(case, world.state)


def _only_the_leaver(case: Case, found: Mapping[str, frozenset[str]]) -> None:
    assert len(_at(case, found, "leaver")) == (0 if case.example.live_only else 1)
    assert not _at(case, found, "other")
    if case.repeated and not case.example.live_only:
        (place,) = _at(case, found, "shared")
        assert "[1]" in place


@EVERY
def test_what_goes_is_what_the_row_says(case: Case, world: World) -> None:
    """Alone, the leaver's resource: gone as a block, or as the row says of what is emptied."""
    text = world.text(case, "leaver")
    gone = case.example.leaver_text not in text
    by_hand = case.address("leaver") in world.manual
    if case.example.covers or case.example.live_only:
        assert (gone, by_hand) == (False, False)
    elif case.entry.removal is RemovalWord.BLOCK:
        assert text == ""
    elif case.entry.removal is RemovalWord.MANUAL or case.entry.empty is OnEmpty.MANUAL:
        assert (gone, by_hand) == (False, True)
    elif case.entry.empty.takes_block:
        assert text == ""
    else:
        assert text
        assert gone


@EVERY
def test_where_others_stand_too_they_stay(case: Case, world: World) -> None:
    untouched = _block(world.before[case.number], case.label("other"))
    assert world.text(case, "other") == untouched
    if not case.repeated:
        return
    text, before = (
        world.text(case, "shared"),
        _block(world.before[case.number], case.label("shared")),
    )
    if case.example.covers or case.example.live_only or case.entry.removal is RemovalWord.MANUAL:
        assert text == before
    else:
        assert case.example.leaver_text not in text
        assert case.example.other_text in text


def test_only_what_is_or_holds_somebody_goes_as_a_block() -> None:
    for row in rows().values():
        for entry in row.paths:
            if entry.removal is RemovalWord.BLOCK:
                assert entry.role in (Role.IS, Role.HOLDS), (row.type, entry.path)
