"""Whatever the bytes are, evaluating gives an answer; and it is Terraform's answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iac_offboard.hcl.plain import UNKNOWN, to_plain
from iac_offboard.hcl.values import List, Map, Str, Value
from tests.hcl.trees import Tree

SEED = b"""locals {
  users = { alice = { groups = ["admins"] }, "bob" = { groups = [] } }
  pairs = flatten([for u, c in local.users : [for g in c.groups : { u = u, g = g }]])
}
variable "v" { default = ["x"] }
resource "aws_iam_user" "u" {
  for_each = toset(concat(keys(local.users), var.v))
  name     = "${each.key}-%{ if true }a%{ else }b%{ endif }"
  policy   = <<-EOT
    {"a": ["${upper(each.key)}"]}
  EOT
  dynamic "b" {
    for_each = local.pairs
    content { n = b.value.u }
  }
}
module "m" {
  source = "./m"
  count  = length(var.v)
}
"""


def spans_hold(tree: Tree, value: Value) -> None:
    """Exact pieces are the bytes that they claim to be."""
    match value:
        case Str():
            for piece in value.pieces:
                exact = getattr(piece, "exact", False)
                span = getattr(piece, "span", None)
                if exact and span is not None:
                    assert tree.files[span.file][span.start : span.end] == piece.text.encode()  # type: ignore[union-attr]
        case List():
            for element in value.elements:
                spans_hold(tree, element.value)
        case Map():
            for entry in value.entries:
                spans_hold(tree, entry.value)
        case _:
            pass


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(SEED) - 1),
            st.integers(0, 12),
            st.sampled_from([b"", b'"', b"{", b"}", b"[", b"${", b"\n", b"\xff", b"for ", b"..."]),
        ),
        max_size=4,
    )
)
def test_mutated_bytes_never_raise(mutations: list[tuple[int, int, bytes]]) -> None:
    data = SEED
    for start, length, new in mutations:
        data = data[:start] + new + data[start + length :]
    tree = Tree({"main.tf": data, "m/main.tf": 'resource "t" "x" {}\n'})
    assert tree.repository.roots
    for resource in tree.root.resources:
        spans_hold(tree, resource.attrs)


BROKEN = {
    "main.tf": b"b {\n  a = {\n    b =\n  }\n" + b"\n? " * 40_000,
    "main.tf.json": b'{"a": [' + b'{"a" ' * 40_000 + b"?" * 40_000,
    "x.auto.tfvars": b"a = {\n  b = {\n    c =\n  }\n" + b"\n? " * 40_000,
}


@pytest.mark.parametrize("file", BROKEN)
def test_recovering_from_a_broken_file_has_an_end(file: str) -> None:
    started = time.thread_time()
    tree = Tree({"a.tf": "", file: BROKEN[file]})
    assert {(s.where, s.reason.value) for s in tree.repository.skipped} == {(file, "unparseable")}
    # About a second, the bound of the parser; without one, minutes.
    assert time.thread_time() - started < 30
    assert Tree({"main.tf": 'output "x" { value = 1 }\n'}).root.outputs.entries


def test_long_chains_of_references_do_not_overflow() -> None:
    chain = "".join([f"  l{i} = [for x in [local.l{i - 1}] : x][0]\n" for i in range(1, 400)])
    tree = Tree(
        {"main.tf": f'locals {{\n  l0 = "deep"\n{chain}}}\noutput "x" {{ value = local.l399 }}\n'}
    )
    assert to_plain(tree.value()) == "deep"


def test_a_configuration_that_multiplies_itself_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("iac_offboard.hcl.context.MAX_TURNS", 5_000)
    loops = "range(1000)"
    expression = f"[for a in {loops} : [for b in {loops} : [for c in {loops} : c]]]"
    tree = Tree({"main.tf": f'output "x" {{ value = length({expression}) }}\n'})
    assert [s.reason.value for s in tree.repository.skipped] == ["unsupported"]


def test_a_long_template_made_many_times_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iac_offboard.hcl.context.MAX_TURNS", 5_000)
    long = "${each.key}-" * 200
    tree = Tree(
        {"main.tf": f'resource "t" "x" {{\n  for_each = toset(range(100))\n  a = "{long}"\n}}\n'}
    )
    values = [to_plain(r.attrs.entries[0].value) for r in tree.root.resources]
    assert values[0] == "0-" * 200
    assert values[-1] == UNKNOWN
    assert [s.reason.value for s in tree.repository.skipped] == ["unsupported"]


def test_a_template_of_many_lines_takes_as_long_as_it_has_lines() -> None:
    short, long = (_calls(lines) for lines in (2_000, 16_000))
    assert long < 12 * short, "eight times as many lines: 8 if linear, 64 if each looks at each"


def _calls(lines: int) -> int:
    """How often a function is called to read so many lines: a loaded machine calls no more."""
    count = 0

    def called(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    text = "  - a line of it\n" * lines
    sys.setprofile(called)
    try:
        tree = Tree(
            {"main.tf": 'output "x" { value = templatefile("a.tpl", {}) }\n', "a.tpl": text}
        )
        value = to_plain(tree.value())
    finally:
        sys.setprofile(None)
    assert value == text
    return count


def test_equal_elements_in_large_numbers_are_one() -> None:
    ones = ", ".join(["1"] * 20_000)
    tree = Tree({"main.tf": f'resource "t" "x" {{\n  for_each = [{ones}]\n  a = each.value\n}}\n'})
    assert [r.address for r in tree.root.resources] == ['t.x["1"]']


@pytest.mark.parametrize("text", ["- " * 100_000, "? " * 100_000, "- a\n  " + "- " * 30_000])
def test_yaml_too_deep_for_its_reader_is_skipped(text: str) -> None:
    """libyaml recurses in C: it would end the process."""
    tree = Tree({"main.tf": 'output "x" { value = yamldecode(file("a.yaml")) }\n', "a.yaml": text})
    assert to_plain(tree.value()) == UNKNOWN
    assert [(s.where, "deep" in s.detail) for s in tree.repository.skipped] == [("a.yaml", True)]


@pytest.mark.parametrize(
    "text",
    [
        '["a\tb"]',
        '["a\nb"]',
        '["\\x"]',
        '["\\\\\\x"]',
        '\ufeff\ufeff["a"]',
        '[\x0c"a"]',
        '["a"]\x0b',
        '[\x85"a"]',
        '["a"\u00a0]',
        '[ // c\n"a"]',
    ],
)
def test_what_json_forbids_is_skipped(text: str) -> None:
    with pytest.raises(ValueError, match=r"control|escape|BOM|Expecting|Extra"):
        json.loads(text.removeprefix("\ufeff"))
    tree = Tree({"main.tf": 'output "x" { value = jsondecode(file("a.json")) }\n', "a.json": text})
    assert [(s.where, s.reason.value) for s in tree.repository.skipped] == [
        ("a.json", "unparseable")
    ]


def test_a_value_that_shares_itself_is_not_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iac_offboard.hcl.weight.MAX_WEIGHT", 1_000)
    ten = ", ".join(["local.l{0}"] * 10)
    lines = "".join([f"  l{i} = [{ten.format(i - 1)}]\n" for i in range(1, 30)])
    tree = Tree(
        {
            "main.tf": f'locals {{\n  l0 = "x"\n{lines}}}\n'
            'output "x" { value = jsonencode(local.l29) }\nresource "t" "x" { a = local.l9 }\n'
        }
    )
    text = to_plain(tree.value())
    assert isinstance(text, str)
    assert "\x00" in text
    assert len(text) < 100_000


def test_a_document_in_a_string_weighs_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iac_offboard.hcl.weight.MAX_WEIGHT", 1_000)
    wide = "{ for k in range(100) : k => range(100) }"
    tree = Tree({"main.tf": f'resource "t" "x" {{ a = jsonencode({wide}) }}\n'})
    (resource,) = tree.root.resources
    assert to_plain(resource.attrs.entries[0].value) == UNKNOWN


EXPRESSIONS = r"""
title("hello world-x")
toset(["b", "a", "b"])
[for k, v in {b = 1, a = 2} : "${k}=${v}"]
{for x in ["a", "b", "a"] : x => upper(x)...}
flatten([["a", ["b"]], [], ["c"]])
merge({a = 1}, {a = 2, b = 3})
keys({b = 1, a = 2})
zipmap(["a", "b"], [1, 2])
setproduct(["a", "b"], [1, 2])
formatlist("user:%s@%s", ["a", "b"], "x.com")
format("%05d|%-5s|%5.1f|%q|%v|%x", 42, "ab", 3.14159, "q\"", [1], 255)
split(",", "a,b,,c")
replace("hello", "/l+/", "L")
regex("([a-z]+)@(.*)", "bob@x.com")
substr("hello", -3, 2)
try({a = 1}.b, "d")
range(5, 0, -2)
element(["a", "b"], 3)
coalesce("", null, "x")
-5 % 3
0.1 + 0.2
1 == "1"
{a = [{b = 1}, {b = 2}]}.a[*].b
"%{for x in ["a", "b"] ~} ${x} %{endfor ~}"
"a ${~"b"~} c"
<<-EOT
    x
      ${1}

   y
EOT
jsonencode({b = [1, "<&>", null, true], a = "é\n"})
yamldecode("a: yes\nb: 0o7\nc: 1_000\ne: ~\nf: [1, x]\ng: 'y'\nh: 0x1f\ni: 1e3\nn: 0b11")
csvdecode("a,b\n1,2\n3,4")
transpose({a = ["x", "y"], b = ["x"]})
upper("straße")
"${true}-${1.0}-${null == null}"
"$${x} %%{y} \u00e9 \\ \t"
merge([for x in ["a", "b"] : {(x) = x}]...)
indent(2, "a\nb")
sort(["b", "a", "B"])
"""


def _expressions() -> list[str]:
    found: list[str] = []
    for line in EXPRESSIONS.strip("\n").splitlines():
        if found and "<<-EOT" in found[-1] and not found[-1].endswith("\nEOT"):
            found[-1] += "\n" + line
        else:
            found.append(line)
    return found


@pytest.mark.terraform
def test_terraform_itself_gives_the_same_values(tmp_path: Path) -> None:
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not on PATH: install Terraform 1.5 or later to run this test")
    expressions = _expressions()
    lines = "".join([f"  e{i} = {e}\n" for i, e in enumerate(expressions)])
    every = ", ".join([f"e{i} = local.e{i}" for i in range(len(expressions))])
    source = f"locals {{\n{lines}}}\noutput x {{\n  value = {{ {every} }}\n}}\n"
    (tmp_path / "main.tf").write_text(source, encoding="utf-8")
    config = tmp_path / "empty.tfrc"
    config.write_text("")
    done = subprocess.run(
        ["terraform", "console"],
        cwd=tmp_path,
        input=f"jsonencode({{ {every} }})\n",
        env={**os.environ, "TF_CLI_CONFIG_FILE": str(config)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    expected = json.loads(json.loads(done.stdout))
    found = to_plain(Tree({"main.tf": source}).value())
    assert isinstance(found, dict)
    for i, expression in enumerate(expressions):
        assert found[f"e{i}"] == expected[f"e{i}"], expression
