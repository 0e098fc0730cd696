"""The first page of the builder, the search over everything, and the page of any document."""

from dataclasses import dataclass
from typing import Any

from flask import Response, request
from markupsafe import Markup

from shuke.builder.bar import page
from shuke.builder.blueprint import blueprint
from shuke.builder.checklist import first_steps
from shuke.builder.outline import address_of, outline, search
from shuke.builder.panels.editors import datalists, panel_at
from shuke.builder.panels.panel import panel
from shuke.builder.people import names_of
from shuke.builder.removal import REMOVABLE
from shuke.builder.tabs import SETTINGS, tabs_of
from shuke.builder.wording import missing
from shuke.builder.words import icon_of, is_own, kind_word, label_of, role_word, type_word, view_kind
from shuke.builder.workshop import Workshop, workshop
from shuke.core.i18n import pick
from shuke.definitions import drafts, shared_drafts
from shuke.definitions.model import Document, Field
from shuke.definitions.problems import KINDS
from shuke.fields import FIELD_TYPES
from shuke.publishing.references import Target, references_in
from shuke.screens.page import render
from shuke.screens.screen import screen


@dataclass(frozen=True, slots=True)
class UseShown:
    """One place that names a document."""

    label: str
    icon: str
    address: str
    kind: str
    role: str


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A field of the entity; `name` is `lines.quantity` for a column of a sub-table."""

    name: str
    label: str
    type: str
    type_label: str
    required: bool


@screen(blueprint, "/build", permission="build")
def home() -> Response:
    """All apps with what they hold; drafts of programs, which are published apart from the builder's."""
    shop = workshop()
    others = [one for one in drafts.listed() if one.name != shared_drafts.WORKSHOP]
    return page("builder/home.html", shop, first_steps=first_steps(shop), apps=outline(shop), drafts=others, people=names_of(one.created_by for one in others) if others else {})


@screen(blueprint, "/build/search", permission="build")
def search_all() -> Response:
    """Everything whose words or names hold the text; without one the navigation as it was."""
    text, shop = request.args.get("q", "").strip(), workshop()
    place = request.args.get("place", "")
    return render("builder/_nav.html", fragment="builder/_nav.html", sought=text, found=search(shop, text), apps=() if text else outline(shop, place), place=place)


@screen(blueprint, f"/build/<any({', '.join(KINDS)}):kind>/<name>", permission="build")
def document_page(kind: str, name: str) -> Response:
    """One document: in one of its designers, or all its settings and where it is used."""
    shop = workshop()
    document, place, field = shop.document(kind, name), f"{kind}/{name}", request.args.get("field", "") if kind == "entity" else ""
    if not is_own(document):
        field = ""
    designers = tabs_of(shop, document) if is_own(document) and not field else ()
    about: dict[str, Any] = {
        "place": place, "apps": outline(shop, place), "document": document, "label": _heading(shop, document), "kind_label": kind_word(kind),
        "icon_name": icon_of(document), "tabs": [(one.name, one.label()) for one in designers],
    }
    wanted = request.args.get("tab", SETTINGS if "at" in request.args else "")
    if opened := next((one for one in designers if wanted in ("", one.name)), None):
        drawn = Markup(opened.draw(shop, document))  # noqa: S704 - the designer's own templates have written it
        return page("builder/designer.html", shop, tab=opened.name, drawn=drawn, scripts=opened.scripts, sheets=opened.styles, **about)
    fields = _fields(shop, document)
    at = request.args.get("at", "")
    made, sought = panel_at(shop, kind, name, at) if at and is_own(document) else (panel(shop, kind, name, field) if is_own(document) else None, "")
    field = made.field if made else field
    return page(
        "builder/document.html", shop, **about, tab=SETTINGS, fields=fields, uses=_uses(shop, document), views=_views(shop, document),
        panel=made, target_id=sought, removable=is_own(document) and kind in REMOVABLE, lacking=missing(shop), lists=datalists([one for group in made.groups for one in group.inputs]) if made else {},
        field=next((one for one in fields if one.name == field), None), types=[(one.name, one.label) for one in FIELD_TYPES],
    )


def _heading(shop: Workshop, document: Document) -> str:
    """What the page of a document is called; that of a view by its entity too, as many views have the same words."""
    if document.kind != "view" or not shop.has("entity", str(document.body.get("entity"))):
        return label_of(document)
    entity, said = label_of(shop.document("entity", str(document.body["entity"]))), pick(document.body.get("label") or {})
    return f"{entity} · {said}" if said not in ("", entity) else f"{entity} · {view_kind(str(document.body.get('kind', '')))}"


def _fields(shop: Workshop, document: Document) -> list[FieldShown]:
    """The fields of an entity, the columns of its sub-tables after them."""
    if document.kind != "entity":
        return []
    found = []
    for field in shop.catalogue.entity(document.name).fields:
        found.append(_field(field.name, pick(field.label), field))
        found += [_field(f"{field.name}.{one.name}", f"{pick(field.label)} · {pick(one.label)}", one) for one in field.fields]
    return found


def _field(name: str, label: str, field: Field) -> FieldShown:
    return FieldShown(name, label or name, field.type, type_word(field.type), field.required)


def _views(shop: Workshop, document: Document) -> list[UseShown]:
    """The views of an entity."""
    if document.kind != "entity":
        return []
    return [_use(one, "") for one in shop.of_kind("view") if one.body["entity"] == document.name]


def _uses(shop: Workshop, document: Document) -> list[UseShown]:
    """The documents that name this one, each with what for, once."""
    target, by_key = Target(document.kind, "", document.name), {one.key: one for one in shop.documents}
    found = {
        (one.document, one.role): None for one in references_in(shop.catalogue)
        if one.target == target and not one.is_definition and one.document != document.key and (one.document[0] != "view" or one.role != "belongs")
    }
    return [_use(by_key[key], role) for key, role in found]


def _use(document: Document, role: str) -> UseShown:
    return UseShown(label_of(document), icon_of(document), address_of(document.kind, document.name), kind_word(document.kind), role_word(role) if role else "")
