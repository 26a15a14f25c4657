"""Who owns a file, by the CODEOWNERS of GitHub or GitLab.

Rules: GitHub docs, "About code owners"; GitLab docs, "CODEOWNERS syntax". The last rule that
matches a path decides; a rule without owners takes ownership away. GitLab has sections, each
of which decides for itself, with owners that its rules fall back to, and ``!pattern`` which
leaves a path out of its section. A line that neither knows is skipped, as both do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iac_offboard.catalog.access import wildcard

MAX_BYTES = 3 * 1024 * 1024
"""GitHub reads no larger one ("About code owners", CODEOWNERS file size)."""

LOCATIONS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""From the top of the repository, the first that is there."""

_SECTION = re.compile(r"^\^?\[([^\]]+)\](?:\[\d+\])?(?:\s+(.*))?$")
_WORD = re.compile(r"(?:\\.|[^\s\\])+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``segments`` of a pattern, ``**`` being any number of them; ``below``: what lies below
    a match is matched too."""

    segments: tuple[str, ...]
    below: bool
    owners: tuple[str, ...]
    excludes: bool = False

    def matches(self, path: str) -> bool:
        return _match(self.segments, tuple(path.split("/")), below=self.below)


@dataclass(slots=True)
class _Section:
    owners: tuple[str, ...] = ()
    rules: list[Rule] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """One file, read."""

    sections: tuple[tuple[Rule, ...], ...]

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a file, whose path is from the top of the repository."""
        found: dict[str, None] = {}
        for rules in self.sections:
            matching = [rule for rule in rules if rule.matches(path)]
            if matching and not any(rule.excludes for rule in matching):
                found.update(dict.fromkeys(matching[-1].owners))
        return tuple(found)


class UnreadableError(ValueError):
    """There is a CODEOWNERS, and nobody can tell what it says."""


def load(top: Path) -> CodeOwners | None:
    """The rules of the repository whose top this is, None where it has none.

    Raises ``UnreadableError`` with the place and the reason: the file that decides is there,
    and no other one stands in for it."""
    for location in LOCATIONS:
        path = top / location
        try:
            if not path.is_symlink() and not path.exists():
                continue
            return parse(_text(path, top), location)
        except (OSError, ValueError, RuntimeError) as fault:
            why = fault.strerror if isinstance(fault, OSError) and fault.strerror else fault
            raise UnreadableError(f"{path}: {why}") from fault
    return None


def _text(path: Path, top: Path) -> str:
    """Raises OSError, and ValueError for what is no text file of this repository."""
    if not path.resolve(strict=True).is_relative_to(top.resolve()):
        raise ValueError("it leads out of the repository")
    if not path.is_file():
        raise ValueError("it is not a file")
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES // 1024 // 1024} MB")
    data = path.read_bytes()
    if b"\0" in data:
        raise ValueError("it is not text")
    return data.decode("utf-8-sig", errors="replace")


def parse(text: str, location: str = "") -> CodeOwners:
    """The rules of a file; never raises. GitLab's patterns match at any depth unless they begin
    with a slash; GitHub's are anchored by any slash within, as in .gitignore."""
    lines = [line.strip() for line in text.splitlines()]
    gitlab = location.startswith(".gitlab/") or any(_SECTION.match(line) for line in lines)
    sections: dict[str, _Section] = {"": _Section()}
    here = sections[""]
    for line in lines:
        if not line or line.startswith("#"):
            continue
        header = _SECTION.match(line)
        if header:
            here = sections.setdefault(header[1].casefold(), _Section())
            here.owners = tuple(_owners(_words(header[2] or ""))) or here.owners
            continue
        pattern, *rest = _words(line) or [""]
        owners = tuple(_owners(rest))
        if rest and not owners:
            continue  # no owner that anybody knows: such a line counts for nothing
        here.rules.append(_rule(pattern, owners or here.owners, gitlab=gitlab))
    return CodeOwners(tuple(tuple(section.rules) for section in sections.values()))


def _words(line: str) -> list[str]:
    """Split at spaces that no backslash escapes; a comment ends the line."""
    found: list[str] = []
    for word in _WORD.findall(line):
        if word.startswith("#") and found:
            break
        found.append(word)
    return found


def _owners(words: Iterable[str]) -> Iterator[str]:
    """``@user``, ``@org/team``, ``@@role`` and e-mail addresses."""
    return (word for word in words if "@" in word and word.strip("@"))


def _rule(pattern: str, owners: tuple[str, ...], *, gitlab: bool) -> Rule:
    excludes = gitlab and pattern.startswith("!")
    pattern = pattern[1:] if excludes else pattern
    text = re.sub(r"\\(.)", r"\1", pattern)
    inner = text.strip("/")
    anchored = text.startswith("/") or ("/" in inner and not gitlab)
    segments = tuple(part for part in inner.split("/") if part)
    # `docs/*` owns the files of docs and nothing below its directories; `*` alone owns all.
    below = not (len(segments) > 1 and segments[-1] == "*")
    if text.endswith("/"):
        segments = (*segments, "*")
        below = True
    return Rule(
        segments=segments if anchored else ("**", *segments),
        below=below,
        owners=owners,
        excludes=excludes,
    )


def _match(segments: Sequence[str], parts: Sequence[str], *, below: bool) -> bool:
    """Both walked once with the set of places in the pattern that may be next: no pattern makes
    this slow."""
    open_at = _spread({0}, segments)
    for part in parts:
        if below and len(segments) in open_at:
            return True
        moved = {
            at if segments[at] == "**" else at + 1
            for at in open_at
            if at < len(segments) and (segments[at] == "**" or wildcard(segments[at], part))
        }
        open_at = _spread(moved, segments)
    return len(segments) in open_at


def _spread(places: set[int], segments: Sequence[str]) -> set[int]:
    """``**`` stands for no segment as well; at the end it needs one."""
    found = set(places)
    for at in sorted(places):
        while at < len(segments) - 1 and segments[at] == "**":
            at += 1
            found.add(at)
    if segments and segments[-1] == "**" and len(segments) - 1 in places:
        found.add(len(segments))
    return found
