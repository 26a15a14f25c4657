"""Functions on numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache, reduce

from iac_offboard.hcl.arithmetic import calculate, compare, exact, inexact, number
from iac_offboard.hcl.convert import failure, to_number, unknown, whole_number
from iac_offboard.hcl.registry import function
from iac_offboard.hcl.value_types import ANY, NUMBER
from iac_offboard.hcl.values import Element, List, Num, Str, Unknown, Value

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_EXACT = 1 << 53


def _number(value: Value) -> int | float:
    """Raises ValueError for anything that is no known number."""
    if not isinstance(value, Num):
        raise ValueError("not a number")
    return value.value


def _numbers(args: Sequence[Value]) -> list[int | float]:
    return [_number(a) for a in args]


def _floating(value: float) -> Value:
    """What Terraform computes with the machine's numbers: its digits are not written down here."""
    if math.isnan(value) or math.isinf(value):
        return Unknown("the result is no number that can be written down")
    if value.is_integer() and abs(value) < _EXACT:
        return Num(int(value))
    return Num(inexact(value))


@function("min", 1, -1, takes=(NUMBER,))
def _min(args: Sequence[Value]) -> Value:
    return Num(reduce(lambda a, b: b if compare("<", b, a) else a, _numbers(args)))


@function("max", 1, -1, takes=(NUMBER,))
def _max(args: Sequence[Value]) -> Value:
    return Num(reduce(lambda a, b: b if compare(">", b, a) else a, _numbers(args)))


@function("sum", 1)
def _sum(args: Sequence[Value]) -> Value:
    if not isinstance(args[0], List) or not args[0].elements:
        return failure("sum needs a list with elements", *args)
    numbers = [to_number(e.value) for e in args[0].elements]
    if any(isinstance(n, Unknown) and not n.error for n in numbers):
        return unknown("an element is not known", *args)
    return Num(reduce(lambda a, b: calculate("+", a, b), _numbers(numbers)))


@function("abs", 1, takes=(NUMBER,))
def _abs(args: Sequence[Value]) -> Value:
    return Num(number(abs(exact(_number(args[0])))))


@function("ceil", 1, takes=(NUMBER,))
def _ceil(args: Sequence[Value]) -> Value:
    return Num(math.ceil(exact(_number(args[0]))))


@function("floor", 1, takes=(NUMBER,))
def _floor(args: Sequence[Value]) -> Value:
    return Num(math.floor(exact(_number(args[0]))))


@function("signum", 1, takes=(NUMBER,))
def _signum(args: Sequence[Value]) -> Value:
    value = whole_number(args[0])
    if value is None:
        return failure("signum needs a whole number", *args)
    return Num((value > 0) - (value < 0))


@function("pow", 2, takes=(NUMBER,))
def _pow(args: Sequence[Value]) -> Value:
    base, exponent = (float(n) for n in _numbers(args))
    try:
        return _floating(math.pow(base, exponent))
    except (OverflowError, ValueError):
        return Unknown("the result is no number that can be written down")


@function("log", 2, takes=(NUMBER,))
def _log(args: Sequence[Value]) -> Value:
    value, base = (float(n) for n in _numbers(args))
    if value <= 0 or base <= 0 or base == 1:
        return Unknown("the result is no number that can be written down")
    return _floating(math.log(value) / math.log(base))


@function("parseint", 2, takes=(ANY, NUMBER))
def _parseint(args: Sequence[Value]) -> Value:
    text, base = args[0], whole_number(args[1])
    if not isinstance(text, Str) or base is None or not 2 <= base <= 62:
        return failure("parseint needs a string and a base from 2 to 62", *args)
    if text.text is None:
        return unknown("part of the string is not known", *args)
    digits = text.text[1:] if text.text[:1] in ("-", "+") else text.text
    digits = digits.lower() if base <= 36 else digits
    if not digits or any(d not in _DIGITS[:base] for d in digits) or not text.text.isascii():
        return failure("parseint: this is not a number of that base", *args)
    value = reduce(lambda total, d: total * base + _DIGITS.index(d), digits[:1000], 0)
    return Num(number(Fraction(-value if text.text.startswith("-") else value)))


@function("range", 1, 3, takes=(NUMBER,))
def _range(args: Sequence[Value]) -> Value:
    found = [exact(n) for n in _numbers(args)]
    start, limit = (Fraction(0), found[0]) if len(found) == 1 else (found[0], found[1])
    step = found[2] if len(found) == 3 else Fraction(1 if limit >= start else -1)
    if start == limit:
        return List((), typed=True)
    if step == 0 or (step > 0) != (limit > start):
        return failure("range: the step does not lead from the start to the end", *args)
    count = math.ceil((limit - start) / step)
    if count > 1024:
        return failure("range would have more than 1024 elements", *args)
    return _steps(start, step, count)


@lru_cache(maxsize=64)
def _steps(start: Fraction, step: Fraction, count: int) -> List:
    """Asked for again in each turn of a loop, so made once."""
    numbers = [Num(number(start + i * step)) for i in range(count)]
    return List(tuple([Element(n) for n in numbers]), typed=True)
