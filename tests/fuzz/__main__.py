"""``python -m tests.fuzz``: damage configurations in many ways; nothing may crash or hang.

Every seed runs in a child process. One that uses more than ``CPU_SECONDS`` of processor time is
killed by the kernel, whatever it is doing, and so is one that waits; the seed is printed with
the command that runs it again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.fuzz.case import damaged
from tests.fuzz.drive import drive


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="SEED")
    parser.add_argument("--seeds", type=int, default=10_000, metavar="N")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    parser.add_argument("--seed", type=int, metavar="SEED", help="only this one")
    parser.add_argument("--write", type=Path, metavar="DIR", help="write the damaged files there")
    given = parser.parse_args()
    if given.write is not None:
        for path, data in damaged(given.seed or given.first).files.items():
            (given.write / path).parent.mkdir(parents=True, exist_ok=True)
            (given.write / path).write_bytes(data)
        return 0
    seeds = (
        [given.seed] if given.seed is not None else range(given.first, given.first + given.seeds)
    )
    with tempfile.TemporaryDirectory() as work:
        failed = drive(list(seeds), Path(work), given.jobs, progress=True)
    for failure in failed:
        print(failure)
    print(f"{len(seeds)} seeds, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
