"""The table of functions: name -> how many arguments it takes and what computes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.hcl.conversion import convert
from iac_offboard.hcl.convert import failure, unknown
from iac_offboard.hcl.value_types import ANY, Type
from iac_offboard.hcl.values import Map, Null, Unknown, Value

_ANY = (ANY,)
Body: TypeAlias = Callable[[Sequence[Value]], Value]


@dataclass(frozen=True, slots=True)
class Function:
    """``strict``: the result is unknown as soon as one argument is. ``takes``: what the arguments
    are converted to, the last one for all that follow. ``nulls``: null is an argument too."""

    low: int
    high: int
    strict: bool
    body: Body
    takes: tuple[Type, ...] = _ANY
    nulls: bool = False


TABLE: dict[str, Function] = {}


def function(
    name: str,
    low: int,
    high: int | None = None,
    *,
    takes: Sequence[Type] = _ANY,
    strict: bool = True,
    nulls: bool = False,
) -> Callable[[Body], Body]:
    """Registers a function; ``high`` defaults to ``low``, -1 is any number of arguments."""

    def register(body: Body) -> Body:
        most = low if high is None else high
        TABLE[name] = Function(low, most, strict, body, tuple(takes), nulls)
        return body

    return register


def invoke(name: str, args: Sequence[Value]) -> Value:
    """The result; Unknown with its reason for a function that is not in the table."""
    found = TABLE.get(name)
    if found is None:
        return Unknown(f"the function {name} is not evaluated", "", tuple(args))
    if len(args) < found.low or (found.high >= 0 and len(args) > found.high):
        return failure(f"{name} takes another number of arguments", *args)
    null = False
    for arg in args:
        if isinstance(arg, Unknown):
            open_ = found.strict or arg.error
        else:
            open_ = found.strict and isinstance(arg, Map) and arg.missing is not None
            null = null or isinstance(arg, Null)
        if open_:
            return unknown(f"an argument of {name} is not known", *args)
    if null and not found.nulls:
        return failure(f"an argument of {name} is null", *args)
    given: Sequence[Value] = args
    if found.takes != _ANY:
        given = [convert(a, found.takes[min(i, len(found.takes) - 1)]) for i, a in enumerate(args)]
        for new, old in zip(given, args, strict=True):
            if isinstance(new, Unknown) and new is not old and (new.error or found.strict):
                return Unknown(f"{name}: {new.reason}", new.ref, tuple(args), new.error)
    try:
        return found.body(given)
    except (ArithmeticError, ValueError, LookupError):
        return failure(f"{name} does not accept these arguments", *args)
