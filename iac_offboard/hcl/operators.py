"""Unary and binary operators of HCL."""

from __future__ import annotations

from iac_offboard.hcl.convert import equal, failure, to_number, truth, unknown
from iac_offboard.hcl.values import Bool, Num, Unknown, Value

_LARGEST = 10**40


def unary(operator: str, operand: Value) -> Value:
    if operator == "!":
        test = truth(operand)
        return _undecided(operand) if test is None else Bool(not test)
    number = to_number(operand)
    return Num(-number.value) if isinstance(number, Num) else _undecided(operand)


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
    decisive = operator == "||"
    if decisive in tests:
        return Bool(decisive)
    if None in tests:
        return _undecided(left, right)
    return Bool(not decisive)


def _arithmetic(operator: str, a: int | float, b: int | float) -> Value:
    match operator:
        case "<":
            return Bool(a < b)
        case ">":
            return Bool(a > b)
        case "<=":
            return Bool(a <= b)
        case ">=":
            return Bool(a >= b)
        case "+":
            result = a + b
        case "-":
            result = a - b
        case "*":
            result = a * b
        case "/":
            result = a / b
        case "%":
            result = a - b * int(a / b)
        case _:
            return failure(f"the operator {operator} is not known")
    if isinstance(result, int) and abs(result) > _LARGEST:
        result = float(result)
    if isinstance(result, float):  # Terraform counts in decimals: 0.1 + 0.2 is 0.3
        result = float(format(result, ".15g"))
    if isinstance(result, float) and result.is_integer() and abs(result) < 1e15:
        result = int(result)
    return Num(result)
