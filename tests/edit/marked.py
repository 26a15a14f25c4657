"""Before-texts in which the cuts are marked: «...» around each."""

from __future__ import annotations

from iac_offboard.edit.spans import EditResult, apply_cuts
from iac_offboard.model import Cut, CutKind, Emptied, Span

_KINDS = {
    "element": CutKind.ELEMENT,
    "entry": CutKind.ENTRY,
    "block": CutKind.BLOCK,
    "attribute": CutKind.ATTRIBUTE,
}


def marked(
    text: str | bytes, kind: str, file: str = "main.tf", emptied: Emptied = Emptied.KEEP
) -> tuple[bytes, list[Cut]]:
    """The text without its marks, and a cut for each of them."""
    raw = text.encode() if isinstance(text, str) else text
    opening, closing = "«".encode(), "»".encode()
    clean = b""
    starts: list[int] = []
    cuts: list[Cut] = []
    while raw:
        points = [p for p in (raw.find(opening), raw.find(closing)) if p >= 0]
        if not points:
            break
        at = min(points)
        clean += raw[:at]
        if raw.startswith(opening, at):
            starts.append(len(clean))
        else:
            span = Span(file=file, start=starts.pop(), end=len(clean))
            cuts.append(Cut(kind=_KINDS[kind], span=span, emptied=emptied))
        raw = raw[at + 2 :]
    return clean + raw, cuts


def edit(
    text: str | bytes, kind: str, file: str = "main.tf", emptied: Emptied = Emptied.KEEP
) -> EditResult:
    before, cuts = marked(text, kind, file, emptied)
    return apply_cuts({file: before}, cuts)


def after(text: str | bytes, kind: str, file: str = "main.tf") -> bytes:
    """The new bytes of a one-file edit."""
    return edit(text, kind, file).files[file]
