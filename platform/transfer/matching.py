"""Finding records by what a file says of them: with one query for many rows, only among those that the actor may see."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from shuke import records
from shuke.access import Actor
from shuke.core.errors import InvalidInput, PlatformError
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Entity, Field
from shuke.fields import FIELD_TYPES
from shuke.fields.base import FieldType
from shuke.records import Condition, Input, Masked, Query, Record
from shuke.transfer.cells import cell_in
from shuke.transfer.plan import LinkBy

Json = Any
Values = dict[str, Json]
Wanted = Mapping[str, tuple[FieldType, Field, set[Json]]]


def matching(actor: Actor, entity: Entity, wanted: Wanted, fields: Sequence[str] = ()) -> Iterator[Record]:
    """The records whose fields hold one of the wanted values; more than asked for when several fields are combined."""
    conditions = tuple(
        Condition(name, "in", tuple(type_.plain(type_.load(value, field), field) for value in values))
        for name, (type_, field, values) in wanted.items() if may_match(type_)
    )
    if not all(condition.values for condition in conditions):
        return
    asked = Query(fields=tuple(dict.fromkeys((*wanted, *fields))), conditions=conditions, sort=("id",))
    yield from records.every(actor, entity, asked, operation="read")


def may_match(type_: FieldType) -> bool:
    return any(operator.name == "in" for operator in type_.operators)


def json_value(record: Record, field: Field, type_: FieldType) -> Json:
    """The JSON value of a field of a record as its reader sees it; the ids of lines are kept."""
    if field.name == "id":
        return str(record.id)
    value = record.values.get(field.name)
    if isinstance(value, Masked):
        return {"masked": value.text}
    if field.fields:
        return [{"id": str(line.id), **_line(line.values, field)} for line in value or ()]
    return type_.dump(value, field)


def _line(values: Mapping[str, Any], field: Field) -> Values:
    return {column.name: FIELD_TYPES[column.type].dump(values.get(column.name), column) for column in field.fields}


class LinkFinder:
    """The records that texts stand for, by one match field of one entity; remembered within a batch."""

    def __init__(self, actor: Actor, link: LinkBy) -> None:
        self._actor = actor
        self._link = link
        self._ids: dict[str, int] = {}
        self._problems: dict[str, str] = {}

    def id_of(self, text: str) -> int:
        """The record; `ValueError` tells why there is none."""
        if text not in self._ids:
            raise ValueError(self._problems[text])
        return self._ids[text]

    def find(self, texts: Iterable[str]) -> set[str]:
        """Look up the texts that are new; those whose record had to be made are returned."""
        unknown = [text for text in texts if text not in self._ids and text not in self._problems]
        by_value = self._read(unknown)
        found: dict[str, list[int]] = defaultdict(list)
        wanted: Wanted = {self._link.field.name: (self._link.type, self._link.field, {json.loads(value) for value in by_value})}
        for record in matching(self._actor, self._link.entity, wanted):
            found[as_key(json_value(record, self._link.field, self._link.type))].append(record.id)
        absent = [value for value in by_value if not found[value]]
        made = self._create(absent, by_value, found) if self._link.create and absent else set()
        for value, given in by_value.items():
            for text in given:
                self._note(text, found[value])
        return made

    def _read(self, texts: Iterable[str]) -> dict[str, list[str]]:
        """The texts by the value that they stand for."""
        by_value: dict[str, list[str]] = defaultdict(list)
        for text in texts:
            try:
                by_value[as_key(cell_in(text, self._link.type, self._link.field))].append(text)
            except ValueError as wrong:
                self._problems[text] = str(wrong)
        return by_value

    def _create(self, absent: Sequence[str], by_value: Mapping[str, list[str]], found: dict[str, list[int]]) -> set[str]:
        inputs = [Input({self._link.field.name: json.loads(value)}) for value in absent]
        made = set()
        for value, answer in zip(absent, records.save_many(self._actor, self._link.entity, inputs), strict=True):
            if isinstance(answer, PlatformError):
                why = " ".join(said for _field, said in sentences(answer))
                problem = _("A new “%(entity)s” could not be made: %(why)s", entity=pick(self._link.entity.label), why=why)
                self._problems |= dict.fromkeys(by_value[value], problem)
            else:
                found[value].append(answer.id)
                made |= set(by_value[value])
        return made

    def _note(self, text: str, ids: Sequence[int]) -> None:
        if len(ids) == 1:
            self._ids[text] = ids[0]
            return
        field = self._link.field
        values = {"entity": pick(self._link.entity.label), "field": pick(field.label) or field.name, "text": text[:60]}
        self._problems.setdefault(text, (
            _("There are several “%(entity)s” whose “%(field)s” is “%(text)s”.", **values) if ids
            else _("There is no “%(entity)s” whose “%(field)s” is “%(text)s”.", **values)
        ))


def sentences(refusal: PlatformError) -> list[tuple[str, str]]:
    """Why something was refused: (field, sentence)."""
    if isinstance(refusal, InvalidInput):
        return [(field, said) for field, all_said in refusal.by_field.items() for said in all_said]
    return [("", str(refusal))]


def as_key(value: Json) -> str:
    """A JSON value as something that can be compared and kept in a dict."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
