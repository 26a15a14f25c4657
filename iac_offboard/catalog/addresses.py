"""Resource addresses of Terraform, taken apart ("Resource Address Reference")."""

from __future__ import annotations

import re

KEY = r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]'
"""The pattern of an instance key."""
_EVERY = re.compile(rf"{KEY}|\[(?:each\.key|count\.index)\]")
_LAST = re.compile(rf"{KEY}$")


def without_keys(address: str) -> str:
    """An address as the configuration has it: without instance keys."""
    return _EVERY.sub("", address)


def last_key(address: str) -> str:
    """The instance key at the end of an address, in its brackets; "" for none."""
    found = _LAST.search(address)
    return found.group() if found else ""
