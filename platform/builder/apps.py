"""The page of an app: its menu, what lies in it, who may use it; and taking it away."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Response, render_template

from shuke.builder.bar import page
from shuke.builder.beginning import kinds_of_parts
from shuke.builder.blueprint import blueprint
from shuke.builder.gestures import gesture
from shuke.builder.menus import menu_shown, offers
from shuke.builder.outline import KINDS, Group, address_of, outline
from shuke.builder.panels.editors import datalists
from shuke.builder.panels.model import Panel
from shuke.builder.panels.panel import panel
from shuke.builder.right_words import operation_word
from shuke.builder.tabs import Tab, tab
from shuke.builder.titles import both
from shuke.builder.words import icon_of, is_own, kind_words, label_of
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue as published
from shuke.definitions.model import Document
from shuke.publishing import edits
from shuke.publishing.edits.documents import uses_of_documents
from shuke.publishing.edits.rights import OPERATIONS
from shuke.publishing.plan import record_counts
from shuke.records.actors import members_of_roles
from shuke.screens.page import go_to
from shuke.screens.screen import screen
from shuke.screens.visitor import host, read

_ABOUT = ("label", "description", "icon", "color")


@dataclass(frozen=True, slots=True)
class Audience:
    """A permission group that grants something in the app."""

    label: str
    address: str
    members: int
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A place outside of the app that names something in it."""

    label: str
    icon: str
    address: str


def _draw(shop: Workshop, document: Document) -> str:
    made = _panel(shop, document.name)
    return render_template(
        "builder/apps/_app.html", app=document, menu=menu_shown(shop, document.name), offers=offers(shop, document.name), groups=_groups(shop, document.name),
        parts=kinds_of_parts(), audience=_audience(shop, document.name), panel=made, lists=datalists([one for group in made.groups for one in group.inputs]),
    )


tab(Tab("app", ("app",), 10, lambda: _("App"), _draw, scripts=("builder/arrange.js",), styles=("builder/apps.css",)))


@screen(blueprint, "/build/app/<name>/remove", permission="build", transaction="none")
def remove_app_form(name: str) -> Response:
    """What would go with the app, and what of it is used elsewhere."""
    with read():
        shop = workshop()
    app = shop.document("app", name)
    found = uses_of_documents(shop.documents, {("app", name)} | {one.key for one in shop.documents if one.app == name})
    entities = [one for one in published().entities.values() if one.app == name]
    counts = record_counts(host().database, entities)
    by_key, staying = {one.key: one for one in shop.documents}, {one.document: None for one in found.staying}
    with read():
        return page(
            "builder/apps/remove.html", shop, fragment="builder/apps/_remove.html", app=app, groups=_groups(shop, name),
            records=[(pick(one.label), one.icon or "database", counts[one.name]) for one in entities if counts[one.name]],
            going=len(found.going), staying=[_use(by_key[key]) for key in staying],
        )


@screen(blueprint, "/build/app/<name>/remove", permission="build", methods=("POST",), transaction="write")
def remove_app(name: str) -> Response:
    """Take the app out of the draft, with everything in it."""
    label = workshop().body("app", name)["label"]
    done = gesture(lambda documents: edits.remove_document(documents, "app", name), both("%(thing)s: removed", thing=label))
    return go_to("builder.home") if done.status_code < 400 else done


@screen(blueprint, "/build/app/<name>/head", permission="build")
def app_head(name: str) -> Response:
    """How the app looks in menus now."""
    return page("builder/apps/_head.html", workshop(), app=workshop().document("app", name))


def _panel(shop: Workshop, name: str) -> Panel:
    """Only what people call and see of it; the rest stands in its settings."""
    whole = panel(shop, "app", name)
    inputs = {one.key: one for group in whole.groups for one in group.inputs}
    group = whole.groups[0]
    return replace(whole, groups=(replace(group, inputs=tuple(inputs[key] for key in _ABOUT if key in inputs)),))


def _groups(shop: Workshop, name: str) -> tuple[Group, ...]:
    """Everything in the app by kind; kinds of which there is nothing can be begun."""
    found = next((one for one in outline(shop) if one.name == name), None)
    if found is None:
        raise NotFound(_("There is no such document."))
    by_kind = {group.kind: group for group in found.groups}
    begun = {kind for kind, _words in kinds_of_parts()}
    return tuple(by_kind.get(kind, Group(kind, kind_words(kind), ())) for kind in KINDS if kind in by_kind or kind in begun)


def _audience(shop: Workshop, app: str) -> list[Audience]:
    entities = {one.name for one in shop.of_kind("entity") if one.app == app}
    members: Mapping[str, int] = members_of_roles()
    found = []
    for role in shop.catalogue.roles.values():
        grants = [grant for grant in role.grants if grant.entity in entities or grant.entity == "*"]
        if grants and entities:
            operations = [one for one in OPERATIONS if any(one in grant.operations for grant in grants)]
            found.append(Audience(pick(role.label), address_of("role", role.name), members.get(role.name, 0), tuple(operation_word(one) for one in operations)))
    return found


def _use(document: Document) -> Use:
    return Use(label_of(document), icon_of(document), address_of(document.kind, document.name) if is_own(document) else "")
