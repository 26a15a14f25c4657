"""What is cut, what is escalated, what is left to a person, and what is an error."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iac_offboard.edit.resolve import DIRECTIVE, LAST, SHIFT
from iac_offboard.edit.spans import apply_cuts
from iac_offboard.errors import EditError, NothingToEdit
from iac_offboard.model import Cut, CutKind, Emptied, Span
from tests.edit.marked import edit, marked

POLICY = b"""data "aws_iam_policy_document" "d" {
  statement {
    actions = ["s3:*"]
    principals {
      type        = "AWS"
      identifiers = ["a", "b"]
    }
  }

  statement {
    actions = ["sqs:*"]
  }
}
"""


def at(text: bytes, what: bytes, kind: CutKind, file: str = "main.tf") -> Cut:
    start = text.index(what)
    return Cut(kind=kind, span=Span(file=file, start=start, end=start + len(what)))


def block(text: bytes, first: bytes, last: bytes) -> Cut:
    start = text.index(first)
    end = text.index(last, start) + len(last)
    return Cut(kind=CutKind.BLOCK, span=Span(file="main.tf", start=start, end=end))


def principal(what: bytes, last: Emptied) -> Cut:
    statement = replace(block(POLICY, b"statement {", b"\n  }"), emptied=last)
    principals = replace(
        block(POLICY, b"principals {", b"\n    }"), emptied=Emptied.ENCLOSING, enclosing=statement
    )
    return replace(
        at(POLICY, what, CutKind.ELEMENT), emptied=Emptied.ENCLOSING, enclosing=principals
    )


def test_one_of_two_is_just_cut() -> None:
    result = apply_cuts({"main.tf": POLICY}, [principal(b'"a"', Emptied.MANUAL)])
    assert result.files["main.tf"] == POLICY.replace(b'["a", "b"]', b'["b"]')
    assert not result.manual


def test_the_last_ones_together_take_the_enclosing_block() -> None:
    cuts = [principal(b'"a"', Emptied.KEEP), principal(b'"b"', Emptied.KEEP)]
    result = apply_cuts({"main.tf": POLICY}, cuts)
    assert result.files["main.tf"] == (
        b'data "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["sqs:*"]\n  }\n}\n'
    )
    assert [c.span for c in result.done] == [block(POLICY, b"statement {", b"\n  }").span]


def test_escalation_stops_where_a_person_has_to_decide() -> None:
    one = POLICY[: POLICY.index(b"\n  statement", 60)] + b"}\n"
    statement = replace(block(one, b"statement {", b"\n  }"), emptied=Emptied.MANUAL)
    cuts = [
        replace(at(one, what, CutKind.ELEMENT), emptied=Emptied.ENCLOSING, enclosing=statement)
        for what in (b'"a"', b'"b"')
    ]
    result = apply_cuts({"main.tf": one}, cuts)
    assert result.files == {}
    assert result.done == ()
    assert result.manual == tuple((cut, LAST) for cut in cuts)


def test_manual_leaves_the_whole_container_alone() -> None:
    result = edit('x = [«"a"», «"b"»]\ny = ["c"]\n', "element", emptied=Emptied.MANUAL)
    assert result.files == {}
    assert {why for _, why in result.manual} == {LAST}
    assert len(result.manual) == 2


def test_manual_does_not_hold_back_other_containers() -> None:
    before, cuts = marked('x = [«"a"»]\ny = [«"c"», "d"]\n', "element", emptied=Emptied.MANUAL)
    result = apply_cuts({"main.tf": before}, cuts)
    assert result.files["main.tf"] == b'x = ["a"]\ny = ["d"]\n'
    assert [cut for cut, _ in result.manual] == cuts[:1]


def test_a_cut_inside_another_disappears_into_it() -> None:
    before = b'u "a" {\n  g = ["x"]\n}\n\nu "b" {\n}\n'
    outer = block(before, b'u "a"', b"\n}")
    inner = replace(at(before, b'"x"', CutKind.ELEMENT), emptied=Emptied.MANUAL)
    result = apply_cuts({"main.tf": before}, [inner, outer, outer])
    assert result.files["main.tf"] == b'u "b" {\n}\n'
    assert result.done == (outer,)
    assert result.manual == ()


def test_an_index_shift_is_left_to_a_person() -> None:
    before, cuts = marked('x = [«"a"», "b"]\n', "element")
    shifting = [replace(c, shift=True) for c in cuts]
    result = apply_cuts({"main.tf": before}, shifting)
    assert result.files == {}
    assert result.manual == ((shifting[0], SHIFT),)


def test_a_template_directive_is_left_to_a_person() -> None:
    before = 'p = <<EOF\n[%{ if x }"z", %{ endif }«"a"», "b"]\nEOF\n'
    result = edit(before, "element")
    assert result.files == {}
    assert [why for _, why in result.manual] == [DIRECTIVE]


def test_an_emptied_file_stays_as_an_empty_file() -> None:
    result = edit('«u "a" {\n}»\n', "block", emptied=Emptied.MANUAL)
    assert result.files == {"main.tf": b""}


def test_only_changed_files_come_back() -> None:
    before, cuts = marked('x = [«"a"»]\n', "element")
    result = apply_cuts({"main.tf": before, "other.tf": b"y = 1\n"}, cuts)
    assert set(result.files) == {"main.tf"}
    assert result.removed == (Span(file="main.tf", start=5, end=8),)


def test_an_edit_that_finds_nothing_is_an_error() -> None:
    before, cuts = marked('x = ["b", «"a"»]\n', "element")
    edited = apply_cuts({"main.tf": before}, cuts).files
    with pytest.raises(NothingToEdit, match="no element stands"):
        apply_cuts(edited, cuts)


@pytest.mark.parametrize("kind", ["entry", "block", "attribute"])
def test_another_kind_of_thing_is_nothing_to_edit(kind: str) -> None:
    with pytest.raises(NothingToEdit):
        edit('x = ["b", «"a"»]\n', kind)


def test_a_file_that_is_not_there() -> None:
    _, cuts = marked("x = [«1»]\n", "element")
    with pytest.raises(NothingToEdit, match=r"main\.tf is not there"):
        apply_cuts({}, cuts)


def test_a_broken_file_is_not_edited() -> None:
    with pytest.raises(EditError, match="syntax error"):
        edit('x = [«"a"», "b"]\ny = {{\n', "element")


def test_a_kind_of_file_that_we_do_not_edit() -> None:
    with pytest.raises(EditError, match="not a kind of file"):
        edit("«a»,b\n", "element", "members.csv")


def test_an_anchor_in_use_is_not_cut_away() -> None:
    with pytest.raises(EditError, match="no longer be valid YAML"):
        edit("a: &x [1]\nm:\n  - «&y b»\nn: *y\n", "element", "m.yaml")


def test_removed_bytes_and_new_text_make_the_old_file() -> None:
    before, cuts = marked('# h\nx = [\n  «"a"», # a\n  "b",\n]\n', "element")
    result = apply_cuts({"main.tf": before}, cuts)
    left = bytearray(before)
    for span in reversed(result.removed):
        del left[span.start : span.end]
    assert bytes(left) == result.files["main.tf"]
