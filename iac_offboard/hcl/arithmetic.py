"""Numbers as Terraform counts: binary, with 512 bits ("Types and Values", numbers).

A number is an ``int``, a ``float`` that stands for the decimal it is spelled as, or ``Inexact``:
one whose decimal spelling is longer than a float's. Its text is not known; rounding it is.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

BITS = 512
_LARGEST = 10**300


class Inexact(float):
    """A float beside the value that it is close to."""

    __slots__ = ("exactly",)
    exactly: Fraction


def exact(value: int | float) -> Fraction:
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, Inexact):
        return value.exactly
    return rounded(Fraction(repr(value)))


def rounded(value: Fraction) -> Fraction:
    """To the nearest number of 512 bits, halves to the even one."""
    if value.denominator & (value.denominator - 1) == 0 and abs(value.numerator) < 1 << BITS:
        return value
    shift = BITS - (abs(value.numerator).bit_length() - value.denominator.bit_length())
    while True:
        scaled = value * Fraction(2) ** shift
        if abs(scaled) >= 1 << BITS:
            shift -= 1
        elif abs(scaled) < 1 << (BITS - 1):
            shift += 1
        else:
            return Fraction(round(scaled)) / Fraction(2) ** shift


def number(value: Fraction) -> int | float:
    """An int where it is whole, a float where that spells it, else Inexact.

    Raises ArithmeticError when it is too large to be written down.
    """
    if abs(value) > _LARGEST:
        raise ArithmeticError("too large")
    if value.denominator == 1:
        return int(value)
    near = float(value)
    if rounded(Fraction(repr(near))) == value:
        return near
    return inexact(near, value)


def inexact(near: float, value: Fraction | None = None) -> Inexact:
    found = Inexact(near)
    found.exactly = Fraction(near) if value is None else value
    return found


def calculate(operator: str, left: int | float, right: int | float) -> int | float:
    """Raises ArithmeticError where Terraform refuses."""
    a, b = exact(left), exact(right)
    match operator:
        case "+":
            result = a + b
        case "-":
            result = a - b
        case "*":
            result = a * b
        case "/":
            result = a / b
        case "%" if b == 0:
            result = a
        case "%":
            result = a - rounded(b * math.trunc(rounded(a / b)))
        case _:
            raise ArithmeticError(operator)
    if not result and operator != "+" and operator != "-" and min(a, b) < 0:
        return inexact(0.0, Fraction(0))  # Terraform writes down that it is below zero
    return number(rounded(result))


def compare(operator: str, left: int | float, right: int | float) -> bool:
    a, b = exact(left), exact(right)
    return {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[operator]


def decimal_text(value: int | float) -> str | None:
    """The decimal spelling without an exponent; None when it is longer than is known."""
    if isinstance(value, Inexact) or math.isinf(value) or math.isnan(value):
        return None
    if isinstance(value, int):
        return str(value) if abs(value) < _LARGEST else None
    return format(Decimal(repr(value)), "f")


def spelled(text: str) -> int | float:
    """The number of a decimal spelling, perhaps with an exponent. Raises ArithmeticError when it
    is too large to be written down."""
    value = Decimal(text)
    if not value.is_finite() or len(text) > 1_000 or abs(value.adjusted()) > 300:
        raise ArithmeticError("too large")
    return number(rounded(Fraction(value)))
