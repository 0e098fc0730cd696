"""Functions that decide: conditions, choices, and what to do about blanks."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from shuke.expressions import postgresql
from shuke.expressions.functions.base import Closure, Function, Sql, words
from shuke.expressions.nodes import Call
from shuke.expressions.types import BLANK, BOOL, Kind, Value


def is_blank(value: Value) -> bool:
    return value is None or value == "" or value == ()


def _blank_sql(call: Call, value: Sql) -> Sql:
    return blank_sql(value, call.arguments[0].type.kind)


def blank_sql(value: Sql, kind: Kind) -> Sql:
    if kind is Kind.TEXT:
        return sa.func.coalesce(value, postgresql.text("")) == postgresql.text("")
    if kind is Kind.LIST:
        return sa.func.coalesce(sa.func.jsonb_array_length(value), 0) == 0
    return value.is_(None)


def _make_if(call: Call, parts: Sequence[Closure]) -> Closure:
    condition, then = parts[0], parts[1]
    if len(parts) == 2:
        return lambda env: then(env) if condition(env) else None
    otherwise = parts[2]
    return lambda env: then(env) if condition(env) else otherwise(env)


def _make_ifs(call: Call, parts: Sequence[Closure]) -> Closure:
    cases = list(zip(parts[::2], parts[1::2], strict=True))

    def run(env: Any) -> Value:
        for condition, value in cases:
            if condition(env):
                return value(env)
        return None

    return run


def _make_switch(call: Call, parts: Sequence[Closure]) -> Closure:
    subject, rest = parts[0], parts[1:]
    otherwise = rest[-1] if len(rest) % 2 else None
    cases = list(zip(rest[: len(rest) // 2 * 2 : 2], rest[1::2], strict=True))

    def run(env: Any) -> Value:
        value = subject(env)
        for case, result in cases:
            if value == case(env):
                return result(env)
        return otherwise(env) if otherwise else None

    return run


def _switch_sql(call: Call, subject: Sql, *rest: Sql) -> Sql:
    def build(subject: Sql) -> Sql:
        pairs = zip(rest[: len(rest) // 2 * 2 : 2], rest[1::2], strict=True)
        otherwise = rest[-1] if len(rest) % 2 else None
        return sa.case(*((subject.is_not_distinct_from(case), result) for case, result in pairs), else_=otherwise)

    return postgresql.once(build, subject)


def _choose_sql(call: Call, index: Sql, *values: Sql) -> Sql:
    return postgresql.once(
        lambda index: sa.case(*((index == position, value) for position, value in enumerate(values, 1))), sa.func.trunc(index))


def _make_choose(call: Call, parts: Sequence[Closure]) -> Closure:
    index, values = parts[0], parts[1:]

    def run(env: Any) -> Value:
        position = index(env)
        return values[int(position) - 1](env) if isinstance(position, Decimal) and 1 <= int(position) <= len(values) else None

    return run


def _make_and(call: Call, parts: Sequence[Closure]) -> Closure:
    def run(env: Any) -> Value:
        for part in parts:
            if not part(env):
                return False
        return True

    return run


def _make_or(call: Call, parts: Sequence[Closure]) -> Closure:
    def run(env: Any) -> Value:
        for part in parts:
            if part(env):
                return True
        return False

    return run


def _make_first(call: Call, parts: Sequence[Closure]) -> Closure:
    def run(env: Any) -> Value:
        for part in parts:
            value = part(env)
            if value is not None and value != "" and value != ():
                return value
        return None

    return run


def _make_iferror(call: Call, parts: Sequence[Closure]) -> Closure:
    value, otherwise = parts

    def run(env: Any) -> Value:
        found = value(env)
        return otherwise(env) if found is None else found

    return run


def _first_sql(call: Call, *values: Sql) -> Sql:
    if call.type.kind is Kind.TEXT:
        return sa.func.coalesce(*(sa.func.nullif(value, postgresql.text(""), type_=sa.Text()) for value in values), type_=sa.Text())
    return sa.func.coalesce(*values, type_=values[0].type)


def _xor(*values: bool) -> bool:
    return sum(values) % 2 == 1


def _xor_sql(call: Call, *values: Sql) -> Sql:
    result = values[0]
    for value in values[1:]:
        result = result.is_distinct_from(value)
    return result


def _between(value: Any, low: Any, high: Any) -> bool:
    return bool(low <= value <= high)


def _between_sql(call: Call, value: Sql, low: Sql, high: Sql) -> Sql:
    return postgresql.comparable(value, call.arguments[0].type.kind).between(low, high)


FUNCTIONS = [
    Function(
        "IF", "logic", "condition:bool then:same otherwise:same?", "same",
        words("条件成立时给出第一个值，否则给出第二个值（省略则为空）。", "The first value if the condition holds, else the second, or blank."),
        (("IF(quantity > 2, \"many\", \"few\")", "many"), ("IF(FALSE, 1)", None)),
        lambda condition, then, otherwise=None: then if condition else otherwise,
        lambda call, condition, then, *otherwise: sa.case((condition, then), else_=otherwise[0] if otherwise else None),
        strict=False, make=_make_if, results=lambda count: range(1, count)),
    Function(
        "IFS", "logic", "(condition:bool value:same)+", "same",
        words("给出第一个成立的条件所对应的值，都不成立则为空。", "The value after the first condition that holds, or blank."),
        (("IFS(quantity > 10, \"A\", quantity > 2, \"B\", TRUE, \"C\")", "B"), ("IFS(FALSE, 1)", None)),
        lambda *values: None, lambda call, *values: sa.case(*zip(values[::2], values[1::2], strict=True)),
        strict=False, make=_make_ifs, results=lambda count: range(1, count, 2)),
    Function(
        "SWITCH", "logic", "value:case (case:case result:same)+ otherwise:same?", "same",
        words("把一个值与各种情况逐一比较，给出相等的那种情况的结果。", "Compares a value with each case and gives the result of the one that is equal."),
        (("SWITCH(kind, \"b\", 10, \"a\", 20, 0)", 20), ("SWITCH(quantity, 1, \"one\", \"other\")", "other")),
        lambda *values: None, _switch_sql, strict=False, make=_make_switch,
        results=lambda count: [*range(2, count, 2), *([count - 1] if count % 2 == 0 else [])]),
    Function(
        "CHOOSE", "logic", "index:number (value:same)+", "same",
        words("按序号给出后面的某个值。", "The value at the position that the number tells."),
        (("CHOOSE(2, \"a\", \"b\", \"c\")", "b"), ("CHOOSE(5, \"a\")", None)),
        lambda *values: None, _choose_sql, strict=False, make=_make_choose, results=lambda count: range(1, count)),
    Function(
        "AND", "logic", "(condition:bool)+", BOOL, words("所有条件都成立时为真。", "True if all conditions hold."),
        (("AND(TRUE, quantity > 2)", True), ("AND(TRUE, FALSE)", False)),
        lambda *values: all(values), lambda call, *values: sa.and_(*values), strict=False, make=_make_and),
    Function(
        "OR", "logic", "(condition:bool)+", BOOL, words("任一条件成立时为真。", "True if any condition holds."),
        (("OR(FALSE, quantity > 2)", True), ("OR(FALSE, FALSE)", False)),
        lambda *values: any(values), lambda call, *values: sa.or_(*values), strict=False, make=_make_or),
    Function(
        "NOT", "logic", "condition:bool", BOOL, words("条件不成立时为真。", "True if the condition does not hold."),
        (("NOT(quantity > 2)", False),), lambda value: not value, lambda call, value: sa.not_(value), strict=False),
    Function(
        "XOR", "logic", "(condition:bool)+", BOOL, words("成立的条件为奇数个时为真。", "True if an odd number of the conditions hold."),
        (("XOR(TRUE, FALSE)", True), ("XOR(TRUE, TRUE)", False)), lambda *values: _xor(*map(bool, values)), _xor_sql, strict=False),
    Function(
        "BLANK", "logic", "", BLANK, words("空值。", "Nothing at all."),
        (("BLANK()", None), ("quantity = BLANK()", False)), lambda: None, lambda call: sa.null(), strict=False),
    Function(
        "ISBLANK", "logic", "value:any", BOOL, words("值是否为空。出错的值也算空。", "Whether the value is blank; an error counts as blank."),
        (("ISBLANK(nothing)", True), ("ISBLANK(0)", False), ("ISBLANK(1 / 0)", True)), is_blank, _blank_sql, strict=False),
    Function(
        "ISNOTBLANK", "logic", "value:any", BOOL, words("值是否不为空。", "Whether there is a value."),
        (("ISNOTBLANK(nothing)", False), ("ISNOTBLANK(title)", True)), lambda value: not is_blank(value),
        lambda call, value: sa.not_(_blank_sql(call, value)), strict=False),
    Function(
        "COALESCE", "logic", "(value:same)+", "same", words("第一个不为空的值。", "The first value that is not blank."),
        (("COALESCE(nothing, 7)", 7), ("COALESCE(\"\", title)", "Sea stories")), lambda *values: None, _first_sql,
        strict=False, make=_make_first, results=lambda count: [count - 1] if count > 1 else []),
    Function(
        "IFERROR", "logic", "value:same otherwise:same", "same",
        words("值出错或为空时，改用第二个值。", "The second value if the first is an error or blank."),
        (("IFERROR(1 / 0, 0)", 0), ("IFERROR(8 / 2, 0)", 4)), lambda *values: None,
        lambda call, value, otherwise: sa.func.coalesce(value, otherwise, type_=value.type), strict=False, make=_make_iferror,
        results=lambda count: [1]),
    Function(
        "ISERROR", "logic", "value:any", BOOL, words("值是否出错或为空。", "Whether the value is an error or blank."),
        (("ISERROR(1 / 0)", True), ("ISERROR(1)", False)), lambda value: value is None, lambda call, value: value.is_(None), strict=False),
    Function(
        "BETWEEN", "logic", "value:same low:same high:same", BOOL, words("值是否在两个界限之间（含界限）。", "Whether the value lies between the two bounds, themselves included."),
        (("BETWEEN(quantity, 1, 3)", True), ("BETWEEN(\"b\", \"c\", \"d\")", False)), _between, _between_sql),
]
