"""The palette: every type of field by its words, the parts of a layout, and what the entity has and the form has not."""

from collections.abc import Iterator
from dataclasses import dataclass

from shuke.builder.forms.parts import PART_ICONS, TYPE_ICONS, part_word, walk
from shuke.builder.seeking import joined, sought
from shuke.builder.words import type_word
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Catalogue, Entity
from shuke.publishing.edits.layouts import Layout, fields_in

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("text", ("text", "longtext", "phone", "email", "url", "address", "barcode")),
    ("numbers", ("integer", "decimal", "money", "percent")),
    ("choices", ("choice", "multichoice", "boolean", "tags", "treechoice")),
    ("dates", ("date", "datetime")),
    ("files", ("image", "file")),
    ("links", ("link", "links", "table", "user", "unit")),
    ("computed", ("autonumber", "formula", "lookup", "rollup", "state", "balance")),
)
STAMPS = ("owner", "unit", "created_at", "created_by", "updated_at", "updated_by")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be put on the form; `kind` and `value` say what: a field of a type, a field that is there, a part."""

    kind: str
    value: str
    label: str
    icon: str
    sought: str
    """What the search looks at: the words in all languages and their pinyin."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class OfferGroup:
    name: str
    label: str
    offers: tuple[Offer, ...]


def palette(catalogue: Catalogue, entity: Entity, layout: Layout) -> tuple[OfferGroup, ...]:
    """All that can be added, whatever the form has."""
    groups = [OfferGroup(name, _group_word(name), tuple(_of_type(type_) for type_ in types)) for name, types in GROUPS]
    arranged = [Offer("part", kind, part_word(kind), PART_ICONS[kind], _sought_part(kind)) for kind in ("section", "tab", "text")]
    return (*groups, OfferGroup("layout", _("Arrangement"), (*arranged, *_related(catalogue, entity, layout))))


def left_over(entity: Entity, layout: Layout) -> tuple[OfferGroup, ...]:
    """The fields that stand elsewhere or nowhere: the entity's own, and those of the system."""
    placed = set(fields_in(layout))
    own = tuple(_of_field(entity, field.name) for field in entity.fields if field.name not in placed and not field.system)
    system = tuple(_of_field(entity, name) for name in STAMPS if name not in placed)
    found = [OfferGroup("rest", _("Not on this form"), own), OfferGroup("system", _("Kept by the system"), system)]
    return tuple(group for group in found if group.offers)


def _of_type(type_: str) -> Offer:
    return Offer("type", type_, type_word(type_), TYPE_ICONS[type_], sought(type_, lambda: type_word(type_)))


def _of_field(entity: Entity, name: str) -> Offer:
    field = entity.field(name)
    words = list(field.label.values())
    return Offer("field", name, pick(field.label) or name, TYPE_ICONS.get(field.type, "forms"), joined([name, *words]), type_word(field.type))


def _related(catalogue: Catalogue, entity: Entity, layout: Layout) -> Iterator[Offer]:
    """Records of others that link here, one by one; those that stand on the form already are left out."""
    taken = {(part.get("entity"), part.get("via")) for _place, part in walk(layout)}
    for other in catalogue.entities.values():
        for link in other.fields:
            if link.type == "link" and link.entity == entity.name and (other.name, link.name) not in taken:
                label = pick(other.schema.get("x-plural") or other.label)
                note = _("Lines by “%(link)s”", link=pick(link.label) or link.name)
                yield Offer("related", f"{other.name}.{link.name}", label, PART_ICONS["related"], joined([other.name, *other.label.values()]), note)


def _sought_part(kind: str) -> str:
    return sought(kind, lambda: part_word(kind))


def _group_word(name: str) -> str:
    return {
        "text": _("Text"), "numbers": _("Numbers"), "choices": _("Choices"), "dates": _("Date and time"), "files": _("Files"), "links": _("Links and tables"),
        "computed": _("Filled in by itself"),
    }[name]
