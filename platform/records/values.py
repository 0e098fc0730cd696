"""What the one door takes and gives: queries, records, changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shuke.access import Actor
from shuke.core.errors import InvalidInput
from shuke.definitions.model import Entity, Field

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """A link as a reader sees it; `title` is masked or blank where the reader may not see the other record."""

    entity: str
    id: int
    title: str
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Masked:
    """A value of which the reader may see only this much."""

    text: str


@dataclass(frozen=True, slots=True)
class FileRef:
    id: int
    name: str
    mime: str
    size: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sub-table."""

    id: int
    values: Values


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the actor may see it: hidden fields are absent, masked ones are `Masked`."""

    entity: Entity
    id: int
    revision: int
    values: Values
    title: str = ""
    deleted: bool = False
    rights: Mapping[str, str] = field(default_factory=dict)
    operations: frozenset[str] = frozenset()
    """What the actor may do with this record (update, delete, …); only filled by `get`."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a filter for people: field, operator of its type, plain values."""

    field: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conditions:
    """Several conditions or further groups of them: all have to hold, or with `either` at least one."""

    parts: "tuple[Condition | Conditions, ...]"
    either: bool = False

    def walk(self) -> Iterator[Condition]:
        """Every condition in it, at any depth."""
        for part in self.parts:
            if isinstance(part, Condition):
                yield part
            else:
                yield from part.walk()


@dataclass(frozen=True, slots=True)
class Query:
    """Which records, which of their fields, in which order."""

    fields: tuple[str, ...] = ()
    """Names or dotted paths over links; empty for all fields."""
    where: str = ""
    conditions: tuple[Condition | Conditions, ...] = ()
    """All of them have to hold."""
    search: str = ""
    sort: tuple[str, ...] = ()
    """Names, `-name` for descending; an expression in the form `=expression` or `-=expression`."""
    limit: int = 50
    after: str = ""
    before: str = ""
    count: bool = True
    deleted: bool = False
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    records: tuple[Record, ...]
    next: str = ""
    previous: str = ""
    count: int | None = None
    capped: bool = False
    """The count stopped at its cap: there are more."""


@dataclass(frozen=True, slots=True)
class Group:
    """One row of an aggregate."""

    key: tuple[Any, ...]
    measures: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One find of the search over everything; `field` is where it was found, and `text` what stands there, unless that is the title."""

    record: Record
    field: Field | None = None
    text: str = ""
    whole: bool = False
    """A value as a whole is what was searched for."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best finds of one entity, and how many there are; `capped`: only the newest were looked at."""

    entity: Entity
    hits: tuple[Hit, ...]
    total: int
    capped: bool


@dataclass(frozen=True, slots=True)
class Input:
    """One record to save: JSON values by field; without `id` a new record."""

    values: Values
    id: int | None = None
    revision: int | None = None
    """The revision that was read; a later one in the database is a conflict. None saves over it."""
    transition: str = ""
    """Set by the workflow alone: the right to this transition counts in place of the right to update."""
    forced: frozenset[str] = frozenset()
    """Fields whose values a published definition gives, not the actor: whether the actor may write them does not matter."""
    as_id: int | None = None
    """The id that a new record gets: a user's is its account's. None makes one."""


@dataclass(frozen=True, slots=True)
class Saved:
    id: int
    revision: int
    created: bool
    changed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """A record that was just written, announced inside the transaction. Values are stored Python values by field."""

    entity: Entity
    id: int
    actor: Actor
    action: str
    """`created`, `updated`, `deleted`, `restored`."""
    before: Values
    after: Values
    changed: frozenset[str]
    depth: int = 0
    """How many rules led here."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    id: int
    at: datetime
    actor: str
    action: str
    reason: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A form while it is being filled in: computed values, sentences, and which parts are there."""

    values: Values
    errors: Mapping[str, tuple[str, ...]]
    visible: frozenset[str]
    required: frozenset[str]
    read_only: frozenset[str]
    doubts: "tuple[tuple[str, Doubt], ...]" = ()
    """By field: what saving would ask about."""
    alike: "tuple[tuple[str, Doubt], ...]" = ()
    """By field: records that this one may not equal; the sentences stand in `errors` too."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that the actor may accept: a likely duplicate, with the record it resembles if the actor may see it."""

    sentence: str
    entity: str = ""
    id: int | None = None
    title: str = ""


class NeedsConfirmation(InvalidInput):
    """Only warnings stand against saving; save again with `accept_warnings` to go on."""

    def __init__(self, by_field: Mapping[str, tuple[str, ...]], warnings: tuple[Doubt, ...]) -> None:
        super().__init__(by_field)
        self.warnings = warnings
