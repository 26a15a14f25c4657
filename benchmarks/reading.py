"""How long it takes to read and evaluate Terraform, beside a bare parse of the same bytes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import hcl2
import tree_sitter
import tree_sitter_hcl

from benchmarks.table import table
from benchmarks.terraform_files import write
from iac_offboard.model import Alias, AliasKind, Subject, SubjectKind
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.scan import run_scan

_FILES = 100
_SAMPLE = 40  # files for python-hcl2, which takes longer than our whole scan
_HEADER = ("files", "kB", "roots", "scan s", "kB/s", "of 1x", "bare parse s", "x parse", "x hcl2")
_LEAVER = Subject(
    id="leaver-1",
    kind=SubjectKind.PERSON,
    left_at=None,
    aliases=(Alias(kind=AliasKind.EMAIL, value="ana01@example.com"),),
)


def report(directory: Path | None = None) -> Iterator[str]:
    """Generated repositories of three sizes, or ``directory`` when given."""
    title = "Scan of Terraform, beside a bare tree-sitter parse and python-hcl2"
    if directory is not None:
        yield table(f"{title}: {directory.name}", _HEADER, [_row(directory, None)[0]])
        return
    rows: list[Sequence[object]] = []
    first: float | None = None
    for times in (1, 2, 4):
        with tempfile.TemporaryDirectory() as temporary:
            top = Path(temporary)
            write(top, _FILES * times)
            row, seconds = _row(top, first)
            first = first or seconds
            rows.append(row)
    yield table(title, _HEADER, rows)


def _row(top: Path, first: float | None) -> tuple[Sequence[object], float]:
    texts = [path.read_bytes() for path in sorted(top.rglob("*.tf"))]
    if not texts:
        raise SystemExit(f"There is no .tf file below {top}.")
    kilobytes = sum(map(len, texts)) / 1000
    roots = 0

    def scan() -> None:
        nonlocal roots
        request = Request(subjects="", terraform=(str(top),))
        roots = len(run_scan(request, subjects=(_LEAVER,)).scope.roots)

    seconds = _timed(scan)
    bare = _timed(lambda: _parse(texts))
    row = (
        len(texts),
        round(kilobytes),
        roots,
        seconds,
        kilobytes / seconds,
        f"{seconds / (first or seconds):.2f}",
        bare,
        seconds / bare,
        f"{seconds / (_hcl2(texts) * kilobytes):.3f}",
    )
    return row, seconds


def _timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _parse(texts: Sequence[bytes]) -> None:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
    for text in texts:
        parser.parse(text)


def _hcl2(texts: Sequence[bytes]) -> float:
    """Seconds a kilobyte, over a sample spread evenly; files that it cannot read count too."""
    sample = texts[:: max(1, len(texts) // _SAMPLE)]

    def load() -> None:
        for text in sample:
            with suppress(Exception):  # what it raises is not the question
                hcl2.loads(text.decode("utf-8", "replace"))

    hcl2.loads('a = "b"\n')  # builds its grammar once
    return _timed(load) / (sum(map(len, sample)) / 1000)
