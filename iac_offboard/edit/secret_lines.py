"""Lines that look like a secret, so that a patch does not show them without need.

By the name that a text stands under, and by the shape of what providers hand out. It is a guess
on the safe side: a line that only looks like a secret costs a patch a line of context.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache

from iac_offboard.hcl.secret_names import secret_name, words_of

_SHAPES = re.compile(
    r"\bA[KS]IA[A-Z0-9]{16}\b"  # an access key of AWS
    r"|\bgh[opsur]_\w{30}|\bgithub_pat_\w{20}|\bglpat-[\w-]{16}"
    r"|\bxox[abeprs]-[\w-]{10}|\bAIza[\w-]{35}|\bsk_live_\w{10}|\bnpm_\w{36}|\bhvs\.\w{20}"
    r"|\beyJ[\w-]{10,}\.eyJ"  # a JSON Web Token
    r"|\b(?:AccountKey|SharedAccessKey)=[\w+/]"
    r"|://[^/\s:@\"']+:[^/\s@\"'$]+@"  # a URL with a password
    r"|[\"'](?=[\w+/=]{40})(?=[^\"']*[a-z])(?=[^\"']*[A-Z])(?=[^\"']*\d)"
    r"(?![^\"']*(?:[a-z]{9}|\d{6}))[\w+/=]+[\"']"  # random, as no words and numbers are
)
_WORTH = re.compile(
    "passw|passphrase|secret|token|key|external|referer|agent|value|default", re.IGNORECASE
)
"""A line without any of these holds none by its name."""
_KEY = re.compile(r"-----(BEGIN|END) [A-Z ]*PRIVATE KEY")
_ASSIGNED = re.compile(
    r"""(?<![\w.:/-])(?:(?:aws|sts):)?(?P<name>[A-Za-z_][\w-]*)["']?[\])]?\s*"""
    r"""(?:=(?![=>~])|:(?!/))\s*(?P<value>.{0,300})"""
)
_HEREDOC = re.compile(r"<<[-~]?\s*(\w+)\s*$")
_OPENS = re.compile(r"(?:[\[({]|[|>][+-]?\d?)?\s*$")
_SCALAR = ("|", ">")
_CALLED = r"(?:(?:sensitive|nonsensitive|base64encode|trimspace|tostring)\()*"
_QUOTED = re.compile(_CALLED + r"""("(?:[^"\\]|\\.)*"|'[^']*')""")
_BARE = re.compile(r"[^\s,;})\]#]+")
_REFERENCE = re.compile(r"[!*&$%]|[A-Za-z_][\w-]*[.\[(]")
_FILLED_IN = re.compile(r"[$%]?\{\{?[^}]*\}\}?|\$\([^)]*\)|\$\w+")
_NO_SECRET = re.compile(
    r"(?:true|false|null|none|string|number|bool|any|read|write|required|optional"
    r"|\d{0,5}|arn:.*|[a-z]+://.*)$",
    re.IGNORECASE,
)
_TELLS_OF = frozenset(
    [
        *("age", "arn", "arns", "audience", "count", "days", "description"),
        *("effect", "enabled", "endpoint", "file", "format", "hours", "id"),
        *("ids", "length", "lifetime", "minutes", "name", "names", "path"),
        *("permissions", "policy", "ref", "region", "required", "reset", "rotation"),
        *("seconds", "ttl", "type", "uri", "url", "validity", "version"),
    ]
)
"""A name that ends so tells of a secret and holds none."""
_CONDITIONS = frozenset(["externalid", "referer", "useragent"])
"""Keys of conditions that serve as shared secrets (see ``catalog.elements``)."""
_VALUE = frozenset(["value", "values", "default"])
_NAMES_ONE = re.compile(r"""["']([\w:-]+)["']|\b(?:name|key):\s+([\w:-]+)\s*$""")
_LONGEST = 300
_REACH = 300
"""So many lines a key, heredoc, list or map of secrets goes over at most."""
_NEAR = 6
"""A name and its value stand so many lines apart at most: ``name``, ``type``, ``value``."""


def secret_lines(data: Sequence[bytes], among: Iterable[int]) -> frozenset[int]:
    """Those ``among`` the lines of a file, from 0, that look like a secret or a part of one."""
    asked = set(among)
    return frozenset(
        number
        for low, high in _windows(sorted(asked), len(data))
        for number in _found(data[low:high], low, asked)
    )


def _windows(asked: Sequence[int], end: int) -> Iterator[tuple[int, int]]:
    """[low, high) of the lines that have to be read to know about those asked for."""
    low, high = 0, 0
    for number in asked:
        if number - _REACH > high:
            if high:
                yield low, high
            low = number - _REACH
        high = min(number + _NEAR, end)
    if high:
        yield low, high


def _found(data: Sequence[bytes], first: int, asked: Set[int]) -> Iterator[int]:
    lines = [line.decode("utf-8", "replace").rstrip("\r\n") for line in data]
    blocks = set(_in_blocks(lines))
    for number, line in enumerate(lines):
        if first + number not in asked:
            continue
        if number in blocks or _SHAPES.search(line) or _tells(lines, number):
            yield first + number


def _assigned(line: str) -> Iterator[tuple[str, str]]:
    """Each name on the line that something is assigned to, and what."""
    at = 0
    while (one := _ASSIGNED.search(line, at)) is not None:
        at = one.start("value")
        yield one["name"], one["value"]


def _tells(lines: Sequence[str], number: int) -> bool:
    """Does text stand on the line under the name of a secret?"""
    line = lines[number]
    if not _WORTH.search(line):
        return False
    beside: bool | None = None
    for name, value in _assigned(line):
        secret = _holds(name)
        if not secret and name.lower() in _VALUE:
            secret = beside = _named_beside(lines, number) if beside is None else beside
        if secret and _is_text(value):
            return True
    return False


@lru_cache(maxsize=1024)
def _holds(name: str) -> bool:
    """Does a secret stand under this name?"""
    if "".join(words_of(name)) in _CONDITIONS:
        return True
    return secret_name(name) and not _describes(name)


def _describes(name: str) -> bool:
    """Does it tell something of a secret, and hold none?"""
    return not _TELLS_OF.isdisjoint(words_of(name)[-1:])


def _is_text(value: str) -> bool:
    """Is it, or does it begin with, text that was written down?"""
    if value[:1] in ("[", "(", "{"):
        return any(_is_text(one.group()) for one in _QUOTED.finditer(value))
    quoted = _QUOTED.match(value)
    if quoted is not None:
        text = quoted.group(1)[1:-1]
    else:
        bare = _BARE.match(value)
        if bare is None or _REFERENCE.match(value):
            return False
        text = bare.group()
    text = _FILLED_IN.sub("", text)
    return any(c.isalnum() for c in text) and not _NO_SECRET.match(text)


def _named_beside(lines: Sequence[str], number: int) -> bool:
    """Is the thing that has this value given the name of a secret: in its block, or its header?"""
    near = [lines[number]]
    for line in reversed(lines[max(number - _NEAR, 0) : number]):
        if line.strip().startswith(("}", "]")):
            break
        near.append(line)
        if line.rstrip().endswith("{"):
            break
    for line in lines[number + 1 : number + _NEAR]:
        if line.strip().startswith("}") or line.rstrip().endswith("{"):
            break
        near.append(line)
    return any(
        _holds((one.group(1) or one.group(2)).rpartition(":")[2])
        for line in near
        for one in _NAMES_ONE.finditer(line)
    )


def _in_blocks(lines: Sequence[str]) -> Iterator[int]:
    """The lines of secrets that go over several: keys, heredocs, lists and maps of secrets."""
    at = 0
    while at < len(lines):
        line, start = lines[at], at
        at += 1
        key = _KEY.search(line)
        if key is not None and key[1] == "BEGIN" and not _KEY.search(line, key.end()):
            at = _past(lines, at, _KEY)
            yield from range(start, at)
        elif _WORTH.search(line):
            ends = line[-_LONGEST:]  # a block is opened at the end of a line
            for value in [value for name, value in _assigned(ends) if _holds(name)]:
                heredoc, opened = _HEREDOC.match(value), _OPENS.match(value)
                if heredoc is not None:
                    at = _past(lines, at, re.compile(rf"^\s*{heredoc[1]}\b"))
                    yield from range(start, at)
                elif opened is not None:
                    yield from _below(lines, start, text=opened.group().strip()[:1] in _SCALAR)


def _past(lines: Sequence[str], at: int, end: re.Pattern[str]) -> int:
    while at < len(lines):
        at += 1
        if end.search(lines[at - 1]):
            break
    return at


def _below(lines: Sequence[str], start: int, *, text: bool) -> Iterator[int]:
    """What stands indented below a line: all of it where it is ``text``, else the entries."""
    outer, level = _indent(lines[start]), None
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if not line.strip():
            continue
        if _indent(line) <= outer:
            return
        level = _indent(line) if level is None else level
        if text or (_indent(line) == level and _entry(line)):
            yield number


def _entry(line: str) -> bool:
    """Is it text in a list or map of secrets?"""
    named = list(_assigned(line))
    if named:
        return any(_is_text(value) and not _describes(name) for name, value in named)
    return _is_text(line.strip().removeprefix("-").strip())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
