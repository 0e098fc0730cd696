"""The columns of a sub-table, beside its own settings: added under words, opened, put in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request, url_for

from shuke.builder.blueprint import blueprint
from shuke.builder.gestures import gesture, refuse
from shuke.builder.panels.model import Panel
from shuke.builder.panels.panel import base_of
from shuke.builder.panels.shapes import inside
from shuke.builder.titles import both
from shuke.builder.words import type_word
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.fields import FIELD_TYPES
from shuke.publishing import edits
from shuke.publishing.edits.apps import in_both
from shuke.screens.screen import screen

_NOT_OFFERED = frozenset({"table", "links", "autonumber", "state", "balance", "rollup", "created_at", "created_by", "updated_at", "updated_by"})
"""Types that mean nothing in a line, or need more than a line has."""
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class ColumnShown:
    name: str
    label: str
    type_label: str
    required: bool
    address: str
    field: str
    """`lines.price`, as panels call it."""


@screen(blueprint, "/build/panel/columns", permission="build", methods=("POST",), transaction="write")
def edit_table_columns() -> Response:
    """`add` a column of a type under the words that are sent, or `move` one (`number`, `to`)."""
    entity, field, action = (request.form.get(name, "") for name in ("name", "field", "action"))
    shop = workshop()
    names, owner = list(_columns(shop, entity, field)), f"{entity}.{field}"

    def draw(shop: Workshop, *, is_new: bool = False) -> str:
        return render_template("builder/_table_columns.html", table=_shown(shop, entity, field), is_new=is_new)

    if action == "move":
        number, to = (_index(request.form.get(key, ""), len(names)) for key in ("number", "to"))
        rest = [name for name in names if name != names[number]]
        before = rest[to] if to < len(rest) else None
        label = _columns(shop, entity, field)[names[number]].get("x-label") or {"zh": names[number], "en": names[number]}
        return gesture(lambda documents: edits.move_field(documents, owner, names[number], before), both("%(thing)s: moved", thing=label), draw)
    if action != "add":
        raise NotFound
    label = in_both({language: request.form.get(language, "").strip()[:_LONGEST] for language in ("zh", "en")})
    type_ = request.form.get("value", "")
    if not any(label.values()):
        return refuse([_("Give it a name, in one language at least.")], draw)
    if type_ not in dict(_types()):
        raise NotFound
    return gesture(lambda documents: edits.add_field(documents, owner, type_, label), both("%(thing)s: added", thing=label), lambda shop: draw(shop, is_new=True))


@blueprint.app_template_global()
def columns_of(made: Panel) -> dict[str, Any] | None:
    """What the panel of a sub-table shows of its columns; None for any other."""
    return _shown(made.shop, made.name, made.field) if made.kind == "entity" and not made.at else None


def _shown(shop: Workshop, entity: str, field: str) -> dict[str, Any] | None:
    if not field or "." in field or not shop.has("entity", entity) or entity not in shop.catalogue.entities or not shop.catalogue.entity(entity).has(field):
        return None
    found = shop.catalogue.entity(entity).field(field)
    if found.type != "table":
        return None
    columns = [
        ColumnShown(
            one.name, pick(one.label) or one.name, type_word(one.type), one.required,
            url_for("builder.document_page", kind="entity", name=entity, field=f"{field}.{one.name}"), f"{field}.{one.name}",
        )
        for one in found.fields
    ]
    return {"columns": columns, "types": _types()}


def _types() -> list[tuple[str, str]]:
    return [(one.name, one.label) for one in FIELD_TYPES if one.name not in _NOT_OFFERED]


def _columns(shop: Workshop, entity: str, field: str) -> Mapping[str, Any]:
    body: Any = shop.body("entity", entity)
    for part in (*base_of(field), "items", "properties"):
        body = inside(body, part)
    if not field or "." in field or not isinstance(body, Mapping):
        raise NotFound(_("This field is not there any more."))
    return body


def _index(text: str, count: int) -> int:
    if not text.isdecimal() or len(text) > 4 or int(text) >= count:
        raise NotFound(_("What you want to change is not there any more."))
    return int(text)
