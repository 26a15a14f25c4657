"""How the demo shows what it does: every command as a user would type it, and what it said."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax

from iac_offboard.errors import ToolError

_WIDTH = 110
_TITLE = "iac-offboard demo"


@dataclass(slots=True, kw_only=True)
class Stage:
    """Prints to the terminal and, with ``record``, keeps a picture of it (SVG)."""

    environment: Mapping[str, str] = field(repr=False)
    record: Path | None = None
    console: Console = field(init=False)
    started: float = field(init=False)
    number: int = 0

    def __post_init__(self) -> None:
        self.console = Console(
            record=self.record is not None,
            width=_WIDTH if self.record else None,
            highlight=False,
            soft_wrap=self.record is None,
        )
        self.started = time.monotonic()

    def step(self, title: str) -> None:
        self.number += 1
        spent = time.monotonic() - self.started
        self.console.print(f"\n[bold cyan]{self.number}. {escape(title)}[/] [dim]{spent:.0f} s[/]")

    def say(self, text: str) -> None:
        self.console.print(escape(text))

    def good(self, text: str) -> None:
        self.console.print(f"[green]ok[/] {escape(text)}")

    def require(self, holds: bool, text: str) -> None:
        """Say that a fact holds; raises ``ToolError`` when it does not: the demo has failed."""
        if not holds:
            raise ToolError(f"The demo failed: it does not hold that {text}.")
        self.good(text)

    def diff(self, text: str) -> None:
        self.console.print(Syntax(text, "diff", background_color="default", word_wrap=True))

    def offboard(self, directory: Path, *arguments: str, expect: int) -> str:
        """Run our own command line in a process of its own; returns its standard output."""
        return self.run(
            directory,
            [sys.executable, "-m", "iac_offboard", *arguments],
            shown=["iac-offboard", *arguments],
            expect=expect,
        )

    def run(
        self,
        directory: Path,
        command: Sequence[str],
        *,
        shown: Sequence[str] | None = None,
        expect: int = 0,
        quiet: bool = False,
    ) -> str:
        self.console.print(f"[bold]$[/] {escape(' '.join(shown or command))}")
        done = subprocess.run(
            list(command),
            cwd=directory,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=False,
        )
        if not quiet:
            for text in (done.stderr, done.stdout):
                if text.strip():
                    self.console.print(escape(text.rstrip()), style="dim" if expect else None)
        self.console.print(f"[dim]exit {done.returncode}[/]")
        if done.returncode != expect:
            raise ToolError(
                f"The demo failed: {' '.join(shown or command)} ended with "
                f"{done.returncode}, not {expect}: {done.stderr.strip()[-800:]}"
            )
        return done.stdout

    def finish(self) -> None:
        spent = time.monotonic() - self.started
        self.console.print(f"\n[bold green]Done in {spent:.0f} s.[/]")
        if self.record is not None:
            self.console.save_svg(str(self.record), title=_TITLE)
