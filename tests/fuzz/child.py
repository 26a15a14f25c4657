"""The child process of drive.py: a line of JSON for each seed, what is wrong with it."""

from __future__ import annotations

import json
import resource
import signal
import sys
import traceback
from pathlib import Path

from tests.fuzz.case import expected, run

MEMORY = 4_000_000_000


def main(work: Path, seconds: float, seeds: list[int]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for seed in seeds:
        given = expected(seed, work)
        # The default action of its signal ends the process, also in the middle of C code.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            found = run(seed, given, work)
        except (Exception, SystemExit):
            found = [traceback.format_exc()]
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), json.loads(sys.argv[3]))
