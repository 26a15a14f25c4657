"""Ways to damage a file, each from a random number generator: the same seed, the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeAlias

Mutation: TypeAlias = Callable[[bytes, Random], bytes]

DEEP = 10_000
HUGE = 50_000_000
TOKENS = (
    *(b'"', b"{", b"}", b"[", b"]", b"(", b")", b",", b"=", b":", b"=>", b"...", b"?", b"-", b"."),
    *(b"${", b"%{", b"~}", b"$${", b"<<EOT\n", b"<<-E\n", b"\nEOT\n", b"#", b"//", b"/*", b"*/"),
    *(
        b"\n",
        b"\r",
        b"\r\n",
        b"\t",
        b" ",
        b"\x00",
        b"\xff",
        b"\xc3",
        b"\xe2\x80\xa8",
        b"\xef\xbb\xbf",
    ),
    *(b"for ", b" in ", b" if ", b"null", b"true", b"each.key", b"count.index", b"local.", b"[*]"),
    *(
        b"\\",
        b"\\u12",
        b"\\U0010FFFF",
        b"1e999999999",
        b"-0",
        b"0x",
        b"9" * 400,
        b"*a",
        b"&a ",
        b"- ",
    ),
    *(
        b"file(",
        b"jsondecode(",
        b"yamldecode(",
        b"templatefile(",
        b'"../../x"',
        b"terraform.workspace",
    ),
    *(
        "é".encode(),
        "\u202e".encode(),
        "名前".encode(),
        b"---\n",
        b"!!binary ",
        b"<<: ",
        b"%{ if true }",
    ),
)
BRACKETS = (
    (b"[", b"]"),
    (b"{", b"}"),
    (b"(", b")"),
    (b'"${', b'}"'),
    (b"{a=", b"}"),
    (b'{"a":', b"}"),
)

# An expression that is dear, deep or without end where it is evaluated without care.
HOSTILE = (
    b'regex("(a+)+$", join("", [for i in range(1000) : "a"]))',
    b'replace(join("", [for i in range(2000) : "a"]), "/(a|aa)+$/", "")',
    b'regexall("(.*)(.*)(.*)(.*)(.*)(.*)x", join("", [for i in range(1900) : "a"]))',
    b"range(1000000000)",
    b"[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]",
    b'format("%999999999d", 1)',
    b'format("%.999999999f", 1)',
    b'formatlist("%s%s", range(1000), range(1000))',
    b"setproduct(range(1000), range(1000), range(1000))",
    b"1e999999999 * 1e999999999",
    b"pow(99999, 99999)",
    b'parseint("' + b"z" * 20_000 + b'", 36)',
    b'cidrsubnets("10.0.0.0/8", [for i in range(100) : 24]...)',
    b'indent(1000000, join("\\n", range(1000)))',
    b'substr("x", 0, 1e300)',
    b'yamldecode("a: &a [x, x]\\nb: &b [*a, *a]\\nc: &c [*b, *b]\\nd: &d [*c, *c]\\ne: [*d, *d]")',
    b'yamldecode("a: &a [*a]")',
    b'jsondecode("[1e999999999, ' + b"9" * 5_000 + b']")',
    b'templatefile("main.tf", {})',
    b'csvdecode("a,a\\n1,2")',
    b'fileset("/", "**")',
    b'file("/dev/zero")',
    b'join("", fileset(path.module, "**/{a,b,{c,d}*"))',
    b'timeadd("x", "y")',
    b'"%{ for x in range(100000) }${x}%{ endfor }"',
    b"flatten([[[[[[[[]]]]]]]])[0][0]",
    b"{for k in range(1000) : k => range(1000)}",
    b'try(one([1, 2]), can(null), element([], 3), lookup({}, "a"))',
    b"merge([for i in range(1000) : {(i) = i}]...)",
    b"(" + b"1 + " * 9_000 + b"1)",
    b"!" * 9_000 + b"true",
    b"-" * 9_000 + b"1",
    b"local" + b".a" * 9_000,
    b"[1]" + b"[0]" * 9_000,
    b"true ? 1 : " * 9_000 + b"2",
    b'"' + b"${1}" * 9_000 + b'"',
    b'"%{ if true }' * 400 + b"x" + b'%{ endif }"' * 400,
    b"[" + b"1, " * 100_000 + b"]",
    b"{" + b"".join(b"k%d = %d, " % (i, i) for i in range(20_000)) + b"}",
)


def _at(data: bytes, rng: Random) -> int:
    return rng.randint(0, len(data))


def _range(data: bytes, rng: Random) -> tuple[int, int]:
    start = _at(data, rng)
    return start, min(len(data), start + rng.choice((1, 2, 5, 20, 100, 1000)))


def flip(data: bytes, rng: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8) if data else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def token(data: bytes, rng: Random) -> bytes:
    for _ in range(rng.randint(1, 3)):
        at, end = _range(data, rng)
        data = data[:at] + rng.choice(TOKENS) + data[rng.choice((at, end)) :]
    return data


def cut(data: bytes, rng: Random) -> bytes:
    start, end = _range(data, rng)
    return data[:start] + data[end:]


def duplicate(data: bytes, rng: Random) -> bytes:
    start, end = _range(data, rng)
    return data[:end] + data[start:end] * rng.choice((1, 2, 50)) + data[end:]


def swap(data: bytes, rng: Random) -> bytes:
    (a, b), (c, d) = sorted((_range(data, rng), _range(data, rng)))
    if b > c:
        return data
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def truncate(data: bytes, rng: Random) -> bytes:
    return data[: _at(data, rng)]


def lines_shuffled(data: bytes, rng: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    rng.shuffle(lines)
    return b"".join(lines)


def _value_place(data: bytes, rng: Random) -> tuple[int, int]:
    """A place where a value stands, or any at all: between ``=`` or ``:`` and the line's end."""
    signs = [i + 1 for i, byte in enumerate(data) if byte in b"=:"]
    if not signs or rng.random() < 0.2:
        return _range(data, rng)
    start = rng.choice(signs)
    end = data.find(b"\n", start)
    return start, end if end >= 0 else len(data)


def nested(data: bytes, rng: Random) -> bytes:
    start, end = _value_place(data, rng)
    opening, closing = rng.choice(BRACKETS)
    inner = b"1" if rng.random() < 0.7 else b""
    deep = opening * DEEP + inner + closing * rng.choice((DEEP, DEEP, 0, DEEP - 1))
    return data[:start] + b" " + deep + data[end:]


def nested_blocks(data: bytes, rng: Random) -> bytes:
    opening = rng.choice((b"b {\n", b'b "x" {\n', b"dynamic b {\n content {\n"))
    return data + b"\n" + opening * DEEP + b"}\n" * (DEEP * opening.count(b"{"))


def nested_templates(data: bytes, rng: Random) -> bytes:
    start, end = _value_place(data, rng)
    times = rng.choice((50, 450, DEEP))
    deep = rng.choice(
        (
            b'"' + b"%{ if true }" * times + b"x" + b"%{ endif }" * times + b'"',
            b"".join(b"<<E%d\n${" % i for i in range(times))
            + b"1"
            + b"".join(b"}\nE%d\n" % i for i in reversed(range(times))),
            b'"' + b"%{ for x in [1] }" * times + b"x" + b"%{ endfor }" * times + b'"',
            b"<<-EOT\n" + b"  ${1}\n" * times + b"EOT\n",
            b"<<EOT\n" + b"x" * times,
        )
    )
    return data[:start] + b" " + deep + data[end:]


def nested_yaml(data: bytes, rng: Random) -> bytes:
    times = rng.choice((400, DEEP))
    flow = b"\n? " * times + b"x\n"
    block = b"".join(b" " * i + b"- \n" for i in range(min(times, 2_000)))
    bomb = b"b0: &b0 [x, x]\n" + b"".join(
        b"b%d: &b%d [%s]\n" % (i, i, b", ".join([b"*b%d" % (i - 1)] * 9)) for i in range(1, 40)
    )
    return data + b"\n" + rng.choice((flow, block, bomb, b"r: &r [*r]\n", b"k: {<<: *k}\n"))


def hostile(data: bytes, rng: Random) -> bytes:
    start, end = _value_place(data, rng)
    return data[:start] + b" " + rng.choice(HOSTILE) + data[end:]


def doubling(data: bytes, rng: Random) -> bytes:
    text = rng.random() < 0.5
    first = b'l0 = "xy"\n' if text else b"l0 = [1]\n"
    twice = b'l%d = "${local.l%d}${local.l%d}"\n' if text else b"l%d = [local.l%d, local.l%d]\n"
    more = b"".join(twice % (i, i - 1, i - 1) for i in range(1, 60))
    ring = b"r0 = local.r1\nr1 = [for x in local.r0 : x]\n"
    use = b'resource "aws_iam_user" "doubled" {\nname = jsonencode([local.l59, local.r0])\n}\n'
    return data + b"\nlocals {\n" + first + more + ring + b"}\n" + use


def crlf(data: bytes, rng: Random) -> bytes:
    changed = data.replace(
        b"\n", rng.choice((b"\r\n", b"\r\n", b"\r", b"\n\n", b"\x0c\n", b"\xc2\x85"))
    )
    return changed if rng.random() < 0.5 else token(changed, rng)


def mark(data: bytes, rng: Random) -> bytes:
    return rng.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf" * 2)) + data


def not_text(data: bytes, rng: Random) -> bytes:
    at = _at(data, rng)
    return (
        data[:at]
        + rng.choice((b"\x00", b"\xff", b"\xed\xa0\x80", b"\xc3", b"\xf8\x88"))
        + data[at:]
    )


def git_crypt(data: bytes, rng: Random) -> bytes:
    return b"\x00GITCRYPT\x00" + rng.randbytes(len(data) + 12)


def sops(data: bytes, rng: Random) -> bytes:
    key = rng.randbytes(16).hex().encode()
    value = b'"ENC[AES256_GCM,data:%s,iv:%s,tag:%s,type:str]"' % (key, key, key)
    if data.lstrip().startswith((b"{", b"[")):
        return b'{"x": %s, "sops": {"mac": %s, "version": "3.8.1"}}' % (value, value)
    return b"x: %s\nsops:\n    mac: %s\n    version: 3.8.1\n" % (value, value)


def enormous(data: bytes, rng: Random) -> bytes:
    filling = rng.choice((b"# filler\n", b" ", b"\n", b"x = [1]\n"))
    return data + filling * (HUGE // len(filling))


def empty(data: bytes, rng: Random) -> bytes:
    return rng.choice((b"", b"\n", b"\n" * len(data), b"#", b"/*", b"{}", b"null", b"[]", b"---"))


MUTATIONS: tuple[Mutation, ...] = (
    *(flip, token, token, cut, duplicate, swap, truncate, lines_shuffled, nested, nested_blocks),
    *(nested_templates, nested_yaml, hostile, hostile, doubling, crlf, mark, not_text, git_crypt),
    *(sops, empty),
)
RARE: Mutation = enormous
