"""What the address of a list says: columns' view, filters, order, search and page; every list can be sent to a colleague."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from shuke.records import Condition, Query
from shuke.views import ListPlan

_PREFIX = "f."


@dataclass(frozen=True, slots=True)
class ListRequest:
    """One state of a list, as its address has it; `f.<path>.<operator>=value` is a condition."""

    entity: str
    view: str = ""
    search: str = ""
    sort: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    after: str = ""
    before: str = ""

    def url(self, path: str = "") -> str:
        """The address of this list, or of something beside it (`/export.csv`)."""
        asked = urlencode(list(self.parameters()))
        return f"/r/{self.entity}{path}" + (f"?{asked}" if asked else "")

    def parameters(self, *, page: bool = True) -> Iterator[tuple[str, str]]:
        if self.view:
            yield "view", self.view
        if self.search:
            yield "q", self.search
        yield from (("sort", name) for name in self.sort)
        for condition in self.conditions:
            name = f"{_PREFIX}{condition.field}.{condition.operator}"
            yield from ((name, value) for value in condition.values or ("",))
        if page and self.after:
            yield "after", self.after
        if page and self.before:
            yield "before", self.before

    def first_page(self) -> "ListRequest":
        return replace(self, after="", before="")

    def with_condition(self, condition: Condition) -> "ListRequest":
        """With one more condition; the same field and operator are replaced."""
        kept = tuple(known for known in self.conditions if (known.field, known.operator) != (condition.field, condition.operator))
        return replace(self.first_page(), conditions=(*kept, condition))

    def without(self, condition: Condition) -> "ListRequest":
        return replace(self.first_page(), conditions=tuple(known for known in self.conditions if known != condition))

    def without_field(self, path: str) -> "ListRequest":
        return replace(self.first_page(), conditions=tuple(known for known in self.conditions if known.field != path))

    def sorted_by(self, path: str, default: tuple[str, ...]) -> "ListRequest":
        """Ordered by a column; asked again, the other way round."""
        current = self.sort or default
        return replace(self.first_page(), sort=(f"-{path}",) if current[:1] == (path,) else (path,))

    def query(self, plan: ListPlan, fields: Iterable[str], *, limit: int) -> Query:
        return Query(
            fields=tuple(fields), where=plan.where, conditions=self.conditions, search=self.search, sort=self.sort or plan.sort,
            limit=limit, after=self.after, before=self.before,
        )


def read_list_request(entity: str, arguments: MultiDict[str, str]) -> ListRequest:
    return ListRequest(
        entity, arguments.get("view", ""), arguments.get("q", "").strip(), tuple(filter(None, arguments.getlist("sort"))),
        tuple(_conditions(arguments)), arguments.get("after", ""), arguments.get("before", ""),
    )


def _conditions(arguments: MultiDict[str, str]) -> Iterator[Condition]:
    for name, values in _lists(arguments):
        path, _dot, operator = name.removeprefix(_PREFIX).rpartition(".")
        if name.startswith(_PREFIX) and path and operator:
            yield Condition(path, operator, tuple(value for value in values if value))


def _lists(arguments: MultiDict[str, str]) -> Iterable[tuple[str, list[str]]]:
    lists: Mapping[str, list[str]] = dict(arguments.lists())
    return lists.items()
