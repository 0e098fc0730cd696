"""The tab of a form for people without an account: its link, code and snippet, its settings, and whether it is open."""

from dataclasses import dataclass

from flask import Response, current_app, render_template, request
from markupsafe import Markup, escape

from shuke.builder.blueprint import blueprint
from shuke.builder.gestures import gesture
from shuke.builder.panels.editors import datalists
from shuke.builder.panels.panel import panel
from shuke.builder.tabs import Tab, tab
from shuke.builder.titles import both
from shuke.builder.workshop import Workshop, workshop
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue as published
from shuke.definitions.model import Document
from shuke.fields.barcode import code
from shuke.publishing.edits import clear_value
from shuke.publishing.edits.publics import begin_public, open_public
from shuke.screens.screen import screen

_AT = "/public"


@dataclass(frozen=True, slots=True)
class Link:
    """Where the form is, for people and for other sites."""

    address: str
    snippet: str
    code: Markup
    is_open: bool
    is_published: bool
    """The link leads to it already."""
    may_be_embedded: bool


def _draw(shop: Workshop, document: Document) -> str:
    public = document.body.get("public")
    if public is None:
        return render_template("builder/publics/_none.html", name=document.name)
    made = panel(shop, "view", document.name, at=_AT)
    return render_template(
        "builder/publics/_form.html", name=document.name, link=_link(document), panel=made, lists=datalists([one for group in made.groups for one in group.inputs]),
    )


def _is_form(_shop: Workshop, document: Document) -> bool:
    return document.body.get("kind") == "form"


tab(Tab("public", ("view",), 60, lambda: _("Public form"), _draw, _is_form, scripts=("builder/publics.js",), styles=("builder/publics.css",)))


def _link(document: Document) -> Link:
    public = document.body["public"]
    address = f"{current_app.extensions['shuke_configuration'].address}/f/{public['address']}"
    there = published().views.get(document.name)
    drawn, title = code(address, "qr"), escape(pick(public.get("title") or document.body.get("label") or {}) or public["address"])
    return Link(
        address, f'<iframe src="{address}" title="{title}" width="100%" height="720" loading="lazy"></iframe>', drawn.svg if drawn else Markup(),
        public.get("open", True), there is not None and there.public is not None and there.public.address == public["address"], bool(public.get("embed")),
    )


@screen(blueprint, "/build/publics", permission="build", methods=("POST",), transaction="write")
def edit_public() -> Response:
    """`begin` the public part of a form, `open` or `close` it, or `remove` it; the tab is drawn anew."""
    name, action = request.form.get("name", ""), request.form.get("action", "")
    shop = workshop()
    document = shop.document("view", name)
    label = document.body.get("label") or {"zh": name, "en": name}
    match action:
        case "begin":
            entity = shop.catalogue.entity(document.body["entity"])
            return gesture(lambda documents: begin_public(documents, name, entity), both("%(thing)s: made public", thing=label), lambda shop: _drawn(shop, name))
        case "remove":
            return gesture(lambda documents: clear_value(documents, ("view", name), ("public",)), both("%(thing)s: public no more", thing=label), lambda shop: _drawn(shop, name))
    is_open = action == "open"
    title = both("%(thing)s: public form opened", thing=label) if is_open else both("%(thing)s: public form closed", thing=label)
    return gesture(lambda documents: open_public(documents, name, is_open=is_open), title, lambda shop: _drawn(shop, name))


def _drawn(shop: Workshop, name: str) -> str:
    return f'<div class="designer" id="designer">{_draw(shop, shop.document("view", name))}</div>'
