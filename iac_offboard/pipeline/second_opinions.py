"""Another parser reads every edited file too: what two agree on is what Terraform sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from iac_offboard.edit.second_reader import Opinion, agrees
from iac_offboard.edit.spans import EditResult
from iac_offboard.model import Hold, Note, NoteKind
from iac_offboard.sources.terraform import TerraformSource


def second_opinions(source: TerraformSource, result: EditResult) -> Mapping[str, Opinion]:
    """Of every file that was edited."""
    return {
        path: agrees(source.files.read(path), after, path)
        for path, after in sorted(result.files.items())
    }


def disagreements(opinions: Mapping[str, Opinion]) -> Iterable[Hold]:
    """What holds the plan until a person has edited the file."""
    for path, opinion in opinions.items():
        if opinion.disagrees:
            yield Hold(
                code="second-reader",
                where=path,
                text=f"a second reader reads the edited {path} differently: {opinion.disagrees}",
                release="edit this file by hand, then plan again",
            )


def unjudged(opinions: Mapping[str, Opinion]) -> Iterable[Note]:
    """What nobody but a person can judge."""
    for path, opinion in opinions.items():
        if not opinion.judged:
            text = f"no second reader has judged this edit: {opinion.why} Review it by eye."
            yield Note(kind=NoteKind.HAZARD, where=path, text=text)
