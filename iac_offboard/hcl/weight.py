"""How much a value is when everything shared in it is written out.

Ten locals that each hold the one before ten times are small in memory and endless for whoever
walks them; such a value becomes unknown before anybody does.
"""

from __future__ import annotations

from iac_offboard.hcl.values import List, Map, Str, Unknown, Value

MAX_WEIGHT = 300_000


class Scale:
    """Weighs values, each shared part once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Value, int]] = {}

    def bounded(self, value: Value) -> Value:
        """The value, or Unknown when it is too large to be walked."""
        if self._weight(value) > MAX_WEIGHT:
            return Unknown("the value is too large to be evaluated")
        return value

    def _weight(self, value: Value) -> int:
        if isinstance(value, Str) and value.document is not None:
            return self._weight(value.document)
        if not isinstance(value, List | Map):
            return 1
        known = self._known.get(id(value))
        if known is not None:
            return known[1]
        total = 1
        for part in value.elements if isinstance(value, List) else value.entries:
            total += self._weight(part.value) + len(part.also)
        self._known[id(value)] = (value, total)
        return total
