"""How the demo shows what it does: every command as a user would type it, and what it said."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax

from iac_offboard.errors import ToolError

_WIDTH = 116
_TITLE = "iac-offboard demo"
# The picture is looked at offline, too: it loads no font, the viewer's own will do.
_SVG = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL).replace(
    "Fira Code, monospace", "ui-monospace, Menlo, Consolas, monospace"
)


@dataclass(slots=True, kw_only=True)
class Stage:
    """Prints to the terminal and, with ``record``, keeps a picture of the key moments (SVG)."""

    environment: Mapping[str, str] = field(repr=False)
    record: Path | None = None
    console: Console = field(init=False)
    picture: Console = field(init=False)
    started: float = field(init=False)
    number: int = 0
    _rolling: bool = False

    def __post_init__(self) -> None:
        self.console = Console(width=_WIDTH if self.record else None, highlight=False)
        self.console.soft_wrap = not self.console.is_terminal
        # Never closed: it stands for the terminal until the demo ends.
        nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
        self.picture = Console(file=nowhere, record=True, width=_WIDTH, highlight=False)
        self.started = time.monotonic()

    @property
    def columns(self) -> int:
        """How wide our commands may draw: as wide as what shows them."""
        if self.record:
            return _WIDTH - 2  # the picture's right edge needs the room
        return self.console.width if self.console.is_terminal else 160

    @contextmanager
    def pictured(self) -> Iterator[None]:
        """A key moment: what is shown meanwhile is in the picture as well."""
        self._rolling = True
        try:
            yield
        finally:
            self._rolling = False

    def step(self, title: str) -> None:
        self.number += 1
        spent = time.monotonic() - self.started
        self._show(f"\n[bold cyan]{self.number}. {escape(title)}[/] [dim]{spent:.0f} s[/]")

    def say(self, text: str) -> None:
        self._show(escape(text))

    def good(self, text: str) -> None:
        self._show(f"[green]ok[/] {escape(text)}")

    def require(self, holds: bool, text: str) -> None:
        """Say that a fact holds; raises ``ToolError`` when it does not: the demo has failed."""
        if not holds:
            raise ToolError(f"The demo failed: it does not hold that {text}.")
        self.good(text)

    def diff(self, text: str) -> None:
        """A patch; the picture shows its changed lines and their files only."""
        if self.console.is_terminal:
            self.console.print(Syntax(text, "diff", background_color="default", word_wrap=True))
        else:  # whole lines: a program that reads them may want to apply the patch
            self.console.print(text, markup=False, soft_wrap=True, end="")
        if self._rolling:
            headers = ("diff ", "index ", "--- ", "@@")
            lines = (t for t in text.splitlines() if t[:1] in "+-" and not t.startswith(headers))
            short = "\n".join(lines)
            self.picture.print(Syntax(short, "diff", background_color="default", word_wrap=True))

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
        self._show(f"[bold]$[/] {escape(' '.join(shown or command))}")
        done = subprocess.run(
            list(command),
            cwd=directory,
            env={**self.environment, "COLUMNS": str(self.columns)},
            capture_output=True,
            text=True,
            check=False,
        )
        if not quiet:
            for text in (done.stderr, done.stdout):
                self._output(text.rstrip(), expect)
        self._show(f"[dim]exit {done.returncode}[/]")
        if done.returncode != expect:
            raise ToolError(
                f"The demo failed: {' '.join(shown or command)} ended with "
                f"{done.returncode}, not {expect}: {done.stderr.strip()[-800:]}"
            )
        return done.stdout

    def finish(self) -> None:
        spent = time.monotonic() - self.started
        with self.pictured():
            self._show(f"\n[bold green]Done in {spent:.0f} s.[/]")
        if self.record is not None:
            self.picture.save_svg(
                str(self.record), title=_TITLE, code_format=_SVG, unique_id="offboard"
            )

    def _show(self, markup: str) -> None:
        self.console.print(markup)
        if self._rolling:
            self.picture.print(markup)

    def _output(self, text: str, expect: int) -> None:
        """What a command said; the notes below its table are left out of the picture."""
        if not text:
            return
        self.console.print(escape(text), style="dim" if expect else None)
        if self._rolling:
            self.picture.print(escape(_without_notes(text)))


def _without_notes(text: str) -> str:
    body, sign, _ = text.partition("\nnote: ")
    return f"{body}\n..." if sign else body
