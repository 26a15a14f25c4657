"""Who has to be asked about the files that a patch changes: CODEOWNERS of each repository."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iac_offboard.pipeline import git
from iac_offboard.pipeline.removal import Removal
from iac_offboard.sources import codeowners


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """``of``: (the --terraform DIR, file as the patch's change names it) -> owners, where there
    are any. ``unread``: one sentence for each CODEOWNERS that is there and cannot be read."""

    of: Mapping[tuple[str, str], tuple[str, ...]]
    unread: tuple[str, ...] = ()


def owners(removals: Sequence[Removal]) -> Owners:
    """The file lies where its links lead to, and the CODEOWNERS at the top of that repository."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    rules = _Rules()
    for removal in removals:
        for change in removal.changes:
            real = (Path(removal.directory) / change.file).resolve()
            tree = git.work_tree(real.parent)
            if tree is None:
                continue
            top = tree.top.resolve()
            asked = rules.of(top)
            if asked and (who := asked.of(real.relative_to(top).as_posix())):
                found[change.root, change.file] = who
    return Owners(of=found, unread=tuple(rules.unread))


@dataclass(slots=True)
class _Rules:
    """Each repository's rules, read once."""

    unread: list[str] = field(default_factory=list)
    _known: dict[Path, codeowners.CodeOwners | None] = field(default_factory=dict)

    def of(self, top: Path) -> codeowners.CodeOwners | None:
        if top not in self._known:
            try:
                self._known[top] = codeowners.load(top)
            except codeowners.UnreadableError as fault:
                self._known[top] = None
                self.unread.append(str(fault))
        return self._known[top]
