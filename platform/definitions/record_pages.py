"""What a record view declares beside the fields: key figures, related lists, the timeline, panels and quick actions."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from shuke.core.i18n import Label

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure under the title: a field, or an expression over the record."""

    field: str = ""
    label: Label = made(default_factory=dict)
    value: str = ""
    format: str = ""
    """How the number of an expression is written: `money`, `percent` or plainly."""


@dataclass(frozen=True, slots=True)
class Related:
    """A related list on a record page: the records of `entity` whose link field `via` points here."""

    entity: str
    via: str
    label: Label
    columns: tuple[str, ...]
    limit: int = 10
    where: str = ""
    sort: tuple[str, ...] = ()
    edit: tuple[str, ...] = ()
    """Fields that can be changed without leaving the list."""
    group: Label = made(default_factory=dict)
    """Lists of one group share a tab, which is called so."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Records of another entity as entries of a timeline; paths start at that entity."""

    entity: str
    via: str
    """The link, or the path over links, that leads to the record shown."""
    at: str
    title: str = ""
    text: str = ""
    badges: tuple[str, ...] = ()
    icon: str = ""


@dataclass(frozen=True, slots=True)
class TimelineAdd:
    """What the quick box of a timeline adds; `values` are expressions over the record shown."""

    entity: str
    view: str = ""
    values: Mapping[str, str] = made(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timeline:
    label: Label
    entries: tuple[TimelineEntry, ...] = ()
    comments: bool = True
    changes: bool = True
    files: bool = True
    add: TimelineAdd | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A search box over another entity, whose finds are shown with live values."""

    type: str
    entity: str
    label: Label
    columns: tuple[str, ...]
    where: str = ""


@dataclass(frozen=True, slots=True)
class QuickAction:
    """A button that opens a form for a new record; `values` are expressions over the record shown."""

    entity: str
    view: str = ""
    label: Label = made(default_factory=dict)
    icon: str = ""
    values: Mapping[str, str] = made(default_factory=dict)
    visible: str = ""
    """An expression over the record shown; the button is there while it holds."""
    primary: bool = False
    """This is what is done next, unless a step of a workflow is."""


def parse_figure(body: Body) -> Figure:
    return Figure(body.get("field", ""), body.get("label", {}), body.get("value", ""), body.get("format", ""))


def parse_related(body: Body) -> Related:
    return Related(
        body["entity"], body["via"], body.get("label", {}), tuple(body.get("columns", ())), body.get("limit", 10), body.get("where", ""),
        tuple(body.get("sort", ())), tuple(body.get("edit", ())), body.get("group", {}),
    )


def parse_timeline(body: Body) -> Timeline:
    add = body.get("add")
    return Timeline(
        body.get("label", {}), tuple(_entry(entry) for entry in body.get("entries", ())), body.get("comments", True), body.get("changes", True),
        body.get("files", True), TimelineAdd(add["entity"], add.get("view", ""), dict(add.get("values", {}))) if add else None,
    )


def _entry(body: Body) -> TimelineEntry:
    badge = body.get("badge", ())
    badges = (badge,) if isinstance(badge, str) else tuple(badge)
    return TimelineEntry(body["entity"], body["via"], body["at"], body.get("title", ""), body.get("text", ""), badges, body.get("icon", ""))


def parse_panel(body: Body) -> Panel:
    return Panel(body["type"], body["entity"], body.get("label", {}), tuple(body["columns"]), body.get("where", ""))


def parse_action(body: Body) -> QuickAction:
    return QuickAction(
        body["entity"], body.get("view", ""), body.get("label", {}), body.get("icon", ""), dict(body.get("values", {})), body.get("visible", ""),
        body.get("primary", False),
    )
