"""Who has to be asked about the files that a patch changes: CODEOWNERS of each repository."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from iac_offboard.pipeline import git
from iac_offboard.pipeline.removal import Removal
from iac_offboard.report.codeowners import LOCATIONS, CodeOwners, parse


def owners(removals: Sequence[Removal]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """(the --terraform DIR, file as the patch's change names it) -> owners, where there are any.

    The file lies where its links lead to, and the CODEOWNERS at the top of that repository."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    rules: dict[Path, CodeOwners | None] = {}
    for removal in removals:
        for change in removal.changes:
            real = (Path(removal.directory) / change.file).resolve()
            tree = git.work_tree(real.parent)
            if tree is None:
                continue
            top = tree.top.resolve()
            if top not in rules:
                rules[top] = _rules(top)
            asked = rules[top]
            if asked and (who := asked.of(real.relative_to(top).as_posix())):
                found[change.root, change.file] = who
    return found


def _rules(top: Path) -> CodeOwners | None:
    for location in LOCATIONS:
        try:
            text = (top / location).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        return parse(text, location)
    return None
