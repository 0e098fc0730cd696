"""Random loans full of edge cases, and random expressions built from the parameters of every function."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from shuke.expressions import FUNCTIONS
from shuke.expressions.types import Kind, Type

TEXTS = ["", "a", "b", "A", "Sea stories", "  two  words ", "你好，世界", "a-b-c", "12.50", "-3", "1,234", "abc@def", "%_\\", "'; DROP TABLE x; --",
         "2024-02-29", "2023-02-29", "éÉß", "\U0001f600!", "O'Hara", "0", "x\ty", "ａｂ"]
CENTS = [Decimal(text) for text in ("0", "0.01", "-0.01", "0.05", "0.10", "1.00", "2.50", "-2.50", "12.345", "99.99", "-1000.00", "123456.78", "0.5", "33.33")]
DAYS = [date(2024, 1, 31), date(2024, 2, 29), date(2023, 2, 28), date(2024, 12, 31), date(2025, 1, 1), date(2000, 2, 29), date(2024, 3, 15),
        date(2020, 12, 28), date(2021, 1, 3), date(1970, 1, 1), date(2024, 3, 31)]


def _maybe(random: Random, value: Any) -> Any:
    return None if random.random() < 0.2 else value


def loan(random: Random) -> dict[str, Any]:
    """A loan; each value can be missing."""
    def instant() -> datetime:
        day = random.choice(DAYS)
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=random.choice([0, 57599, 57600, 86399, random.randrange(86400)]),
                                                                               microseconds=random.choice([0, 999_999, 1]))

    values = {
        "title": random.choice(TEXTS), "kind": random.choice(["a", "b", "c", ""]), "quantity": random.choice([0, 1, 2, 3, -1, 7, 10, 100, 365]),
        "price": random.choice(CENTS).quantize(Decimal("0.01")), "rate": random.choice(CENTS).scaleb(-2).quantize(Decimal("0.0001")),
        "score": Decimal(random.randrange(-3_000_000, 3_000_000)).scaleb(-6), "active": random.random() < 0.5, "due": random.choice(DAYS),
        "returned": random.choice(DAYS) + timedelta(days=random.randrange(-3, 4)), "lent_at": instant(), "closed_at": instant(),
        "tags": tuple(random.sample(["new", "rare", "old", "x y", "a"], random.randrange(4))), "book": random.randrange(1, 4),
        "owner": random.randrange(1, 4), "unit": random.randrange(20, 24),
    }
    row = {name: _maybe(random, value) for name, value in values.items()}
    row["lines"] = [{
        "kind": _maybe(random, random.choice("abc")), "quantity": _maybe(random, random.randrange(-2, 9)),
        "price": _maybe(random, random.choice(CENTS).quantize(Decimal("0.01"))), "day": _maybe(random, random.choice(DAYS)),
        "done": _maybe(random, random.random() < 0.5)} for _each in range(random.randrange(4))]
    return row


class Writer:
    """Writes expressions of a wanted kind."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.in_row = False

    def write(self, kind: Kind, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.15:
            return self._leaf(kind)
        made = [self._operator, self._function, self._function, self._function]
        if not self.in_row:
            made.append(self._aggregate)
        return self.random.choice(made)(kind, depth) or self._leaf(kind)

    def _leaf(self, kind: Kind) -> str:
        choose = self.random.choice
        if self.in_row and self.random.random() < 0.5:
            inside = {Kind.NUMBER: ["lines.quantity", "lines.price"], Kind.TEXT: ["lines.kind"], Kind.DATE: ["lines.day"], Kind.BOOL: ["lines.done"]}
            if kind in inside:
                return choose(inside[kind])
        match kind:
            case Kind.NUMBER:
                return choose(["quantity", "price", "rate", "nothing", "score", "0", "1", "2", "0.5", "1.005", "-3", "12", "100", "1e17", str(self.random.randrange(40))]
                              if not self.in_row else ["score", "rate", "2", "0.5", "1.005", "-3"])
            case Kind.TEXT:
                quoted = '"' + choose(TEXTS).replace('"', '""') + '"'
                return choose(["title", quoted, quoted] if self.in_row else ["title", "kind", quoted])
            case Kind.BOOL:
                return choose(["active", "TRUE", "FALSE", "(title = \"a\")", "(score > 0.5)"])
            case Kind.DATE:
                return choose(["due", "returned", "TODAY()", "DATE(2024, 2, 29)", "DATE(2023, 12, 31)"])
            case Kind.DATETIME:
                return choose(["lent_at", "closed_at", "NOW()"])
            case Kind.LIST:
                return "tags"
        return "BLANK()"

    def _operator(self, kind: Kind, depth: int) -> str:
        def part(wanted: Kind) -> str:
            return self.write(wanted, depth - 1)

        match kind:
            case Kind.NUMBER:
                sign = self.random.choice(["+", "-", "*", "/", "^", "days", "elapsed", "%"])
                if sign == "days":
                    return f"({part(Kind.DATE)} - {part(Kind.DATE)})"
                if sign == "elapsed":
                    return f"({part(Kind.DATETIME)} - {part(Kind.DATETIME)})"
                if sign == "%":
                    return f"({part(Kind.NUMBER)})%"
                return f"({part(Kind.NUMBER)} {sign} {part(Kind.NUMBER)})"
            case Kind.TEXT:
                return f"({part(Kind.TEXT)} & {part(self.random.choice([Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.BOOL]))})"
            case Kind.BOOL:
                of = self.random.choice([Kind.NUMBER, Kind.TEXT, Kind.DATE, Kind.DATETIME])
                if self.random.random() < 0.2:
                    return f"({part(of)} IN ({self._leaf(of)}, {self._leaf(of)}))"
                return f"({part(of)} {self.random.choice(['=', '<>', '<', '<=', '>', '>='])} {part(of)})"
            case Kind.DATE:
                return f"({part(Kind.DATE)} {self.random.choice('+-')} {part(Kind.NUMBER)})"
        return ""

    def _aggregate(self, kind: Kind, depth: int) -> str:
        self.in_row = True
        try:
            condition = f", {self.write(Kind.BOOL, depth - 1)}" if self.random.random() < 0.6 else ""
            if kind is Kind.NUMBER:
                name = self.random.choice(["SUM", "COUNT", "AVERAGE", "MIN", "MAX", "COUNTUNIQUE", "rows"])
                if name == "rows":
                    return f"COUNT(lines{condition})"
                value = self.random.choice(["lines.quantity", "lines.price", f"(lines.price * {self.write(Kind.NUMBER, depth - 1)})"])
                return f"{name}({value}{condition})"
            if kind is Kind.DATE:
                return f"{self.random.choice(['MIN', 'MAX'])}(lines.day{condition})"
            if kind is Kind.TEXT:
                return f"{self.random.choice(['MIN', 'MAX'])}(lines.kind{condition})"
            if kind is Kind.BOOL:
                return f"{self.random.choice(['ANY', 'ALL'])}(lines{condition})"
            return ""
        finally:
            self.in_row = False

    def _function(self, kind: Kind, depth: int) -> str:
        chosen = self.random.choice([function for function in FUNCTIONS if self._gives(function, kind)] or [None])
        if chosen is None or (self.in_row and chosen.aggregate):
            return ""
        parameters = chosen.parameters
        arguments = [*parameters.before, *parameters.group * self.random.randrange(1, 3 if len(parameters.group) > 1 else 4)]
        arguments += parameters.after[: self.random.randrange(len(parameters.after) + 1)]
        case = self.random.choice([Kind.NUMBER, Kind.TEXT, Kind.DATE])
        same = kind if chosen.gives == "same" else case
        return f"{chosen.name}({', '.join(self._argument(chosen.name, each.kind, depth - 1, same, case) for each in arguments)})"

    def _gives(self, function: Any, kind: Kind) -> bool:
        if isinstance(function.gives, Type):
            return function.gives.kind is kind and bool(function.takes or not function.aggregate)
        if function.gives == "same":
            return kind in (Kind.NUMBER, Kind.TEXT, Kind.DATE)
        return kind is Kind.DATE if function.name == "DATEADD" else kind is Kind.NUMBER

    def _argument(self, function: str, kind: str, depth: int, same: Kind, case: Kind) -> str:
        choose = self.random.choice
        match kind:
            case "=integer":
                return choose(["1", "2"]) if function.startswith("WEEK") else choose(["0", "1", "2", "-1", "4"])
            case "=text":
                if function == "TEXT":
                    return choose(['"0.00"', '"#,##0.0#"', '"0%"', '"000"', '"¥#,##0.00"'])
                return choose(['"Y"', '"M"', '"D"', '"W"', '"Q"'])
            case "any":
                return self.write(Kind.NUMBER if function == "TEXT" else choose([Kind.NUMBER, Kind.TEXT, Kind.DATE]), depth)
            case "same":
                return self.write(same, depth)
            case "case":
                return self.write(case, depth)
            case "any_number":
                return self.write(Kind.NUMBER, depth)
            case "moment":
                return self.write(Kind.DATE, depth)
            case "text_or_list":
                return self.write(choose([Kind.TEXT, Kind.LIST]), depth)
            case "instant":
                return self.write(Kind.DATETIME, depth)
        return self.write(Kind(kind), depth)
