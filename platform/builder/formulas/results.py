"""What a formula gives for a record that exists: the newest that the administrator may see, or another one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shuke import records
from shuke.access.actor import Actor
from shuke.builder.formulas.members import entity_label, member_at, options_of
from shuke.builder.formulas.places import Written
from shuke.core.errors import NotAllowed, PlatformError, UnknownName
from shuke.core.i18n import format_day, format_instant, format_number, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.expressions import Expression, ExpressionError, Kind, check
from shuke.records import Query
from shuke.records.asking import ReaderScope
from shuke.records.evaluation import RowEnv, environments
from shuke.records.shapes import shape
from shuke.records.titles import titles

_OFFERED = 20


@dataclass(frozen=True, slots=True)
class Result:
    """The value in words, or why there is none; and the records that it can be tried on."""

    said: str = ""
    note: str = ""
    record: int = 0
    choices: tuple[tuple[int, str], ...] = ()


def result(who: Actor, written: Written, source: str, *, record: int = 0, search: str = "") -> Result:
    """Over what is published: a formula with fields of the draft has no values yet."""
    owner = written.via[0] or written.owner
    entity, _dot, part = owner.partition(".")
    found = catalogue().entities.get(entity)
    if found is None:
        return Result(note=_("The result can be shown once “%(name)s” is published.", name=entity_label(written.catalogue, entity)))
    try:
        compiled = _compiled(who, written, source, owner)
        choices = _choices(who, found, search, record)
    except NotAllowed:
        return Result(note=_("You may not see records of this kind, so no result is shown."))
    except (ExpressionError, UnknownName):
        return Result(note=_("This names something that is not published yet or that you may not see; the result can be shown afterwards."))
    if not choices:
        return Result(note=_("There is no record yet to try it on.") if not search else _("No record fits “%(text)s”.", text=search))
    chosen = record if any(id_ == record for id_, _title in choices) else choices[0][0]
    if _needs_other_record(written, compiled, owner):
        return Result(note=_("It depends on the record that is being filled in, so no result is shown."), record=chosen, choices=choices)
    env = _env(who, compiled, found, part, chosen)
    if env is None:
        return Result(note=_("This record has no lines."), record=chosen, choices=choices)
    return Result(_said(who, written, compiled, source, compiled.evaluate(env)), record=chosen, choices=choices)


def _compiled(who: Actor, written: Written, source: str, owner: str) -> Expression:
    collection = written.via[1]
    shape(owner)
    asked = f"COUNT({collection}, {source})" if collection else source
    scope = catalogue().derived(("reader's scope", who.kind, who.rights), lambda: ReaderScope(who))
    return check(asked, scope, owner, expect=None if collection else written.place.expect, variables=written.place.variables)


def _needs_other_record(written: Written, compiled: Expression, owner: str) -> bool:
    if not any(name.partition(".")[0] == "record" for name in compiled.variables):
        return False
    return written.place.variables["record"].entity not in {owner, owner.partition(".")[0]}


def _choices(who: Actor, entity: Entity, search: str, record: int) -> tuple[tuple[int, str], ...]:
    """The newest first; the one that was chosen before is among them."""
    found = records.query(who, entity, Query(fields=(entity.display,), search=search, sort=() if search else ("-created_at",), limit=_OFFERED, count=False)).records
    known = [(one.id, one.title or f"#{one.id}") for one in found]
    if record and not search and all(id_ != record for id_, _title in known):
        known += [(one.id, one.title) for one in records.query(who, entity, Query(fields=(entity.display,), ids=(record,), count=False)).records]
    return tuple(known)


def _env(who: Actor, compiled: Expression, entity: Entity, part: str, id_: int) -> RowEnv | None:
    (around,) = environments(shape(entity.name), [{"id": id_}], [] if part else [compiled], who)
    if not part:
        around.extra = {"record": around}
        return around
    line = next(iter(around.rows((part,))), None)
    if line is not None:
        line.parent = around
        line.extra = {"record": line}
    return line


def _said(who: Actor, written: Written, compiled: Expression, source: str, value: Any) -> str:
    """The value as people read it."""
    match value:
        case None | "" | ():
            return _("(blank)")
        case bool():
            return _("Yes") if value else _("No")
        case Decimal():
            return format_number(value)
        case datetime():
            return format_instant(value)
        case date():
            return format_day(value)
        case int() if compiled.type.kind is Kind.LINK:
            return _titles(who, compiled.type.entity, (value,))
        case tuple() if compiled.type.entity:
            return _titles(who, compiled.type.entity, value)
        case tuple():
            return _(", ").join(str(one) for one in value)
    return _option(written, source, str(value))


def _titles(who: Actor, entity: str, ids: Sequence[int]) -> str:
    try:
        known = titles(who, entity, ids)
    except PlatformError:
        known = {}
    return _(", ").join(known.get(id_, "****") for id_ in ids)


def _option(written: Written, source: str, value: str) -> str:
    """The label where the formula is just a field with options."""
    member = member_at(written.catalogue, written.owner, source.strip().split("."), written.place.variables)
    known = {option.code: pick(option.label) for option in options_of(written.catalogue, member[0], member[1].name)} if member else {}
    return known.get(value) or f"“{value}”"
