"""What happened to records: one append-only row for each change, written in its transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from shuke.access import Actor, policy
from shuke.core import clock
from shuke.core.db import connection, metadata
from shuke.core.errors import NotAllowed
from shuke.core.i18n import format_instant, pick
from shuke.core.i18n import gettext as _
from shuke.core.ids import new_id
from shuke.core.sqltypes import Id, Json, UtcDateTime
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.fields import FIELD_TYPES
from shuke.records.shapes import link_target
from shuke.records.titles import titles
from shuke.records.values import Change, FieldChange, HistoryEntry

history_table = sa.Table(
    "sk_history", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("entity", sa.String(60), nullable=False),
    sa.Column("record_id", Id, nullable=False),
    sa.Column("action", sa.String(20), nullable=False),
    sa.Column("actor_id", Id, nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("changes", Json, nullable=False),
    sa.Index("ix_sk_history_record", "entity", "record_id", "id"),
    sa.Index("ix_sk_history_actor", "actor_id", "id"),
)
for _statement in ("UPDATE", "DELETE"):
    event.listen(history_table, "after_create", sa.DDL(  # type: ignore[no-untyped-call]
        f"CREATE TRIGGER sk_history_no_{_statement.lower()} BEFORE {_statement} ON sk_history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END",
    ).execute_if(dialect="sqlite"))
event.listen(history_table, "after_create", sa.DDL(  # type: ignore[no-untyped-call]
    "CREATE FUNCTION sk_history_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$",
).execute_if(dialect="postgresql"))
event.listen(history_table, "after_create", sa.DDL(  # type: ignore[no-untyped-call]
    "CREATE TRIGGER sk_history_read_only BEFORE UPDATE OR DELETE ON sk_history FOR EACH ROW EXECUTE FUNCTION sk_history_append_only()",
).execute_if(dialect="postgresql"))


SYSTEM = Actor.system("").name
"""How the history calls the platform itself; people read it in their own language."""


_RULE = "rule:"
_RESTORED = "restored:"


def write_history(changes: Iterable[Change]) -> None:
    """Keep old and new values of the changed fields, by the field's lasting id."""
    at = clock.now()
    changes = list(changes)
    if any(change.actor.through is not None for change in changes):
        raise NotAllowed(_("Who looks as somebody else changes nothing."))
    rows = [
        {
            "id": new_id(), "at": at, "entity": change.entity.name, "record_id": change.id, "action": change.action,
            "actor_id": change.actor.id, "actor": change.actor.name, "reason": change.actor.reason, "changes": _differences(change),
        }
        for change in changes
    ]
    if rows:
        connection().execute(sa.insert(history_table), rows)


def history(
    actor: Actor, entity: Entity, id_: int, *, limit: int = 50, before: int | None = None, by: str = "", actions: Iterable[str] = (),
) -> list[HistoryEntry]:
    """The changes of one record, newest first, as far as the actor may read the fields. The caller has checked the record."""
    table = history_table.c
    statement = sa.select(table.id, table.at, table.actor, table.action, table.reason, table.changes).where(table.entity == entity.name, table.record_id == id_)
    if before is not None:
        statement = statement.where(table.id < before)
    if by:
        statement = statement.where(table.actor == by)
    if actions := tuple(actions):
        statement = statement.where(table.action.in_(actions))
    rows = connection().execute(statement.order_by(table.id.desc()).limit(limit)).all()
    by_id = {one.id or one.name: one for one in entity.fields} | {name: entity.field(name) for name in ("owner", "unit")}
    words = _link_titles(actor, entity, by_id, [row.changes for row in rows])
    return [
        HistoryEntry(row.id, row.at, _("System") if row.actor == SYSTEM else row.actor, row.action, said_of(row.reason), tuple(_readable(actor, entity, by_id, row.changes, words))) for row in rows
    ]


def rule_reason(rule: str) -> str:
    """The reason of what a rule does: its name, which is told by its label when somebody reads it."""
    return f"{_RULE}{rule}"


def restored_reason(at: datetime) -> str:
    """The reason of a change that brings back a value of that time."""
    return f"{_RESTORED}{at.isoformat()}"


def said_of(reason: str) -> str:
    """A reason in the language of whoever reads it."""
    if reason.startswith(_RESTORED):
        return _("Value of %(when)s brought back", when=format_instant(datetime.fromisoformat(reason.removeprefix(_RESTORED))))
    if not reason.startswith(_RULE):
        return reason
    name = reason.removeprefix(_RULE)
    rule = catalogue().rules.get(name)
    return _("Rule “%(rule)s”", rule=pick(rule.label) if rule else name)


def _differences(change: Change) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name in sorted(change.changed):
        one = change.entity.field(name)
        old, new = _dump(one, change.before.get(name)), _dump(one, change.after.get(name))
        if old is not None or new is not None:
            found[one.id or name] = [name, old, new]
    return found


def _dump(one: Field, value: Any) -> Any:
    if value is None or value == ():
        return None
    if one.fields:
        return [
            {"id": str(line["id"]), **{column.name: _dump(column, line.get(column.name)) for column in one.fields if line.get(column.name) is not None}}
            for line in value
        ]
    return FIELD_TYPES[one.type].dump(value, one)


def _readable(actor: Actor, entity: Entity, by_id: Mapping[str, Field], changes: Mapping[str, Any], words: Mapping[tuple[str, int], str]) -> Iterable[FieldChange]:
    rights = policy(actor, entity)
    for key, (_name, old, new) in changes.items():
        one = by_id.get(key)
        if one is None:  # the field was dropped since; its label is gone, and with it the right to read it
            continue
        right = rights.right(one.name)
        if right == "hidden" or rights.differs(one.name):
            continue
        if one.fields:
            columns = {column.name: rights.right(f"{one.name}.{column.name}") for column in one.fields if not rights.differs(f"{one.name}.{column.name}")}
            yield FieldChange(one.name, pick(one.label), *(_lines_in_words(one, value, right, columns, words) for value in (old, new)))
        else:
            yield FieldChange(one.name, pick(one.label), _words(one, old, right, words), _words(one, new, right, words))


def _lines_in_words(one: Field, lines: Any, right: str, columns: Mapping[str, str], words: Mapping[tuple[str, int], str]) -> str:
    """The lines of a sub-table, each column under its own right."""
    if right == "masked":
        return "****" if lines else ""
    if not isinstance(lines, list | None) or any(not isinstance(line, Mapping) for line in lines or ()):
        return _as_it_was(lines)
    shown = [column for column in one.fields if columns.get(column.name, "hidden") != "hidden"]
    return "; ".join(
        ", ".join(_words(column, line[column.name], columns[column.name], words) for column in shown if line.get(column.name) is not None)
        for line in lines or ()
    )


def _words(one: Field, value: Any, right: str, words: Mapping[tuple[str, int], str]) -> str:
    if value is None:
        return ""
    type_ = FIELD_TYPES[one.type]
    if target := link_target(one):
        ids = value if isinstance(value, list) else [value]
        text = ", ".join(words.get((target, int(id_)), "—") if str(id_).isdecimal() else _as_it_was(id_) for id_ in ids)
        return text if right != "masked" else "****"
    try:
        loaded = type_.load(value, one)
        return type_.mask(loaded, one) if right == "masked" else type_.format(loaded, one)
    except (ValueError, TypeError, ArithmeticError, AttributeError, KeyError):
        return "****" if right == "masked" else _as_it_was(value)


def _as_it_was(value: Any) -> str:
    """A value of the type that the field had before, as it was written."""
    if isinstance(value, Mapping):
        return ", ".join(_as_it_was(inner) for key, inner in value.items() if key != "id")
    return "; ".join(_as_it_was(inner) for inner in value) if isinstance(value, list) else str(value)


def _link_titles(actor: Actor, entity: Entity, by_id: Mapping[str, Field], rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for changes in rows:
        for key, (_name, *sides) in changes.items():
            if (one := by_id.get(key)) is not None:
                for value in sides:
                    for target, id_ in _ids_in(one, value):
                        wanted.setdefault(target, set()).add(id_)
    return {(target, id_): title for target, ids in wanted.items() for id_, title in titles(actor, target, ids).items()}


def _ids_in(one: Field, value: Any) -> Iterable[tuple[str, int]]:
    """The records that a value names; one of an earlier type of the field names none."""
    found = value if isinstance(value, list) else [] if value is None else [value]
    if one.fields:
        for line in found:
            for column in one.fields if isinstance(line, Mapping) else ():
                yield from _ids_in(column, line.get(column.name))
    elif target := link_target(one):
        yield from ((target, int(id_)) for id_ in found if str(id_).isdecimal())
