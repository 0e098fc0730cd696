"""One batch of rows: values read, links found, records matched and saved; a row is taken whole or not at all.

The same code makes the dry run (the caller rolls back) and the import (the caller commits), so the dry run is the truth.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from shuke import records, workflow
from shuke.access import Actor
from shuke.core.db import savepoint
from shuke.core.errors import PlatformError
from shuke.core.i18n import gettext as _
from shuke.expressions import ExpressionError
from shuke.fields.codes import split
from shuke.records import Input
from shuke.transfer.cells import cell_in
from shuke.transfer.columns import RowEnv
from shuke.transfer.matching import Json, LinkFinder, Values, Wanted, as_key, json_value, matching, sentences
from shuke.transfer.plan import LinkBy, Plan, PlannedField, PlannedTarget
from shuke.transfer.tables import Row

Key = tuple[str, ...]
_MOST_REASONS = 10

CREATED, CHANGED, UNCHANGED = "created", "changed", "unchanged"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken, and why: (target, field, sentence)."""

    row: Row
    reasons: tuple[tuple[str, str, str], ...]


@dataclass
class Outcome:
    """What a batch did: for each target how many records were created, changed or left; and the rows refused."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    refused: list[Refusal] = field(default_factory=list)


Seen = dict[tuple[str, Key], str]
"""Records that an earlier batch of a dry run has made and taken back: their values by target and key."""


class _TakeBackError(Exception):
    """Leaves a savepoint so that it rolls back."""


def import_batch(actor: Actor, plan: Plan, rows: Sequence[Row], seen: Seen | None = None) -> Outcome:
    """Take these rows in the open unit of work; with `seen` it is a dry run that the caller rolls back."""
    refused: list[Refusal] = []
    remaining = list(rows)
    while True:
        attempt = _Attempt(actor, plan, remaining, seen)
        try:
            with savepoint():
                attempt.run()
                if attempt.half_taken():
                    raise _TakeBackError
        except _TakeBackError:
            refused += attempt.half_taken()
            lines = {refusal.row.line for refusal in refused}
            remaining = [row for row in remaining if row.line not in lines]
            continue
        attempt.remember()
        return Outcome(attempt.counts, sorted([*refused, *attempt.refusals()], key=lambda refusal: refusal.row.line))


@dataclass
class _Taken:
    """The record that a key stands for, as far as this batch knows it."""

    id: int
    values: Values
    revision: int | None = None


@dataclass
class _Row:
    row: Row
    env: RowEnv
    reasons: list[tuple[str, str, str]] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    wrote: bool = False


class _Attempt:
    def __init__(self, actor: Actor, plan: Plan, rows: Sequence[Row], seen: Seen | None) -> None:
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.actor = actor
        self.plan = plan
        self._rows = [_Row(row, RowEnv(plan.scope, row)) for row in rows]
        self.seen = seen
        self.made: Seen = {}
        self._finders: dict[tuple[str, str, bool], LinkFinder] = {}

    def run(self) -> None:
        self._check_widths()
        for target in self.plan.targets:
            _Pass(self, target).run([row for row in self._rows if not row.reasons])

    def half_taken(self) -> list[Refusal]:
        """Refused rows of which something was written."""
        return [_refusal(row) for row in self._rows if row.reasons and row.wrote]

    def refusals(self) -> list[Refusal]:
        return [_refusal(row) for row in self._rows if row.reasons]

    def remember(self) -> None:
        if self.seen is not None:
            self.seen |= self.made

    def finder(self, link: LinkBy) -> LinkFinder:
        place = (link.entity.name, link.field.name, link.create)
        return self._finders.setdefault(place, LinkFinder(self.actor, link))

    def _check_widths(self) -> None:
        width = len(self.plan.columns)
        for row in self._rows:
            if any(cell.strip() for cell in row.row.cells[width:]):
                row.reasons.append(("", "", _("The row has more cells than the file has columns.")))


class _Pass:
    """One target over the rows of a batch."""

    def __init__(self, attempt: _Attempt, target: PlannedTarget) -> None:
        self._attempt = attempt
        self._target = target
        self._actor = attempt.actor
        self._known: dict[Key, _Taken] = {}

    def run(self, rows: Sequence[_Row]) -> None:
        self._find_links(rows)
        waiting = [(row, values) for row in rows if (values := self._values(row)) is not None]
        if not self._target.key:
            self._save([(row, (), values) for row, values in waiting])
            return
        keyed = [(row, key, values) for row, values in waiting if (key := self._key(row, values)) is not None]
        while keyed:
            keyed = self._round(keyed)

    def _round(self, waiting: Sequence[tuple[_Row, Key, Values]]) -> list[tuple[_Row, Key, Values]]:
        """Save the first row of each key, share it with rows that say the same; the others wait for the next round."""
        self._find_existing({key for _row, key, _values in waiting} - self._known.keys())
        first: dict[Key, tuple[_Row, Key, Values]] = {}
        alike: list[tuple[_Row, Key]] = []
        later: list[tuple[_Row, Key, Values]] = []
        for row, key, values in waiting:
            if key not in first:
                first[key] = (row, key, values)
            elif as_key(first[key][2]) == as_key(values):
                alike.append((row, key))
            else:
                later.append((row, key, values))
        self._save(list(first.values()))
        for row, key in alike:
            if key in self._known:
                self._settle(row, self._known[key].id, UNCHANGED)
            else:
                row.reasons += first[key][0].reasons
        return later

    def _save(self, rows: Sequence[tuple[_Row, Key, Values]]) -> None:
        saving: list[tuple[_Row, Key, Values, Input]] = []
        for row, key, values in rows:
            known = self._known.get(key) if key else None
            if known is not None:
                if self._target.mode == "insert":
                    row.reasons.append((self._target.name, self._target.key[0], _("There is such a record already.")))
                elif changed := _difference(values, known.values):
                    saving.append((row, key, values, Input(_with_line_ids(changed, known.values), id=known.id)))
                else:
                    self._settle(row, known.id, UNCHANGED)
            elif self._target.mode == "update":
                row.reasons.append((self._target.name, self._target.key[0], _("There is no such record to change.")))
            else:
                saving.append((row, key, values, Input(values)))
        answers = records.save_many(
            self._actor, self._target.entity, [one[3] for one in saving], accept_warnings=self._attempt.plan.accept_warnings,
        ) if saving else []
        made: list[tuple[_Row, int]] = []
        for (row, key, values, given), answer in zip(saving, answers, strict=True):
            if isinstance(answer, PlatformError):
                row.reasons += _reasons(self._target.name, answer)
                continue
            self._settle(row, answer.id, CREATED if given.id is None else CHANGED if answer.changed else UNCHANGED, key, values)
            if key:
                before = self._known[key].values if key in self._known else {}
                self._known[key] = _Taken(answer.id, {**before, **values})
            if given.id is None:
                made.append((row, answer.id))
        self._fire(made)

    def _fire(self, made: Sequence[tuple[_Row, int]]) -> None:
        """Walk the new records through the steps of their workflow."""
        for name in self._target.transitions:
            made = [(row, id_) for row, id_ in made if not row.reasons]
            answers = workflow.fire_many(self._actor, self._target.entity, [id_ for _row, id_ in made], name) if made else []
            for (row, _id), answer in zip(made, answers, strict=True):
                if isinstance(answer, PlatformError):
                    row.reasons += _reasons(self._target.name, answer)

    def _settle(self, row: _Row, id_: int, what: str, key: Key = (), values: Values | None = None) -> None:
        row.ids[self._target.name] = id_
        if what != UNCHANGED:
            row.wrote = True
        if what == CREATED and key and values is not None:
            what = self._told_before(key, as_key(values))
        self._attempt.counts[self._target.name][what] += 1

    def _told_before(self, key: Key, text: str) -> str:
        """In a dry run, a record that an earlier batch has made would be there by now."""
        place = (self._target.name, key)
        before = (self._attempt.seen or {}).get(place)
        self._attempt.made[place] = text
        return CREATED if before is None else UNCHANGED if before == text else CHANGED

    def _key(self, row: _Row, values: Values) -> Key | None:
        blank = [name for name in self._target.key if values.get(name) is None]
        if blank:
            row.reasons.append((self._target.name, blank[0], _("The match field is blank.")))
            return None
        return tuple(as_key(values[name]) for name in self._target.key)

    def _values(self, row: _Row) -> Values | None:
        """The JSON values that this row gives the target; None when some cannot be read."""
        reasons: list[tuple[str, str, str]] = []
        values = dict(self._read(row, self._target.fields, "", reasons))
        row.reasons += reasons
        return None if reasons else values

    def _read(
        self, row: _Row, fields: Iterable[PlannedField], path: str, reasons: list[tuple[str, str, str]],
    ) -> Iterator[tuple[str, Json]]:
        for planned in fields:
            place = f"{path}{planned.name}"
            try:
                if planned.lines:
                    yield planned.name, [
                        dict(self._read(row, line, f"{place}.{number}.", reasons)) for number, line in enumerate(planned.lines)
                    ]
                elif (value := self._value(row, planned)) is not None:  # a blank cell leaves the default, or what was there
                    yield planned.name, value
            except (ValueError, ArithmeticError, ExpressionError) as wrong:
                reasons.append((self._target.name, place, str(wrong)))

    def _value(self, row: _Row, planned: PlannedField) -> Json:
        if planned.target:
            return str(row.ids[planned.target])
        if planned.is_constant:
            return planned.value
        text = planned.text(row.row, row.env)
        if planned.link is None:
            return cell_in(text, planned.type, planned.field)
        if _is_many(planned):
            return [self._linked(word, planned.link) for word in split(text)] or None
        return self._linked(text, planned.link)

    def _linked(self, text: str, link: LinkBy) -> Json:
        if not text.strip():
            return None
        return str(self._attempt.finder(link).id_of(text))

    def _find_links(self, rows: Sequence[_Row]) -> None:
        """Find all records that cells of these rows point to, with one query for each form and match field."""
        wanted: dict[LinkFinder, dict[str, _Row]] = {}
        for row in rows:
            for planned in _walk(self._target.fields):
                if planned.link is not None and not planned.is_constant:
                    texts = wanted.setdefault(self._attempt.finder(planned.link), {})
                    for word in _words(row, planned):
                        texts.setdefault(word, row)
        for finder, texts in wanted.items():
            for made in finder.find(texts):
                texts[made].wrote = True

    def _find_existing(self, keys: set[Key]) -> None:
        """Find the records of these keys with one query."""
        if not keys:
            return
        fields = {planned.name: planned for planned in self._target.fields}
        wanted: Wanted = {
            name: (fields[name].type, fields[name].field, {json.loads(key[place]) for key in keys})
            for place, name in enumerate(self._target.key)
        }
        for record in matching(self._actor, self._target.entity, wanted, [planned.name for planned in self._target.fields]):
            values = {name: json_value(record, planned.field, planned.type) for name, planned in fields.items()}
            key = tuple(as_key(values[name]) for name in self._target.key)
            if key in keys:
                self._known.setdefault(key, _Taken(record.id, values, record.revision))


def _difference(values: Values, known: Values) -> Values:
    """The values that are not so yet."""
    return {name: value for name, value in values.items() if not _same(value, known.get(name))}


def _same(value: Json, known: Json) -> bool:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return isinstance(known, list) and len(value) == len(known) and all(
            not _difference(line, before) for line, before in zip(value, known, strict=True)
        )
    return as_key(value) == as_key(known)


def _with_line_ids(values: Values, known: Values) -> Values:
    """Lines keep their identity by their place."""
    return {name: _lines_of(value, known.get(name)) if _is_lines(value) else value for name, value in values.items()}


def _is_lines(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _lines_of(lines: list[Values], known: Json) -> list[Values]:
    before = [line.get("id") for line in known or ()]
    return [{**line, "id": before[place]} if place < len(before) and before[place] else line for place, line in enumerate(lines)]


def _walk(fields: Iterable[PlannedField]) -> Iterator[PlannedField]:
    for planned in fields:
        yield planned
        for line in planned.lines:
            yield from _walk(line)


def _words(row: _Row, planned: PlannedField) -> list[str]:
    try:
        text = planned.text(row.row, row.env)
    except (ValueError, ArithmeticError, ExpressionError):
        return []  # told when the value itself is read
    if not text.strip():
        return []
    return split(text) if _is_many(planned) else [text]


def _is_many(planned: PlannedField) -> bool:
    return not planned.type.stored


def _reasons(target: str, refusal: PlatformError) -> list[tuple[str, str, str]]:
    return [(target, field, said) for field, said in sentences(refusal)[:_MOST_REASONS]]


def _refusal(row: _Row) -> Refusal:
    return Refusal(row.row, tuple(dict.fromkeys(row.reasons)))
