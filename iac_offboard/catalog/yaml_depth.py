"""Whether a YAML text may be given to its reader: nesting without end must not end the process."""

from __future__ import annotations

import re

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml, of which Terraform's reader is a port, reads ten times as fast as PyYAML itself."""
MAX_BRACKETS = 1_000
MAX_INDENT = 2_000
_INDENT = re.compile(r"(?<![ \t])(?:[-?:]?[ \t])++")
_BRACKET = re.compile(r"[\[\]{}]")


def too_deep_at(text: str) -> int | None:
    """Where in ``text`` it may be nested too deeply; None when it is not.

    libyaml recurses in C, and PyYAML's time grows with the square of the depth of brackets. A
    level of blocks takes a character of the indentation, be it a space or a mark.
    """
    depth = 0
    for match in _BRACKET.finditer(text):
        depth += 1 if match.group() in "[{" else -1
        if depth > MAX_BRACKETS:
            return match.start()
    indents = (m.start() for m in _INDENT.finditer(text) if m.end() - m.start() > MAX_INDENT)
    return next(indents, None)
