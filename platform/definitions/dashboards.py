"""What a dashboard declares: parts with figures, charts, lists and quick actions, and for whom they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from shuke.core.i18n import Label

Body = Mapping[str, Any]
PAGE = "page"
"""The period of parts that follow the page's choice of days."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of a group: a function of a field (or the count), over the records for which `where` holds."""

    function: str = "count"
    field: str = ""
    label: Label = made(default_factory=dict)
    where: str = ""


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A button that opens a form for a new record."""

    entity: str
    view: str = ""
    label: Label = made(default_factory=dict)
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One tile of a dashboard; what does not belong to its type is empty."""

    type: str
    label: Label = made(default_factory=dict)
    icon: str = ""
    width: int = 12
    entity: str = ""
    ledger: str = ""
    kinds: tuple[str, ...] = ()
    where: str = ""
    group: str = ""
    """A path, with `:day`, `:week`, `:month` or `:year` behind a date."""
    series: str = ""
    measures: tuple[Measure, ...] = (Measure(),)
    compares: bool = False
    better: str = "more"
    """Whether `more` or `less` than before is good news; `""`: neither."""
    chart: str = ""
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    order: str = ""
    limit: int = 10
    date: str = ""
    period: str = ""
    due: str = ""
    empty: Label = made(default_factory=dict)
    actions: tuple[NewRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A page of parts; `home` makes it a start page."""

    name: str
    label: Label
    icon: str
    home: bool
    roles: tuple[str, ...]
    order: int
    period: str
    """The period that the page shows at first; `""`: it has no choice of days."""
    parts: tuple[Part, ...]


_WIDTHS = {"number": 3, "chart": 6, "table": 6, "list": 6, "recent": 6}


def parse_dashboard(name: str, body: Body) -> Dashboard:
    period = body["range"].get("default", "last_30_days") if "range" in body else ""
    return Dashboard(
        name, body["label"], body.get("icon", ""), body.get("home", False), tuple(body.get("roles", ())), body.get("order", 100), period,
        tuple(parse_part(part) for part in body["parts"]),
    )


def parse_part(body: Body) -> Part:
    """A tile, or a chart elsewhere that is described like one."""
    return Part(
        type=body["type"], label=body.get("label", {}), icon=body.get("icon", ""), width=body.get("width", _WIDTHS.get(body["type"], 12)),
        entity=body.get("entity", ""), ledger=body.get("ledger", ""), kinds=tuple(body.get("kinds", ())), where=body.get("where", ""),
        group=next(iter(body.get("group", ())), ""), series=body.get("series", ""), measures=_measures(body), compares="compare" in body,
        better="" if body.get("better") == "neither" else body.get("better", "more"),
        chart=body.get("chart", ""), columns=tuple(body.get("columns", ())), sort=tuple(body.get("sort", ())), order=body.get("order", ""),
        limit=body.get("limit", 10), date=body.get("date", ""), period=body.get("period", ""), due=body.get("due", ""), empty=body.get("empty", {}),
        actions=tuple(_action(action) for action in body.get("actions", ())),
    )


def _measures(body: Body) -> tuple[Measure, ...]:
    given = tuple(Measure(one["function"], one.get("field", ""), one.get("label", {}), one.get("where", "")) for one in body.get("measures", ()))
    return given or (Measure("sum", "amount") if "ledger" in body else Measure(),)


def _action(body: Body) -> NewRecord:
    return NewRecord(body["entity"], body.get("view", ""), body.get("label", {}), body.get("icon", ""))
