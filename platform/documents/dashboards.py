"""A dashboard on paper: its figures, its charts with their numbers, and its lists."""

from collections.abc import Iterable, Iterator, Sequence

from shuke.access import Actor
from shuke.core import clock
from shuke.core.colors import WHITE, readable_on
from shuke.core.errors import InvalidInput
from shuke.core.i18n import format_instant, locale, pick
from shuke.core.i18n import gettext as _
from shuke.core.settings import current as settings
from shuke.definitions.current import catalogue
from shuke.definitions.dashboards import Dashboard
from shuke.definitions.dashboards import Part as BoardPart
from shuke.documents.blocks import Block, Cell, Head, Item, Part, Sheet
from shuke.documents.charts import on_paper
from shuke.documents.layout import OWN_COLOR
from shuke.documents.paper import PAPERS
from shuke.documents.pictures import logo
from shuke.documents.words import cell
from shuke.records import Query, query
from shuke.reports.asking import Scope, conditions
from shuke.reports.charts.chart import chart
from shuke.reports.figures import figure
from shuke.reports.keys import spelled
from shuke.reports.numbers import Numbers, numbers
from shuke.reports.periods import words_of
from shuke.reports.reach import columns_of, parts_of
from shuke.views.columns import columns

_LOGO = 60.0
_IN_A_ROW = 4
_HALF = 50.0
_HALF_OF_TWELVE = 6
_WIDE, _NARROW = 720, 352
"""How wide charts are drawn, so that their letters have the same size on paper."""


def dashboard_sheet(actor: Actor, dashboard: Dashboard, scope: Scope) -> Sheet:
    """What the actor sees of the dashboard, as a document."""
    company, title = settings(), pick(dashboard.label)
    before, between, after = _("%(page)s / %(pages)s", page="\0", pages="\1").replace("\1", "\0").split("\0")
    days = (Item(_("Days"), words_of(scope.days)),) if dashboard.period else ()
    head = Head(company.company, logo(_LOGO), tuple(said for said in (pick(company.address), company.phone) if said), title, days)
    return Sheet(
        title=title, paper=PAPERS["A4"], printed=format_instant(clock.now()), language={"zh": "zh-CN"}.get(locale(), locale()),
        blocks=tuple(_blocks(actor, [part for _place, part in parts_of(actor, dashboard)], scope)), head=head, footer=pick(company.footer),
        color=readable_on(company.color or OWN_COLOR, WHITE), pages=(before, between, after),
    )


def _blocks(actor: Actor, parts: Sequence[BoardPart], scope: Scope) -> Iterator[Block]:
    figures = [item for part in parts if part.type == "number" for item in _figure(actor, part, scope)]
    if figures:
        yield Block("figures", items=tuple(figures), columns=_IN_A_ROW)
    yield from _in_pairs(_part(actor, part, scope) for part in parts if part.type in ("chart", "table", "list"))


def _in_pairs(found: Iterable[tuple[Block, ...]]) -> Iterator[Block]:
    """Charts side by side; what is wide takes the whole line."""
    waiting: tuple[Block, ...] = ()
    for blocks in found:
        if not blocks:
            continue
        if blocks[0].columns > 1:
            yield from blocks
        elif waiting:
            yield Block("columns", parts=(Part(_HALF, waiting), Part(_HALF, blocks)))
            waiting = ()
        else:
            waiting = blocks
    if waiting:
        yield Block("columns", parts=(Part(_HALF, waiting), Part(_HALF, ())))


def _figure(actor: Actor, part: BoardPart, scope: Scope) -> Iterator[Item]:
    try:
        found = figure(actor, part, scope)
    except InvalidInput:
        return
    yield Item(pick(part.label), found.main.text, note=f"{found.change.text} {found.change.against}" if found.change and found.change.text else "")
    for said in found.more:
        yield Item(said.label, said.text)


def _part(actor: Actor, part: BoardPart, scope: Scope) -> tuple[Block, ...]:
    """The blocks of a part; a wide one says so by its columns."""
    try:
        if part.type == "list":
            return (_list(actor, part, scope),)
        made = numbers(actor, part, scope)
    except InvalidInput:
        return ()
    label = pick(part.label)
    if made.is_empty:
        return (Block("table", label=label, blank=_("No data for these days.")),)
    table = _table(made, "" if part.type == "chart" else label, wide=part.width > _HALF_OF_TWELVE)
    if part.type == "table":
        return (table,)
    is_wide = part.width > _HALF_OF_TWELVE
    drawn = Block("chart", label=label, code=on_paper(chart(part, made, label, _WIDE if is_wide else _NARROW)), columns=2 if is_wide else 1)
    return (drawn, table) if part.chart == "bar" and part.series and not made.is_time else (drawn,)


def _table(made: Numbers, label: str, *, wide: bool) -> Block:
    rows = tuple(
        (Cell(spelled(made.cut, key.value) if made.is_time else key.label), *(Cell(one.write(one.values[row]), True) for one in made.series))
        for row, key in enumerate(made.keys)
    )
    heads = (Cell(made.heading), *(Cell(one.key.label, True) for one in made.series))
    sums = (Cell(""), *(Cell(one.write(one.total), True) for one in made.series)) if made.adds_up and not made.is_cut and len(rows) > 1 else ()
    return Block("table", label=label, heads=heads, rows=rows, sums=sums, columns=2 if wide else 1)


def _list(actor: Actor, part: BoardPart, scope: Scope) -> Block:
    entity = catalogue().entity(part.entity)
    shown = columns(catalogue(), entity, columns_of(actor, part))
    page = query(actor, entity, Query(
        fields=tuple(one.path for one in shown), where=part.where, conditions=conditions(part, scope), sort=part.sort, limit=part.limit, count=False,
    ))
    rows = tuple(tuple(Cell(cell(one, record.values.get(one.path)), one.numeric) for one in shown) for record in page.records)
    heads = tuple(Cell(pick(one.label), one.numeric) for one in shown)
    return Block("table", label=pick(part.label), heads=heads, rows=rows, blank=pick(part.empty) or _("Nothing to do here."), columns=2)
