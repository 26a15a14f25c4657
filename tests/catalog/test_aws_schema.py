"""Every path of every AWS row exists in the provider, with a kind that fits."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from iac_offboard.catalog.paths import steps
from iac_offboard.catalog.rows import PathEntry, Row
from iac_offboard.demo.toolchain import find_toolchain
from iac_offboard.errors import ToolError
from tests.catalog.extract_schema import FILE, MAJOR, aws_rows, dumps, extract, paths_of

EXTRACT: dict[str, dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))
AGAIN = "python -m tests.catalog.extract_schema"
ROWS = aws_rows()


def _plain(path: str) -> str:
    """The part of a path that the provider knows: a document inside a string is its own."""
    inner = path.partition("$")[0]
    return "".join(s if s == "[*]" else f".{s}" for s in steps(inner)).removeprefix(".")


def _kind(row: Row, path: str) -> str | None:
    known = EXTRACT.get(row.type, {})
    plain = _plain(path)
    # One attribute of a map of strings.
    of_map = plain.rpartition(".")[0]
    return known.get(plain) or ("string" if known.get(of_map, "").endswith("map") else None)


def _word(kind: str | None) -> str | None:
    return kind.rpartition(" ")[2] if kind is not None else None


@pytest.mark.parametrize("row", ROWS, ids=[r.type for r in ROWS])
def test_every_path_is_one_of_the_provider(row: Row) -> None:
    assert row.type in EXTRACT, f"make the extract again: {AGAIN}"
    unknown = [path for path in paths_of(row) if _kind(row, path) is None]
    assert unknown == [], f"make the extract again if the provider has them: {AGAIN}"


@pytest.mark.parametrize("row", ROWS, ids=[r.type for r in ROWS])
def test_an_identity_stands_in_a_text_that_somebody_can_set(row: Row) -> None:
    for entry in row.paths:
        assert _word(_kind(row, entry.path)) == "string", entry.path
        for path in _compared(entry):
            assert _word(_kind(row, path)) in ("string", "bool"), path


def _compared(entry: PathEntry) -> Iterator[str]:
    if entry.when is not None:
        yield entry.when[0]


@pytest.mark.parametrize("row", ROWS, ids=[r.type for r in ROWS])
def test_what_state_shows_of_another_resource_is_marked(row: Row) -> None:
    for entry in row.paths:
        if entry.path.endswith("$json"):
            kind = _kind(row, entry.path) or ""
            assert entry.mirror == kind.startswith("mirrored "), entry.path


def test_the_extract_is_of_the_rows_and_of_nothing_else() -> None:
    assert set(EXTRACT) == {row.type for row in ROWS}
    assert FILE.stat().st_size < 300_000


@pytest.mark.real
def test_the_extract_is_what_the_provider_says() -> None:
    try:
        toolchain = find_toolchain()
    except ToolError as error:
        pytest.skip(f"{error.message} {error.hint}")
    if toolchain.provider_major != MAJOR:
        pytest.skip(f"Install version {MAJOR}.x of the AWS provider in a filesystem mirror.")
    assert dumps(extract(toolchain)) == FILE.read_text(encoding="utf-8")
