"""The numbers of a chart or a table: one row for each group, one column for each series or measure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from shuke.access import Actor
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.dashboards import Part
from shuke.records import Group
from shuke.reports.asking import Scope, days_for
from shuke.reports.keys import Key, all_keys, date_key, grain, others
from shuke.reports.periods import Days
from shuke.reports.sources import ADDITIVE, Source, Write, source_of

MOST_SERIES = 6
_MOST_FILLED = 400
Number = Decimal | int | None


@dataclass(frozen=True, slots=True)
class Series:
    """A column: its name, its values in the order of the groups, and how they are written."""

    key: Key
    values: tuple[Number, ...]
    write: Write
    where: str = ""
    """The condition of its measure, for lists of its records."""

    @property
    def total(self) -> Decimal:
        return sum((Decimal(value) for value in self.values if value is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is drawn and what is tabled: the same."""

    heading: str
    keys: tuple[Key, ...]
    series: tuple[Series, ...]
    is_time: bool
    adds_up: bool
    """Whether a sum over the groups means something."""
    is_cut: bool = False
    """Some groups are left out, and are in no sum."""
    cut: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(value for one in self.series for value in one.values)


def numbers(actor: Actor, part: Part, scope: Scope) -> Numbers:
    """One statement for the groups; one more for what is beyond the limit, and one for each kind of title."""
    source = source_of(actor, part, scope)
    days = days_for(part, scope)
    if not part.group:
        return _of_measures(part, source, days)
    path, _colon, cut = part.group.partition(":")
    cut = grain(cut, days) if cut else ""
    name = f"{path}:{cut}" if cut else path
    adds_up = all(one.function in ADDITIVE for one in part.measures)
    whole = bool(cut or part.series)
    found = source.rows([name, *([part.series] if part.series else [])], days, **({} if whole else {"limit": part.limit + 1}))
    if cut:
        shown = _filled(found, cut, days) if path == source.day or not days.is_bounded else sorted({row.key[0] for row in found if row.key[0]})
        keys = [date_key(path if not part.ledger else "", cut, text, days if path == source.day else Days("all")) for text in shown]
        if part.ledger:
            keys = [replace(key, condition=None) for key in keys]
    else:
        keys = _sized(part, source, found)
    series = _by_series(part, source, found, keys) if part.series else _by_measure(part, source, found, keys)
    made = Numbers(source.heading(path), tuple(keys), tuple(series), bool(cut), adds_up, cut=cut)
    return made if cut else _with_others(part, source, days, made, found)


def _of_measures(part: Part, source: Source, days: Days) -> Numbers:
    """Without a group each measure is a bar, a slice or a stage of its own."""
    row = next(iter(source.rows([], days)), Group((), tuple(None for _one in part.measures)))
    keys = tuple(Key(place, source.label(one), order=place) for place, one in enumerate(part.measures))
    values = tuple(_number(value) or 0 for value in row.measures)
    return Numbers("", keys, (Series(Key("", pick(part.label)), values, source.write(part.measures[0])),), False, False)


def _filled(found: Iterable[Group], cut: str, days: Days) -> list[str]:
    """All keys of the days asked for until today, or between the first and the last in which something happened."""
    seen = sorted({row.key[0] for row in found if row.key[0]})
    span = days.until_today()
    if not span.is_bounded:
        if not seen:
            return []
        span = Days("all", _first_day(seen[0]), _first_day(seen[-1]))
    filled = all_keys(cut, span)
    if len(filled) > _MOST_FILLED:
        return seen
    return sorted({*filled, *(text for text in seen if not filled or text > filled[-1])})


def _first_day(text: str) -> date:
    return date.fromisoformat({4: f"{text}-01-01", 7: f"{text}-01"}.get(len(text), text))


def _sized(part: Part, source: Source, found: Sequence[Group]) -> list[Key]:
    """The groups by size or by their own order, cut to the limit."""
    make = source.key(part.group)
    sizes: dict[Any, Decimal] = {}
    for row in found:
        sizes[row.key[0]] = sizes.get(row.key[0], Decimal(0)) + Decimal(_number(row.measures[0]) or 0)
    largest = sorted(sizes, key=lambda value: -sizes[value])[:part.limit]
    keys = [make(value) for value in largest]
    by_key = part.order == "key" or not part.order and part.chart == "funnel"
    return sorted(keys, key=lambda key: (key.order, key.label)) if by_key else keys


def _by_measure(part: Part, source: Source, found: Iterable[Group], keys: Sequence[Key]) -> list[Series]:
    at = {_plain(row.key[0]): row.measures for row in found}
    return [
        Series(
            Key(place, source.label(one)), tuple(_value(at.get(key.value), place, one.function) for key in keys), source.write(one), one.where,
        )
        for place, one in enumerate(part.measures)
    ]


def _by_series(part: Part, source: Source, found: Sequence[Group], keys: Sequence[Key]) -> list[Series]:
    """The largest series, and the rest together."""
    measure = part.measures[0]
    cells: dict[Any, dict[Any, Number]] = {}
    made: dict[Any, Any] = {}
    for row in found:
        made.setdefault(_plain(row.key[1]), row.key[1])
        cells.setdefault(_plain(row.key[1]), {})[_plain(row.key[0])] = _number(row.measures[0])
    make = _series_maker(part, source)
    sizes = {name: sum(Decimal(value or 0) for value in row.values()) for name, row in cells.items()}
    order = sorted(cells, key=lambda name: -sizes[name])
    kept, rest = order[:MOST_SERIES], order[MOST_SERIES:]
    series = [
        Series(make(made[name]), tuple(_value((cells[name].get(key.value),), 0, measure.function) for key in keys), source.write(measure), measure.where)
        for name in kept
    ]
    series.sort(key=lambda one: (one.key.order, -one.total))
    if rest and measure.function in ADDITIVE:
        values = tuple(sum((Decimal(cells[name].get(key.value) or 0) for name in rest), Decimal(0)) for key in keys)
        series.append(Series(others(len(rest)), values, source.write(measure), measure.where))
    return series


def _series_maker(part: Part, source: Source) -> Callable[[Any], Key]:
    path, _colon, cut = part.series.partition(":")

    def dated(value: Any) -> Key:
        return date_key(path, cut, value, Days("all")) if value else Key(None, _("(blank)"), "gray")

    return dated if cut else source.key(part.series)


def _with_others(part: Part, source: Source, days: Days, made: Numbers, found: Sequence[Group]) -> Numbers:
    """With what is beyond the limit in one row; the number of its groups is told where all of them were read."""
    beyond = len({_plain(row.key[0]) for row in found}) - len(made.keys)
    if beyond <= 0:
        return made
    if not made.adds_up or part.chart not in ("", "pie"):
        return replace(made, is_cut=True)
    if part.series:
        shown = {key.value for key in made.keys}
        rest = [row for row in found if _plain(row.key[0]) not in shown]
        sums = {one.key.value: sum((Decimal(_number(row.measures[0]) or 0) for row in rest if _plain(row.key[1]) == one.key.value), Decimal(0)) for one in made.series}
        series = tuple(replace(one, values=(*one.values, sums[one.key.value])) for one in made.series)
        return replace(made, keys=(*made.keys, others(beyond)), series=series)
    totals = source.rows([], days)[0].measures
    series = tuple(
        replace(one, values=(*one.values, Decimal(_number(total) or 0) - one.total)) for one, total in zip(made.series, totals, strict=True)
    )
    return replace(made, keys=(*made.keys, Key("", _("Others"), "gray")), series=series)


def _plain(value: Any) -> Any:
    """The value under which a key is known: of a link its id."""
    return getattr(value, "id", value)


def _value(measures: Sequence[Any] | None, place: int, function: str) -> Number:
    value = _number(measures[place]) if measures else None
    return 0 if value is None and function in ADDITIVE else value


def _number(value: Any) -> Number:
    if value is None or isinstance(value, Decimal | int):
        return value
    return Decimal(str(value)) if isinstance(value, float) else None
