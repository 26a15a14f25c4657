"""Removals from HCL, before and after, as a careful engineer would make them."""

from __future__ import annotations

import pytest

from tests.edit.marked import after

LISTS = [
    ("first on a line", 'x = [«"a"», "b", "c"]\n', 'x = ["b", "c"]\n'),
    ("middle on a line", 'x = ["a", «"b"», "c"]\n', 'x = ["a", "c"]\n'),
    ("last on a line", 'x = ["a", "b", «"c"»]\n', 'x = ["a", "b"]\n'),
    ("only one", 'x = [«"a"»]\n', "x = []\n"),
    ("only one, spaced", 'x = [ «"a"» ]\n', "x = []\n"),
    ("all", 'x = [«"a"», «"b"»]\n', "x = []\n"),
    ("first and last", 'x = [«"a"», "b", «"c"»]\n', 'x = ["b"]\n'),
    ("trailing comma on a line", 'x = ["a", «"b"»,]\n', 'x = ["a",]\n'),
    ("spaced brackets", 'x = [ "a", «"b"» ]\n', 'x = [ "a" ]\n'),
    ("spaced comma", 'x = [ "a" , «"b"» ]\n', 'x = [ "a" ]\n'),
    ("no space after comma", 'x = ["a",«"b"»,"c"]\n', 'x = ["a","c"]\n'),
    ("inside a call", 'x = toset([«"a"», "b"])\n', 'x = toset(["b"])\n'),
    ("block comment with it", 'x = ["a", /* b */ «"b"», "c"]\n', 'x = ["a", "c"]\n'),
    ("block comment behind it", 'x = ["a", «"b"» /* b */, "c"]\n', 'x = ["a", "c"]\n'),
    ("block comment of the next", 'x = [«"a"», /* b */ "b"]\n', 'x = [/* b */ "b"]\n'),
    ("lines, first", 'x = [\n  «"a"»,\n  "b",\n]\n', 'x = [\n  "b",\n]\n'),
    ("lines, last", 'x = [\n  "a",\n  «"b"»,\n]\n', 'x = [\n  "a",\n]\n'),
    # The comma of the line above is legal and its line is nobody's business.
    ("lines, no trailing comma", 'x = [\n  "a",\n  «"b"»\n]\n', 'x = [\n  "a",\n]\n'),
    ("lines, only", 'x = [\n  «"a"»,\n]\n', "x = []\n"),
    ("lines, all", 'x = [\n  «"a"»,\n  «"b"»\n]\n', "x = []\n"),
    (
        "trailing comment goes",
        'x = [\n  «"a"», # a left\n  "b", # b\n]\n',
        'x = [\n  "b", # b\n]\n',
    ),
    (
        "trailing comment without comma",
        'x = [\n  "a", # a\n  «"b"» # b\n]\n',
        'x = [\n  "a", # a\n]\n',
    ),
    ("two on a line, first", 'x = [\n  «"a"», "b",\n  "c",\n]\n', 'x = [\n  "b",\n  "c",\n]\n'),
    ("two on a line, second", 'x = [\n  "a", «"b"»,\n  "c",\n]\n', 'x = [\n  "a",\n  "c",\n]\n'),
    ("two on a line, both", 'x = [\n  «"a"», «"b"»,\n  "c",\n]\n', 'x = [\n  "c",\n]\n'),
    (
        "a comment on both stays with the one that stays",
        'x = [\n  "a", «"b"», # both\n]\n',
        'x = [\n  "a", # both\n]\n',
    ),
    ("bracket on the first line", 'x = [«"a"»,\n  "b"]\n', 'x = ["b"]\n'),
    ("bracket on the last line", 'x = ["a",\n  «"b"»]\n', 'x = ["a"]\n'),
    ("bracket under a comment", 'x = ["a", # a\n  «"b"»]\n', 'x = ["a" # a\n  ]\n'),
    ("comma first", 'x = [ "a"\n  , «"b"»\n  , "c"\n]\n', 'x = [ "a"\n  , "c"\n]\n'),
    ("comma first, last", 'x = [ "a"\n  , «"b"»\n]\n', 'x = [ "a"\n]\n'),
    (
        "objects in a list",
        'x = [\n  «{\n    n = "a"\n  }»,\n  {\n    n = "b"\n  },\n]\n',
        'x = [\n  {\n    n = "b"\n  },\n]\n',
    ),
    (
        "objects head to tail",
        'x = [{\n  n = "a"\n}, «{\n  n = "b"\n}»]\n',
        'x = [{\n  n = "a"\n}]\n',
    ),
    (
        "references",
        "x = [aws_iam_user.a.name, «aws_iam_user.b.name»]\n",
        "x = [aws_iam_user.a.name]\n",
    ),
    (
        "windows lines",
        'x = [\r\n  "a",\r\n  «"b"», # b\r\n  "c"\r\n]\r\n',
        'x = [\r\n  "a",\r\n  "c"\r\n]\r\n',
    ),
    ("byte order mark", '\ufeffx = ["a", «"b"»]', '\ufeffx = ["a"]'),
    ("tabs", 'x = [\n\t"a",\n\t«"b"»,\n]', 'x = [\n\t"a",\n]'),
    ("paragraphs", 'x = [\n  "a",\n\n  «"b"»,\n\n  "c",\n]\n', 'x = [\n  "a",\n\n  "c",\n]\n'),
    (
        "end of a paragraph",
        'x = [\n  "a",\n  «"b"»,\n\n  "c",\n]\n',
        'x = [\n  "a",\n\n  "c",\n]\n',
    ),
    ("last paragraph", 'x = [\n  "a",\n\n  «"b"»,\n]\n', 'x = [\n  "a",\n]\n'),
]

COMMENTS = [
    (
        "own line above",
        'x = [\n  "a",\n  # of b\n  «"b"»,\n  "c",\n]\n',
        'x = [\n  "a",\n  "c",\n]\n',
    ),
    ("heading of the list", 'x = [\n  # all\n  «"a"»,\n  "b",\n]\n', 'x = [\n  # all\n  "b",\n]\n'),
    ("heading with a blank line", 'x = [\n  # all\n\n  «"a"»,\n]\n', "x = [\n  # all\n]\n"),
    ("only follower", 'x = [\n  # of a\n  «"a"»,\n\n  "b",\n]\n', 'x = [\n  "b",\n]\n'),
    (
        "each has one",
        'x = [\n  # of a\n  «"a"»,\n  # of b\n  "b",\n]\n',
        'x = [\n  # of b\n  "b",\n]\n',
    ),
    ("names it", 'x = [\n  # alice: lead\n  «"alice"»,\n  "bob",\n]\n', 'x = [\n  "bob",\n]\n'),
    (
        "names both",
        'x = [\n  # alice and bob\n  «"alice"»,\n  "bob",\n]\n',
        'x = [\n  # alice and bob\n  "bob",\n]\n',
    ),
    (
        "heading of what is all cut",
        'x = [\n  "a",\n\n  # leavers\n  «"b"»,\n  «"c"»,\n]\n',
        'x = [\n  "a",\n]\n',
    ),
    ("standing below", 'x = [\n  «"a"»,\n  # "z",\n]\n', 'x = [\n  # "z",\n]\n'),
    (
        "section ruler stays while the section has somebody",
        '#######\n# Users\n#######\n«u "a" {\n}»\n\nu "b" {\n}\n',
        '#######\n# Users\n#######\n\nu "b" {\n}\n',
    ),
    (
        "section ruler goes with the section",
        'u "b" {\n}\n\n# -----\n# Users\n# -----\n«u "a" {\n}»\n\n'
        "# -----\n# Roles\n# -----\nr {\n}\n",
        'u "b" {\n}\n\n# -----\n# Roles\n# -----\nr {\n}\n',
    ),
    (
        "licence",
        '# Copyright Example Ltd\n«u "a" {\n}»\n',
        "# Copyright Example Ltd\n",
    ),
]

OBJECTS = [
    ("one line", "x = { a = 1, «b = 2», c = 3 }\n", "x = { a = 1, c = 3 }\n"),
    ("one line, first", "x = { «a = 1», b = 2 }\n", "x = { b = 2 }\n"),
    ("one line, last", "x = { a = 1, «b = 2» }\n", "x = { a = 1 }\n"),
    ("only", "x = { «a = 1» }\n", "x = {}\n"),
    ("lines", "x = {\n  a = 1\n  «b = 2»\n  c = 3\n}\n", "x = {\n  a = 1\n  c = 3\n}\n"),
    ("lines with commas", "x = {\n  a = 1,\n  «b = 2»,\n}\n", "x = {\n  a = 1,\n}\n"),
    ("only, lines", "x = {\n  «a = 1»\n}\n", "x = {}\n"),
    ("colon and quotes", 'x = { "a" : 1, «"b" : 2» }\n', 'x = { "a" : 1 }\n'),
    ("nested", 'x = {\n  «"a" = {\n    g = ["x"]\n  }»\n  "b" = {}\n}\n', 'x = {\n  "b" = {}\n}\n'),
    ("mixed separators", "x = { a = 1, «b = 2»\n  c = 3 }\n", "x = { a = 1,\n  c = 3 }\n"),
    ("brace on the last line", "x = { a = 1\n  «c = 3» }\n", "x = { a = 1 }\n"),
    ("computed key", "x = {\n  «(local.a) = 1»\n  b = 2\n}\n", "x = {\n  b = 2\n}\n"),
]

BLOCKS = [
    ("first of a file", '«u "a" {\n}»\n\nu "b" {\n}\n', 'u "b" {\n}\n'),
    ("middle", 'u "a" {\n}\n\n«u "b" {\n}»\n\nu "c" {\n}\n', 'u "a" {\n}\n\nu "c" {\n}\n'),
    ("last", 'u "a" {\n}\n\n«u "b" {\n}»\n', 'u "a" {\n}\n'),
    ("last without a newline", 'u "a" {\n}\n\n«u "b" {\n}»', 'u "a" {\n}\n'),
    ("the only thing", '«u "a" {\n}»\n', ""),
    ("all", '«u "a" {\n}»\n\n\n«u "b" {\n}»\n', ""),
    (
        "with its banner",
        'u "a" {\n}\n\n# Bob\n# left\n«u "b" {\n}»\n\nu "c" {\n}\n',
        'u "a" {\n}\n\nu "c" {\n}\n',
    ),
    ("block comment banner", '/*\n * Bob\n */\n«u "b" {\n}»\n\nu "c" {\n}\n', 'u "c" {\n}\n'),
    ("file header stays", '# Users.\n\n«u "a" {\n}»\n\nu "b" {\n}\n', '# Users.\n\nu "b" {\n}\n'),
    ("no blank lines", 'u "a" {}\n«u "b" {}»\nu "c" {}\n', 'u "a" {}\nu "c" {}\n'),
    ("comment behind the brace", 'u "a" {}\n\n«u "b" {\n}» # b\n', 'u "a" {}\n'),
    (
        "nested block",
        "d {\n  s {\n    a = 1\n  }\n\n  «s {\n    a = 2\n  }»\n}\n",
        "d {\n  s {\n    a = 1\n  }\n}\n",
    ),
    (
        "nested, first after an attribute",
        "d {\n  v = 1\n\n  «s {\n  }»\n\n  t {\n  }\n}\n",
        "d {\n  v = 1\n\n  t {\n  }\n}\n",
    ),
    ("nested, the only thing", "d {\n  «s {\n  }»\n}\n", "d {\n}\n"),
    ("windows lines", 'u "a" {\r\n}\r\n\r\n«u "b" {\r\n}»\r\n', 'u "a" {\r\n}\r\n'),
    ("heredoc in it", 'u "a" {}\n\n«u "b" {\n  p = <<EOF\n}\nEOF\n}»\n', 'u "a" {}\n'),
    ("two blank lines", 'u "a" {}\n\n\n«u "b" {}»\n\nu "c" {}\n', 'u "a" {}\n\n\nu "c" {}\n'),
]

ATTRIBUTES = [
    ("one of two", "x {\n  a = 1\n  «b = 2»\n}\n", "x {\n  a = 1\n}\n"),
    ("over lines", "x {\n  «a = [\n    1,\n  ]»\n  b = 2\n}\n", "x {\n  b = 2\n}\n"),
    ("one-line block", "x { «a = 1» }\n", "x {}\n"),
    ("tfvars", 'a = 1\n«b = ["x"]»\n', "a = 1\n"),
    ("with a comment", "x {\n  a = 1\n  «b = 2» # b\n}\n", "x {\n  a = 1\n}\n"),
]


@pytest.mark.parametrize(
    ("kind", "before", "expected"),
    [
        pytest.param(kind, before, expected, id=f"{kind}: {name}")
        for kind, cases in (
            ("element", LISTS),
            ("entry", OBJECTS),
            ("block", BLOCKS),
            ("attribute", ATTRIBUTES),
        )
        for name, before, expected in cases
    ],
)
def test_removal(kind: str, before: str, expected: str) -> None:
    assert after(before, kind).decode() == expected


@pytest.mark.parametrize(("name", "before", "expected"), COMMENTS)
def test_comments_go_with_what_they_speak_of(name: str, before: str, expected: str) -> None:
    kind = "block" if "{\n}" in before else "element"
    assert after(before, kind).decode() == expected, name
