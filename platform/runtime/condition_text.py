"""Groups of conditions as they stand in an address: `any(state.in:open,paid;all(total.gt:100;owner.is:@me))`."""

import json
import re
from collections.abc import Iterator

from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.records import Condition, Conditions
from shuke.records.filters import DEEPEST

MOST = 60
"""So many conditions a list may have."""
MOST_VALUES = 500
_LONGEST = 30_000
_BARE = re.compile(r'[^,;:()"\s][^,;()"]*')
_HEAD = re.compile(r"(any|all)\(")
_NAME = re.compile(r"((?:[a-z][a-z0-9_]*\.)+)([a-z_]+)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def write(conditions: Conditions) -> str:
    parts = (write(part) if isinstance(part, Conditions) else _condition(part) for part in conditions.parts)
    return f"{'any' if conditions.either else 'all'}({';'.join(parts)})"


def read(text: str) -> Conditions:
    """The conditions of an address; `InvalidInput` for what nobody can have clicked together."""
    reader = _Reader(text)
    try:
        found = reader.group(1) if len(text) <= _LONGEST else None
    except ValueError:
        found = None
    if found is None or reader.rest or sum(1 for _one in found.walk()) > MOST:
        raise InvalidInput({"c": [_("The conditions in the address cannot be read.")]})
    return found


def _condition(condition: Condition) -> str:
    name = f"{condition.field}.{condition.operator}"
    return f"{name}:{','.join(_value(value) for value in condition.values)}" if condition.values else name


def _value(value: str) -> str:
    return value if _BARE.fullmatch(value) and value == value.strip() else json.dumps(value, ensure_ascii=False)


class _Reader:
    """Stops where there are more conditions or values than anybody clicks together."""

    def __init__(self, text: str) -> None:
        self.rest = text
        self._parts = self._values_read = 0

    def group(self, depth: int) -> Conditions:
        if depth > DEEPEST:
            raise ValueError(depth)
        either = self._take(_HEAD).startswith("any")
        parts: list[Condition | Conditions] = []
        while not self.rest.startswith(")"):
            if parts:
                self._skip(";")
            self._parts += 1
            if self._parts > 2 * MOST:
                raise ValueError(self._parts)
            parts.append(self.group(depth + 1) if _HEAD.match(self.rest) else self._condition())
        self._skip(")")
        return Conditions(tuple(parts), either)

    def _condition(self) -> Condition:
        path, _dot, operator = self._take(_NAME).rpartition(".")
        return Condition(path, operator, tuple(self._values()) if self.rest.startswith(":") else ())

    def _values(self) -> Iterator[str]:
        mark = ":"
        while self.rest.startswith(mark):
            self._skip(mark)
            mark = ","
            self._values_read += 1
            if self._values_read > MOST_VALUES:
                raise ValueError(self._values_read)
            if self.rest.startswith('"'):
                yield str(json.loads(self._take(_QUOTED)))
            else:
                yield self._take(_BARE)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.rest)
        if found is None:
            raise ValueError(self.rest)
        self.rest = self.rest[found.end():]
        return found[0]

    def _skip(self, mark: str) -> None:
        if not self.rest.startswith(mark):
            raise ValueError(self.rest)
        self.rest = self.rest[len(mark):]
