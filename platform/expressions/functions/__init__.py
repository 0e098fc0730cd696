"""FUNCTIONS: every function that an expression can call."""

from shuke.core.registry import Registry
from shuke.expressions.functions import aggregates, logic, numbers
from shuke.expressions.functions.base import Function

FUNCTIONS: Registry[Function] = Registry("function", [
    *logic.FUNCTIONS, *numbers.FUNCTIONS, *aggregates.FUNCTIONS,
])
