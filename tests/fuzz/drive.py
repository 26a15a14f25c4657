"""Runs seeds in child processes, each with a limit that only the kernel has to enforce."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
CHILD = [sys.executable, "-m", "tests.fuzz.child"]
CPU_SECONDS = 5.0
"""Of processor time, so that a busy machine makes no test fail, and of a processor that makes
``_THINGS`` things in ``_PACE`` seconds: a slower one gets as much more as it is slower."""
_THINGS, _PACE = 200_000, 0.18
WAIT_SECONDS = 120.0
"""Of waiting: for what blocks without using the processor."""


@dataclass(frozen=True, slots=True)
class Failure:
    seed: int
    text: str

    def __str__(self) -> str:
        again = f"python -m tests.fuzz --seed {self.seed}"
        return f"seed {self.seed}: {self.text}\n  again: {again}\n  its files: {again} --write DIR"


def drive(
    seeds: Sequence[int], work: Path, jobs: int = 1, *, progress: bool = False
) -> list[Failure]:
    """What failed, in the order of the seeds."""
    seconds = cpu_seconds()
    if progress:
        print(f"at most {seconds:.1f} s of this processor for each seed", file=sys.stderr)
    shares = [list(seeds[i::jobs]) for i in range(jobs)]
    with ThreadPoolExecutor(jobs) as pool:
        parts = pool.map(lambda i: _share(shares[i], work / str(i), seconds, progress), range(jobs))
        return sorted((f for part in parts for f in part), key=lambda f: f.seed)


def cpu_seconds() -> float:
    """``CPU_SECONDS`` on this processor: longer by as much as a fixed piece of work takes."""
    times = []
    for _ in range(3):
        started = time.process_time()
        made = [{"at": i, "of": (i, str(i))} for i in range(_THINGS)]
        del made
        times.append(time.process_time() - started)
    return CPU_SECONDS * max(1.0, min(times) / _PACE)


def _share(seeds: list[int], work: Path, seconds: float, progress: bool) -> list[Failure]:
    failed: list[Failure] = []
    while seeds:
        seeds, found = _child(seeds, work, seconds, progress)
        failed += found
    return failed


def _child(
    seeds: list[int], work: Path, seconds: float, progress: bool
) -> tuple[list[int], list[Failure]]:
    """Runs seeds until one ends the child: (those that are left, what failed)."""
    command = [*CHILD, str(work), str(seconds), json.dumps(seeds)]
    failed: list[Failure] = []
    done = 0
    with subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(work)
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        os.set_blocking(child.stderr.fileno(), False)
        while select.select([child.stdout], [], [], WAIT_SECONDS)[0]:
            line = child.stdout.readline()
            if not line:
                break
            failed += [Failure(seeds[done], text) for text in json.loads(line)]
            done += 1
            if progress and done % 100 == 0:
                print(f"{done} of {len(seeds)}", file=sys.stderr)
        child.kill()
        said = (child.stderr.read() or b"").decode(errors="replace")
        child.wait()
    if done < len(seeds):
        failed.append(Failure(seeds[done], f"{_ended(child.returncode, seconds)}\n{said[-3000:]}"))
    return seeds[done + 1 :], failed


def _ended(code: int, seconds: float) -> str:
    if code == -signal.SIGPROF:
        return f"took more than {seconds:.1f} s of processor time"
    if code == -signal.SIGKILL:
        return f"was killed: out of memory, or waiting for more than {WAIT_SECONDS} s"
    return f"ended the process with {code}"


def _environment(work: Path) -> dict[str, str]:
    work.mkdir(parents=True, exist_ok=True)
    return {**os.environ, "IAC_OFFBOARD_CACHE_DIR": str(work / "cache"), "TMPDIR": str(work)}
