"""Numbers as HCL, JSON and YAML spell them."""

from __future__ import annotations


def parse_number(text: str) -> int | float:
    """An HCL number; one too long to be sensible is infinite rather than an endless loop."""
    if len(text) > 300:
        return float("inf")
    try:
        return int(text)
    except ValueError:
        pass
    try:
        value = float(text)
    except ValueError:
        return float("nan")
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
