"""``python -m benchmarks.public DIR...``: whole repositories, read as they are.

Each directory (a checkout of a public repository, say; ``git clone --depth 1 URL``) is scanned in
full for a person who is nowhere in it. Nothing may crash, and every ``Skipped`` has to have a
reason that holds: the table counts them, ``--details`` prints each.
"""

from __future__ import annotations

import argparse
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.table import table
from iac_offboard.hcl.configuration import is_configuration
from iac_offboard.model import Alias, AliasKind, Note, Skipped, Subject, SubjectKind
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.scan import run_scan

_HEADER = ("repository", "files", "kB", "roots", "bindings", "found", "skipped", "notes", "s", "")
_ABSENT = Subject(
    id="absent",
    kind=SubjectKind.PERSON,
    left_at=None,
    aliases=(
        Alias(kind=AliasKind.EMAIL, value="nobody.of.this.name@offboard.example"),
        Alias(kind=AliasKind.USER_NAME, value="nobody-of-this-name"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one repository gave. ``crash`` is the last lines of a traceback, "" for none."""

    name: str
    files: int
    kilobytes: int
    seconds: float
    roots: int = 0
    bindings: int = 0
    findings: int = 0
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[Note, ...] = ()
    crash: str = ""


def look(directory: Path, subject: Subject = _ABSENT) -> Look:
    """Scan all of ``directory``; whatever goes wrong is part of the answer."""
    sizes = [path.stat().st_size for path in _configuration(directory)]
    started = time.perf_counter()
    try:
        scan = run_scan(Request(subjects="", terraform=(str(directory),)), subjects=(subject,))
    except Exception:  # a crash is what this program looks for
        return Look(
            name=directory.name,
            files=len(sizes),
            kilobytes=round(sum(sizes) / 1000),
            seconds=time.perf_counter() - started,
            crash="".join(traceback.format_exc().splitlines(keepends=True)[-7:]),
        )
    return Look(
        name=directory.name,
        files=len(sizes),
        kilobytes=round(sum(sizes) / 1000),
        seconds=time.perf_counter() - started,
        roots=len(scan.scope.roots),
        bindings=sum(len(collected.observations) for _, collected in scan.code),
        findings=len(scan.findings),
        skipped=scan.collected.skipped,
        notes=scan.collected.notes,
    )


def _configuration(directory: Path) -> Iterator[Path]:
    """What Terraform reads, wherever it is; hidden directories are nobody's configuration."""
    for path in sorted(directory.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(directory).parts[:-1])
        if not hidden and is_configuration(path.name) and path.is_file():
            yield path


def report(directories: Iterable[Path], *, details: bool = False) -> Iterator[str]:
    looks = [look(directory) for directory in directories]
    yield table("Whole repositories, read for somebody who is not there", _HEADER, map(_row, looks))
    yield table("What was skipped, by reason", ("reason", "times"), _counted(looks))
    for one in looks:
        if one.crash:
            yield f"{one.name} CRASHED\n{one.crash}"
        if details:
            yield "\n".join(_said(one))


def _row(one: Look) -> Sequence[object]:
    return (
        one.name,
        one.files,
        one.kilobytes,
        one.roots,
        one.bindings,
        one.findings,
        len(one.skipped),
        len(one.notes),
        one.seconds,
        "CRASH" if one.crash else "",
    )


def _counted(looks: Iterable[Look]) -> list[tuple[str, int]]:
    reasons = Counter(s.reason.value for one in looks for s in one.skipped)
    return sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))


def _said(one: Look) -> Iterator[str]:
    yield one.name
    for s in one.skipped:
        yield f"  skipped  {s.reason.value}: {s.where}: {s.detail}"
    for note in one.notes:
        yield f"  note     {note.kind.value}: {note.where}: {note.text}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.public", description=__doc__)
    parser.add_argument("directory", nargs="+", type=Path, help="the top of a repository")
    parser.add_argument("--details", action="store_true", help="each thing skipped, and each note")
    options = parser.parse_args()
    missing = [path for path in options.directory if not path.is_dir()]
    if missing:
        parser.error(f"{missing[0]} is not a directory; clone the repository first.")
    for text in report(options.directory, details=options.details):
        print(text, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
