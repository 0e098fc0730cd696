"""The log of what rules did; only this package reads and writes it."""

import sqlalchemy as sa

from shuke.core.db import metadata
from shuke.core.sqltypes import Id, Text, UtcDateTime

rule_run = sa.Table(
    "sk_rule_run", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("rule", Text, nullable=False),
    sa.Column("entity", Text, nullable=False),
    sa.Column("record_id", Id, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor_id", Id, nullable=False),
    sa.Column("depth", sa.Integer, nullable=False),
    sa.Column("outcome", Text, nullable=False),
    sa.Column("detail", Text, nullable=False),
    sa.Index("sk_rule_run_record", "entity", "record_id"),
    sa.Index("sk_rule_run_rule", "rule", "id"),
)
