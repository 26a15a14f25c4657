"""Whose an id is, as the state says that a plan was made from.

A cloud gives ids that no roster knows; what was looked up or made there stands in the prior state
with its name and its id beside each other ("State representation", JSON Output Format).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from iac_offboard.sources.json_cursor import JsonCursor

_IDS = frozenset({"id", "member_id", "object_id", "principal_id", "unique_id", "user_id"})


class ToldIds:
    """``ids``: id (lower case) -> whether it is that of somebody whom ``theirs`` knows by a text
    beside it. Filled by the state of a plan that is being read."""

    def __init__(self, theirs: Callable[[str], bool]) -> None:
        self._theirs = theirs
        self.ids: dict[str, bool] = {}

    def prior(self, cursor: JsonCursor) -> None:
        """Takes the state that was planned from (see ``read_plan``)."""
        for values in _values(cursor.value()):
            ids = {str(values[key]).lower() for key in _IDS & values.keys() if values[key]}
            texts = [v for v in values.values() if isinstance(v, str)]
            mine = bool(ids) and any(self._theirs(text) for text in texts)
            self.ids.update((i, mine or self.ids.get(i, False)) for i in ids)


def _values(state: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [state.get("values", {}).get("root_module")] if isinstance(state, Mapping) else []
    while waiting:
        module = waiting.pop()
        if not isinstance(module, Mapping):
            continue
        for resource in module.get("resources") or ():
            if isinstance(resource.get("values"), Mapping):
                yield resource["values"]
        waiting += module.get("child_modules") or ()
