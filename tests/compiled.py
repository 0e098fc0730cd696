"""What each application compiles for itself, compiled once for all applications of a test process: templates and addresses.

A test process makes about a thousand applications, and these two are half of what one costs.
"""

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

_Build = Callable[..., tuple[str, str]]


class _Templates(BytecodeCache):
    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


def _shared(build: Callable[[Rule, bool], _Build]) -> Callable[[Rule, bool], _Build]:
    """The functions that write addresses: those of one rule differ in nothing but the rule that they are bound to."""
    made: dict[tuple[Any, ...], _Build] = {}

    def built(rule: Rule, append_unknown: bool = True) -> _Build:
        if rule.defaults:
            return build(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in made:
            made[key] = build(rule, append_unknown)
        return made[key]

    return built


def compile_once() -> None:
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}
    Rule._compile_builder = _shared(Rule._compile_builder)  # type: ignore[assignment, method-assign]
