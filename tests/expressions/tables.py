"""The library's tables, filled from the same values that the environments hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from shuke.core.db import Database, connection
from shuke.core.sqltypes import Json, ScaledDecimal, Text, UtcDateTime
from shuke.expressions import Expression, Path, Value

tables = sa.MetaData()
loan = sa.Table(
    "t_loan", tables, sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("title", Text), sa.Column("kind", Text),
    sa.Column("quantity", sa.BigInteger), sa.Column("price", ScaledDecimal(2)), sa.Column("rate", ScaledDecimal(4)),
    sa.Column("nothing", ScaledDecimal(2), quote=True), sa.Column("score", ScaledDecimal(6)), sa.Column("active", sa.Boolean),
    sa.Column("due", sa.Date), sa.Column("returned", sa.Date), sa.Column("lent_at", UtcDateTime), sa.Column("closed_at", UtcDateTime),
    sa.Column("tags", Json), sa.Column("book", sa.BigInteger), sa.Column("owner", sa.BigInteger), sa.Column("unit", sa.BigInteger),
)
line = sa.Table(
    "t_line", tables, sa.Column("parent", sa.BigInteger), sa.Column("kind", Text), sa.Column("quantity", sa.BigInteger),
    sa.Column("price", ScaledDecimal(2)), sa.Column("day", sa.Date), sa.Column("done", sa.Boolean),
)
sa.Index("i_kind", loan.c.kind)
sa.Index("i_price", loan.c.price)
sa.Index("i_lent", loan.c.lent_at)


@dataclass(frozen=True)
class Source:
    """The columns of one of the two tables."""

    dialect: str
    table: sa.Table = loan
    variables: Mapping[str, Value] = field(default_factory=dict)

    def column(self, path: Path) -> sa.ColumnElement[Any]:
        return self.table.c[path[0]]

    def collection(self, path: Path) -> tuple[sa.FromClause, sa.ColumnElement[bool], "Source"]:
        return line, line.c.parent == loan.c.id, Source(self.dialect, line, self.variables)

    def variable(self, name: str) -> Any:
        return self.variables.get(name)


def fill(database: Database, rows: Sequence[Mapping[str, Any]]) -> None:
    """Make the tables anew with these loans and their lines; their ids are their places."""
    with database.ddl_engine.begin() as ddl:
        tables.drop_all(ddl)
        tables.create_all(ddl)
    names, line_names = loan.columns.keys(), line.columns.keys()
    with database.write():
        loans = [{name: row.get(name) for name in names} | {"id": index} for index, row in enumerate(rows)]
        connection().execute(sa.insert(loan), [row | {"tags": None if row["tags"] is None else list(row["tags"])} for row in loans])
        lines = [{name: each.get(name) for name in line_names} | {"parent": index}
                 for index, row in enumerate(rows) for each in row.get("lines", ())]
        if lines:
            connection().execute(sa.insert(line), lines)


def select(database: Database, expression: Expression, variables: Mapping[str, Value]) -> list[Any]:
    """The value of the expression for each loan."""
    computed = expression.sql(Source(database.dialect, variables=variables))
    with database.read():
        return list(connection().scalars(sa.select(computed.label("value")).select_from(loan).order_by(loan.c.id)))
