"""The timeline of a record: all that happened around it in one stream, the newest first, page by page."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from flask import Response, request

from shuke import records
from shuke.core import clock
from shuke.core.errors import InvalidInput
from shuke.core.given import json_of
from shuke.core.i18n import format_day, format_instant, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.fields.link import is_id
from shuke.records import Record
from shuke.records.comments import may_comment
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.quick_add import quick_add
from shuke.runtime.reach import app_label, entity_for, plural
from shuke.runtime.timeline_sources import Item, Source, is_told, sources
from shuke.runtime.times import since
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import RecordPlan, record_plan

_PAGE = 20
_END = "."
"""Stands in the place of a source of which nothing is left."""


@dataclass(frozen=True, slots=True)
class ItemShown:
    item: Item
    when: str
    exact: str
    iso: str


@dataclass(frozen=True, slots=True)
class DayShown:
    """The entries of one day."""

    label: str
    items: tuple[ItemShown, ...]


@dataclass(frozen=True, slots=True)
class TimelinePage:
    days: tuple[DayShown, ...]
    older: str
    """The address of the next page."""
    kinds: tuple[tuple[str, str], ...]
    kind: str
    is_first: bool


@screen(blueprint, f"/r/<entity>/{RECORD}/timeline", permission="signed_in")
def record_timeline(entity: str, id: int) -> Response:
    """The timeline, its next page, or its entries of one kind."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    return timeline_answer(record)


def timeline_answer(record: Record) -> Response:
    """The timeline as a fragment: the box to add to it, and the first page; only the entries when a further page is asked for."""
    plan = record_plan(catalogue(), record.entity.name)
    page = timeline_page(plan, record, request.args.get("kind", ""), request.args.get("after", ""))
    entity = record.entity
    return render(
        "runtime/timeline.html", fragment="runtime/_timeline.html" if page.is_first else "runtime/_timeline_entries.html",
        entity=entity, record=record, app=app_label(entity), plural=plural(entity), timeline=page, timeline_label=label_of(plan),
        quick=quick_add(plan, record) if page.is_first else None, may_comment=plan.timeline.declared.comments and may_comment(actor(), record),
        may_attach=plan.timeline.declared.files,
    )


def label_of(plan: RecordPlan) -> str:
    return pick(plan.timeline.declared.label) if plan.timeline.declared.label else _("Timeline")


def timeline_page(plan: RecordPlan, record: Record, kind: str, after: str) -> TimelinePage:
    """The newest entries after a place, merged from all sources that have more."""
    all_sources = list(sources(plan, record))
    kinds = tuple(dict.fromkeys((one.kind, one.label) for one in all_sources))
    places = _places(after)
    chosen = [one for one in all_sources if (not kind or one.kind == kind) and places.get(one.key) != _END]
    items, left = _merged(chosen, places)
    start = f"/r/{record.entity.name}/{record.id}/timeline?"
    older = f"{start}{'kind=' + kind + '&' if kind else ''}after={_packed(left)}" if left is not None else ""
    return TimelinePage(tuple(_days(items)), older, kinds if len(kinds) > 1 else (), kind, not after)


def _merged(chosen: Iterable[Source], places: Mapping[str, str]) -> tuple[list[Item], dict[str, str] | None]:
    """The next entries, and the place in each source from which it goes on; None when nothing is left."""
    read = {one.key: one.read(_PAGE + 1, places.get(one.key, "")) for one in chosen}
    all_items = sorted(((item, key) for key, items in read.items() for item in items), key=lambda pair: pair[0].at, reverse=True)
    shown = all_items[:_PAGE]
    left = dict(places)
    for item, key in shown:
        left[key] = item.token
    taken = {key: sum(1 for _item, its_key in shown if its_key == key) for key in read}
    left.update({key: _END for key, items in read.items() if taken[key] == len(items) and len(items) <= _PAGE})
    more = any(left.get(key) != _END for key in read)
    return [item for item, _key in shown if is_told(item)], left if more else None


def _days(items: Iterable[Item]) -> Iterable[DayShown]:
    today = clock.today()
    for day, some in groupby(items, key=lambda item: clock.local(item.at).date()):
        passed = (today - day).days
        label = _("Today") if passed == 0 else _("Yesterday") if passed == 1 else _("Coming up: %(day)s", day=format_day(day)) if passed < 0 else format_day(day)
        yield DayShown(label, tuple(_shown(item) for item in some))


def _shown(item: Item) -> ItemShown:
    """The day stands above already."""
    local = clock.local(item.at)
    if item.has_time:
        when = since(item.at) if local.date() == clock.today() else f"{local:%H:%M}"
        return ItemShown(item, when, format_instant(item.at), item.at.isoformat())
    return ItemShown(item, "", format_day(local.date()), local.date().isoformat())


def _packed(places: Mapping[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(places, separators=(",", ":")).encode()).decode().rstrip("=")


def _places(after: str) -> dict[str, str]:
    if not after:
        return {}
    try:
        places = json_of(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        if isinstance(places, dict) and all(isinstance(place, str) for place in places.values()):
            _check_numbers(places)
            return places
    except (ValueError, binascii.Error):
        pass
    raise InvalidInput({"after": [_("This page does not exist any more. Go back to the first one.")]})


def _check_numbers(places: Mapping[str, str]) -> None:
    """Sources of this record are read on by number; those of other entities check their own places."""
    for key, place in places.items():
        if place not in ("", _END) and not key.isdecimal() and not is_id(place):
            raise ValueError(key)
