"""What the address of a list says: view, columns, filters, order, groups, search and page; every list can be sent to a colleague."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import quote

from werkzeug.datastructures import MultiDict

from shuke.fields.link import is_id
from shuke.records import Condition, Conditions, Query
from shuke.runtime import condition_text
from shuke.runtime.drill import drilled
from shuke.screens.visitor import actor
from shuke.views import ListPlan
from shuke.views.grouping import Figure

PLAIN = "plain"
"""The view of an address that asks for the plain list although another one opens first."""
NO_GROUP = "-"
"""The group of an address that asks for rows without groups although the view has some."""
DENSITIES = ("compact", "normal", "roomy")
SPANS = ("week",)
"""What a calendar can show instead of a month."""
_PREFIX = "f."
_READABLE = "():;,@.~"
_COLUMN = re.compile(r"([a-z][a-z0-9_.]*)(?:~(\d{2,4}))?")
_DAY = re.compile(r"[1-8]\d{3}-\d{2}-\d{2}")
_FIGURE = re.compile(r"([a-z][a-z0-9_.]*)~([a-z]+)")
NARROWEST, WIDEST = 40, 1200


@dataclass(frozen=True, slots=True)
class Chosen:
    """A column that somebody chose; `width` in pixels, or 0."""

    path: str
    width: int = 0


@dataclass(frozen=True, slots=True)
class ListRequest:
    """One state of a list, as its address has it.

    `f.<path>.<operator>=value` is a condition, `c` holds those in groups, `cols` the columns with their widths. `saved` names a
    saved view as it is kept; `from` the one that a state came from which has been changed since.
    """

    entity: str
    view: str = ""
    search: str = ""
    sort: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    after: str = ""
    before: str = ""
    tree: Conditions | None = None
    columns: tuple[Chosen, ...] = ()
    group: str = ""
    totals: tuple[Figure, ...] = ()
    density: str = ""
    saved: int = 0
    part: str = ""
    """The part of a dashboard whose records are shown."""
    span: str = ""
    """How much a calendar shows at once: a month, or a week."""
    at: str = field(default="", compare=False)
    """A day that the calendar shows; like the page it is not kept in a saved view."""
    origin: "ListRequest | None" = field(default=None, compare=False, repr=False)
    """The saved view as it is kept, to tell whether this one has been changed."""

    @property
    def view_name(self) -> str:
        return "" if self.view == PLAIN else self.view

    @property
    def is_changed(self) -> bool:
        """Comes from a saved view and differs from it."""
        return self.origin is not None and self.first_page() != self.origin

    @property
    def is_filtered(self) -> bool:
        return bool(self.conditions or self.search or self.tree or self.part)

    def url(self, path: str = "") -> str:
        """The address of this list, or of something beside it (`/export.csv`)."""
        asked = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in self.parameters())
        return f"/r/{self.entity}{path}" + (f"?{asked}" if asked else "")

    def parameters(self, *, page: bool = True) -> Iterator[tuple[str, str]]:
        if self.origin is not None and not self.is_changed:
            yield "saved", str(self.saved)
        else:
            if self.saved:
                yield "from", str(self.saved)
            yield from self.state()
        if page and self.after:
            yield "after", self.after
        if page and self.before:
            yield "before", self.before
        if page and self.at:
            yield "at", self.at

    def state(self) -> Iterator[tuple[str, str]]:
        """All that makes this list what it is, without the page and without the name of a saved view."""
        if self.view:
            yield "view", self.view
        if self.part:
            yield "part", self.part
        if self.search:
            yield "q", self.search
        if self.columns:
            yield "cols", ",".join(f"{one.path}~{one.width}" if one.width else one.path for one in self.columns)
        yield from (("sort", name) for name in self.sort)
        for condition in self.conditions:
            name = f"{_PREFIX}{condition.field}.{condition.operator}"
            yield from ((name, value) for value in condition.values or ("",))
        if self.tree is not None:
            yield "c", condition_text.write(self.tree)
        if self.group:
            yield "group", self.group
        if self.totals:
            yield "totals", ",".join(f"{one.path}~{one.function}" for one in self.totals)
        if self.density:
            yield "density", self.density
        if self.span:
            yield "show", self.span

    def first_page(self) -> "ListRequest":
        return replace(self, after="", before="") if self.after or self.before else self

    def all_conditions(self) -> tuple[Condition | Conditions, ...]:
        return self.conditions if self.tree is None else (*self.conditions, self.tree)

    def with_condition(self, condition: Condition) -> "ListRequest":
        """With one more condition; the same field and operator are replaced."""
        kept = tuple(known for known in self.conditions if (known.field, known.operator) != (condition.field, condition.operator))
        return replace(self.first_page(), conditions=(*kept, condition))

    def without(self, condition: Condition) -> "ListRequest":
        return replace(self.first_page(), conditions=tuple(known for known in self.conditions if known != condition))

    def without_field(self, path: str) -> "ListRequest":
        return replace(self.first_page(), conditions=tuple(known for known in self.conditions if known.field != path))

    def without_filters(self) -> "ListRequest":
        return replace(self.without_conditions(), search="", part="")

    def without_conditions(self) -> "ListRequest":
        return replace(self.first_page(), conditions=(), tree=None)

    def sorted_by(self, path: str, default: tuple[str, ...]) -> "ListRequest":
        """Ordered by a column; asked again, the other way round."""
        current = self.sort or default
        return replace(self.first_page(), sort=(f"-{path}",) if current[:1] == (path,) else (path,))

    def also_sorted_by(self, path: str, default: tuple[str, ...]) -> "ListRequest":
        """Ordered by a column too, after those before it; asked again the other way round, and a third time no longer."""
        current = self.sort or default
        if path in current:
            sort = tuple(f"-{path}" if known == path else known for known in current)
        elif f"-{path}" in current:
            sort = tuple(known for known in current if known != f"-{path}")
        else:
            sort = (*current, path)
        return replace(self.first_page(), sort=sort)

    def where(self, plan: ListPlan) -> str:
        """The condition of the part that is shown; without one, that of the view."""
        return drilled(actor(), self.part, self.entity).where if self.part else plan.where

    def query(self, plan: ListPlan, fields: Iterable[str], *, limit: int) -> Query:
        return Query(
            fields=tuple(fields), where=self.where(plan), conditions=self.all_conditions(), search=self.search, sort=self.sort or plan.sort,
            limit=limit, after=self.after, before=self.before,
        )


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    """A list has a hundred addresses that differ in a word or two."""
    return quote(text, safe=_READABLE)


def read_list_request(entity: str, arguments: MultiDict[str, str]) -> ListRequest:
    """The state that an address spells out; what it takes over from a saved view is not in it yet."""
    saved = arguments.get("saved", "") or arguments.get("from", "")
    density = arguments.get("density", "")
    return ListRequest(
        entity, arguments.get("view", ""), arguments.get("q", "").strip(), tuple(filter(None, arguments.getlist("sort"))),
        tuple(_conditions(arguments)), arguments.get("after", ""), arguments.get("before", ""),
        condition_text.read(arguments["c"]) if arguments.get("c") else None, tuple(read_columns(arguments.get("cols", ""))),
        arguments.get("group", ""), tuple(_figures(arguments.get("totals", ""))), density if density in DENSITIES else "",
        int(saved) if is_id(saved) else 0, arguments.get("part", ""), arguments["show"] if arguments.get("show") in SPANS else "",
        arguments.get("at", "") if _DAY.fullmatch(arguments.get("at", "")) else "",
    )


def from_parameters(entity: str, parameters: Mapping[str, Sequence[str]]) -> ListRequest:
    """The state that a saved view keeps."""
    return read_list_request(entity, MultiDict((name, value) for name, values in parameters.items() for value in values))


def to_parameters(asked: ListRequest) -> dict[str, list[str]]:
    return dict(MultiDict(asked.state()).lists())


def read_columns(text: str) -> Iterator[Chosen]:
    """Columns with their widths: `title~240,price`; each once."""
    seen = set()
    for part in text.split(","):
        found = _COLUMN.fullmatch(part.strip())
        if found and found[1] not in seen:
            seen.add(found[1])
            yield Chosen(found[1], max(NARROWEST, min(WIDEST, int(found[2]))) if found[2] else 0)


def _figures(text: str) -> Iterator[Figure]:
    for part in text.split(","):
        if found := _FIGURE.fullmatch(part.strip()):
            yield Figure(found[1], found[2])


def _conditions(arguments: MultiDict[str, str]) -> Iterator[Condition]:
    for name, values in arguments.lists():
        path, _dot, operator = name.removeprefix(_PREFIX).rpartition(".")
        if name.startswith(_PREFIX) and path and operator:
            yield Condition(path, operator, tuple(value for value in values if value))
