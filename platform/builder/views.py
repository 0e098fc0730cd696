"""The views of an entity: what there is of each kind, for whom it opens first, and new ones, copies and removals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Response, render_template, request

from shuke.builder.blueprint import blueprint
from shuke.builder.gestures import gesture
from shuke.builder.outline import address_of
from shuke.builder.tabs import Tab, tab
from shuke.builder.titles import both
from shuke.builder.words import icon_of, view_kind
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import LOCALES, pick, use_locale
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.patches import Patch
from shuke.publishing.edits import add_view, duplicate_document, remove_document, view_variant
from shuke.publishing.edits import views as edits
from shuke.screens.screen import screen

KINDS = ("list", "board", "calendar", "gallery", "record", "form")


@dataclass(frozen=True, slots=True)
class ViewShown:
    """One view of the entity."""

    name: str
    label: str
    icon: str
    address: str
    is_plain: bool
    """The one that opens where nothing else is said."""
    roles: tuple[str, ...]
    audience: str
    removable: bool


@dataclass(frozen=True, slots=True)
class KindShown:
    kind: str
    label: str
    about: str
    views: tuple[ViewShown, ...]
    opens_first: bool


def _draw(shop: Workshop, document: Document) -> str:
    entity = document.name
    kinds = tuple(
        KindShown(kind, view_kind(kind), _ABOUT[kind](), tuple(_view(shop, one) for one in _views(shop, entity) if one.body["kind"] == kind), kind in edits.OPENED)
        for kind in KINDS
    )
    roles = [(role.name, pick(role.label)) for role in shop.catalogue.roles.values()]
    return render_template("builder/views/_views.html", entity=entity, kinds=kinds, roles=roles)


tab(Tab("views", ("entity",), 20, lambda: _("Views"), _draw, styles=("builder/views.css",)))


@screen(blueprint, "/build/views/of/<entity>", permission="build", methods=("POST",), transaction="write")
def edit_views(entity: str) -> Response:
    """`add` a view of a kind, `duplicate` or `remove` the one called `view`, or have it open `first` for roles."""
    shop, form = workshop(), request.form
    document = shop.document("entity", entity)
    action, name = form.get("action", ""), form.get("view", "")

    def draw(shop: Workshop) -> str:
        return _draw(shop, shop.document("entity", entity))

    if action == "add":
        kind = form.get("kind", "")
        if kind not in KINDS:
            raise NotFound(_("There is no such kind of view."))
        label = _label(form.get("zh", ""), form.get("en", ""), kind)
        return gesture(lambda documents: _added(documents, document, kind, label), both("%(thing)s: view added", thing=label), draw)
    view = next((one for one in _views(shop, entity) if one.name == name), None)
    if view is None:
        raise NotFound(_("What you want to change is not there any more."))
    label = view.body.get("label") or {"zh": name, "en": name}
    match action:
        case "duplicate":
            return gesture(lambda documents: duplicate_document(documents, "view", name), both("%(thing)s: view duplicated", thing=label), draw)
        case "remove":
            return gesture(lambda documents: remove_document(documents, "view", name), both("%(thing)s: view removed", thing=label), draw)
        case "first":
            roles = frozenset(form.getlist("role"))
            return gesture(lambda documents: edits.open_first(documents, name, roles), both("%(thing)s: opens first for others now", thing=label), draw)
    raise NotFound(_("What you want to change is not there any more."))


def _added(documents: Sequence[Document], entity: Document, kind: str, label: dict[str, str]) -> Patch:
    """The first of a kind is the entity's own; further ones have a name of their own."""
    own = f"{entity.name}.{kind}"
    taken = any(one.key == ("view", own) for one in documents)
    if kind == "record" and taken:
        raise InvalidInput({"kind": [_("There is one record page for each entity; change the one that is there.")]})
    return add_view(documents, entity.app, entity.name, kind, label, name=view_variant(documents, entity.name, kind, label) if taken else own)


def _views(shop: Workshop, entity: str) -> list[Document]:
    return sorted((one for one in shop.of_kind("view") if one.body["entity"] == entity), key=lambda one: (one.name.count("."), one.name))


def _view(shop: Workshop, one: Document) -> ViewShown:
    roles = tuple(one.body.get("roles", ()))
    known = shop.catalogue.roles
    is_plain = one.body["kind"] in ("list", "form", "record") and one.name.count(".") == 1
    names = [pick(known[name].label) if name in known else name for name in roles]
    audience = _("Opens first for: %(roles)s", roles=_(", ").join(names)) if names else _("Opens first for everybody else") if is_plain and one.body["kind"] == "list" else ""
    return ViewShown(one.name, pick(one.body.get("label") or {}) or one.name, icon_of(one), address_of("view", one.name), is_plain, roles, audience, not is_plain or one.body["kind"] == "record")


def _label(zh: str, en: str, kind: str) -> dict[str, str]:
    """What was typed; in a language that was left blank the other one's words, and without any the kind's."""
    given = {"zh": zh.strip()[:60], "en": en.strip()[:60]}
    words = next((text for text in given.values() if text), "")
    for language in LOCALES:
        if not given.get(language):
            with use_locale(language):
                given[language] = words or view_kind(kind)
    return given


_ABOUT: Mapping[str, Callable[[], str]] = {
    "list": lambda: _("Records as rows: for looking through many and comparing them."),
    "board": lambda: _("Cards in columns by an option or a state: for work that moves on."),
    "calendar": lambda: _("Records on the days of a month or a week: for appointments and deadlines."),
    "gallery": lambda: _("Cards with pictures: for what one knows by its looks."),
    "record": lambda: _("The page of one record: what stands at its top, and what belongs to it."),
    "form": lambda: _("What is filled in: the whole form, and short ones for single purposes."),
}
