"""Numbers that count up: `L{yyyy}{mm}-{0000}`, begun anew each period, optionally without gaps."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from shuke.core.db import connection, metadata
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.fields.text import TextType

RESETS = {"never": "", "year": "%Y", "month": "%Y%m", "day": "%Y%m%d"}
_DATE_PARTS = {"yyyy": "%Y", "yy": "%y", "mm": "%m", "dd": "%d"}
_TOKEN = re.compile(r"\{([^{}]*)\}")
_NEEDED = {"never": (), "year": ("y",), "month": ("y", "m"), "day": ("y", "m", "d")}

sequence_table = sa.Table(
    "sk_sequence", metadata,
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("period", sa.String(8), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)


class AutonumberType(TextType):
    name = "autonumber"
    words = "Automatic number"
    options_schema: ClassVar = {
        "properties": {
            "x-pattern": {"type": "string", "minLength": 3, "maxLength": 60}, "x-reset": {"enum": list(RESETS)}, "x-gapless": {"type": "boolean"},
        },
        "required": ["x-pattern"],
    }
    in_table = False

    def problems(self, field: Field) -> list[tuple[str, str]]:
        try:
            pattern = Pattern.read(str(field.option("pattern", "")))
        except ValueError as wrong:
            return [("x-pattern", str(wrong))]
        reset = str(field.option("reset", "never"))
        if any(part not in pattern.dated for part in _NEEDED.get(reset, ())):
            return [("x-pattern", _("Numbers that begin anew need their date in the pattern, or two would be alike."))]
        return []


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern taken apart: literal text, date parts and the counter."""

    parts: tuple[tuple[str, str], ...]
    """(`text` | `date` | `count`, content)."""

    @classmethod
    def read(cls, text: str) -> "Pattern":
        parts: list[tuple[str, str]] = []
        for index, piece in enumerate(_TOKEN.split(text)):
            parts.append(_token(piece) if index % 2 else ("text", piece))
        if any(kind == "text" and ("{" in content or "}" in content) for kind, content in parts):
            raise ValueError(_("A brace of the pattern is not closed."))
        if [kind for kind, _content in parts].count("count") != 1:
            raise ValueError(_("The pattern needs its counter once, such as {0000}."))
        return cls(tuple(part for part in parts if part[1]))

    @property
    def dated(self) -> str:
        """The first letters of its date parts: `ymd`."""
        return "".join(content[1].lower() for kind, content in self.parts if kind == "date")

    def format(self, number: int, on: date) -> str:
        """A number with more digits than the counter has simply is longer."""
        return "".join(
            content if kind == "text" else on.strftime(content) if kind == "date" else str(number).zfill(len(content))
            for kind, content in self.parts
        )


@lru_cache(maxsize=1000)
def _pattern(text: str) -> Pattern:
    return Pattern.read(text)


def next_numbers(field: Field, entity: str, count: int, on: date) -> list[str]:
    """The next numbers for records made on a day; each is given once."""
    pattern = _pattern(str(field.option("pattern")))
    period = on.strftime(RESETS[str(field.option("reset", "never"))])
    last = _advance(field.id or f"{entity}.{field.name}", period, count, gapless=bool(field.option("gapless", False)))
    return [pattern.format(number, on) for number in range(last - count + 1, last + 1)]


@dataclass(frozen=True, slots=True)
class Counter:
    """How far one automatic number has come: how many were given in the current period, and what comes next."""

    given: int
    following: str


def counters(fields: Sequence[tuple[str, Field]], on: date) -> list[Counter]:
    """The counters of these (entity, field) pairs, without counting on; one statement for all."""
    table = sequence_table.c
    known = {(name, period): value for name, period, value in connection().execute(sa.select(table.name, table.period, table.value))}
    found = []
    for entity, field in fields:
        period = on.strftime(RESETS[str(field.option("reset", "never"))])
        given = known.get((field.id or f"{entity}.{field.name}", period), 0)
        found.append(Counter(given, Pattern.read(str(field.option("pattern"))).format(given + 1, on)))
    return found


def _advance(name: str, period: str, count: int, *, gapless: bool) -> int:
    """Count on and return the last number.

    Without gaps, the row stays locked until the record's transaction ends and a rollback gives the number back. Else
    PostgreSQL counts in a transaction of its own, so that a long import does not hold up everybody who saves. SQLite has
    one writer anyway.
    """
    current = connection()
    if gapless or current.dialect.name != "postgresql":
        return _count_on(current, name, period, count)
    with current.engine.begin() as apart:
        return _count_on(apart, name, period, count)


def _count_on(within: Connection, name: str, period: str, count: int) -> int:
    return int(within.execute(_COUNT_ON[within.dialect.name], {"name": name, "period": period, "value": count}).scalar_one())


def _counting_on(insert: Any) -> Any:
    statement = insert(sequence_table)
    count_on = {"value": sequence_table.c.value + statement.excluded.value}
    return statement.on_conflict_do_update(index_elements=["name", "period"], set_=count_on).returning(sequence_table.c.value)


_COUNT_ON = {"postgresql": _counting_on(postgresql.insert), "sqlite": _counting_on(sqlite.insert)}


def _token(content: str) -> tuple[str, str]:
    if content in _DATE_PARTS:
        return "date", _DATE_PARTS[content]
    if content and set(content) == {"0"} and len(content) <= 12:
        return "count", content
    raise ValueError(_("The pattern does not know {%(token)s}; it knows {yyyy}, {yy}, {mm}, {dd} and {0000}.", token=content))
