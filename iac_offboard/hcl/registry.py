"""The table of functions: name -> how many arguments it takes and what computes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.hcl.convert import failure, unknown
from iac_offboard.hcl.values import Unknown, Value

Body: TypeAlias = Callable[[Sequence[Value]], Value]


@dataclass(frozen=True, slots=True)
class Function:
    """``strict``: the result is unknown as soon as one argument is."""

    low: int
    high: int
    strict: bool
    body: Body


TABLE: dict[str, Function] = {}


def function(
    name: str, low: int, high: int | None = None, *, strict: bool = True
) -> Callable[[Body], Body]:
    """Registers a function; ``high`` defaults to ``low``, -1 is any number of arguments."""

    def register(body: Body) -> Body:
        TABLE[name] = Function(low, low if high is None else high, strict, body)
        return body

    return register


def invoke(name: str, args: Sequence[Value]) -> Value:
    """The result; Unknown with its reason for a function that is not in the table."""
    found = TABLE.get(name)
    if found is None:
        return Unknown(f"the function {name} is not evaluated", "", tuple(args))
    if len(args) < found.low or (found.high >= 0 and len(args) > found.high):
        return failure(f"{name} takes another number of arguments", *args)
    if found.strict and any(isinstance(a, Unknown) for a in args):
        return unknown(f"an argument of {name} is not known", *args)
    try:
        return found.body(args)
    except (ArithmeticError, ValueError, LookupError):
        return failure(f"{name} does not accept these arguments", *args)
