"""The last net: strong aliases in text files that no finding explains.

A name stands in prose as well; an e-mail address, an ARN or an id is the leaver's wherever it
stands. Searched are the files that git tracks or would track (outside git all but those below
directories that begin with a dot), of up to ``MAX_BYTES``, that hold text; states tell what is,
and are read as such. A hit is a whole word:
what stands around it is no sign of the alias's own alphabet.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from iac_offboard.hcl.faults import FileFault
from iac_offboard.model import AliasKind, CodeOrigin, Finding, Note, NoteKind, Span, Subject
from iac_offboard.model import SubjectStatus as Status
from iac_offboard.pipeline import git
from iac_offboard.sources.terraform import TerraformSource

MAX_BYTES = 1_000_000
MAX_NOTES = 200
"""Per directory: a changelog that names a leaver on every line is one thing to look at."""
_HEAD = 8_000  # bytes in which a zero byte tells that a file is binary, as git does it
_WEAK = frozenset({AliasKind.USER_NAME, AliasKind.AWS_USER, AliasKind.GITHUB_LOGIN})
_WORDS = {
    AliasKind.EMAIL: "an e-mail address",
    AliasKind.AWS_ARN: "an ARN",
    AliasKind.REPOSITORY: "a repository",
    AliasKind.GCP_SERVICE_ACCOUNT: "a service account",
    AliasKind.GCP_PRINCIPAL: "a principal",
    AliasKind.KUBERNETES_SERVICE_ACCOUNT: "a service account",
}
_BEFORE = rb"[\w.+@%-]"
_AFTER = rb"(?:[\w+@%-]|\.\w)"  # a full stop that ends a sentence is none of the alias


@dataclass(frozen=True, slots=True)
class _Alias:
    subject: str
    what: str
    text: bytes  # in lower case
    pattern: re.Pattern[bytes]


def mentions(
    source: TerraformSource,
    subjects: Sequence[Subject],
    findings: Sequence[Finding],
    removed: Sequence[Span] = (),
    own: Sequence[Path] = (),
) -> tuple[Note, ...]:
    """One note for each line of a file below the directory that names a leaver and that neither
    a finding nor the patch (``removed``) explains. ``own`` are our files and directories, which
    name leavers by purpose. Spells no alias (rule 14)."""
    aliases = list(_aliases(subjects))
    if not aliases:
        return ()
    explained: dict[str, list[Span]] = {}
    for span in (*_explained(source, findings), *removed):
        explained.setdefault(span.file, []).append(span)
    notes: list[Note] = []
    ours = [path.resolve() for path in own]
    for file in _files(Path(source.directory)):
        if any((Path(source.directory) / file).resolve().is_relative_to(path) for path in ours):
            continue
        data = b"" if ".tfstate" in Path(file).name else _text(source, file)
        if data:
            notes.extend(_in_file(source, file, data, aliases, explained.get(file, ())))
        if len(notes) > MAX_NOTES:
            break
    return tuple(dict.fromkeys(notes[:MAX_NOTES]))


def _aliases(subjects: Iterable[Subject]) -> Iterator[_Alias]:
    for subject in subjects:
        if subject.status is not Status.LEAVING:
            continue
        for alias in subject.aliases:
            if alias.kind in _WEAK or alias.shared:
                continue
            text = alias.value.lower().encode()
            whole = rb"(?<!%b)%b(?!%b)" % (_BEFORE, re.escape(text), _AFTER)
            pattern = re.compile(whole, re.IGNORECASE)
            yield _Alias(subject.id, _WORDS.get(alias.kind, "an id"), text, pattern)


def _explained(source: TerraformSource, findings: Iterable[Finding]) -> Iterator[Span]:
    labels = source.labels()
    for finding in findings:
        for observation in finding.observations:
            origin = observation.origin
            if isinstance(origin, CodeOrigin) and origin.root in labels:
                yield origin.span
                if origin.literal is not None:
                    yield origin.literal
                yield from (cut.span for cut in origin.cuts)


def _files(directory: Path) -> Iterator[str]:
    tracked = git.files(directory)
    if tracked is not None:
        yield from sorted(tracked)
        return
    for here, folders, names in os.walk(directory):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            yield (Path(here) / name).relative_to(directory).as_posix()


def _text(source: TerraformSource, file: str) -> bytes:
    """The bytes of a text file that is small enough, else none."""
    path = Path(source.directory) / file
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_BYTES:
            return b""
        data = source.files.read(file)
    except (OSError, FileFault):
        return b""
    return b"" if b"\0" in data[:_HEAD] else data


def _in_file(
    source: TerraformSource,
    file: str,
    data: bytes,
    aliases: Sequence[_Alias],
    explained: Sequence[Span],
) -> Iterator[Note]:
    lowered = data.lower()
    for alias in aliases:
        if alias.text not in lowered:
            continue
        for hit in alias.pattern.finditer(data):
            if any(s.start < hit.end() and hit.start() < s.end for s in explained):
                continue
            line = data.count(b"\n", 0, hit.start()) + 1
            yield Note(
                kind=NoteKind.MENTION,
                where=f"{source.directory}/{file}:{line}",
                text=f"names {alias.subject} by {alias.what}; no finding explains it",
            )
