"""The table of functions: name -> how many arguments it takes and what computes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from iac_offboard.hcl.conversion import convert
from iac_offboard.hcl.convert import failure, unknown
from iac_offboard.hcl.value_types import ANY, Type
from iac_offboard.hcl.values import List, Map, Null, Unknown, Value

_ANY = (ANY,)
Body: TypeAlias = Callable[[Sequence[Value]], Value]


@dataclass(frozen=True, slots=True)
class Function:
    """``strict``: the result is unknown as soon as one argument is. ``takes``: what the arguments
    are converted to, the last one for all that follow. ``nulls``: null is an argument too.
    ``gathers``: what stands in one argument stands in the result, whatever the others are."""

    low: int
    high: int
    strict: bool
    body: Body
    takes: tuple[Type, ...] = _ANY
    nulls: bool = False
    gathers: bool = False


TABLE: dict[str, Function] = {}


def function(
    name: str,
    low: int,
    high: int | None = None,
    *,
    takes: Sequence[Type] = _ANY,
    strict: bool = True,
    nulls: bool = False,
    gathers: bool = False,
) -> Callable[[Body], Body]:
    """Registers a function; ``high`` defaults to ``low``, -1 is any number of arguments."""

    def register(body: Body) -> Body:
        most = low if high is None else high
        TABLE[name] = Function(low, most, strict, body, tuple(takes), nulls, gathers)
        return body

    return register


def gathers(name: str) -> bool:
    """Does what stands in one argument stand in the result, whatever the others are?"""
    found = TABLE.get(name)
    return found is not None and found.gathers


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
            result = unknown(f"an argument of {name} is not known", *args)
            return replace(result, certain=_certain(name, args)) if found.gathers else result
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


def _certain(name: str, args: Sequence[Value]) -> List | Map | None:
    """What the result holds for sure. An argument that is not known may hold the same keys, and
    give them other values."""
    if any(isinstance(a, Unknown) and a.error for a in args):
        return None
    given = [a.certain if isinstance(a, Unknown) else a for a in args]
    known = [a for a in given if isinstance(a, List | Map)]
    result = invoke(name, known) if known else None
    if isinstance(result, Map):
        entries = [replace(e, value=Unknown("its value may be another's")) for e in result.entries]
        return Map(tuple(entries)) if entries else None
    return result if isinstance(result, List) and result.elements else None
