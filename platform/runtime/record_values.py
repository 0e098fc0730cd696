"""The values of a record as its page shows them: badges and facts, key figures, fields by sections, sub-tables."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from shuke import records
from shuke.access.policy import policy
from shuke.core import settings
from shuke.core.i18n import format_day, format_instant, format_money, format_number, locale, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.records import Masked, Query, Record, Row
from shuke.records.figures import computed_for
from shuke.runtime.cells import Cell, cell_writer
from shuke.runtime.reach import readable
from shuke.screens.visitor import actor
from shuke.views import Column, FigurePlan, FormField, FormNode, RecordPlan

_BADGES = frozenset({"state", "choice", "multichoice", "tags", "treechoice"})


@dataclass(frozen=True, slots=True)
class Fact:
    """A value beside the title."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class FigureShown:
    """A key figure; `tab` is the part of the page that explains it."""

    label: str
    text: str
    tab: str


@dataclass(frozen=True, slots=True)
class TableShown:
    """The lines of a sub-table."""

    label: str
    headings: tuple[tuple[str, bool], ...]
    """Label, and whether numbers stand under it."""
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SectionShown:
    label: str
    columns: int
    body: Markup
    """The values that are there, each with its label."""
    tables: tuple[TableShown, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands under the title."""

    badges: tuple[str, ...]
    facts: tuple[Fact, ...]
    figures: tuple[FigureShown, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """The fields of the page."""

    sections: tuple[SectionShown, ...]
    blank: tuple[str, ...]
    """The labels of fields that have no value."""


def head(plan: RecordPlan, record: Record) -> Head:
    """Badges, facts and figures; without declared figures the numbers of the header are the figures."""
    shown = readable(actor(), plan.header)
    declared = {figure.column.path for figure in plan.figures if figure.column is not None}
    columns = [figure.column for figure in plan.figures if figure.column is not None]
    values = _with_dotted([*shown, *readable(actor(), columns)], record)
    badges, facts, figures = [], [], []
    for column in shown:
        if column.path in declared or not (text := cell_writer(column.type, column.field)(values.get(column.path))):
            continue
        if column.field.type in _BADGES:
            badges.append(text)
        elif column.numeric and not plan.figures:
            figures.append(FigureShown(pick(column.label), text, column.path if column.field.option("ledger") else ""))
        else:
            facts.append(Fact(pick(column.label), Markup(text).striptags() if column.field.type == "barcode" else text))  # noqa: S704 - the type's own markup
    return Head(tuple(badges), tuple(facts), (*figures, *_figures(plan, record, values)))


def badges(plan: RecordPlan, record: Record) -> tuple[str, ...]:
    """The badges alone, of what was read with the record itself."""
    shown = (column for column in readable(actor(), plan.header) if column.field.type in _BADGES and "." not in column.path)
    return tuple(text for column in shown if (text := cell_writer(column.type, column.field)(record.values.get(column.path))))


def _figures(plan: RecordPlan, record: Record, values: Mapping[str, Any]) -> Iterator[FigureShown]:
    computed = computed_for(actor(), record.entity, record.id, [figure.value for figure in plan.figures if figure.value])
    for figure in plan.figures:
        if figure.column is None:
            if figure.value in computed:
                yield FigureShown(pick(figure.label), computed_text(computed[figure.value], figure), "")
        elif readable(actor(), [figure.column]):
            text = cell_writer(figure.column.type, figure.column.field)(values.get(figure.column.path))
            yield FigureShown(pick(figure.label), text or "—", figure.related or figure.balance)


def computed_text(value: Any, figure: FigurePlan) -> str:
    """The result of a formula, for people."""
    match value:
        case None:
            return "—"
        case bool():
            return _("Yes") if value else _("No")
        case Decimal() | int():
            return _number(Decimal(value), figure.format)
    return format_instant(value) if hasattr(value, "hour") else format_day(value) if hasattr(value, "year") else str(value)


def _number(value: Decimal, form: str) -> str:
    if form == "money":
        return format_money(value, settings.current().currency)
    return f"{format_number(round(value * 100, 1))}%" if form == "percent" else format_number(round(value, 2))


def _with_dotted(columns: Iterable[Column], record: Record) -> Mapping[str, Any]:
    """The record's values, with those that lie behind links."""
    dotted = tuple(dict.fromkeys(column.path for column in columns if "." in column.path))
    if not dotted:
        return record.values
    found = records.query(actor(), record.entity, Query(fields=dotted, ids=(record.id,), count=False)).records
    return {**record.values, **(found[0].values if found else {})}


# The fields, drawn by what is prepared once for a version and a language


@dataclass(frozen=True, slots=True)
class _Place:
    """A field of the form: what is written before and after its value."""

    name: str
    label: str
    write: Cell
    before: Markup
    after: Markup
    table: FormField | None
    sometimes: bool
    """Is not always there, and is not missed where it has no value."""


@dataclass(frozen=True, slots=True)
class _Section:
    label: str
    columns: int
    places: tuple[_Place, ...]


def body(plan: RecordPlan, record: Record, *, is_short: bool = False) -> Body:
    """The sections of the page; in short form without sub-tables and blank fields."""
    prepared = catalogue().derived(("sections of", record.entity.name, locale()), lambda: tuple(_prepared(plan.form.nodes)))
    blank: list[str] = []
    sections = tuple(section for one in prepared if (section := _drawn(one, record, blank, is_short=is_short)))
    return Body(sections, () if is_short else tuple(blank))


def _drawn(section: _Section, record: Record, blank: list[str], *, is_short: bool) -> SectionShown | None:
    pieces: list[str] = []
    tables: list[TableShown] = []
    for place in section.places:
        if place.name not in record.values:
            continue
        value = record.values[place.name]
        if place.table is not None:
            if value and not is_short:
                tables.append(_table(place.table, record))
            elif not place.sometimes:
                blank.append(place.label)
            continue
        if text := place.write(value):
            pieces += (place.before, escape(text), place.after if not isinstance(value, Masked) else _END)
        elif not place.sometimes:
            blank.append(place.label)
    if not pieces and not tables:
        return None
    return SectionShown(section.label, section.columns, Markup("").join(pieces), tuple(tables))


def _prepared(nodes: Iterable[FormNode]) -> Iterator[_Section]:
    """The form's parts as parts of a page; fields outside any section make one of their own."""
    loose: list[FormNode] = []
    for node in nodes:
        if node.type == "tab":
            yield from _section(loose)
            yield from _prepared(node.nodes)
        elif node.type in {"section", "columns"}:
            yield from _section(loose)
            yield from _section([inner for inner in node.walk() if inner.field], pick(node.label), node.columns)
        else:
            loose.append(node)
    yield from _section(loose)


def _section(nodes: list[FormNode], label: str = "", columns: int = 2) -> Iterator[_Section]:
    places = tuple(_place(node, node.field) for node in nodes if node.field)
    nodes.clear()
    if places:
        yield _Section(label, columns, places)


_END = Markup("</dd></div>")


def _place(node: FormNode, field: FormField) -> _Place:
    label = pick(field.label)
    before = Markup('<div class="value{}"><dt>{}</dt><dd>').format(" value-wide" if field.is_wide else "", label)
    after = Markup(
        '<button type="button" class="value-menu" data-value-history="{}" aria-label="{}" title="{}"></button></dd></div>',
    ).format(field.name, _("History of “%(field)s”", field=label), _("History of this field"))
    return _Place(
        field.name, label, cell_writer(field.type, field.field), before, after, field if field.columns else None, bool(node.visible or field.field.visible_if),
    )


def _table(field: FormField, record: Record) -> TableShown:
    rights = policy(actor(), record.entity)
    columns = [column for column in field.columns if rights.right(f"{field.name}.{column.name}") != "hidden"]
    writers = [(column.name, cell_writer(column.type, column.field)) for column in columns]
    rows: Iterable[Row] = record.values[field.name] or ()
    return TableShown(
        pick(field.label), tuple((pick(column.label), column.is_numeric) for column in columns),
        tuple(tuple(write(row.values.get(name)) for name, write in writers) for row in rows),
    )
