"""The parts of a dashboard made ready to be shown: numbers in words, drawings, rows, and where each leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from shuke.access import Actor
from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.dashboards import PAGE, Dashboard, Part
from shuke.records import Condition
from shuke.records.recent import recent
from shuke.reports.asking import Scope, conditions
from shuke.reports.charts.chart import chart, spark
from shuke.reports.charts.look import Look, look
from shuke.reports.figures import Change, figure
from shuke.reports.keys import Key, spelled
from shuke.reports.numbers import Numbers, Series, numbers
from shuke.reports.periods import label_of
from shuke.reports.reach import actions_of, parts_of
from shuke.runtime.board_lists import ListShown, RecentShown, list_shown, recent_shown
from shuke.runtime.drill import needs_measure, part_name
from shuke.runtime.list_request import PLAIN, ListRequest
from shuke.runtime.seen import seen

_LATER = frozenset({"chart", "table"})
"""Parts that are fetched once the page is there, when they come into view."""


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard as one person looks at it: its days, its unit."""

    dashboard: Dashboard
    scope: Scope
    address: tuple[tuple[str, str], ...]
    """What the address says of days and unit."""

    def url(self, path: str = "", **more: str) -> str:
        asked = urlencode([*self.address, *more.items()])
        return f"/d/{self.dashboard.name}{path}" + (f"?{asked}" if asked else "")


@dataclass(frozen=True, slots=True)
class Action:
    label: str
    icon: str
    url: str
    dialog: str


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class FigureShown:
    text: str
    url: str
    more: tuple[tuple[str, Cell], ...]
    change: Change | None
    mood: str
    """`good`, `bad` or `even`: what the change means."""
    days: str
    line: Markup


@dataclass(frozen=True, slots=True)
class TableShown:
    """The numbers of a chart or table: what a row is about, its cells, and the sums."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, tuple[Cell, ...]], ...]
    sums: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChartShown:
    drawing: Markup
    words: str
    data: Mapping[str, Any]
    table: TableShown


@dataclass(frozen=True, slots=True)
class PartShown:
    """One tile; `body` is None while it is still to be fetched."""

    type: str
    place: int
    id: str
    label: str
    icon: str
    width: int
    url: str
    file_url: str
    empty: str
    body: Any


def shown(actor: Actor, board: Board, *, whole: bool = False) -> list[PartShown]:
    """The parts that the actor may see; charts and tables only when the whole page is asked for at once."""
    found = (part_shown(actor, board, place, part, load=whole or part.type not in _LATER) for place, part in parts_of(actor, board.dashboard))
    return [one for one in found if one is not None]


def part_shown(actor: Actor, board: Board, place: int, part: Part, *, load: bool = True) -> PartShown | None:
    """The part with its content; None where the actor may not see what it needs."""
    try:
        body = _BODIES[part.type](actor, board, place, part) if load else None
    except InvalidInput:
        return None
    path = f"/parts/{place}"
    return PartShown(
        part.type, place, f"part-{place}", pick(part.label) or _title(part), part.icon, part.width, board.url(path),
        board.url(f"{path}.csv") if part.type in _LATER else "", pick(part.empty) or _nothing(part), body,
    )


def actions_shown(actor: Actor, part: Part) -> list[Action]:
    """Buttons that open a form; each for whoever may make such a record."""
    made = []
    for action, entity in actions_of(actor, part.actions):
        view = action.view or "quick"
        label = pick(action.label) or _("New: %(entity)s", entity=pick(entity.label))
        address = f"/r/{entity.name}/new?view={view}"
        made.append(Action(label, action.icon or entity.icon, address, f"{address}&dialog=1"))
    return made


def table_of(board: Board, place: int, part: Part, made: Numbers) -> TableShown:
    rows = []
    for row, key in enumerate(made.keys):
        name = spelled(made.cut, key.value) if made.is_time else key.label
        cells = tuple(Cell(one.write(one.values[row]), _url(board, place, part, made, row, column)) for column, one in enumerate(made.series))
        rows.append((Cell(name, _opens(key)), cells))
    sums = tuple(one.write(one.total) for one in made.series) if made.adds_up and not made.is_cut and len(made.keys) > 1 else ()
    return TableShown((made.heading, *(one.key.label for one in made.series)), tuple(rows), sums)


def drawn_words(part: Part, made: Numbers) -> str:
    """What a chart shows, for those who do not see it."""
    label = pick(part.label)
    if made.is_empty:
        return _("%(label)s: no data.", label=label)
    best = max(((one, row) for one in made.series for row in range(len(made.keys))), key=lambda at: at[0].values[at[1]] or 0)
    name = made.keys[best[1]].label if len(made.series) == 1 else f"{made.keys[best[1]].label}, {best[0].key.label}"
    return _("%(label)s: %(count)s values, the largest is %(name)s with %(value)s.", label=label, count=len(made.keys), name=name, value=best[0].write(best[0].values[best[1]]))


def _figure(actor: Actor, board: Board, place: int, part: Part) -> FigureShown:
    found = figure(actor, part, board.scope)
    url, more = _measure_url(board, place, part, 0), []
    for number, said in enumerate(found.more, 1):
        more.append((said.label, Cell(said.text, _measure_url(board, place, part, number))))
    days = label_of(part.period) if part.period not in ("", PAGE) else ""
    return FigureShown(found.main.text, url, tuple(more), found.change, _mood(part, found.change), days, spark(found.points) if any(found.points) else Markup())


def _mood(part: Part, change: Change | None) -> str:
    if change is None or change.trend == "same" or not part.better:
        return "even"
    return "good" if (change.trend == "up") == (part.better == "more") else "bad"


def _chart(actor: Actor, board: Board, place: int, part: Part) -> ChartShown | None:
    made = numbers(actor, part, board.scope)
    if made.is_empty:
        return None
    words = drawn_words(part, made)
    return ChartShown(chart(part, made, words), words, _data(board, place, part, made, look(part, made)), table_of(board, place, part, made))


def _table(actor: Actor, board: Board, place: int, part: Part) -> TableShown | None:
    made = numbers(actor, part, board.scope)
    return None if made.is_empty else table_of(board, place, part, made)


def _list(actor: Actor, board: Board, place: int, part: Part) -> ListShown | None:
    return list_shown(actor, part, board.scope, list_url(board, place, part, sort=part.sort))


def _recent(actor: Actor, _board: Board, _place: int, part: Part) -> list[RecentShown] | None:
    return [recent_shown(item) for item in recent(actor, part.limit, seen())] or None


def _actions(actor: Actor, _board: Board, _place: int, part: Part) -> list[Action]:
    return actions_shown(actor, part)


def _search(_actor: Actor, _board: Board, _place: int, _part: Part) -> str:
    return "search"


_BODIES = {"number": _figure, "chart": _chart, "table": _table, "list": _list, "recent": _recent, "actions": _actions, "search": _search}


def _data(board: Board, place: int, part: Part, made: Numbers, drawn: Look) -> dict[str, Any]:
    """What the browser draws the same chart from."""
    return {
        "kind": drawn.kind, "lying": drawn.lying, "stacked": drawn.stacked, "names": [key.label for key in made.keys], "colors": list(drawn.colors),
        "series": [
            {
                "name": one.key.label, "values": [None if value is None else float(value) for value in one.values],
                "texts": [one.write(value) for value in one.values], "urls": [_url(board, place, part, made, row, column) for row in range(len(made.keys))],
            }
            for column, one in enumerate(made.series)
        ],
    }


# Where numbers lead


def list_url(board: Board, place: int, part: Part, more: Iterable[Condition] = (), measure: int | None = None, sort: tuple[str, ...] = ()) -> str:
    """The list that shows the records of the part for which these conditions hold too."""
    asked = ListRequest(part.entity, PLAIN, sort=sort, part=part_name(board.dashboard.name, place, measure))
    for condition in (*conditions(part, board.scope), *more):
        asked = asked.with_condition(condition)
    return asked.url()


def _measure_url(board: Board, place: int, part: Part, measure: int) -> str:
    if part.ledger:
        return ""
    return list_url(board, place, part, measure=measure if needs_measure(part, measure) else None)


def _url(board: Board, place: int, part: Part, made: Numbers, row: int, column: int) -> str:
    """The list behind one number; blank where there is none that shows just its records."""
    key, one = made.keys[row], made.series[column]
    if part.ledger:
        return ""
    if not part.group:
        return _measure_url(board, place, part, row)
    found = [condition for condition in (key.condition, one.key.condition if part.series else None) if condition is not None]
    if len(found) < (2 if part.series else 1):
        return _opens(key)
    return list_url(board, place, part, found, None if part.series else _measured(part, one, column))


def _measured(part: Part, one: Series, column: int) -> int | None:
    return column if one.where and column < len(part.measures) else None


def _opens(key: Key) -> str:
    return f"/r/{key.record[0]}/{key.record[1]}" if key.record and key.condition is None else ""


def _title(part: Part) -> str:
    return {"recent": _("Where you were working"), "actions": _("Quick actions"), "search": _("Search everything")}.get(part.type, "")


def _nothing(part: Part) -> str:
    if part.type == "list":
        return _("Nothing to do here.")
    return _("What you work on appears here.") if part.type == "recent" else _("No data for these days.")

