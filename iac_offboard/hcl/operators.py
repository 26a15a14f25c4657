"""Unary and binary operators of HCL."""

from __future__ import annotations

from iac_offboard.hcl.arithmetic import Inexact, calculate, compare, exact, inexact
from iac_offboard.hcl.convert import equal, failure, not_a_test, to_number, truth, unknown
from iac_offboard.hcl.values import Bool, Num, Unknown, Value


def unary(operator: str, operand: Value) -> Value:
    if operator == "!":
        test = truth(operand)
        return _undecided(operand) if test is None else Bool(not test)
    number = to_number(operand)
    if not isinstance(number, Num):
        return _undecided(operand)
    if isinstance(number.value, Inexact) or not number.value:
        return Num(inexact(-number.value, -exact(number.value)))
    return Num(-number.value)


def _undecided(*operands: Value) -> Unknown:
    if any(isinstance(o, Unknown) for o in operands):
        return unknown("an operand is not known", *operands)
    parts = [to_number(o) for o in operands]
    if any(isinstance(p, Unknown) and not p.error for p in parts):
        return unknown("an operand is not known", *operands)
    return failure("an operand has the wrong type", *operands)


def binary(operator: str, left: Value, right: Value) -> Value:
    if operator in ("==", "!="):
        same = equal(left, right)
        if same is None:
            return unknown("an operand is not known", left, right)
        return Bool(same == (operator == "=="))
    if operator in ("&&", "||"):
        return _logic(operator, left, right)
    first, second = to_number(left), to_number(right)
    if not isinstance(first, Num) or not isinstance(second, Num):
        return _undecided(left, right)
    try:
        return _arithmetic(operator, first.value, second.value)
    except (ArithmeticError, ValueError):
        return failure("this cannot be calculated", left, right)


def _logic(operator: str, left: Value, right: Value) -> Value:
    tests = (truth(left), truth(right))
    if any(not_a_test(o) for o in (left, right)):
        return _undecided(left, right)
    decisive = operator == "||"
    if decisive in tests:
        return Bool(decisive)
    if None in tests:
        return _undecided(left, right)
    return Bool(not decisive)


def _arithmetic(operator: str, a: int | float, b: int | float) -> Value:
    if operator in ("<", ">", "<=", ">="):
        return Bool(compare(operator, a, b))
    return Num(calculate(operator, a, b))
