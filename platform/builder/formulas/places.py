"""The place in the draft that a formula is written for, as a request names it."""

from dataclasses import dataclass, replace

from flask import request

from shuke.builder.editing import path_in
from shuke.builder.panels.scopes import scope_of
from shuke.builder.panels.shapes import inside, shape_at
from shuke.builder.workshop import Workshop
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Catalogue, Document
from shuke.definitions.patches import Path
from shuke.expressions import BOOL, Expression, ExpressionError, check
from shuke.fields.scope import CatalogueScope, scope
from shuke.publishing import edits
from shuke.publishing.formula_places import FormulaPlace, formula_place, formula_places

_CONDITIONS = frozenset({
    "x-visible-if", "x-required-if", "x-readonly-if", "x-filter", "x-where", "where", "when", "guard", "condition", "visible", "required", "read_only",
})


@dataclass(frozen=True, slots=True)
class Written:
    """A formula's place with the definitions that it is written over."""

    catalogue: Catalogue
    place: FormulaPlace
    via: tuple[str, str] = ("", "")
    """The condition of a roll-up: the entity and its collection; the place itself is about the rows."""

    @property
    def scope(self) -> CatalogueScope:
        return scope(self.catalogue)

    @property
    def owner(self) -> str:
        return self.place.owner

    def check(self, source: str) -> Expression:
        """The formula checked where it stands; `ExpressionError` with places in the source as it was written."""
        entity, collection = self.via
        if not entity:
            return check(source, self.scope, self.owner, expect=self.place.expect, variables=self.place.variables)
        before = f"COUNT({collection}, "
        try:
            return check(f"{before}{source})", self.scope, entity, variables=self.place.variables)
        except ExpressionError as wrong:
            start, end = (max(0, min(len(source), at - len(before))) for at in (wrong.start, wrong.end))
            raise ExpressionError(wrong.code, start, end, wrong.message) from None


def is_condition(pointer: str) -> bool:
    """Whether what stands at the place, of which the last words are enough, is something true or false."""
    *around, key = pointer.split("/")
    return key in _CONDITIONS or around[-1:] == ["choices"]


def asked_place() -> tuple[str, str, str]:
    """Kind, name and pointer of the request's formula."""
    return request.values.get("kind", ""), request.values.get("name", ""), request.values.get("pointer", "")


def written_at(shop: Workshop, kind: str, name: str, pointer: str) -> Written:
    """The place with what publishing asks of it; where it asks nothing, the entity around it."""
    document = shop.document(kind, name)
    path = path_in(document, pointer)
    if shape_at(document, path).ref != "expression":
        raise NotFound(_("What you want to change is not there any more."))
    if via := _rolled_up(shop, document, path):
        owner = shop.catalogue.derived(("rows of", *via), lambda: _rows_of(shop.catalogue, *via))
        return Written(shop.catalogue, FormulaPlace(owner, BOOL), via)
    found = formula_place(shop.documents, document.key, path)
    if found and document.kind == "entity" and path[-1] == "x-formula" and edits.follows_formula(shop.documents, found.owner, str(path[-2])):
        found = replace(found, expect=None)
    return Written(shop.catalogue, found or FormulaPlace(_around(shop, document, path)))


def places_of(shop: Workshop, document: Document) -> dict[Path, FormulaPlace]:
    """What is asked of every formula that stands in a document, made once for each revision."""
    return shop.catalogue.derived(("formula places", document.key), lambda: formula_places(shop.catalogue, document))


def written_in(shop: Workshop, document: Document, pointer: str) -> Written | None:
    """The same for a formula that stands there already, without asking anew."""
    path = path_in(document, pointer)
    if _rolled_up(shop, document, path):
        return written_at(shop, document.kind, document.name, pointer)
    found = places_of(shop, document).get(path)
    return Written(shop.catalogue, found) if found else None


def _rolled_up(shop: Workshop, document: Document, path: Path) -> tuple[str, str] | None:
    """The entity and the collection that the condition of a roll-up is about."""
    if document.kind != "entity" or path[-1] != "x-where":
        return None
    field = document.body
    for part in path[:-1]:
        field = inside(field, part)
    via = str(field.get("x-via", ""))
    return (document.name, via) if _rows_of(shop.catalogue, document.name, via) else None


def _rows_of(catalogue: Catalogue, entity: str, via: str) -> str:
    member = scope(catalogue).member(entity, via)
    return member.type.entity if member and member.many else ""


def _around(shop: Workshop, document: Document, path: Path) -> str:
    found = scope_of(shop, document)
    body = document.body
    for part in path[:-1]:
        body = inside(body, part)
        found = found.within(body, str(part))
    return found.entity


