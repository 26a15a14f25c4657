"""``python -m tests.acceptance.killed PLAN POINT``: an apply that is killed at POINT.

The verb ``apply`` of the command line in a process of its own, with the one difference that it
sends itself SIGKILL at a step of the journal (``after-call:A-007``). Without pytest, so that it
starts at once.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from iac_offboard.cli import options
from iac_offboard.pipeline.apply import run_apply


def die(plan: Path, point: str, environment: Mapping[str, str]) -> None:
    """Apply ``plan`` under ``environment`` until ``point``."""
    os.environ.update(environment)

    def crash(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    result = run_apply(
        plan,
        phases=(),
        clock=options.now,
        external_id="",
        retry_budget=10.0,
        say=print,
        crash=crash,
    )
    raise SystemExit(f"{point} was never reached: {result.summary}")


def warm() -> None:
    """Load what every child would load again: the SDK and its service models."""
    from iac_offboard.apply import aws
    from iac_offboard.clouds.aws.calls import MODELS

    assert aws.AwsExecutor.provider == "aws"
    for service in ("iam", "sts", "s3", "sns", "organizations"):
        MODELS.load_service_model(service, "service-2")
        MODELS.load_service_model(service, "endpoint-rule-set-1")
        if MODELS.list_available_services("paginators-1"):
            MODELS.load_service_model(service, "paginators-1")


if __name__ == "__main__":
    die(Path(sys.argv[1]), sys.argv[2], {})
elif __name__ != "__mp_main__":
    warm()
