"""Choosing records for links: candidates that the server searches, and finding any record by its full number."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from shuke import records
from shuke.access.policy import policy
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick as words
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records import Link, Masked, Query, Record
from shuke.runtime.blueprint import blueprint
from shuke.runtime.entered import Entered, inner_form, read_form
from shuke.runtime.form_places import QUICK
from shuke.runtime.link_columns import option_cells
from shuke.runtime.reach import app_label, entity_for, plural
from shuke.runtime.record_values import badges
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import FormField, form_plan, record_plan
from shuke.views.forms import form_field

_LIMIT = 20


@screen(blueprint, "/r/<entity>/pick/<path:field>", methods=["GET", "POST"], permission="signed_in")
def pick(entity: str, field: str) -> Response:
    """The records that a link field of a form may point to, given what stands in the form so far."""
    visited = _form_entity(entity)
    item = _link(visited, field)
    entered = read_form(form_plan(catalogue(), entity).fields, inner_form(request.form, request.args.get("scope", "")))
    text = request.values.get("text", "").strip()
    values = _values(entered, field)
    first = records.pick_exactly(actor(), visited, field, text, values) if text else records.pick_lately(actor(), visited, field, values)
    rest = records.pick(actor(), visited, field, text, values, limit=_LIMIT + 1)
    found = list({link.id: link for link in (*first, *rest)}.values())
    exact = first[0].id if text and len(first) == 1 else 0
    target = item.type.rows("", item.field) or item.type.expression_type(item.field).entity
    return _options(found, text, target, exact=exact, lately=0 if text else len(first), paths=tuple(item.field.option("columns", ())))


@screen(blueprint, "/r/<entity>/options", methods=["GET", "POST"], permission="signed_in")
def options(entity: str) -> Response:
    """The records of an entity that fit a text, for filters."""
    visited, _rights = entity_for(actor(), entity)
    text = request.values.get("text", "").strip()
    page = records.query(actor(), visited, Query(fields=(visited.display,), search=text, limit=_LIMIT + 1, count=False))
    return _options([Link(entity, record.id, record.title) for record in page.records], text, "")


@screen(blueprint, "/r/<entity>/lookup", methods=["GET", "POST"], permission="signed_in", transaction="write")
def lookup(entity: str) -> Response:
    """Find a record of any unit by its full number; what is shown of it is masked, and the find is written down."""
    visited = catalogue().entities.get(entity)
    if visited is None or not policy(actor(), visited).lookup:
        raise NotFound
    text = request.values.get("text", "").strip()
    found = records.lookup(actor(), visited, text) if text and request.method == "POST" else []
    names = [words(visited.field(name).label) for name in policy(actor(), visited).lookup]
    return render(
        "runtime/lookup.html", fragment="runtime/_lookup.html", entity=visited, plural=plural(visited), app=app_label(visited),
        text=text, found=[(record, _url(record), badges(record_plan(catalogue(), entity), record)) for record in found], names=_(", ").join(names), is_asked=request.method == "POST",
    )


def _values(entered: Entered, field: str) -> dict[str, Any]:
    """The form's values; the line that is being filled in stands last, where a link of a line looks for its neighbours."""
    table, dot, _column = field.partition(".")
    if not dot or table not in entered.values:
        return entered.values
    key = request.values.get("box", "").rpartition("-")[0].rpartition("-")[2]
    lines = dict(zip(entered.kept[table], entered.values[table], strict=True))
    current = lines.pop(key, {})
    return {**entered.values, table: [*lines.values(), current]}


def _options(found: list[Link], text: str, target: str, *, exact: int = 0, lately: int = 0, paths: tuple[str, ...] = ()) -> Response:
    """The candidates with their columns; from a form also the way to add one."""
    box = request.values.get("box", "")
    entity = catalogue().entities.get(target)
    may_create = entity is not None and not entity.system and box.startswith(("f-", "d-")) and policy(actor(), entity).may("create")
    shown = found[:_LIMIT]
    columns, cells = option_cells(actor(), target, paths, [link.id for link in shown]) if paths else ((), {})
    create_url = ""
    if may_create and entity is not None:
        create_url = f"/r/{target}/new?" + urlencode({"view": QUICK, "dialog": 1, "box": box})
    return render(
        "runtime/_options.html", links=shown, has_more=len(found) > _LIMIT, text=text, create=may_create, exact=exact, lately=lately, columns=columns, cells=cells,
        create_label=words(entity.label) if entity else "", create_url=create_url, display=entity.display if entity else "",
    )


def _url(record: Record) -> str:
    """The page of a record that was looked up, if the actor may open it."""
    return f"/r/{record.entity.name}/{record.id}" if not any(isinstance(value, Masked) for value in record.values.values()) else ""


def _form_entity(name: str) -> Entity:
    """An entity whose form the actor can fill in."""
    entity = catalogue().entities.get(name)
    if entity is None or not (policy(actor(), entity).may("create") or policy(actor(), entity).may("update")):
        raise NotFound
    return entity


def _link(entity: Entity, path: str) -> FormField:
    """The link field, or the link column of a sub-table: `lines.book`."""
    name, _dot, column = path.partition(".")
    if not entity.has(name) or column and not any(child.name == column for child in entity.field(name).fields):
        raise NotFound
    field = entity.field(name).child(column) if column else entity.field(name)
    item = form_field(field)
    if not item.type.expression_type(field).entity and not item.type.rows("", field):
        raise NotFound
    return item
