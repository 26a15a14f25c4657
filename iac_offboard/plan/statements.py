"""What goes with a statement of a policy, where it goes for the leaver in its condition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from iac_offboard.model import CodeOrigin, Observation

# `assume_role_policy$json.Statement[0].Condition.StringLike.ISSUER:sub[0]`
_CONDITION = re.compile(r"(.+\$json\.Statement\[\d+\])\.Condition\.")
_STATEMENT = re.compile(r"(.+\$json\.Statement\[\d+\])\.")
_POSITION = re.compile(r"\[\d+\]$")


def beside_the_leaver(
    before: Iterable[Observation], planned: Iterable[Observation]
) -> Iterator[Observation]:
    """Whom a statement names beside the leaver that its condition has to find: it lets in nobody
    without the leaver. Who stands beside the leaver in the same list of values is not of them."""
    places = [place for o in planned if (place := _place(o)) and _CONDITION.match(place[2])]
    values = {(root, address, _POSITION.sub("", path)) for root, address, path in places}
    statements = {(*place[:2], _statement(place[2])) for place in places}
    for observation in before if places else ():
        place = _place(observation)
        if place is None or (*place[:2], _POSITION.sub("", place[2])) in values:
            continue
        if (*place[:2], _statement(place[2])) in statements:
            yield observation


def _place(observation: Observation) -> tuple[str, str, str] | None:
    origin = observation.origin
    return (origin.root, origin.address, origin.path) if isinstance(origin, CodeOrigin) else None


def _statement(path: str) -> str:
    found = _STATEMENT.match(path)
    return found.group(1) if found else path
