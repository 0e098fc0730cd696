"""What rules did and where they were stopped: written with the change itself, read by administrators."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from shuke.automation.tables import rule_run
from shuke.core import clock
from shuke.core.db import connection
from shuke.core.ids import new_id

DONE, STOPPED = "done", "stopped"


@dataclass(frozen=True, slots=True)
class RuleRun:
    """One rule on one record. `depth` 1: set off by a person; more: by another rule. `stopped`: a limit kept it from running."""

    id: int
    rule: str
    entity: str
    record_id: int
    at: datetime
    actor_id: int
    depth: int
    outcome: str
    detail: str


def log(rule: str, entity: str, actor_id: int, depth: int, outcome: str, details: Iterable[tuple[int, str]]) -> None:
    """One line for each record (id and detail)."""
    at = clock.now()
    rows = [
        {"id": new_id(), "rule": rule, "entity": entity, "record_id": id_, "at": at, "actor_id": actor_id, "depth": depth,
         "outcome": outcome, "detail": detail}
        for id_, detail in details
    ]
    if rows:
        connection().execute(sa.insert(rule_run), rows)


def runs(*, rule: str = "", record: tuple[str, int] | None = None, limit: int = 50, before: int | None = None) -> list[RuleRun]:
    """The log, newest first; `before` is the id of the last line seen."""
    query = sa.select(rule_run).order_by(rule_run.c.id.desc()).limit(limit)
    if rule:
        query = query.where(rule_run.c.rule == rule)
    if record:
        query = query.where(rule_run.c.entity == record[0], rule_run.c.record_id == record[1])
    if before is not None:
        query = query.where(rule_run.c.id < before)
    return [RuleRun(*row) for row in connection().execute(query)]
