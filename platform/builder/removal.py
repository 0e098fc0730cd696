"""Removing a document or a field: what goes with it and what stays behind as a problem is shown before."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, request, url_for

from shuke.builder.bar import page
from shuke.builder.blueprint import blueprint
from shuke.builder.gestures import gesture
from shuke.builder.outline import address_of
from shuke.builder.panels.panel import base_of
from shuke.builder.panels.shapes import inside
from shuke.builder.titles import both
from shuke.builder.words import icon_of, is_own, label_of, role_word
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import NotFound
from shuke.core.i18n import Label, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.publishing import edits
from shuke.publishing.edits import Edit, Uses
from shuke.publishing.edits.documents import uses_of_documents
from shuke.publishing.edits.entities import documents_of_entity, uses_of_entity
from shuke.publishing.edits.fields import uses_of_field
from shuke.publishing.references import Reference
from shuke.screens.page import go_to_address
from shuke.screens.screen import screen

REMOVABLE = frozenset({"entity", "view", "workflow", "rule", "ledger", "document", "message", "dashboard", "role"})
"""Kinds of documents that are removed here; apps have a page of their own."""


@dataclass(frozen=True, slots=True)
class UseShown:
    """One document that uses it, and what for; the address leads to the very place."""

    label: str
    icon: str
    address: str
    roles: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be removed."""

    document: Document
    field: str

    @property
    def label(self) -> Label:
        body = self.document.body
        for part in base_of(self.field):
            body = inside(body, part)
        if body is None:
            raise NotFound(_("This field is not there any more."))
        found = body.get("x-label") or body.get("label") or {}
        return found if any(found.values()) else {"zh": self.document.name, "en": self.document.name}

    @property
    def owner(self) -> tuple[str, str]:
        owner, _dot, name = f"{self.document.name}.{self.field}".rpartition(".")
        return owner, name

    def uses(self, shop: Workshop) -> Uses:
        if self.field:
            return uses_of_field(shop.documents, *self.owner)
        if self.document.kind == "entity":
            return uses_of_entity(shop.documents, self.document.name)
        return uses_of_documents(shop.documents, {self.document.key})

    def gone(self, shop: Workshop) -> list[Document]:
        """The documents that go with an entity."""
        if self.field or self.document.kind != "entity":
            return []
        keys = documents_of_entity(shop.documents, self.document.name) - {self.document.key}
        return [one for one in shop.documents if one.key in keys]

    def edit(self) -> Edit:
        kind, name = self.document.key
        if self.field:
            return lambda documents: edits.remove_field(documents, *self.owner)
        if kind == "entity":
            return lambda documents: edits.remove_entity(documents, name)
        return lambda documents: edits.remove_document(documents, kind, name)


@screen(blueprint, "/build/removal", permission="build")
def removal_dialog() -> Response:
    """What removing it would mean."""
    shop = workshop()
    asked = _asked(shop)
    found = asked.uses(shop)
    return page(
        "builder/removal.html", shop, fragment="builder/_removal.html", label=pick(asked.label), document=asked.document, field=asked.field,
        going=_shown(shop, found.going), staying=_shown(shop, found.staying, to_place=True),
        gone=[UseShown(label_of(one), icon_of(one), address_of(*one.key), "") for one in asked.gone(shop)],
    )


@screen(blueprint, "/build/removal", permission="build", methods=("POST",), transaction="write")
def remove() -> Response:
    """Take it out of the draft, and show what it was in."""
    shop = workshop()
    asked = _asked(shop)
    done = gesture(asked.edit(), both("%(thing)s: removed", thing=dict(asked.label)))
    if done.status_code >= 400:
        return done
    document = asked.document
    entity = str(document.body.get("entity", "")) if document.kind == "view" else ""
    if asked.field or entity:
        return go_to_address(url_for("builder.document_page", kind="entity", name=entity or document.name))
    return go_to_address(url_for("builder.document_page", kind="app", name=document.app) if shop.has("app", document.app) else url_for("builder.home"))


def _asked(shop: Workshop) -> _Asked:
    kind, name = request.values.get("kind", ""), request.values.get("name", "")
    document, field = shop.document(kind, name), request.values.get("field", "")
    if not is_own(document) or kind not in REMOVABLE or field and kind != "entity":
        raise NotFound(_("There is no such document."))
    return _Asked(document, field)


def _shown(shop: Workshop, found: Iterable[Reference], *, to_place: bool = False) -> list[UseShown]:
    """Each document once with all that it is used for there; `to_place` leads to the first of these places."""
    by_document: dict[tuple[str, str], list[Reference]] = {}
    for one in found:
        by_document.setdefault(one.document, []).append(one)
    shown = []
    for key, uses in by_document.items():
        document = shop.document(*key)
        place = f"?at={quote('/'.join(str(part) for part in uses[0].path), safe='')}" if to_place else ""
        shown.append(UseShown(label_of(document), icon_of(document), address_of(*key) + place, " · ".join(dict.fromkeys(role_word(one.role) for one in uses))))
    return shown
