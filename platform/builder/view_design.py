"""The designer of lists, boards, calendars, galleries and record pages: the view as it will be, and beside it everything that makes it so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask import Response, make_response, render_template, request

from shuke.builder.blueprint import blueprint
from shuke.builder.gestures import gesture
from shuke.builder.panels.editors import datalists
from shuke.builder.panels.model import Panel
from shuke.builder.panels.panel import panel
from shuke.builder.record_preview import PARTS
from shuke.builder.tabs import Tab, tab
from shuke.builder.titles import both
from shuke.builder.view_preview import preview
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import NotFound, UnknownName
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import use_catalogue
from shuke.definitions.model import SYSTEM_FIELDS, Catalogue, Document, Entity
from shuke.definitions.patches import Patch
from shuke.fields import FIELD_TYPES
from shuke.publishing.edits import views as edits
from shuke.runtime.list_fields import long_label
from shuke.screens.page import trigger
from shuke.screens.screen import screen
from shuke.views import Column
from shuke.views.columns import column

DESIGNED = ("list", "board", "calendar", "gallery", "record")
_SORTED = ("list", "board", "gallery")
_LINES = {"timeline": ("timeline", "entries")}


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """One column in the list beside the view; `order` is `up`, `down` or blank."""

    path: str
    label: str
    width: int
    order: str
    can_sort: bool
    is_known: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """Fields that can be added, of the entity or behind one of its links."""

    label: str
    columns: tuple[tuple[str, str], ...]


def _draw(shop: Workshop, document: Document) -> str:
    return render_template(
        "builder/views/_designer.html", entity=document.body["entity"], preview=preview(shop, document), **_side(shop, document),
    )


def _side(shop: Workshop, document: Document) -> dict[str, object]:
    """What stands beside the view: its columns, and the panel of all the rest."""
    key = "header" if document.body["kind"] == "record" else "columns"
    made = _panel(shop, document, key)
    return {
        "name": document.name, "kind": document.body["kind"], "key": key, "panel": made, "lists": datalists([one for group in made.groups for one in group.inputs]),
        **_columns(shop, document, key),
    }


def _columns(shop: Workshop, document: Document, key: str) -> dict[str, object]:
    entity = shop.catalogue.entity(document.body["entity"])
    taken = set(document.body.get(key, ()))
    with use_catalogue(shop.catalogue):
        return {
            "columns": [_column(shop.catalogue, entity, document, path) for path in document.body.get(key, ())],
            "offered": tuple(_offered(shop.catalogue, entity, taken)), "has_widths": document.body["kind"] == "list",
        }


def _panel(shop: Workshop, document: Document, key: str) -> Panel:
    made = panel(shop, "view", document.name)
    groups = (replace(group, inputs=tuple(one for one in group.inputs if one.key not in (key, "widths", "entity"))) for group in made.groups)
    return replace(made, groups=tuple(group for group in groups if group.inputs))


def _column(draft: Catalogue, entity: Entity, document: Document, path: str) -> ColumnShown:
    width = next((one["width"] for one in document.body.get("widths", ()) if one["field"] == path), 0)
    sort = document.body.get("sort", ())
    order = "up" if path in sort else "down" if f"-{path}" in sort else ""
    try:
        found = column(draft, entity, path)
    except UnknownName:
        return ColumnShown(path, path, width, order, False, False)
    return ColumnShown(path, long_label(entity, found), width, order, found.sortable and document.body["kind"] in _SORTED, True)


def _offered(draft: Catalogue, entity: Entity, taken: set[str]) -> Iterator[Offered]:
    """The entity's own fields, and those of the records that it links to."""
    own = [column(draft, entity, name) for name in _names(entity)]
    yield Offered(pick(entity.label), tuple((one.path, pick(one.label) or one.path) for one in own if one.path not in taken))
    for link in own:
        target = draft.entities.get(link.type.expression_type(link.field).entity)
        if target is None or link.type.rows("", link.field):
            continue
        behind = [column(draft, entity, f"{link.path}.{name}") for name in _names(target)]
        yield Offered(_("%(link)s: its fields", link=pick(link.label)), tuple(_behind(behind, taken)))


def _behind(found: list[Column], taken: set[str]) -> Iterator[tuple[str, str]]:
    for one in found:
        if one.path not in taken and FIELD_TYPES[one.field.type].stored:
            yield one.path, pick(one.label) or one.path


def _names(entity: Entity) -> Iterator[str]:
    yield from (field.name for field in entity.fields if not field.fields)
    yield from (name for name in SYSTEM_FIELDS if name != "id" and name not in {field.name for field in entity.fields})


tab(Tab(
    "design", ("view",), 10, lambda: _("Designer"), _draw, lambda _shop, document: document.body["kind"] in DESIGNED, scripts=("builder/views.js",),
    styles=("runtime/runtime.css", "runtime/lists.css", "runtime/cards.css", "builder/panels.css", "builder/views.css"),
))


@screen(blueprint, "/build/views/<name>/preview", permission="build")
def view_preview(name: str) -> Response:
    """The view as the draft has it now."""
    shop = workshop()
    return make_response(preview(shop, _document(shop, name)))


@screen(blueprint, "/build/views/<name>/side", permission="build")
def view_side(name: str) -> Response:
    """What stands beside it, after something was done in the view itself."""
    shop = workshop()
    return make_response(render_template("builder/views/_side.html", **_side(shop, _document(shop, name))))


@screen(blueprint, "/build/views/<name>/columns", permission="build", methods=("POST",), transaction="write")
def edit_columns(name: str) -> Response:
    """`add`, `remove`, `move` (`number`, `to`), make as wide as `width`, or sort by the column at `path`."""
    document, form = _document(workshop(), name), request.form
    key = "header" if document.body["kind"] == "record" else "columns"
    there = list(document.body.get(key, ()))
    path = _at(there, form.get("number", "")) if form.get("action") == "move" else form.get("path", "")
    label = document.body.get("label") or {"zh": name, "en": name}

    def draw(shop: Workshop) -> str:
        found = _document(shop, name)
        return render_template("builder/views/_columns.html", name=name, kind=found.body["kind"], key=key, **_columns(shop, found, key))

    match form.get("action"):
        case "add":
            return gesture(lambda documents: edits.add_column(documents, name, path, key=key), both("%(thing)s: column added", thing=label), draw)
        case "remove":
            done = gesture(lambda documents: edits.remove_column(documents, name, path, key=key), both("%(thing)s: column removed", thing=label), draw)
            takes_colors = any(one.get("field") == path for one in document.body.get("colors", ()))
            return trigger(done, "shuke:redraw") if takes_colors and done.status_code < 400 else done
        case "move":
            to = _whole(form.get("to", ""))
            return gesture(lambda documents: edits.move_column(documents, name, path, to, key=key), both("%(thing)s: column moved", thing=label), draw)
        case "width":
            width = _whole(form.get("width") or "0")
            return gesture(lambda documents: edits.set_width(documents, name, path, width), both("%(thing)s: width of a column changed", thing=label), draw)
        case "sort":
            way = form.get("way", "")
            return gesture(lambda documents: edits.sort_by(documents, name, path, way if way in ("up", "down") else ""), both("%(thing)s: order changed", thing=label), draw)
    raise NotFound(_("What you want to change is not there any more."))


@screen(blueprint, "/build/views/<name>/parts", permission="build", methods=("POST",), transaction="write")
def edit_parts(name: str) -> Response:
    """`move` (`number`, `to`) or `remove` an entry of a part of a record page."""
    document, part = _document(workshop(), name), request.form.get("part", "")
    if part not in PARTS:
        raise NotFound(_("What you want to change is not there any more."))
    path = _LINES.get(part, (part,))
    number, to, action = _whole(request.form.get("number", "")), _whole(request.form.get("to") or "0"), request.form.get("action", "")
    label = document.body.get("label") or {"zh": name, "en": name}


    def edit(documents: Sequence[Document]) -> Patch:
        if action == "remove":
            return edits.remove_part(documents, name, path, number)
        return edits.move_part(documents, name, path, number, to)

    title = both("%(thing)s: part removed", thing=label) if action == "remove" else both("%(thing)s: part moved", thing=label)
    return gesture(edit, title, lambda shop: render_template("builder/views/_drawn.html", name=name, preview=preview(shop, _document(shop, name))))


def _document(shop: Workshop, name: str) -> Document:
    found = shop.document("view", name)
    if found.body["kind"] not in DESIGNED:
        raise NotFound(_("There is no such document."))
    return found


def _at(there: list[str], number: str) -> str:
    index = _whole(number)
    if index >= len(there):
        raise NotFound(_("What you want to change is not there any more."))
    return there[index]


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise NotFound(_("What you want to change is not there any more."))
    return int(text)
