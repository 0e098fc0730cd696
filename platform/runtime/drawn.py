"""The pieces of a form as a template draws them: controls, lines, other records, and the parts that hold them."""

from dataclasses import dataclass
from typing import Any

from shuke.core.i18n import gettext as _
from shuke.records import Doubt
from shuke.views import FormField

INPUT, OUTPUT, ABSENT = "input", "output", "absent"


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """What a file's input shows."""

    id: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence about a value, with the other record that it is about if the visitor may see that."""

    sentence: str
    url: str = ""
    title: str = ""
    blocks: bool = False

    @classmethod
    def of(cls, doubt: Doubt, *, blocks: bool) -> "Notice":
        return cls(doubt.sentence, f"/r/{doubt.entity}/{doubt.id}" if doubt.id else "", doubt.title or _("Open the record"), blocks)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one input, for the list above the form."""

    id: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Control:
    """One field of a form. `mode` is `input`, `output` (computed, or not to be changed) or `absent` (not there now)."""

    item: FormField
    name: str
    id: str
    label: str
    help: str
    placeholder: str
    mode: str
    value: Any
    """What stands in the input: text, a list of texts, or the parts by name."""
    shown: str
    """The value for reading."""
    errors: tuple[str, ...]
    required: bool
    choices: tuple[tuple[str, str], ...] = ()
    """The options that can be chosen now."""
    linked: tuple[tuple[str, str], ...] = ()
    """Id and title of the records that are chosen."""
    facts: tuple[tuple[str, str], ...] = ()
    """What else is shown of the record that is chosen: label and value."""
    notices: tuple[Notice, ...] = ()
    """Sentences that lead to another record, or that saving would ask about."""
    pick_url: str = ""
    url: str = ""
    """Where a file for this field is sent."""
    columns: tuple["Control", ...] = ()
    """The heads of a sub-table's columns."""
    lines: tuple["LineControl", ...] = ()
    sums: tuple[str, ...] = ()
    """What stands below each column of a sub-table; nothing when no column has a sum."""
    filled: str = ""
    """The lines that came from another record as they came, to tell whether somebody typed into them."""
    parked: tuple[tuple[str, str], ...] = ()
    """What was typed before the field went away, to be there again when it comes back."""
    placing: str | None = None
    """The classes that say how it stands among its neighbours, where a layout decides."""

    @property
    def classes(self) -> str:
        return ("control-wide" if self.item.is_wide else "") if self.placing is None else self.placing

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything that stands against saving because of this field."""
        return (*self.errors, *(notice.sentence for notice in self.notices if notice.blocks))


@dataclass(frozen=True, slots=True)
class LineControl:
    """One line of a sub-table."""

    key: str
    id: str
    controls: tuple[Control, ...]
    errors: tuple[str, ...]
    initial: str = ""
    """The values that a new line begins with, to tell whether somebody typed into it."""


@dataclass(frozen=True, slots=True)
class RelatedLine:
    """Another record inside the form; `hidden` is what its inputs carry besides values."""

    key: str
    id: str
    title: str
    controls: tuple[Control, ...]
    errors: tuple[str, ...]
    hidden: tuple[tuple[str, str], ...]
    may_remove: bool


@dataclass(frozen=True, slots=True)
class RelatedLines:
    """The records of one kind inside the form."""

    name: str
    id: str
    label: str
    one: str
    """What one of them is called."""
    lines: tuple[RelatedLine, ...]
    known: tuple[str, ...]
    errors: tuple[str, ...]
    may_add: bool
    required: bool
    gone: bool
    """A condition of the layout hides them now; what stands in them is not saved then."""


@dataclass(frozen=True, slots=True)
class Part:
    """A tab, section, group of columns or text of a form, or one control."""

    type: str
    id: str
    label: str
    columns: int
    text: str
    control: Control | None
    parts: tuple["Part", ...]
    related: RelatedLines | None = None
    placing: str = ""
    """The classes that say how it stands among its neighbours."""
    place: str = ""
    """Where it stands in the layout: `0.2.1`."""

    @property
    def names_its_table(self) -> bool:
        """Its own label says what the only sub-table inside it is."""
        return bool(self.label) and len(self.parts) == 1 and self.parts[0].control is not None and bool(self.parts[0].control.columns)

    @property
    def is_empty(self) -> bool:
        return self.control is None and self.related is None and not self.text and all(part.is_empty for part in self.parts)
