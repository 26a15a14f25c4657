"""Properties of every removal, over generated texts."""

from __future__ import annotations

import json
from dataclasses import dataclass

import hcl2
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iac_offboard.edit.second_reader import agrees
from iac_offboard.edit.spans import apply_cuts
from iac_offboard.model import Cut, CutKind, Span

pytestmark = pytest.mark.filterwarnings("ignore")
relaxed = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@dataclass(frozen=True)
class Text:
    """A generated container: where each sibling stands, and what it stands for."""

    data: bytes
    file: str
    kind: CutKind
    spans: tuple[tuple[int, int], ...]

    def cuts(self, indexes: set[int]) -> list[Cut]:
        return [
            Cut(kind=self.kind, span=Span(file=self.file, start=s, end=e))
            for i, (s, e) in enumerate(self.spans)
            if i in indexes
        ]

    def without(self, indexes: set[int]) -> bytes:
        result = apply_cuts({self.file: self.data}, self.cuts(indexes))
        return result.files.get(self.file, self.data)


def build(parts: list[tuple[str, bool]], file: str, kind: CutKind) -> Text:
    """``parts`` are texts; those marked True are the siblings."""
    data, spans = b"", []
    for text, sibling in parts:
        raw = text.encode()
        if sibling:
            spans.append((len(data), len(data) + len(raw)))
        data += raw
    return Text(data, file, kind, tuple(spans))


ENDINGS = st.sampled_from(["\n", "\r\n"])
SPACES = st.sampled_from(["", " ", "  ", "\t"])


@st.composite
def hcl_lists(draw: st.DrawFn) -> Text:
    """Lists of distinct strings with any spacing; comments beside and between the elements."""
    end, size = draw(ENDINGS), draw(st.integers(1, 6))
    gap = st.sampled_from(["", " ", end, end + "  ", end + end + "  ", " /* c */ ", f" # c{end}  "])
    parts: list[tuple[str, bool]] = [(f"v ={draw(SPACES)}[", False)]
    for i in range(size):
        last = i == size - 1
        parts += [(draw(gap), False), (f'"e{i}"', True), (draw(SPACES), False)]
        if not last or draw(st.booleans()):
            parts.append((",", False))
    parts += [(draw(gap) + "]" + draw(st.sampled_from(["", end])), False)]
    return build(parts, "main.tf", CutKind.ELEMENT)


@st.composite
def hcl_objects(draw: st.DrawFn) -> Text:
    end, size = draw(ENDINGS), draw(st.integers(1, 5))
    comma = st.sampled_from([", ", ",", f",{end}  ", f", # c{end}  "])
    between = st.one_of(comma, st.sampled_from([end, f"{end}{end}  ", f" # c{end}  "]))
    parts: list[tuple[str, bool]] = [("v = {" + draw(st.sampled_from([" ", end])), False)]
    for i in range(size):
        sign = draw(st.sampled_from([" = ", "=", " : "]))
        parts.append((f'"k{i}"{sign}{i}', True))
        if i < size - 1:
            parts.append((draw(between), False))
    parts.append((draw(st.sampled_from([" }", f"{end}}}{end}", f",{end}}}{end}"])), False))
    return build(parts, "main.tf", CutKind.ENTRY)


@st.composite
def hcl_files(draw: st.DrawFn) -> Text:
    end, size = draw(ENDINGS), draw(st.integers(1, 5))
    gap = st.sampled_from([end, end * 2, end * 3, f"{end * 2}# free{end * 2}"])
    parts: list[tuple[str, bool]] = [(draw(st.sampled_from(["", f"# top{end * 2}"])), False)]
    for i in range(size):
        parts.append((f'u "b{i}" {{{end}  a = {i}{end}}}', True))
        parts.append((draw(gap) if i < size - 1 else draw(st.sampled_from(["", end])), False))
    return build(parts, "main.tf", CutKind.BLOCK)


@st.composite
def json_arrays(draw: st.DrawFn) -> Text:
    end, size = draw(ENDINGS), draw(st.integers(1, 6))
    gap = st.sampled_from(["", " ", end, end + "  "])
    parts: list[tuple[str, bool]] = [("[", False)]
    for i in range(size):
        parts += [(draw(gap), False), (f'"e{i}"', True), (draw(SPACES), False)]
        parts.append((",", False) if i < size - 1 else (draw(gap) + "]", False))
    return build(parts, "list.json", CutKind.ELEMENT)


@st.composite
def yaml_lists(draw: st.DrawFn) -> Text:
    end, size = draw(ENDINGS), draw(st.integers(1, 6))
    gap = st.sampled_from([end, end * 2, f" # c{end}"])
    indent = draw(st.sampled_from(["", "  "]))
    parts: list[tuple[str, bool]] = [(f"v:{draw(gap)}", False)]
    for i in range(size):
        parts += [(f"{indent}-{draw(st.sampled_from([' ', '   ']))}", False), (f"e{i}", True)]
        parts.append((draw(gap) if i < size - 1 else draw(st.sampled_from(["", end])), False))
    return build(parts, "list.yaml", CutKind.ELEMENT)


TEXTS = st.one_of(hcl_lists(), hcl_objects(), hcl_files(), json_arrays(), yaml_lists())
CHOICES = st.sets(st.integers(0, 5), min_size=1)


def names(data: bytes, text: Text) -> list[str]:
    """The siblings that a parser which is not ours finds."""
    plain = data.decode().replace("\r\n", "\n")
    if text.file.endswith(".json"):
        return list(json.loads(plain))
    if text.file.endswith(".yaml"):
        return list(yaml.safe_load(plain)["v"])
    read = hcl2.loads(plain + "\n") if plain.strip() else {}
    if text.kind is CutKind.BLOCK:
        return [label.strip('"') for block in read.get("u", []) for label in block]
    return [str(v).strip('"') for v in read["v"]]


def is_subsequence(short: bytes, long: bytes) -> bool:
    rest = iter(long)
    return all(byte in rest for byte in short)


@relaxed
@given(TEXTS, CHOICES)
def test_the_value_is_the_value_without_what_was_cut(text: Text, chosen: set[int]) -> None:
    cut = {i for i in chosen if i < len(text.spans)}
    if cut:
        kept = [n for i, n in enumerate(names(text.data, text)) if i not in cut]
        assert names(text.without(cut), text) == kept


@relaxed
@given(TEXTS, CHOICES)
def test_only_the_cut_its_comma_space_and_comments_go(text: Text, chosen: set[int]) -> None:
    cut = {i for i in chosen if i < len(text.spans)}
    result = apply_cuts({text.file: text.data}, text.cuts(cut))
    left = bytearray(text.data)
    for span in reversed(result.removed):
        gone = text.data[span.start : span.end]
        for i, (start, end) in enumerate(text.spans):
            if i in cut and span.start <= start and end <= span.end:
                gone = gone.replace(text.data[start:end], b"", 1)
        for comment in (b"# c", b"/* c */", b"# free"):
            gone = gone.replace(comment, b"")
        assert not gone.strip(b" \t\r\n,-"), gone
        del left[span.start : span.end]
    new = result.files.get(text.file, text.data)
    if text.file.endswith(".yaml") and len(cut) == len(text.spans):
        assert new.replace(b" []", b"", 1) == bytes(left)
    elif not result.alignment:
        assert new == bytes(left)


@relaxed
@given(TEXTS, CHOICES, CHOICES)
def test_two_edits_after_each_other_are_the_two_at_once(
    text: Text, chosen: set[int], first: set[int]
) -> None:
    cut = {i for i in chosen if i < len(text.spans)}
    early = cut & first
    if not early or early == cut:
        return
    once = text.without(cut)
    between = text.without(early)
    left = [i for i in range(len(text.spans)) if i not in early]
    again = build(_parts(between, text), text.file, text.kind)
    twice = again.without({left.index(i) for i in cut - early})
    assert names(twice, text) == names(once, text)
    if b"# c" not in text.data and b"/* c" not in text.data:
        assert twice == once


def _parts(data: bytes, text: Text) -> list[tuple[str, bool]]:
    """The same text again, cut at the siblings that are still there."""
    parts: list[tuple[str, bool]] = []
    for start, end in text.spans:
        sibling = text.data[start:end]
        head, found, data = data.partition(sibling)
        if found:
            parts += [(head.decode(), False), (found.decode(), True)]
        else:
            data = head
    return [*parts, (data.decode(), False)]


@relaxed
@given(st.one_of(hcl_lists(), hcl_objects(), hcl_files()), CHOICES)
def test_the_second_reader_agrees(text: Text, chosen: set[int]) -> None:
    opinion = agrees(text.data, text.without({i for i in chosen if i < len(text.spans)}), text.file)
    assert opinion.disagrees == ""
