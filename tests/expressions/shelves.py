"""A small library to try expressions on: scopes, environments and tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from shuke.expressions import BOOL, DATE, DATETIME, LIST, NUMBER, TEXT, Kind, Member, Path, Type, Value


def number(scale: int) -> Type:
    return Type(Kind.NUMBER, scale=scale)


def link(entity: str) -> Type:
    return Type(Kind.LINK, entity)


MEMBERS: dict[str, list[Member]] = {
    "loan": [
        Member("title", TEXT, label={"zh": "标题", "en": "Title"}),
        Member("kind", TEXT, label={"zh": "类型", "en": "Kind of loan"}),
        Member("quantity", number(0), label={"zh": "数量", "en": "Quantity"}),
        Member("price", number(2), label={"zh": "单价", "en": "Price"}),
        Member("rate", number(4)),
        Member("nothing", number(2)),
        Member("score", NUMBER),
        Member("active", BOOL),
        Member("due", DATE),
        Member("returned", DATE),
        Member("lent_at", DATETIME),
        Member("closed_at", DATETIME),
        Member("tags", LIST),
        Member("book", link("book")),
        Member("owner", link("user")),
        Member("unit", link("unit")),
        Member("lines", link("loan.lines"), many=True),
    ],
    "loan.lines": [
        Member("kind", TEXT), Member("quantity", number(0)), Member("price", number(2)), Member("day", DATE), Member("done", BOOL),
        Member("parent", link("loan")), Member("book", link("book")),
    ],
    "book": [
        Member("title", TEXT), Member("author", link("person")), Member("pages", number(0)), Member("loans", link("loan"), many=True),
    ],
    "person": [Member("name", TEXT), Member("country", link("country"))],
    "country": [Member("code", TEXT)],
    "user": [Member("name", TEXT), Member("unit", link("unit"))],
    "unit": [Member("name", TEXT), Member("parent", link("unit"))],
}


class Library:
    """The scope."""

    def member(self, entity: str, name: str) -> Member | None:
        return next((member for member in MEMBERS[entity] if member.name == name), None)

    def members(self, entity: str) -> Iterable[Member]:
        return MEMBERS[entity]

    def label(self, entity: str) -> str:
        return entity.title()


@dataclass
class Values:
    """An environment made of plain values; a collection is a list of mappings."""

    values: Mapping[str, Any]
    variables: Mapping[str, Value] = field(default_factory=dict)

    def get(self, path: Path) -> Value:
        return self.values.get(".".join(path))

    def rows(self, path: Path) -> Sequence["Values"]:
        return [Values(row, self.variables) for row in self.values.get(".".join(path), ())]

    def variable(self, name: str) -> Value:
        return self.variables.get(name)


LOAN = Values({
    "title": "Sea stories", "kind": "a", "quantity": 3, "price": Decimal("12.50"), "rate": Decimal("0.0850"), "active": True,
    "due": date(2024, 1, 31), "lent_at": datetime(2024, 1, 15, 22, 30, tzinfo=UTC), "tags": ("new", "rare"), "score": Decimal("1.005"),
    "book": 7, "owner": 1, "unit": 20, "book.title": "Moby-Dick", "book.author.name": "Melville",
    "lines": [
        {"kind": "a", "quantity": 2, "price": Decimal("5.00"), "day": date(2024, 1, 1), "done": True},
        {"kind": "b", "quantity": 1, "price": Decimal("1.50"), "day": date(2024, 2, 29), "done": False},
        {"kind": "a", "quantity": 3, "price": Decimal("2.83"), "day": None, "done": None},
    ],
}, {"me": 1, "my_unit": 20, "my_unit_tree": (20, 21), "my_subordinates": (2, 3), "me.unit": 20})
