"""What conversions left in place: the value that a column had from before, where what was to take its place could not.

A text “12” becomes a date that the record had years ago, because “12” is no date; when the text comes back, the “12” that
still lies there is the right one, and not the date as text. The two values alone do not say so: it is remembered here.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from shuke.core.db import connection, metadata
from shuke.core.sqltypes import Id

Step = tuple[str, str]
"""The column of the source and that of the target."""
Left = Mapping[Step, tuple[str, str]]
"""What one row had in both columns of a step, as neutral text."""

_table = sa.Table(
    "sk_leftover", metadata,
    sa.Column("table", sa.String(63), primary_key=True),
    sa.Column("row", Id, primary_key=True, autoincrement=False),
    sa.Column("source", sa.String(63), primary_key=True),
    sa.Column("target", sa.String(63), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("there", sa.Text, nullable=False),
)


def leftovers(table: str, rows: Sequence[int]) -> Mapping[int, Left]:
    """What is remembered of these rows, in ascending order of their ids."""
    found: dict[int, dict[Step, tuple[str, str]]] = {}
    here = sa.select(_table).where(_table.c.table == table, _table.c.row.between(rows[0], rows[-1]))
    for one in connection().execute(here).mappings():
        found.setdefault(one["row"], {})[one["source"], one["target"]] = one["value"], one["there"]
    return found


def remember(table: str, step: Step, rows: Iterable[tuple[int, str, str]]) -> None:
    """Rows with what they have in the columns of both, instead of what was remembered of them before."""
    made: list[dict[str, Any]] = [
        {"table": table, "row": id_, "source": step[0], "target": step[1], "value": value, "there": there} for id_, value, there in rows
    ]
    if made:
        old = sa.delete(_table).where(*(_table.c[key] == sa.bindparam(f"old_{key}") for key in ("table", "row", "source", "target")))
        connection().execute(old, [{f"old_{key}": one[key] for key in ("table", "row", "source", "target")} for one in made])
        connection().execute(sa.insert(_table), made)
