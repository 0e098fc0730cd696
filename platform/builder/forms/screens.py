"""The screens of the form designer: the tab of entities and forms, its gestures, what is chosen, and the form on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, make_response, render_template, request, url_for

from shuke.builder.blueprint import blueprint
from shuke.builder.forms.asked import ACTIONS, Asked, Keys, asked_for, keys_of, tell
from shuke.builder.forms.canvas import Drawn, framed_form, plain_form
from shuke.builder.forms.chosen import Chosen, chosen_one
from shuke.builder.forms.palette import OfferGroup, left_over, palette
from shuke.builder.forms.parts import PartShown, chosen_parts, places_of
from shuke.builder.forms.uses import UsesShown, uses_shown
from shuke.builder.gestures import gesture, refuse
from shuke.builder.outline import address_of
from shuke.builder.tabs import Tab, tab
from shuke.builder.titles import both
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Document
from shuke.publishing.edits import add_view, layouts, view_variant
from shuke.publishing.edits.layouts import Layout
from shuke.screens.page import go_to_address
from shuke.screens.screen import screen

_FRAMED = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


@dataclass(frozen=True, slots=True)
class FormChoice:
    """One form of the entity, to switch to."""

    name: str
    label: str
    address: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Designed:
    """Everything that the page of a form shows."""

    shop: Workshop
    form: str
    layout: Layout
    keys: Keys

    @property
    def entity(self) -> str:
        return self.form.split(".", 1)[0]

    @property
    def canvas(self) -> Drawn:
        return framed_form(self.shop, self.form, self.layout)

    @property
    def chosen(self) -> tuple[PartShown, ...]:
        return chosen_parts(self.shop, self.form, self.layout, self.keys)

    @property
    def one(self) -> Chosen | None:
        return chosen_one(self.shop, self.form, self.layout, self.chosen)

    @property
    def palette(self) -> tuple[OfferGroup, ...]:
        return palette(self.shop.catalogue, self.shop.catalogue.entity(self.entity), self.layout)

    @property
    def rest(self) -> tuple[OfferGroup, ...]:
        return left_over(self.shop.catalogue.entity(self.entity), self.layout)

    @property
    def has_tabs(self) -> bool:
        return any(part["type"] == "tab" for part in self.layout)


def _draw(shop: Workshop, document: Document) -> str:
    entity = document.name if document.kind == "entity" else str(document.body["entity"])
    form = _form_asked(shop, entity) if document.kind == "entity" else document.name
    designed = _designed(shop, form, keys_of(request.args.get("chosen", "")))
    return render_template("builder/forms/designer.html", designed=designed, forms=_forms(shop, entity, form, document.kind), leads_to_public=document.kind == "entity" and shop.has("view", form))


def _is_form(_shop: Workshop, document: Document) -> bool:
    return document.kind == "entity" or document.body.get("kind") == "form"


tab(Tab(
    "form", ("entity", "view"), 10, lambda: _("Form"), _draw, _is_form, scripts=("builder/forms/designer.js", "runtime/tabs.js"),
    styles=("runtime/runtime.css", "runtime/forms.css", "builder/forms.css"),
))


@screen(blueprint, "/build/forms/<form>", permission="build")
def form_canvas(form: str) -> Response:
    """The canvas of a form as it is now, with what is chosen beside it."""
    designed = _designed(workshop(), form, keys_of(request.args.get("chosen", "")))
    return make_response(render_template("builder/forms/_answer.html", designed=designed, only_canvas=request.args.get("only") == "canvas"))


@screen(blueprint, "/build/forms/<form>/chosen", permission="build")
def chosen_part(form: str) -> Response:
    """The settings of what is chosen."""
    designed = _designed(workshop(), form, keys_of(request.args.get("chosen", "")))
    return make_response(render_template("builder/forms/_chosen.html", designed=designed))


@screen(blueprint, "/build/forms/<form>/uses", permission="build")
def form_uses(form: str) -> Response:
    """Where the chosen fields are used, before they are removed from the entity."""
    shop, keys = workshop(), keys_of(request.args.get("chosen", ""))
    designed = _designed(shop, form, keys)
    names = [one.field for one in designed.chosen if one.field and not shop.catalogue.entity(designed.entity).field(one.field).system]
    if not names:
        raise InvalidInput({"": [_("Choose a part of the form first.")]})
    shown: UsesShown = uses_shown(shop, designed.entity, names)
    return make_response(render_template("builder/forms/_uses.html", designed=designed, uses=shown, named=[one for one in designed.chosen if one.field in names]))


@screen(blueprint, "/build/forms/<form>/phone", permission="build")
def form_on_phone(form: str) -> Response:
    """The form by itself, in the frame of a phone."""
    shop = workshop()
    _refuse_unknown(shop, form)
    response = make_response(render_template("builder/forms/phone.html", html=plain_form(shop, form), title=pick(shop.catalogue.entity(form.split(".", 1)[0]).label)))
    response.headers["Content-Security-Policy"] = _FRAMED
    return response


@screen(blueprint, f"/build/forms/<form>/<any({', '.join(ACTIONS)}):action>", permission="build", methods=("POST",), transaction="write")
def edit_form(form: str, action: str) -> Response:
    """One gesture of the designer."""
    shop, before = workshop(), keys_of(request.form.get("chosen", ""))
    _refuse_unknown(shop, form)
    try:
        wanted = asked_for(Asked(shop, form, layouts.layout_of(shop.documents, form)), action)
    except InvalidInput as wrong:
        return _refused(wrong, form, before)
    is_done = False

    def draw(shop: Workshop) -> str:
        nonlocal is_done
        keys = before
        if not is_done:
            is_done = True
            keys = wanted.chosen(layouts.layout_of(shop.documents, form))
        return _answer(shop, form, keys)

    response = gesture(wanted.edit, wanted.title, draw)
    if response.status_code < 400:
        tell(wanted)
    return response


@screen(blueprint, "/build/forms/<entity>/new", permission="build", methods=("POST",), transaction="write")
def add_form(entity: str) -> Response:
    """Another form of an entity, called by the words that are sent."""
    shop = workshop()
    document = shop.document("entity", entity)
    zh, en = (request.form.get(language, "").strip() for language in ("zh", "en"))
    if not (zh or en):
        return _refused(InvalidInput({"": [_("Say what the form is called.")]}), f"{entity}.form", [])
    label = {"zh": zh or en, "en": en or zh}
    name = view_variant(shop.documents, entity, "form", label)
    done = gesture(lambda documents: add_view(documents, document.app, entity, "form", label, name=name), both("%(thing)s: added", thing=label))
    return go_to_address(url_for("builder.document_page", kind="entity", name=entity, tab="form", form=name)) if done.status_code < 400 else done


def _refused(wrong: InvalidInput, form: str, keys: Sequence[str]) -> Response:
    sentences = [sentence for said in wrong.by_field.values() for sentence in said]
    return refuse(sentences, lambda shop: _answer(shop, form, list(keys)))


def _answer(shop: Workshop, form: str, keys: Keys) -> str:
    """The canvas, and beside it what is chosen and what is left over."""
    return render_template("builder/forms/_answer.html", designed=_designed(shop, form, keys))


def _designed(shop: Workshop, form: str, keys: Keys) -> Designed:
    _refuse_unknown(shop, form)
    layout = layouts.layout_of(shop.documents, form)
    found = set(places_of(layout, keys))
    return Designed(shop, form, layout, keys if found else [])


def _refuse_unknown(shop: Workshop, form: str) -> None:
    """A form that is there, or the main one of an entity that is."""
    if shop.has("view", form):
        if shop.body("view", form)["kind"] == "form":
            return
    elif form.endswith(".form") and form.split(".", 1)[0] in shop.catalogue.entities:
        return
    raise NotFound(_("There is no such document."))


def _form_asked(shop: Workshop, entity: str) -> str:
    """The form that the address names, else the main one."""
    asked = request.args.get("form", "")
    return asked if asked.startswith(f"{entity}.form.") and shop.has("view", asked) else f"{entity}.form"


def _forms(shop: Workshop, entity: str, here: str, kind: str) -> list[FormChoice]:
    """All forms of the entity, the main one first."""
    found = {one.name: pick(one.body.get("label") or {}) or one.name for one in shop.of_kind("view") if one.body["entity"] == entity and one.body["kind"] == "form"}
    main = f"{entity}.form"
    rest = sorted(name for name in found if name != main)
    choices = []
    for name in (main, *rest):
        label = _("Full form") if name == main else found[name]
        address = url_for("builder.document_page", kind="entity", name=entity, tab="form", form=name if name != main else None)
        choices.append(FormChoice(name, label, address if kind == "entity" or name == main else address_of("view", name), name == here))
    return choices
