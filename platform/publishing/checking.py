"""What the checks of a catalogue share: the problems found so far, and how names and formulas are looked up."""

from collections.abc import Iterable, Mapping
from typing import Any

from shuke.core.errors import UnknownName
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Catalogue, Document, Entity, Field
from shuke.definitions.problems import Problem, file_of
from shuke.definitions.schemas import did_you_mean
from shuke.expressions import Expression, ExpressionError, Type
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import expression, scope


class Checking:
    """One check of a catalogue; `problems` grows."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.problems: list[Problem] = []

    def of_kind(self, kind: str) -> Iterable["Place"]:
        return (Place(self, document) for document in self.catalogue.documents if document.kind == kind)


class Place:
    """A document and a path in it, where a problem can be noted."""

    def __init__(self, checking: Checking, document: Document, path: tuple[str | int, ...] = ()) -> None:
        self._checking, self.document, self._path = checking, document, path
        self.catalogue = checking.catalogue

    def at(self, *parts: str | int) -> "Place":
        return Place(self._checking, self.document, (*self._path, *parts))

    def note(self, message: str) -> None:
        self._checking.problems.append(Problem(file_of(self.document), "/".join(str(part) for part in self._path), message))

    def expression(self, entity: str, source: str, expect: Type | str | None = None, variables: Mapping[str, Type] | None = None) -> Expression | None:
        """The checked formula, or None with the problem noted."""
        try:
            return expression(self.catalogue, entity, source, expect, variables)
        except ExpressionError as error:
            self.note(_("In the formula “%(source)s”, at character %(position)s: %(message)s", source=source, position=error.start + 1, message=error.message))
            return None

    def entity(self, name: str) -> Entity | None:
        found: Entity | None = self._known(_("entity"), name, self.catalogue.entities)
        return found

    def one_of(self, kind: str, name: str, known: Mapping[str, Any]) -> Any:
        """The thing called so, or None with the problem noted; `kind` is a word for people."""
        return self._known(kind, name, known)

    def field(self, entity: Entity, name: str) -> Field | None:
        """A field of the entity, system fields included."""
        if entity.has(name):
            return entity.field(name)
        self.missing_field(entity.name, name, [field.name for field in entity.fields])
        return None

    def path(self, entity: Entity, path: str) -> Field | None:
        """The field at the end of a path over links to one record."""
        *links, last = path.split(".")
        for name in links:
            field = self.field(entity, name)
            if field is None:
                return None
            target = self.catalogue.entities.get(field.entity)
            if target is None or field.type == "links":
                self.note(_("“%(name)s” is no link to one record, so nothing can follow it in “%(path)s”.", name=name, path=path))
                return None
            entity = target
        return self.field(entity, last)

    def missing_field(self, entity: str, name: str, known: Iterable[str]) -> None:
        self.note(_("“%(entity)s” has no field “%(name)s”.", entity=entity, name=name) + did_you_mean(name, known))

    def _known(self, kind: str, name: str, known: Mapping[str, Any]) -> Any:
        if name in known:
            return known[name]
        self.note(_("There is no %(kind)s “%(name)s”.", kind=kind, name=name) + did_you_mean(name, known))
        return None


def type_of(field: Field) -> Type:
    """The type of a field in formulas."""
    return FIELD_TYPES[field.type].expression_type(field)


def has_member(catalogue: Catalogue, entity: str, name: str) -> bool:
    try:
        return scope(catalogue).member(entity, name) is not None
    except UnknownName:
        return False
