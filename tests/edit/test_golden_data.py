"""Removals from JSON, from documents inside strings, and from YAML."""

from __future__ import annotations

import pytest

from tests.edit.marked import after

JSON = [
    ("element", "first", '{"a": [«1», 2]}\n', '{"a": [2]}\n'),
    ("element", "last", '{"a": [1, «2»]}\n', '{"a": [1]}\n'),
    ("element", "only", '{"a": [«1»]}\n', '{"a": []}\n'),
    ("element", "lines, first", '[\n  «"a"»,\n  "b"\n]\n', '[\n  "b"\n]\n'),
    ("element", "lines, last", '[\n  "a",\n  «"b"»\n]\n', '[\n  "a"\n]\n'),
    ("element", "lines, all", '[\n  «"a"»,\n  «"b"»\n]\n', "[]\n"),
    ("element", "lines, last two", '[\n  "a",\n  «"b"»,\n  «"c"»\n]', '[\n  "a"\n]'),
    ("element", "windows lines", '[\r\n  "a",\r\n  «"b"»\r\n]\r\n', '[\r\n  "a"\r\n]\r\n'),
    ("entry", "first", '{«"a": 1», "b": 2}', '{"b": 2}'),
    ("entry", "last", '{"a": 1, «"b": 2»}', '{"a": 1}'),
    ("entry", "lines, last", '{\n  "a": 1,\n  «"b": {\n    "c": 2\n  }»\n}\n', '{\n  "a": 1\n}\n'),
    ("entry", "one line, last", '{"a": {«"u": [1]»}, "b": 2}\n', '{"a": {}, "b": 2}\n'),
    (
        "element",
        "text in a string",
        r'{"p": "{\"a\": [\"x\", «\"y\"»]}"}',
        r'{"p": "{\"a\": [\"x\"]}"}',
    ),
]

EMBEDDED = [
    (
        "heredoc, one line",
        'p = <<EOF\n{"AWS": [«"a"», "b"]}\nEOF\n',
        'p = <<EOF\n{"AWS": ["b"]}\nEOF\n',
    ),
    (
        "indented heredoc, lines",
        'p = <<-EOF\n  {"AWS": [\n    "a",\n    «"b"»\n  ]}\n  EOF\n',
        'p = <<-EOF\n  {"AWS": [\n    "a"\n  ]}\n  EOF\n',
    ),
    (
        "beside interpolation",
        'p = <<EOF\n["${f("x")}:root", «"b"», ${jsonencode(["c"])}]\nEOF\n',
        'p = <<EOF\n["${f("x")}:root", ${jsonencode(["c"])}]\nEOF\n',
    ),
    (
        "partly known itself",
        'p = <<EOF\n[«"${f("x")}:user/a"», "b"]\nEOF\n',
        'p = <<EOF\n["b"]\nEOF\n',
    ),
    ("quoted string", r'p = "[\"a\", «\"b\"»]"' + "\n", r'p = "[\"a\"]"' + "\n"),
    (
        "quoted string over lines",
        r'p = "[\n  \"a\",\n  «\"b\"»\n]"' + "\n",
        r'p = "[\n  \"a\"\n]"' + "\n",
    ),
    ("quoted, escaped dollar", r'p = "[\"$${a}\", «\"b\"»]"', r'p = "[\"$${a}\"]"'),
    (
        "jsonencode is HCL",
        'p = jsonencode({ AWS = ["a", «"b"»] })\n',
        'p = jsonencode({ AWS = ["a"] })\n',
    ),
    (
        "windows heredoc",
        'p = <<EOF\r\n[\r\n  «"a"»,\r\n  "b"\r\n]\r\nEOF\r\n',
        'p = <<EOF\r\n[\r\n  "b"\r\n]\r\nEOF\r\n',
    ),
    ("YAML in a heredoc", "p = <<EOF\nm:\n  - a\n  - «b»\nEOF\n", "p = <<EOF\nm:\n  - a\nEOF\n"),
]

YAML = [
    ("element", "middle", "m:\n  - a\n  - «b»\n  - c\n", "m:\n  - a\n  - c\n"),
    ("element", "not indented", "m:\n- «a»\n- b\n", "m:\n- b\n"),
    ("element", "only", "m:\n  - «a»\nn: 1\n", "m: []\nn: 1\n"),
    ("element", "only, at the top", "- «a»\n", "[]\n"),
    ("element", "only, comment on the key", "m: # all\n  - «a»\n", "m: [] # all\n"),
    ("element", "trailing comment", "m:\n  - «a» # a\n  - b # b\n", "m:\n  - b # b\n"),
    ("element", "comment above", "m:\n  - a\n  # of b\n  - «b»\n", "m:\n  - a\n"),
    ("element", "heading", "m:\n  # all\n  - «a»\n  - b\n", "m:\n  # all\n  - b\n"),
    ("element", "mapping", "m:\n  - «n: a\n    r: x»\n  - n: b\n", "m:\n  - n: b\n"),
    (
        "element",
        "comment inside the one before",
        "m:\n  - n: a\n    # in a\n  - «n: b»\n",
        "m:\n  - n: a\n    # in a\n",
    ),
    ("element", "flow", "m: [a, «b», c]\n", "m: [a, c]\n"),
    ("element", "flow, only", "m: [«a»]\n", "m: []\n"),
    ("element", "block scalar", "m:\n  - «|\n    text\n    more»\n  - b\n", "m:\n  - b\n"),
    ("element", "anchor", "m:\n  - &x a\n  - «b»\n  - *x\n", "m:\n  - &x a\n  - *x\n"),
    ("element", "after a document mark", "---\nm:\n- a\n- «b»\n", "---\nm:\n- a\n"),
    ("element", "not ASCII", "é: [ü]\nm:\n  - «å»\n  - b\n", "é: [ü]\nm:\n  - b\n"),
    ("element", "no final newline", "m:\n  - a\n  - «b»", "m:\n  - a\n"),
    ("entry", "block", "u:\n  a: 1\n  «b:\n    g: [x]»\n  c: 3\n", "u:\n  a: 1\n  c: 3\n"),
    ("entry", "only", "u:\n  «a: 1»\n", "u: {}\n"),
    ("entry", "first behind a dash", "- «a: 1»\n  b: 2\n", "- b: 2\n"),
    ("entry", "only behind a dash", "- «a: 1»\n- b: 2\n", "- {}\n- b: 2\n"),
    ("entry", "flow", "u: {a: 1, «b: 2»}\n", "u: {a: 1}\n"),
    ("entry", "windows lines", "u:\r\n  «a: 1»\r\n  b: 2\r\n", "u:\r\n  b: 2\r\n"),
    ("entry", "anchored container", "u: &u\n  «a: 1»\nv: *u\n", "u: &u {}\nv: *u\n"),
    ("entry", "blank lines", "a: 1\n\n«b: 2»\n\nc: 3\n", "a: 1\n\nc: 3\n"),
]


@pytest.mark.parametrize(("kind", "name", "before", "expected"), JSON)
def test_json(kind: str, name: str, before: str, expected: str) -> None:
    assert after(before, kind, "policy.json").decode() == expected, name


@pytest.mark.parametrize(("name", "before", "expected"), EMBEDDED)
def test_document_inside_a_string(name: str, before: str, expected: str) -> None:
    assert after(before, "element").decode() == expected, name


@pytest.mark.parametrize(("kind", "name", "before", "expected"), YAML)
def test_yaml(kind: str, name: str, before: str, expected: str) -> None:
    assert after(before, kind, "members.yaml").decode() == expected, name


def test_template_file_that_is_no_json_by_itself() -> None:
    before = '{"Statement": ${statements}, "AWS": [«"a"», "${b}"]}\n'
    expected = b'{"Statement": ${statements}, "AWS": ["${b}"]}\n'
    assert after(before, "element", "policy.json.tftpl") == expected
    assert after(before, "element", "policy.json") == expected
