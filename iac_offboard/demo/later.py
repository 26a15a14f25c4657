"""``python -m iac_offboard.demo.later SECONDS PLAN PROFILE...``: verify with a clock that is ahead.

The demo cannot wait until a session of the leaver has ended. The clock is injected here, in
code: no option and no variable of the product moves it.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from iac_offboard.pipeline.request import RETRY_BUDGET
from iac_offboard.pipeline.verify import run_verify
from iac_offboard.report.table import TableFormat


def main(seconds: str, plan: str, *profiles: str) -> int:
    """Verify ``plan`` as if so many seconds had gone by; the exit code of verify."""
    ahead = timedelta(seconds=int(seconds))
    result = run_verify(
        Path(plan),
        clock=lambda: datetime.now(UTC) + ahead,
        settle_window=1.0,
        external_id="",
        retry_budget=RETRY_BUDGET,
        probes=profiles,
    )
    print(TableFormat().verification(result.verification), end="")
    return result.exit_code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
