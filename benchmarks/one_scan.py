"""``python -m benchmarks.one_scan WHAT DIR``: one measurement in a process of its own, as JSON.

WHAT is ``scan``, ``kept`` (the scan with the cache in IAC_OFFBOARD_CACHE_DIR), ``together`` (by two
processes), ``tfparse`` or ``hcl2``. Seconds are of the processor, so that a busy machine tells
nearly the same, and of this process alone; ``wall`` is what the clock says; the peak of memory is
the process's own.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.terraform_people import PEOPLE

if TYPE_CHECKING:
    from iac_offboard.pipeline.cache import Cache

_LEAVERS = (*PEOPLE[:20], "zebulon")
"""Twenty who are named in the generated repositories, and one who is not."""
_SAMPLE = 40


def scan(top: Path) -> dict[str, float]:
    """Our whole scan, with nothing loaded before."""
    return _scan(top, None)


def kept(top: Path) -> dict[str, float]:
    """The same with a cache: the first run fills it."""
    from iac_offboard.pipeline.cache import cache_of  # a part of every run

    cache = cache_of(os.environ)
    if cache is None:
        raise SystemExit("IAC_OFFBOARD_CACHE_DIR cannot be used.")
    return _scan(top, cache)


def together(top: Path) -> dict[str, float]:
    """By two processes, without a cache."""
    return _scan(top, None, jobs=2)


def _scan(top: Path, cache: Cache | None, jobs: int = 1) -> dict[str, float]:
    from iac_offboard.model import Alias, AliasKind, Subject, SubjectKind  # what it costs to load
    from iac_offboard.pipeline.request import Request  # is a part of every run
    from iac_offboard.pipeline.scan import run_scan

    subjects = tuple(
        Subject(
            id=f"leaver-{i}",
            kind=SubjectKind.PERSON,
            left_at=None,
            aliases=(
                Alias(kind=AliasKind.EMAIL, value=f"{name}@example.com"),
                Alias(kind=AliasKind.USER_NAME, value=name),
            ),
        )
        for i, name in enumerate(_LEAVERS)
    )
    request = Request(subjects="", terraform=(str(top),))
    found = run_scan(request, subjects=subjects, findings_only=True, cache=cache, jobs=jobs)
    return {"roots": len(found.scope.roots), "findings": len(found.findings)}


def tfparse(top: Path) -> dict[str, float]:
    """The same root modules by tfparse, each once: it evaluates one directory at a time."""
    from iac_offboard.hcl.files import DiskFiles  # only to know the roots: it is not measured
    from iac_offboard.hcl.repository import frame_of

    folders = [top / path for path in frame_of(DiskFiles(top)).paths()]
    started = time.process_time()
    parse = importlib.import_module("tfparse").load_from_path
    for folder in folders:
        with suppress(Exception):  # what it raises is not the question
            parse(str(folder))
    return {"roots": len(folders), "seconds": time.process_time() - started}


def hcl2(top: Path) -> dict[str, float]:
    """python-hcl2 over a sample spread evenly; ``share`` is its part of all bytes."""
    loads = importlib.import_module("hcl2").loads
    texts = [path.read_text("utf-8", "replace") for path in sorted(top.rglob("*.tf"))]
    sample = texts[:: max(1, len(texts) // _SAMPLE)]
    for text in sample:
        with suppress(Exception):
            loads(text)
    return {"share": sum(map(len, sample)) / max(1, sum(map(len, texts)))}


_WHAT: dict[str, Callable[[Path], dict[str, float]]] = {
    "scan": scan,
    "kept": kept,
    "together": together,
    "tfparse": tfparse,
    "hcl2": hcl2,
}


def peak() -> float:
    """In MB. Linux keeps the peak of whoever started this process in getrusage."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    started, began = time.process_time(), time.perf_counter()
    told = _WHAT[sys.argv[1]](Path(sys.argv[2]))
    told.setdefault("seconds", time.process_time() - started)
    told["wall"] = time.perf_counter() - began
    told["megabytes"] = peak()
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
