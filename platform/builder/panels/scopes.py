"""Where in the definitions an input stands, which decides what it can name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from shuke.builder.workshop import Workshop
from shuke.definitions.model import Catalogue, Document, Entity, Field


@dataclass(frozen=True, slots=True)
class Scope:
    """The entity that paths begin at (`""`: none), and the objects around the input, the innermost last."""

    shop: Workshop
    document: Document
    entity: str = ""
    part: str = ""
    """The sub-table whose columns are meant."""
    around: tuple[Mapping[str, Any], ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def catalogue(self) -> Catalogue:
        return self.shop.catalogue

    @property
    def object(self) -> Mapping[str, Any]:
        return self.around[-1] if self.around else {}

    @property
    def outer(self) -> "Scope":
        """The scope around the object that the input stands in."""
        return replace(self, around=self.around[:-1], entity=_entity_of(self.document, self.around[:-1]))

    def within(self, body: Any, key: str) -> "Scope":
        """The scope of what stands in an object."""
        if not isinstance(body, Mapping):
            return replace(self, keys=(*self.keys, key))
        around = (*self.around, body)
        return replace(self, around=around, keys=(*self.keys, key), entity=_entity_of(self.document, around))

    def record(self) -> Entity | None:
        return self.catalogue.entities.get(self.entity)

    def fields(self) -> tuple[Field, ...]:
        """What can be named by one word here."""
        entity = self.record()
        if entity is None:
            return ()
        if self.part:
            return entity.field(self.part).fields if entity.has(self.part) else ()
        return fields_of(entity)

    def nearest(self, key: str) -> Any:
        """What the keyword says in the closest object around that has it."""
        return next((one[key] for one in reversed(self.around) if key in one), None)


def scope_of(shop: Workshop, document: Document, part: str = "") -> Scope:
    around = (document.body,) if document.kind != "entity" else ()
    return Scope(shop, document, _entity_of(document, around), part, around)


def fields_of(entity: Entity) -> tuple[Field, ...]:
    """The fields, and those of the system."""
    return (*entity.fields, *(entity.field(name) for name in ("created_at", "created_by", "updated_at", "updated_by", "owner", "unit")))


def _entity_of(document: Document, around: tuple[Mapping[str, Any], ...]) -> str:
    if document.kind == "entity":
        return document.name
    if document.kind == "ledger":
        return str(document.body["account"]["entity"])
    return next((str(one["entity"]) for one in reversed(around) if "entity" in one), "")
