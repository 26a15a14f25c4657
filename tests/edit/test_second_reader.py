"""python-hcl2 as the second opinion on an edit."""

from __future__ import annotations

import pytest

from iac_offboard.edit.second_reader import agrees
from tests.edit.marked import edit, marked

BEFORE = """# team
locals {
  users = {
    alice = { groups = ["a", "b"] }
    bob   = { groups = ["b"] } # bob
  }
}

resource "aws_iam_user" "u" {
  for_each = local.users
  name     = each.key
}

resource "aws_iam_policy" "p" {
  policy = <<EOF
{"AWS": ["x", "y"]}
EOF
}
"""


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("element", '"a"'),
        ("entry", 'alice = { groups = ["a", "b"] }'),
        (
            "block",
            'resource "aws_iam_user" "u" {\n  for_each = local.users\n  name     = each.key\n}',
        ),
        ("element", '"y"'),
        ("attribute", "name     = each.key"),
    ],
)
def test_agrees_with_our_removals(kind: str, what: str) -> None:
    text = BEFORE.replace(what, f"«{what}»", 1)
    before, _ = marked(text, kind)
    opinion = agrees(before, edit(text, kind).files["main.tf"], "main.tf")
    assert opinion.judged
    assert opinion.disagrees == ""


@pytest.mark.parametrize(
    "change",
    [
        ('"a", "b"', '"b", "a"'),
        ('"a", "b"', '"a", "c"'),
        ("each.key", "each.value"),
        ("  name ", "  nome "),
        ('"x", "y"', '"x", "z"'),
    ],
)
def test_disagrees_with_anything_but_a_removal(change: tuple[str, str]) -> None:
    opinion = agrees(BEFORE.encode(), BEFORE.replace(*change).encode(), "main.tf")
    assert "more than a removal in main.tf" in opinion.disagrees


@pytest.mark.parametrize(
    ("file", "before", "kept", "changed"),
    [
        ("a.json", '{"a": ["x", "y"], "b": null}', '{"a": ["y"]}', '{"a": ["y", "x"], "b": null}'),
        ("a.yaml", "a: &l [x, y]\nb: *l\nc: !own 1\n", "a: &l [x]\nb: *l\n", "a: [x, y, z]\n"),
        ("a.yml", "---\na: 1\n---\nb: 2\n", "---\na: 1\n", "---\na: 2\n---\nb: 2\n"),
    ],
)
def test_json_and_yaml_have_a_reader_of_their_own(
    file: str, before: str, kept: str, changed: str
) -> None:
    right = agrees(before.encode(), kept.encode(), file)
    assert (right.judged, right.disagrees) == (True, "")
    assert "more than a removal" in agrees(before.encode(), changed.encode(), file).disagrees


def test_yaml_that_unfolds_without_end_is_not_judged() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    text = "\n".join(levels).encode()
    assert not agrees(text, text, "bomb.yaml").judged


def test_disagrees_when_the_result_cannot_be_read() -> None:
    assert "no longer read" in agrees(b"a = [1]\n", b"a = [1\n", "main.tf").disagrees


def test_crlf_and_byte_order_mark_are_read() -> None:
    opinion = agrees(b'\xef\xbb\xbfa = ["x", "y"]\r\n', b'\xef\xbb\xbfa = ["x"]\r\n', "main.tf")
    assert (opinion.judged, opinion.disagrees) == (True, "")


@pytest.mark.parametrize(
    ("text", "file", "why"),
    [
        (b"a = [1\n", "main.tf", "even before"),
        (b"${name}", "policy.tftpl", "no second reader"),
        (b"{", "main.tf.json", "even before"),
        (b"a: [", "people.yaml", "even before"),
        (b"a = " + b"[" * 300 + b"]" * 300, "main.tf", "too large"),
        (b"a = [" + b"1, " * 20_000 + b"]", "main.tf", "too large"),
        (b"a: &x [1, 1]\nb: &y [" + b"*x, " * 99_000 + b"*x]\n", "people.yaml", "too large"),
    ],
)
def test_says_when_it_cannot_judge(text: bytes, file: str, why: str) -> None:
    opinion = agrees(text, text.replace(b"a", b"b", 1), file)
    assert (opinion.judged, opinion.disagrees) == (False, "")
    assert why in opinion.why


LONG = f"  long = [{', '.join('1' * 100_000)}]\n"


@pytest.mark.parametrize(
    "inside", ['resource "a" "u" {{\n{0}{1}}}\n', "{0}{1}", "b {{ {1} }}\n{0}"]
)
def test_reads_only_what_changed(inside: str) -> None:
    """A list of 100,000 numbers would take it half a minute."""
    before = inside.format(LONG, '  name = ["x", "y"]\n')
    opinion = agrees(before.encode(), before.replace('"x", ', "").encode(), "main.tf")
    assert (opinion.judged, opinion.disagrees) == (True, "")
    changed = before.replace('"x"', '"z"').encode()
    assert "more than a removal" in agrees(before.encode(), changed, "main.tf").disagrees


def test_blocks_that_become_equal_are_not_taken_for_each_other() -> None:
    blocks = [f"statement {{\n  who = [{who}]\n}}\n" for who in ('"a", "b"', '"c"', '"b"')]
    before = "".join(blocks)
    opinion = agrees(before.encode(), before.replace('"a", ', "").encode(), "main.tf")
    assert (opinion.judged, opinion.disagrees) == (True, "")
    swapped = "".join([blocks[1], blocks[0], blocks[2]])
    assert "more than a removal" in agrees(before.encode(), swapped.encode(), "main.tf").disagrees
