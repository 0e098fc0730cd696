"""FUNCTIONS: every function that an expression can call."""

from shuke.core.registry import Registry
from shuke.expressions.functions import aggregates, dates, lists, logic, numbers, periods, texts, weeks
from shuke.expressions.functions.base import Function

FUNCTIONS: Registry[Function] = Registry("function", [
    *logic.FUNCTIONS, *numbers.FUNCTIONS, *texts.FUNCTIONS, *dates.FUNCTIONS, *periods.FUNCTIONS, *weeks.FUNCTIONS, *lists.FUNCTIONS,
    *aggregates.FUNCTIONS,
])
