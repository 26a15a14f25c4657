"""Functions on numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from iac_offboard.hcl.convert import failure, to_number
from iac_offboard.hcl.registry import function
from iac_offboard.hcl.values import List, Num, Value


def _numbers(args: Sequence[Value]) -> list[int | float]:
    values: list[int | float] = []
    for value in args:
        number = to_number(value)
        if not isinstance(number, Num):
            raise ValueError("not a number")
        values.append(number.value)
    return values


@function("min", 1, -1)
def _min(args: Sequence[Value]) -> Value:
    return Num(min(_numbers(args)))


@function("max", 1, -1)
def _max(args: Sequence[Value]) -> Value:
    return Num(max(_numbers(args)))


@function("sum", 1)
def _sum(args: Sequence[Value]) -> Value:
    if not isinstance(args[0], List) or not args[0].elements:
        return failure("sum needs a list with elements", *args)
    return Num(sum(_numbers([e.value for e in args[0].elements])))


@function("abs", 1)
def _abs(args: Sequence[Value]) -> Value:
    return Num(abs(_numbers(args)[0]))


@function("ceil", 1)
def _ceil(args: Sequence[Value]) -> Value:
    return Num(math.ceil(_numbers(args)[0]))


@function("floor", 1)
def _floor(args: Sequence[Value]) -> Value:
    return Num(math.floor(_numbers(args)[0]))
