"""Every way of reading records, for every person and entity, against what the oracle says."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from access.company import PEOPLE, Company, Mark
from access.oracle import Oracle, Person, readable_names

from shuke import records
from shuke.access import Actor
from shuke.core.errors import InvalidInput, NotAllowed, NotFound, PlatformError
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.expressions.types import Kind
from shuke.fields import FIELD_TYPES
from shuke.records import Condition, FileRef, Link, Masked, Query, Record, Row
from shuke.records.aggregating import FUNCTIONS
from shuke.records.search import searched_fields
from shuke.records.shapes import is_column, link_target, shape
from shuke.records.virtual import is_virtual

EVERY = 100_000
MOST_TRIED = 3
LAST_UNIT = 0.06
"""SQLite rounds a mean to the last unit of its field."""
THOROUGH = {"sqlite": ("clerk1", "mixed", "shadow0"), "postgresql": ("mixed",)}
"""Who goes every way on each database; everybody else takes the cheaper half."""
SEEN = ("read", "write")


@dataclass
class Look:
    """One person looking at one entity, with a note of everything that is not as the oracle says."""

    company: Company
    oracle: Oracle
    person: Person
    actor: Actor
    entity: Entity
    wrong: list[str] = field(default_factory=list)

    @property
    def visible(self) -> frozenset[int]:
        return self.oracle.visible(self.person, self.entity)

    @property
    def fields(self) -> list[Field]:
        return [self.entity.field(name) for name in readable_names(self.entity)]

    def right(self, id_: int, name: str) -> str:
        return self.oracle.right(self.person, self.entity, id_, name)

    def best(self, name: str) -> str:
        return self.oracle.best(self.person, self.entity, name)

    def stored(self, one: Field) -> bool:
        """A value of its own, in the entity's table."""
        return is_column(one) and not is_virtual(shape(self.entity.name), one)

    def clear(self, id_: int, name: str) -> Any:
        """What this person reads there, None where it may not."""
        return self.oracle.value(self.entity, id_, name) if self.right(id_, name) in SEEN else None

    def all(self, asked: Query) -> list[Record]:
        """All pages, forwards."""
        found: list[Record] = []
        after = ""
        while True:
            page = records.query(self.actor, self.entity, replace(asked, after=after, count=False))
            found += page.records
            after = page.next
            if not after:
                return found

    def ids(self, **asked: Any) -> list[int]:
        return [record.id for record in self.all(Query(**{"fields": ("id",), "limit": 200, **asked}))]

    def expect(self, path: str, found: Any, wanted: Any) -> None:
        if found != wanted:
            self.wrong.append(f"{self.entity.name}: {path}: found {found!r:.200}, not {wanted!r:.200}")

    def refuse(self, path: str, act: Callable[[], object], *kinds: type[PlatformError]) -> None:
        try:
            found = act()
        except kinds:
            return
        self.wrong.append(f"{self.entity.name}: {path}: not refused, gave {found!r:.200}")

    def nothing(self, path: str, act: Callable[[], list[int]]) -> None:
        """Refused or empty."""
        try:
            found = act()
        except InvalidInput:
            return
        self.expect(path, found, [])


@pytest.mark.parametrize("username", PEOPLE)
def test_every_path_shows_what_the_oracle_says(company: Company, username: str) -> None:
    wrong: list[str] = []
    with company.open():
        oracle, actor = company.oracle, company.actor(username)
        person = oracle.person(company.users[username])
        for entity in catalogue().entities.values():
            look = Look(company, oracle, person, actor, entity, wrong)
            if not oracle.grants(person, entity):
                unreachable(look)
                continue
            for path in PATHS if username in THOROUGH[company.database.dialect] else SHORT:
                path(look)
    assert not wrong, f"{len(wrong)} differences for {username}:\n" + "\n".join(wrong[:60])


def unreachable(look: Look) -> None:
    """An entity that the person may not read at all: nothing, whatever is asked."""
    some = next(iter(look.oracle.rows[look.entity.name]))
    look.nothing("ids", look.ids)
    look.nothing("recycle bin", lambda: look.ids(deleted=True))
    look.expect("count", records.count(look.actor, look.entity, Query())[0], 0)
    look.expect("sum", records.aggregate(look.actor, look.entity, (), (("count", ""),))[0].measures, (0,))
    word = next((mark.words[0] for mark in look.company.marks if mark.entity == look.entity.name), "a")
    look.nothing("search", lambda: look.ids(search=word))
    look.refuse("get", lambda: records.get(look.actor, look.entity, some), NotFound)
    look.refuse("export", lambda: list(records.every(look.actor, look.entity, Query())), NotAllowed)
    look.refuse("preview", lambda: records.preview(look.actor, look.entity, {}, some), NotFound)
    for one in look.fields:
        look.refuse(f"filter by {one.name}", lambda one=one: look.ids(conditions=(Condition(one.name, "blank"),)), InvalidInput)  # type: ignore[misc]


# Which records

def pages(look: Look) -> None:
    wanted = look.visible
    found = look.all(Query(fields=("id",), limit=37))
    look.expect("pages", sorted(record.id for record in found), sorted(wanted))
    page = records.query(look.actor, look.entity, Query(fields=("id",), limit=3))
    look.expect("count of a page", page.count, len(wanted))
    if page.next:
        second = records.query(look.actor, look.entity, Query(fields=("id",), limit=3, after=page.next))
        back = records.query(look.actor, look.entity, Query(fields=("id",), limit=3, before=second.previous))
        look.expect("the way back", [record.id for record in back.records], [record.id for record in page.records])
    look.expect("exact count", records.count(look.actor, look.entity, Query(), exact=True)[0], len(wanted))
    others = [id_ for id_ in look.oracle.rows[look.entity.name] if id_ not in wanted]
    look.expect("by ids", sorted(look.ids(ids=(*sorted(wanted)[:5], *others[:5]))), sorted(wanted)[:5])


def recycle_bin(look: Look) -> None:
    wanted = look.oracle.visible(look.person, look.entity, deleted=True)
    look.expect("recycle bin", sorted(look.ids(deleted=True)), sorted(wanted))


def one_by_one(look: Look) -> None:
    rows = look.oracle.rows[look.entity.name]
    marked = [mark.id for mark in look.company.marks if mark.entity == look.entity.name]
    chosen = dict.fromkeys([*marked, *random.Random(7).sample(sorted(rows), min(8, len(rows)))])
    for id_ in chosen:
        if id_ not in look.visible:
            look.refuse(f"get {id_}", lambda id_=id_: records.get(look.actor, look.entity, id_), NotFound)  # type: ignore[misc]
            continue
        record = records.get(look.actor, look.entity, id_)
        check_values(look, record)
        for operation in ("update", "delete", "transition", "print", "export"):
            look.expect(f"{operation} of {id_}", operation in record.operations, id_ in look.oracle.visible(look.person, look.entity, operation))
    look.refuse("get of an unknown id", lambda: records.get(look.actor, look.entity, 999), NotFound)


def exports(look: Look) -> None:
    wanted = look.visible & look.oracle.visible(look.person, look.entity, "export")
    if not look.oracle.grants(look.person, look.entity, "export"):
        look.refuse("export", lambda: list(records.every(look.actor, look.entity, Query())), NotAllowed)
        return
    found = list(records.every(look.actor, look.entity, Query()))
    look.expect("export", sorted(record.id for record in found), sorted(wanted))
    for record in found[::5]:
        check_values(look, record)


# Which values

def all_values(look: Look) -> None:
    for record in look.all(Query(limit=200)):
        check_values(look, record)


def check_values(look: Look, record: Record) -> None:
    for one in look.fields:
        right, said = look.right(record.id, one.name), record.values.get(one.name)
        place = f"{one.name} of {record.id}, {right}"
        if right == "hidden":
            look.expect(place, said in (None, ()), True)
        elif one.fields:
            check_lines(look, record, one, right, said)
        elif not look.stored(one):
            if right == "masked":
                look.expect(place, said is None or isinstance(said, Masked), True)
        else:
            check_value(look, place, one, right, said, look.oracle.value(look.entity, record.id, one.name))
    check_title(look, record)


def check_value(look: Look, place: str, one: Field, right: str, said: Any, value: Any) -> None:
    if right == "masked":
        look.expect(place, said is None or isinstance(said, Masked), True)
        look.expect(f"mask of {place}", isinstance(said, Masked) and str(value) in said.text, False)
    elif isinstance(said, Link | FileRef):
        look.expect(place, said.id, value)
        if isinstance(said, Link):
            check_link(look, place, said)
    else:
        look.expect(place, said, value)


def check_link(look: Look, place: str, link: Link) -> None:
    target = catalogue().entity(link.entity)
    seen = link.id in look.oracle.visible(look.person, target) | look.oracle.visible(look.person, target, deleted=True)
    look.expect(f"visibility of {place}", link.visible, seen)
    row = look.oracle.rows[link.entity][link.id]
    title = str(row.get(target.field(target.display).column))
    if not seen or look.oracle.right(look.person, target, link.id, target.display) not in SEEN:
        look.expect(f"title of {place}", link.title == title, False)


def check_lines(look: Look, record: Record, table: Field, right: str, said: Any) -> None:
    lines = look.oracle.lines[look.entity.name, table.name].get(record.id, [])
    if right == "masked":
        look.expect(f"masked lines of {record.id}", said in (None, ()), True)
        return
    look.expect(f"number of {table.name} of {record.id}", len(said), len(lines))
    rights = look.oracle.line_rights(look.person, look.entity, record.id, table)
    for row, line in zip(said, lines, strict=False):
        assert isinstance(row, Row)
        for column in table.fields:
            place = f"{table.name}.{column.name} of {record.id}, {rights[column.name]}"
            if rights[column.name] == "hidden":
                look.expect(place, row.values.get(column.name), None)
            elif is_column(column) and not is_virtual(shape(f"{look.entity.name}.{table.name}"), column):
                check_value(look, place, column, rights[column.name], row.values.get(column.name), line[column.column])


def check_title(look: Look, record: Record) -> None:
    one = look.entity.field(look.entity.display)
    value = look.oracle.value(look.entity, record.id, one.name)
    if value is not None and look.right(record.id, one.name) not in SEEN:
        look.expect(f"title of {record.id}", str(value) in record.title, False)


def dotted(look: Look) -> None:
    """Columns over one link: the other record has to be seen, and its field."""
    for link in look.fields:
        if not look.stored(link) or not (name := link_target(link)) or look.best(link.name) not in SEEN:
            continue
        target = catalogue().entity(name)
        paths = {f"{link.name}.{one.name}": one for one in target.fields if is_column(one) and not is_virtual(shape(name), one) and not link_target(one)}
        for record in look.all(Query(fields=tuple(paths), limit=200)):
            other = look.clear(record.id, link.name)
            for path, one in paths.items():
                said = record.values.get(path)
                place = f"{path} of {record.id}"
                seen = other is not None and other in look.oracle.visible(look.person, target) | look.oracle.visible(look.person, target, deleted=True)
                right = look.oracle.right(look.person, target, other, one.name) if seen else "hidden"
                value = look.oracle.value(target, other, one.name) if other is not None else None
                if right in SEEN:
                    look.expect(place, said, value)
                elif right == "hidden":
                    look.expect(place, said, None)
                else:
                    look.expect(place, said is None or isinstance(said, Masked), True)


# Asking

def sorted_lists(look: Look) -> None:
    for one in look.fields:
        kind = FIELD_TYPES[one.type].expression_type(one).kind
        if not look.stored(one) or look.best(one.name) not in SEEN or link_target(one) or kind in (Kind.LIST, Kind.BLANK):
            continue
        for sign in ("", "-"):
            found = look.ids(sort=(f"{sign}{one.name}",), limit=23)
            look.expect(f"sorted by {sign}{one.name}", sorted(found), sorted(look.visible))
            if isinstance(next((v for id_ in found if (v := look.clear(id_, one.name)) is not None), None), int | Decimal):
                values = [look.clear(id_, one.name) for id_ in found]
                known = [value for value in values if value is not None]
                look.expect(f"order by {sign}{one.name}", values, sorted(known, reverse=bool(sign)) + [None] * (len(values) - len(known)))


def operators(look: Look) -> None:
    """Every operator of every type of field, on the first fields of it: only visible records, and never by a value that is not seen."""
    tried = look.company.__dict__.setdefault(f"tried by {look.person.id}", Counter())
    for one in look.fields:
        if not look.stored(one) or look.best(one.name) not in SEEN:
            continue
        type_ = FIELD_TYPES[one.type]
        for operator in type_.operators_of(one):
            tried[one.type, operator.name] += 1
            if tried[one.type, operator.name] > MOST_TRIED:
                continue
            for texts in _texts(look, one, operator.arity):
                try:
                    found = set(look.ids(conditions=(Condition(one.name, operator.name, texts),)))
                except InvalidInput:
                    continue
                place = f"{one.name} {operator.name} {texts}"
                look.expect(f"{place}: invisible", found - look.visible, set())
                blanks = {id_ for id_ in look.visible if look.clear(id_, one.name) is None}
                look.expect(f"{place}: blank ones alike", blanks & found in (set(), blanks), True)
                if operator.name in ("is", "blank", "not_blank") and one.type not in ("datetime", "created_at", "updated_at"):
                    look.expect(place, found, {id_ for id_ in look.visible if _matches(operator.name, look.clear(id_, one.name), texts, one)})


def _texts(look: Look, one: Field, arity: int | None) -> Iterator[tuple[str, ...]]:
    if arity == 0:
        yield ()
        return
    rows = look.oracle.rows[look.entity.name]
    marked = [mark.id for mark in look.company.marks if mark.entity == look.entity.name]
    for id_ in dict.fromkeys([*marked[:1], *sorted(look.visible)[-1:]]):
        if id_ in rows and (value := look.oracle.value(look.entity, id_, one.name)) not in (None, ()):
            text = FIELD_TYPES[one.type].plain(value, one)
            yield (text,) * (2 if arity == 2 else 1)


def _matches(operator: str, value: Any, texts: Sequence[str], one: Field) -> bool:
    if operator == "is":
        return value is not None and FIELD_TYPES[one.type].plain(value, one) == texts[0]
    return (value in (None, "", ())) == (operator == "blank")


def expressions(look: Look) -> None:
    """Conditions written as formulas, over a field and over a link."""
    for one in look.fields:
        if not look.stored(one) or look.best(one.name) not in SEEN or FIELD_TYPES[one.type].expression_type(one).kind is Kind.BLANK:
            continue
        wanted = {id_ for id_ in look.visible if look.clear(id_, one.name) not in (None, "", ())}
        look.expect(f"where {one.name} is there", set(look.ids(where=f"NOT(ISBLANK({one.name}))")), wanted)
        if (name := link_target(one)) and (target := catalogue().entity(name)).display and look.oracle.best(look.person, target, target.display) in SEEN:
            seen = {
                id_ for id_ in wanted if (other := look.clear(id_, one.name)) in look.oracle.visible(look.person, target) | look.oracle.visible(look.person, target, deleted=True)
                and look.oracle.clear(look.person, target, other, target.display)
            }
            path = f"{one.name}.{target.display}"
            look.expect(f"where {path} is there", set(look.ids(where=f"NOT(ISBLANK({path}))")), seen)


def collections(look: Look) -> None:
    """Sums over sub-tables in a condition read the columns under their rights."""
    for table in look.entity.fields:
        for column in table.fields:
            if FIELD_TYPES[column.type].expression_type(column).kind is not Kind.NUMBER or not is_column(column):
                continue
            name = f"{table.name}.{column.name}"
            if look.best(table.name) not in SEEN or look.best(name) not in SEEN or is_virtual(shape(f"{look.entity.name}.{table.name}"), column):
                continue
            wanted = {
                id_ for id_ in look.visible if look.right(id_, table.name) in SEEN and look.right(id_, name) in SEEN
                and any((line[column.column] or 0) > 0 for line in look.oracle.lines[look.entity.name, table.name].get(id_, ()))
            }
            look.expect(f"where a {name} is positive", set(look.ids(where=f"COUNT({name}, {column.name} > 0) > 0")), wanted)


def searches(look: Look) -> None:
    for mark in _searched_marks(look, 3):
        column = mark.field
        clear = mark.id in look.visible and {look.right(mark.id, column), look.right(mark.id, column.partition(".")[0])} <= set(SEEN)
        text = mark.words[0]
        look.expect(f"search for {mark.field}", look.ids(search=text), [mark.id] if clear else [])
        look.expect(f"count of a search for {mark.field}", records.count(look.actor, look.entity, Query(search=text))[0], int(clear))
    for mark in _searched_marks(look, 1)[:2]:
        clear = mark.id in look.visible and {look.right(mark.id, mark.field), look.right(mark.id, mark.field.partition(".")[0])} <= set(SEEN)
        hits = [hit for found in records.search_everywhere(look.actor, mark.words[0]) for hit in found.hits]
        look.expect(f"search everywhere for {mark.field}", [hit.record.id for hit in hits], [mark.id] if clear else [])


def _searched_marks(look: Look, most: int) -> list[Mark]:
    known = {one.name for one in searched_fields(look.entity)}
    from_texts = [
        mark for mark in look.company.marks
        if mark.entity == look.entity.name and mark.field in known and mark.words[0].startswith("Qmark") and isinstance(mark.value, str)
    ]
    by_row: dict[int, list[Mark]] = defaultdict(list)
    for mark in from_texts:
        by_row[mark.id].append(mark)
    return [mark for marks in by_row.values() for mark in marks[:most]]


def sums(look: Look) -> None:
    look.expect("number of all", [group.measures for group in records.aggregate(look.actor, look.entity, (), (("count", ""),))], [(len(look.visible),)])
    for one in look.fields:
        if not look.stored(one) or look.best(one.name) not in SEEN:
            continue
        values = [value for id_ in look.visible if (value := look.clear(id_, one.name)) not in (None, ())]
        kind = FIELD_TYPES[one.type].expression_type(one).kind
        for function in FUNCTIONS if kind is Kind.NUMBER else ("count",):
            ((found,),) = [group.measures for group in records.aggregate(look.actor, look.entity, (), ((function, one.name),))]
            wanted = _worked_out(function, values)
            alike = found == wanted if wanted is None or function != "avg" else abs(float(found) - float(wanted)) < LAST_UNIT
            look.expect(f"{function} of {one.name}", (alike, found), (True, found if alike else wanted))
        if kind in (Kind.TEXT, Kind.LINK, Kind.BOOL):
            groups = records.aggregate(look.actor, look.entity, (one.name,), (("count", ""),))
            counted = {(key.id if isinstance(key := group.key[0], Link) else key): group.measures[0] for group in groups}
            look.expect(f"groups by {one.name}", counted, dict(Counter(look.clear(id_, one.name) for id_ in look.visible)))


def _worked_out(function: str, values: list[Any]) -> Any:
    if function == "count":
        return len(values)
    if not values:
        return None
    return {"sum": sum, "min": min, "max": max, "avg": lambda some: Decimal(sum(some)) / len(some)}[function](values)


def histories(look: Look) -> None:
    for id_ in {mark.id for mark in look.company.marks if mark.entity == look.entity.name} & look.visible:
        said = " ".join(f"{one.old} {one.new}" for entry in records.history(look.actor, look.entity, id_) for one in entry.fields)
        for mark in look.company.marks:
            if mark.id == id_ and mark.entity == look.entity.name and look.right(id_, mark.field) not in SEEN:
                told = any(re.search(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])", text) for word in mark.words for text in (said, said.replace(",", "")))
                look.expect(f"{mark.field}, {look.right(id_, mark.field)}, in the history", told, False)


def candidates(look: Look) -> None:
    """The pickers of all link fields: records that the person sees, without those that the link's condition excludes."""
    links = [(one.name, one) for one in look.entity.fields] + [(f"{one.name}.{column.name}", column) for one in look.entity.fields for column in one.fields]
    for name, one in links:
        if not (target := link_target(one)) or one.fields:
            continue
        seen = look.oracle.visible(look.person, catalogue().entity(target))
        if look.best(name) == "hidden" and look.oracle.grants(look.person, look.entity):
            look.refuse(f"pick {name}", lambda name=name: records.pick(look.actor, look.entity, name, "", {}), NotFound)  # type: ignore[misc]
            continue
        if not look.oracle.grants(look.person, look.entity):
            continue
        found = {link.id for link in records.pick(look.actor, look.entity, name, "", {}, limit=EVERY)}
        look.expect(f"pick {name}", found <= seen if one.option("filter") else found == seen, True)
        for mark in _searched_marks(replace_entity(look, target), 1)[:1]:
            words = {link.id for link in records.pick(look.actor, look.entity, name, mark.words[0], {}, limit=EVERY)}
            clear = mark.id in seen and look.oracle.clear(look.person, catalogue().entity(target), mark.id, mark.field)
            look.expect(f"pick {name} by {mark.field}", words <= ({mark.id} if clear else set()), True)


def replace_entity(look: Look, name: str) -> Look:
    return replace(look, entity=catalogue().entity(name))


def previews(look: Look) -> None:
    marked = list(dict.fromkeys(mark.id for mark in look.company.marks if mark.entity == look.entity.name))
    for id_ in marked:
        if id_ not in look.visible:
            look.refuse(f"preview of {id_}", lambda id_=id_: records.preview(look.actor, look.entity, {}, id_), NotFound)  # type: ignore[misc]
        elif id_ not in look.oracle.visible(look.person, look.entity, "update"):
            look.refuse(f"preview of {id_}", lambda id_=id_: records.preview(look.actor, look.entity, {}, id_), NotAllowed)  # type: ignore[misc]
        else:
            values = records.preview(look.actor, look.entity, {}, id_).values
            for mark in look.company.marks:
                if mark.id == id_ and mark.entity == look.entity.name and "." not in mark.field and look.right(id_, mark.field) not in SEEN:
                    look.expect(f"{mark.field} in a preview", values.get(mark.field) == mark.value, False)


PATHS: tuple[Callable[[Look], None], ...] = (
    pages, recycle_bin, one_by_one, exports, all_values, dotted, sorted_lists, operators, expressions, collections, searches, sums, histories,
    candidates, previews,
)
SHORT = (pages, recycle_bin, one_by_one, exports, all_values, histories, previews)


