"""What doing something to many records would come to: tried, looked at, and taken back."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from shuke import records
from shuke.access.actor import Actor
from shuke.core.errors import PlatformError
from shuke.core.i18n import pick
from shuke.definitions.model import Entity
from shuke.records import Query, Saved
from shuke.records.batches import Results, trial
from shuke.runtime.cells import cell_writer
from shuke.transfer.bulk_running import said
from shuke.views import Column

SAMPLES = 5
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """One record that changes: its title, and for each field the label, the old and the new value."""

    title: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why some records cannot be changed."""

    sentence: str
    count: int
    titles: tuple[str, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """How it would end."""

    total: int
    changing: int
    same: int
    samples: tuple[Sample, ...]
    refusals: tuple[Refusal, ...]

    @property
    def refused(self) -> int:
        return sum(refusal.count for refusal in self.refusals)


def outlook(who: Actor, entity: Entity, ids: Sequence[int], do: Callable[[], Results], columns: Sequence[Column] = ()) -> Outlook:
    """Do it within a trial; `columns` are the fields whose old and new values are shown."""
    before = _values(who, entity, ids[:_LOOKED_AT], columns) if columns else {}
    with trial():
        results = do()
        changed = [id_ for id_, result in results.items() if isinstance(result, Saved) and (result.changed or not columns)]
        shown = [id_ for id_ in changed if id_ in before][:SAMPLES]
        after = _values(who, entity, shown, columns)
    samples = tuple(_sample(columns, before[id_], after[id_]) for id_ in shown if id_ in after)
    same = sum(isinstance(result, Saved) for result in results.values()) - len(changed)
    return Outlook(len(ids), len(changed), same, samples, _refusals(who, entity, results))


_LOOKED_AT = 200


def _values(who: Actor, entity: Entity, ids: Sequence[int], columns: Sequence[Column]) -> dict[int, tuple[str, list[str]]]:
    """Title and written values of records."""
    found = records.query(who, entity, Query(fields=tuple(one.path for one in columns), ids=tuple(ids), limit=_LOOKED_AT, count=False)).records if ids else ()
    writers = [(one.path, cell_writer(one.type, one.field)) for one in columns]
    return {record.id: (record.title, [write(record.values.get(path)) for path, write in writers]) for record in found}


def _sample(columns: Sequence[Column], before: tuple[str, list[str]], after: tuple[str, list[str]]) -> Sample:
    rows = zip((pick(one.label) for one in columns), before[1], after[1], strict=True)
    return Sample(before[0], tuple(row for row in rows if row[1] != row[2]))


def _refusals(who: Actor, entity: Entity, results: Results) -> tuple[Refusal, ...]:
    by_sentence: Mapping[str, list[int]] = defaultdict(list)
    for id_, result in results.items():
        if isinstance(result, PlatformError):
            by_sentence[said(result, entity)].append(id_)
    named = [id_ for ids in by_sentence.values() for id_ in ids[:_NAMED]][:_LOOKED_AT]
    titles = {id_: title for id_, (title, _values) in _values(who, entity, named, ()).items()}
    return tuple(
        Refusal(sentence, len(ids), tuple(_titles(titles, ids)), len(ids) > _NAMED)
        for sentence, ids in sorted(by_sentence.items(), key=lambda one: -len(one[1]))
    )


def _titles(titles: Mapping[int, str], ids: Sequence[int]) -> Iterable[str]:
    return (titles[id_] for id_ in ids[:_NAMED] if titles.get(id_))
