"""The command reference of README.md, made from ``--help``.

``python -m tests.docs.reference`` writes it anew; test_readme.py holds both equal.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from typer.core import TyperGroup
from typer.main import get_command

from iac_offboard.cli import app

PROJECT = Path(__file__).parents[2]
README = PROJECT / "README.md"
_BEGIN = "<!-- commands: "
_END = "<!-- /commands -->"
_COLUMNS = "80"


def verbs() -> list[str]:
    """The verbs in the order in which ``--help`` lists them, each of a group by itself."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    found = []
    for name, command in group.commands.items():
        inner = command.commands if isinstance(command, TyperGroup) else {}
        found += [f"{name} {one}" for one in inner] or [name]
    return found


def help_of(*arguments: str) -> str:
    """What ``iac-offboard ARGUMENTS --help`` prints on a terminal of a fixed width."""
    start = "import sys; sys.argv[0] = 'iac-offboard'; from iac_offboard.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", start, *arguments, "--help"],
        env={**os.environ, "COLUMNS": _COLUMNS},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def reference() -> str:
    """All of them as Markdown."""
    each = ((f"iac-offboard {verb}", help_of(*verb.split())) for verb in verbs())
    blocks = [("iac-offboard", help_of()), *each]
    return "\n".join(f"### {name}\n\n```text\n{text}\n```\n" for name, text in blocks)


def shown(readme: str) -> str:
    """The reference that stands in the text."""
    _, _, rest = readme.partition(_BEGIN)
    return rest.partition("-->\n")[2].partition(_END)[0].strip()


def rewritten(readme: str) -> str:
    before, _, rest = readme.partition(_BEGIN)
    note = rest.partition("-->\n")[0]
    after = rest.partition(_END)[2]
    return f"{before}{_BEGIN}{note}-->\n\n{reference()}\n{_END}{after}"


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text(encoding="utf-8")), encoding="utf-8")
