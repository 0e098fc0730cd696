"""The lists of a dashboard: what is due, what is open, what was changed last."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shuke import records
from shuke.access import Actor
from shuke.core import clock
from shuke.core.i18n import format_day, format_number, ngettext, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.dashboards import Part
from shuke.records import Link, Query
from shuke.records.recent import Recent
from shuke.reports.asking import Scope, conditions
from shuke.reports.reach import columns_of
from shuke.runtime.cells import cell_writer
from shuke.runtime.times import since
from shuke.views import Column
from shuke.views.columns import columns

_SOON = 6


@dataclass(frozen=True, slots=True)
class Due:
    """A date in words; `level` is `over`, `today`, `soon` or `later`."""

    text: str
    level: str
    full: str


@dataclass(frozen=True, slots=True)
class RowShown:
    url: str
    title: str
    facts: tuple[tuple[str, str], ...]
    """The name of each column and what stands in it."""
    due: Due | None


@dataclass(frozen=True, slots=True)
class ListShown:
    rows: tuple[RowShown, ...]
    count: str
    all_url: str
    has_more: bool


@dataclass(frozen=True, slots=True)
class RecentShown:
    """A record that the visitor changed lately."""

    url: str
    title: str
    label: str
    icon: str
    at: datetime
    when: str


def list_shown(actor: Actor, part: Part, scope: Scope, all_url: str) -> ListShown | None:
    """The first records of the list; two statements at most."""
    entity = catalogue().entity(part.entity)
    paths = columns_of(actor, part)
    shown = columns(catalogue(), entity, [path for path in paths if path != part.due])
    fields = tuple(dict.fromkeys((*paths, *([part.due] if part.due else []))))
    page = records.query(actor, entity, Query(
        fields=fields, where=part.where, conditions=conditions(part, scope), sort=part.sort or ((part.due,) if part.due else ()), limit=part.limit,
    ))
    if not page.records:
        return None
    first, others = shown[0], [(one.path, pick(one.label), _writer(one)) for one in shown[1:]]
    write = _writer(first)
    rows = tuple(
        RowShown(
            f"/r/{entity.name}/{record.id}", write(record.values.get(first.path)) or record.title or _("(blank)"),
            tuple((label, text) for path, label, writer in others if (text := writer(record.values.get(path)))), due_of(record.values.get(part.due)),
        )
        for record in page.records
    )
    count = page.count or 0
    return ListShown(rows, f"{format_number(count)}+" if page.capped else format_number(count), all_url, count > len(rows))


def _writer(shown: Column) -> Callable[[Any], str]:
    """Other records are named but not linked to: the whole row leads to its own record."""
    write = cell_writer(shown.type, shown.field)
    return lambda value: value.title if isinstance(value, Link) else write(value)


def due_of(value: Any) -> Due | None:
    """A date beside today: how long over, or how soon."""
    if not isinstance(value, date):
        return None
    is_instant = isinstance(value, datetime)
    day = clock.local(value).date() if isinstance(value, datetime) else value
    days = (day - clock.today()).days
    full = f"{format_day(day)} {clock.local(value):%H:%M}" if isinstance(value, datetime) else format_day(day)
    if days < 0:
        return Due(ngettext("%(number)s day overdue", "%(number)s days overdue", -days), "over", full)
    if is_instant and value < clock.now():
        return Due(_("overdue"), "over", full)
    if days == 0:
        return Due(_("today at %(time)s", time=f"{clock.local(value):%H:%M}") if isinstance(value, datetime) else _("today"), "today", full)
    if days == 1:
        return Due(_("tomorrow"), "soon", full)
    if days <= _SOON:
        return Due(ngettext("in %(number)s day", "in %(number)s days", days), "soon", full)
    return Due(format_day(day), "later", full)


def recent_shown(item: Recent) -> RecentShown:
    url = f"/r/{item.entity.name}/{item.id}"
    return RecentShown(url, item.title or f"#{item.id}", pick(item.entity.label), item.entity.icon, item.at, since(item.at))
