"""What patterns read of a file is what the tree of the whole file leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from iac_offboard.hcl.faults import FileFault, decode
from iac_offboard.hcl.later import Later
from iac_offboard.hcl.plain_bodies import plain_file
from iac_offboard.hcl.plain_ends import block_end
from iac_offboard.hcl.recursion import allow_deep_recursion
from iac_offboard.hcl.syntax import parse, parse_tree
from tests.hcl.golden import GOLDEN


def _pieces() -> Iterator[bytes]:
    """The blocks of the golden repositories, each with what stands before it."""
    for path in sorted(GOLDEN.glob("*/before/**/*.tf")):
        if path.is_file() and len(data := path.read_bytes()) < 20_000:
            yield from (p for p in re.split(rb"(?<=\n\}\n)", data) if p.strip())


_PIECES = sorted(set(_pieces()))
_TOKENS = [t.encode() for t in (
    '"', "{", "}", "[", "]", "(", ")", ",", "=", "==", "=>", ":", "?", "\n", " ", "\t", "#", "//",
    "/*", "*/", "${", "%{", "$", "%", "$$", "\\", '\\"', "\\n", "-", "-1", "1", "1.5", "1e3", "0x1",
    ".", "...", "*", "[*]", ".*", "[0]", '["a"]', "!", "!=", "<", "<<EOF\n", "<<-EOF\n", "EOF\n",
    "EOF", ">", ">=", "&&", "||", "+", "/", "a", "for", "for x in y :", "if", "in", "null", "true",
    "a.b", "a-b", "x = 1", "x = [1]\n", "x {\n}\n", "x {}\n", "x { a = 1 }\n", 'x "y" "z" {',
    "\r\n", "\r", "\0", "\x0c", "é", "\u2028", "\ufeff", "\u00a0", "f(", "f(a, b)", '"a"', '"${a}"',
    '"${a.b[0]}"', "~}", "${~", "::", ";", "@", "'", "_", "a b", "p::x::y(1)", "e5")]  # fmt: skip


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """One or two blocks with some tokens put in, and some bytes taken out or moved."""
    data = b"".join(draw(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=2)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        gone = draw(st.sampled_from([0, 0, 0, 1, 2, 20]))
        data = data[:at] + draw(st.sampled_from([b"", *_TOKENS])) + data[at + gone :]
    return data


def _flat(node: object) -> object:
    """A tree with everything read that is read when somebody asks for it."""
    if isinstance(node, Later):
        try:
            return _flat(node.get())
        except FileFault as fault:
            return (fault.detail, fault.line)
    if isinstance(node, tuple):
        return tuple(map(_flat, node))
    if is_dataclass(node) and "iac_offboard.hcl.ast" in type(node).__module__:
        return (type(node), *(_flat(getattr(node, f.name)) for f in fields(node)))
    return repr(node) if "nan" in repr(node) else node


def _same(data: bytes) -> None:
    allow_deep_recursion()
    read = plain_file(data, "main.tf")
    if read is not None:
        assert _flat(read) == _flat(parse_tree(data, "main.tf"))  # which raises for what is broken


@settings(deadline=None)  # whoever is first compiles the patterns
@given(_damaged())
def test_nothing_broken_passes_and_nothing_is_read_otherwise(data: bytes) -> None:
    try:
        decode(data, "main.tf")
    except FileFault:
        assume(False)
    _same(data)


@pytest.mark.parametrize("token", _TOKENS)
def test_each_token_between_and_in_the_lines_of_a_block(token: bytes) -> None:
    lines = (
        b'# c\nx "y" {\n  a = "b" # c\n  c = [1, { d = f(e) }]\n\n  g {\n    h = i\n  }\n}\nj {}\n'
    )
    for at in range(len(lines) + 1):
        _same(lines[:at] + token + lines[at:])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "a = 1",
        'a = ["b"]\nc = {\n  d = 1\n}\n',
        "x {}",
        "x { a = 1 }",
        'x "y" "z" {\n  a = <<-EOT\n    b ${c.d} "\n    EOT\n}\n',
        "x {\n  y {\n    z {}\n  }\n\n  /* c */\n  a = 1\n}\n",
        'x {\n  a = jsonencode({ b = [{ c = ["d", { e = f.g }] }] })[0]\n}\n',
        "x {\n  a = [for b in c : d(b) if b != e]\n  f = g ? h : -1\n}\n",
        "/* c */ x {\n}\n# c\ny {\n}\n",
    ],
)
def test_forms(text: str) -> None:
    assert plain_file(text.encode(), "main.tf") is not None
    _same(text.encode())


def test_most_blocks_that_people_write_are_plain() -> None:
    """Else the comparisons above say nothing, and a scan is as slow as the grammar."""
    found = [block_end(piece, re.match(rb"(?:\s|#.*)*", piece).end()) > 0 for piece in _PIECES]  # type: ignore[union-attr]
    assert len(found) > 500
    assert sum(found) / len(found) > 0.6


def test_a_value_alone_in_a_file_is_no_configuration() -> None:
    with pytest.raises(FileFault, match="not HCL"):
        parse(b'{ "a" = 1 }\n', "main.tf")
