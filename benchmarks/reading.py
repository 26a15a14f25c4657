"""How long a scan of Terraform takes, beside a bare parse of the same bytes and other readers.

The columns: files and megabytes of .tf; the seconds of a bare tree-sitter parse; of python-hcl2
(``loads`` over a sample, as if over all) and of tfparse over the same root modules (a process of
its own; "-" when it is not installed, "died" when it takes its process down); of our whole scan,
20 leavers present and one absent, loading included, with its peak of memory; of a second scan of
the same tree, with a cache, as seconds and as a part of the first; of a third after a byte was
added to one file; of a scan without a cache by two processes, which is the clock on the wall, as
all else is the processor's (a machine that does other things makes it longer); and what the scan
takes as a multiple of the bare parse, as a part of tfparse's time, and per megabyte as a multiple
of the first row's, which stays near 1 while growth is linear.

``python -m benchmarks DIR`` measures any directory. For public repositories, clone some below one
directory (``git clone --depth 1 https://github.com/alphagov/govuk-aws all/govuk-aws``) and name
that.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import tree_sitter
import tree_sitter_hcl

from benchmarks.table import table
from benchmarks.terraform_files import write

_FILES = 560
_TIMES = (1, 2, 4, 8)
_HEADER = (
    "files", "MB", "roots", "found", "parse s", "hcl2 s", "tfparse s", "scan s", "peak MB",
    "warm s", "of scan", "one changed s", "2 jobs s", "x parse", "of tfparse", "of 1x",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Measured:
    cells: Sequence[object]
    per_megabyte: float


def report(directory: Path | None = None) -> Iterator[str]:
    """Generated repositories of four sizes, or ``directory`` when given."""
    title = "Scan of Terraform, beside a bare tree-sitter parse, python-hcl2 and tfparse"
    if directory is not None:
        yield table(f"{title}: {directory.name}", _HEADER, [_row(directory, None).cells])
        return
    rows: list[Sequence[object]] = []
    first: float | None = None
    for times in _TIMES:
        with tempfile.TemporaryDirectory() as temporary:
            top = Path(temporary)
            write(top, _FILES * times)
            measured = _row(top, first)
            first = first or measured.per_megabyte
            rows.append(measured.cells)
    yield table(title, _HEADER, rows)


def _row(top: Path, first: float | None) -> _Measured:
    texts = [path.read_bytes() for path in sorted(top.rglob("*.tf")) if path.is_file()]
    if not texts:
        raise SystemExit(f"There is no .tf file below {top}.")
    megabytes = sum(map(len, texts)) / 1e6
    bare = _parse(texts)
    scanned = _apart("scan", top)
    hcl2 = _apart("hcl2", top)
    tfparse = _tfparse(top)
    seconds, (warm, changed) = scanned["seconds"], _warm(top, scanned)
    per_megabyte = seconds / megabytes
    cells = (
        len(texts),
        megabytes,
        int(scanned["roots"]),
        int(scanned["findings"]),
        bare,
        hcl2["seconds"] / hcl2["share"],
        tfparse,
        seconds,
        scanned["megabytes"],
        warm,
        f"1/{seconds / warm:.1f}",
        changed,
        _apart("together", top)["wall"],
        seconds / bare,
        tfparse if isinstance(tfparse, str) else f"1/{tfparse / seconds:.1f}",
        f"{per_megabyte / (first or per_megabyte):.2f}",
    )
    return _Measured(cells, per_megabyte)


def _tfparse(top: Path) -> float | str:
    """It panics over some configurations that Terraform takes."""
    if importlib.util.find_spec("tfparse") is None:
        return "-"
    try:
        return _apart("tfparse", top)["seconds"]
    except SystemExit:
        return "died"


def _warm(top: Path, expected: dict[str, float]) -> tuple[float, float]:
    """The seconds of a scan that finds what one before it kept, and of one after a byte was added
    to the file in the middle: of a copy, for the tree may be anybody's."""
    with tempfile.TemporaryDirectory() as temporary:
        copy, cache = Path(temporary) / top.name, f"{temporary}/cache"
        shutil.copytree(top, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        first = _apart("kept", copy, cache)
        again = _apart("kept", copy, cache)
        files = sorted(path for path in copy.rglob("*.tf") if path.is_file())
        with files[len(files) // 2].open("ab") as file:
            file.write(b"\n")
        changed = _apart("kept", copy, cache)
    for count in ("roots", "findings"):
        if {first[count], again[count], changed[count]} != {expected[count]}:
            raise SystemExit(f"A scan of {top} with a cache finds something else.")
    return again["seconds"], changed["seconds"]


def _apart(what: str, top: Path, cache: str = "") -> dict[str, float]:
    """One measurement in a process of its own: a reader may use up its memory, or die."""
    command = [sys.executable, "-m", "benchmarks.one_scan", what, str(top)]
    env = {**os.environ, "IAC_OFFBOARD_CACHE_DIR": cache}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if ran.returncode:
        raise SystemExit(f"{what} over {top} failed:\n{ran.stderr[-2000:]}")
    found: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return found


def _parse(texts: Sequence[bytes]) -> float:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
    started = time.process_time()
    for text in texts:
        parser.parse(text)
    return time.process_time() - started
