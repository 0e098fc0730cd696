"""What a record page of the draft looks like: its parts in their order, with the values of a real record."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from shuke.builder.view_reading import Reading
from shuke.builder.workshop import Workshop
from shuke.core.errors import UnknownName
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Catalogue, Entity, View
from shuke.records import Record
from shuke.runtime.cells import cell_writer
from shuke.runtime.list_fields import long_label
from shuke.runtime.record_values import computed_text
from shuke.views import FigurePlan
from shuke.views.columns import column

PARTS = ("header", "figures", "actions", "related", "timeline", "panels")
"""The lists of a record page in the order in which it shows them."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a part."""

    label: str
    text: str = ""
    icon: str = ""
    about: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page; `pointer` is where its list stands in the document."""

    key: str
    label: str
    pointer: str
    items: tuple[Item, ...]


def drawn_record(shop: Workshop, view: View, reading: Reading) -> str:
    """The parts with what stands in them; formulas and fields that are new have no value yet."""
    header = view.header
    figures = tuple(view.body.get("figures", ()))
    paths = [*header, *(one["field"] for one in figures if "field" in one)]
    sample = next(iter(reading.records(paths, limit=1)), None)
    computed = reading.computed(sample.id, [one["value"] for one in figures if "value" in one]) if sample else {}
    draft, entity = shop.catalogue, reading.entity
    parts = (
        Part("header", _("Header"), "header", tuple(_fact(draft, entity, sample, path) for path in header)),
        Part("figures", _("Key figures"), "figures", tuple(_figure(draft, entity, sample, one, computed) for one in figures)),
        Part("actions", _("Actions"), "actions", tuple(_action(draft, one) for one in view.body.get("actions", ()))),
        Part("related", _("Related lists"), "related", tuple(_related(draft, one) for one in view.body.get("related", ()))),
        Part("timeline", _("Timeline"), "timeline/entries", tuple(_entry(draft, one) for one in view.body.get("timeline", {}).get("entries", ()))),
        Part("panels", _("Panels"), "panels", tuple(_related(draft, one) for one in view.body.get("panels", ()))),
    )
    said = [] if sample else [_("There are no records yet; the view is drawn without them.")]
    if "related" not in view.body:
        said.append(_("Without lists of its own the page shows every record that links here."))
    return render_template("builder/views/_record.html", view=view, entity=entity, title=sample.title if sample else pick(entity.label), parts=parts, said=said)


def _fact(draft: Catalogue, entity: Entity, sample: Record | None, path: str) -> Item:
    found = column(draft, entity, path)
    value = sample.values.get(path) if sample else None
    return Item(long_label(entity, found), cell_writer(found.type, found.field)(value) or "—")


def _figure(draft: Catalogue, entity: Entity, sample: Record | None, figure: Mapping[str, Any], computed: Mapping[str, Any]) -> Item:
    if "field" in figure:
        try:
            fact = _fact(draft, entity, sample, figure["field"])
        except UnknownName:
            return Item(figure["field"], "—")
        return Item(pick(figure.get("label") or {}) or fact.label, fact.text)
    value = computed.get(figure["value"])
    plan = FigurePlan(figure["label"], None, figure["value"], figure.get("format", ""))
    return Item(pick(figure["label"]), "—" if value is None else computed_text(value, plan), about=_("Formula"))


def _action(draft: Catalogue, action: Mapping[str, Any]) -> Item:
    other = draft.entities.get(action["entity"])
    label = pick(action.get("label") or {}) or _("New: %(entity)s", entity=pick(other.label) if other else action["entity"])
    return Item(label, icon=action.get("icon") or (other.icon if other else "") or "plus")


def _related(draft: Catalogue, part: Mapping[str, Any]) -> Item:
    other = draft.entities.get(part["entity"])
    if other is None:
        return Item(part["entity"])
    label = pick(part.get("label") or {}) or pick(other.schema.get("x-plural") or other.label)
    return Item(label, icon=other.icon or "list", about=pick(part.get("group") or {}), columns=tuple(_labels(draft, other, part.get("columns", ()))))


def _entry(draft: Catalogue, entry: Mapping[str, Any]) -> Item:
    other = draft.entities.get(entry["entity"])
    if other is None:
        return Item(entry["entity"])
    paths = [entry[key] for key in ("at", "title", "text") if key in entry]
    return Item(pick(other.label), icon=entry.get("icon") or other.icon or "point", columns=tuple(_labels(draft, other, paths)))


def _labels(draft: Catalogue, entity: Entity, paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        try:
            yield long_label(entity, column(draft, entity, path))
        except UnknownName:
            yield path
