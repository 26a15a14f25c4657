"""Is a process still there? Its number does not say: a busy machine gives it to others."""

from __future__ import annotations

import os
from pathlib import Path


class Held:
    """A pipe that a script holds open as long as it lives: it begins with ``hold``."""

    def __init__(self, directory: Path) -> None:
        self._pipe = directory / "held"
        os.mkfifo(self._pipe)
        self._end = os.open(self._pipe, os.O_RDONLY | os.O_NONBLOCK)

    @property
    def hold(self) -> str:
        """The line of a shell that holds it, and whatever the shell becomes."""
        return f'exec 9> "{self._pipe}"'

    def is_held(self) -> bool:
        try:
            return os.read(self._end, 1) != b""
        except BlockingIOError:
            return True
