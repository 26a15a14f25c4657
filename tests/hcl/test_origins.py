"""Values and their origins: text, spans, slots."""

from __future__ import annotations

import pytest

from iac_offboard.hcl.plain import JSON, at, to_plain
from iac_offboard.hcl.values import Element, List, Map, Piece, Str, Unknown
from iac_offboard.model import CutKind
from tests.hcl.trees import Tree, output

USERS = """locals {
  users = {
    alice = { groups = ["admins", "dev"] }
    bob   = { groups = ["dev"] }
  }
  names = ["alice", "bob"]
}
"""


@pytest.mark.parametrize(
    ("expression", "plain", "slots"),
    [
        ('["alice", "bob"]', ["alice", "bob"], [['"alice"'], ['"bob"']]),
        ('{ alice = 1, ("bob") = 2 }', {"alice": 1, "bob": 2}, [["alice = 1"], ['("bob") = 2']]),
        ("toset(local.names)", ["alice", "bob"], [['"alice"'], ['"bob"']]),
        ('concat(["x"], local.names)', ["x", "alice", "bob"], [['"x"'], ['"alice"'], ['"bob"']]),
        ("sort(reverse(local.names))", ["alice", "bob"], [['"alice"'], ['"bob"']]),
        (
            'formatlist("user:%s", local.names)',
            ["user:alice", "user:bob"],
            [['"alice"'], ['"bob"']],
        ),
        ("[for n in local.names : upper(n)]", ["ALICE", "BOB"], [['"alice"'], ['"bob"']]),
        ('[for n in local.names : n if n != "bob"]', ["alice"], [['"alice"']]),
        ("{ for n in local.names : n => 1 }", {"alice": 1, "bob": 1}, [['"alice"'], ['"bob"']]),
        (
            "merge([for n in local.names : { (n) = 1 }]...)",
            {"alice": 1, "bob": 1},
            [['"alice"'], ['"bob"']],
        ),
        (
            "keys(local.users)",
            ["alice", "bob"],
            [['alice = { groups = ["admins", "dev"] }'], ['bob   = { groups = ["dev"] }']],
        ),
        (
            'flatten([for u, c in local.users : [for g in c.groups : "${u}/${g}"]])',
            ["alice/admins", "alice/dev", "bob/dev"],
            [
                ['alice = { groups = ["admins", "dev"] }', '"admins"'],
                ['alice = { groups = ["admins", "dev"] }', '"dev"'],
                ['bob   = { groups = ["dev"] }', '"dev"'],
            ],
        ),
        ('setproduct(["a"], ["b"])', [["a", "b"]], [['"a"', '"b"']]),
        ('zipmap(["a"], ["b"])', {"a": "b"}, [['"a"']]),
        ('[for n in local.names : [n, "x"]][0]', ["alice", "x"], [['"alice"'], ['"x"']]),
        ('setsubtract(local.names, ["bob"])', ["alice"], [['"alice"']]),
        ('compact(["", "a", null])', ["a"], [['"a"']]),
        ('jsondecode("{\\"a\\": [1]}").a', [1], [["1"]]),
    ],
)
def test_slots_follow_the_element(expression: str, plain: JSON, slots: list[list[str]]) -> None:
    tree = output(expression, USERS)
    value = tree.value()
    assert to_plain(value) == plain
    assert tree.element_slots(value) == slots


@pytest.mark.parametrize(
    ("expression", "text", "pieces"),
    [
        ('"alice"', "alice", [("alice", "alice", True)]),
        ('lower("Alice")', "alice", [("alice", "Alice", False)]),
        ('lower("alice")', "alice", [("alice", "alice", True)]),
        (
            '"u:${local.n}!"',
            "u:alice!",
            [("u:", "u:", True), ("alice", "alice", True), ("!", "!", True)],
        ),
        ('"a\\"b"', 'a"b', [("a", "a", True), ('"', '\\"', False), ("b", "b", True)]),
        (
            'format("user:%s", local.n)',
            "user:alice",
            [("user:", "user:", True), ("alice", "alice", True)],
        ),
        ('trimprefix("user:alice", "user:")', "alice", [("alice", "alice", True)]),
        ('split(":", "a:b")[1]', "b", [("b", "b", True)]),
        ('replace("x-alice", "x-", "")', "alice", [("alice", "alice", True)]),
        ('regex("user:(.*)", "user:alice")[0]', "alice", [("alice", "alice", True)]),
        (
            '"$${no} %%{no}"',
            "${no} %{no}",
            [
                ("${", "$${", False),
                ("no} ", "no} ", True),
                ("%{", "%%{", False),
                ("no}", "no}", True),
            ],
        ),
        ("<<EOT\nalice\nEOT", "alice\n", [("alice\n", "alice\n", True)]),
        (
            "<<-EOT\n    a\n      b\n    EOT",
            "a\n  b\n",
            [("a\n", "a\n", True), ("  b\n", "  b\n", True)],
        ),
    ],
)
def test_strings_know_their_bytes(
    expression: str, text: str, pieces: list[tuple[str, str, bool]]
) -> None:
    tree = output(expression, 'locals { n = "alice" }\n')
    value = tree.value()
    assert isinstance(value, Str)
    assert value.text == text
    known = [p for p in value.pieces if isinstance(p, Piece) and p.span is not None]
    assert [(p.text, tree.text(p.span), p.exact) for p in known if p.span is not None] == pieces


def test_equal_elements_of_a_set_keep_each_other() -> None:
    tree = output('toset(["alice", "bob", "alice"])')
    value = tree.value()
    assert isinstance(value, List)
    first = value.elements[0]
    assert [tree.slots(e.slots) for e in first.also] == [['"alice"']]
    assert first.slots != first.also[0].slots


def test_a_shadowed_entry_would_show_through() -> None:
    tree = output('merge({ a = "one" }, { a = "two" })')
    value = tree.value()
    assert isinstance(value, Map)
    assert tree.slots(value.entries[0].slots) == ['a = "two"']
    assert tree.slots(value.entries[0].also[0].slots) == ['a = "one"']


def test_slots_name_their_container_and_kind() -> None:
    value = output('{ a = ["x"] }').value()
    found = at(value, ("a", 0))
    assert found is not None
    _, chain = found
    kinds = [item.slots[0].kind for item in chain]
    assert kinds == [CutKind.ENTRY, CutKind.ELEMENT]
    assert isinstance(chain[1], Element)
    assert chain[1].slots[0].container is not None


def test_offsets_hold_with_crlf_bom_and_no_final_newline() -> None:
    source = b'\xef\xbb\xbf# \xc3\xa9\r\noutput "x" {\r\n  value = ["alice",\r\n  "bob"]\r\n}'
    tree = Tree({"main.tf": source})
    assert tree.element_slots(tree.value()) == [['"alice"'], ['"bob"']]


@pytest.mark.parametrize(
    "expression", ["local.a", "[for x in local.a : x]", 'upper("${local.a}")', "local.none"]
)
def test_a_cycle_or_a_missing_name_is_unknown(expression: str) -> None:
    value = output(expression, "locals {\n  a = local.b\n  b = local.a\n}\n").value()
    assert isinstance(value, Unknown | Str)
    assert not isinstance(value, Str) or value.text is None


def test_unknown_functions_keep_what_went_in() -> None:
    value = output('sha256("alice")').value()
    assert isinstance(value, Unknown)
    assert [to_plain(v) for v in value.inside] == ["alice"]


def test_a_literal_written_with_an_iteration_variable_has_the_slots_of_the_iteration() -> None:
    tree = Tree(
        {
            "main.tf": 'resource "t" "r" {\n  for_each = toset(["alice"])\n'
            '  members = ["user:${each.key}", "user:bob"]\n}\n'
        }
    )
    members = tree.resource('t.r["alice"]').attrs.get("members")
    assert members is not None
    assert tree.element_slots(members) == [['"alice"'], ['"user:bob"']]
