"""How long ``--help`` takes beside a Python that does nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

from benchmarks.table import table

_RUNS = 7


def report() -> Iterator[str]:
    commands = {
        "python -c pass": ("-c", "pass"),
        "iac-offboard --help": ("-m", "iac_offboard", "--help"),
        "iac-offboard scan --help": ("-m", "iac_offboard", "scan", "--help"),
        "iac-offboard catalog": ("-m", "iac_offboard", "catalog", "aws_iam_user"),
    }
    taken = {name: _best((sys.executable, *rest)) for name, rest in commands.items()}
    nothing = taken["python -c pass"]
    rows = [(name, seconds, f"{seconds / nothing:.1f}") for name, seconds in taken.items()]
    yield table(f"Start, best of {_RUNS}", ("command", "seconds", "ratio"), rows)


def _best(command: Sequence[str]) -> float:
    """The least of several runs: what else the machine does only ever adds."""
    times = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return min(times)
