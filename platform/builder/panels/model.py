"""What a panel is made of: inputs in groups, each with the place that it writes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from shuke.builder.workshop import Workshop

Choice = tuple[str, str]
"""Value and words."""
MOST_SELECTED = 60
"""More than so many are searched by typing."""


@dataclass(frozen=True, slots=True)
class Default:
    """How a default was chosen; `constant` is its value, `control` what that is entered with."""

    mode: str
    modes: tuple[Choice, ...]
    constant: str = ""
    control: str = "text"
    choices: tuple[Choice, ...] = ()
    kind: str = "text"
    """What its value is in a formula."""


@dataclass(frozen=True, slots=True)
class Input:
    """One keyword with the control that shows it; `pointer` is its place in the document's body."""

    pointer: str
    key: str
    label: str
    widget: str
    value: Any = None
    help: str = ""
    required: bool = False
    group: str = "basics"
    choices: tuple[Choice, ...] = ()
    inputs: tuple["Input", ...] = ()
    """The members of an object, or the entries of a list."""
    summary: str = ""
    """What an entry of a list is about, while it is closed."""
    least: int = 0
    """How many entries a list keeps."""
    is_item: bool = False
    redraws: bool = False
    """What else is offered depends on it: the whole panel is drawn anew."""
    is_open: bool = False
    limits: tuple[tuple[str, Any], ...] = ()
    """What the control is told of the schema, such as `maxlength`."""
    errors: tuple[str, ...] = ()
    default: Default | None = None
    """How a default was chosen."""
    said: str = ""
    """What a condition says, in words; blank where only its formula says it."""

    @property
    def id(self) -> str:
        return "at" + "".join(character if character.isalnum() else f"_{ord(character):x}_" if character != "/" else "-" for character in self.pointer)

    @property
    def megabytes(self) -> str:
        """A size as people say it."""
        return f"{self.value / (1 << 20):.4g}" if isinstance(self.value, int) else str(self.value or "")

    @property
    def is_plain(self) -> bool:
        """Shown at once inside an entry: what is said or has to be; the rest is folded away."""
        return self.required or self.group == "basics" and self.value not in (None, False, "", [], {})

    @property
    def list_id(self) -> str:
        """Where the browser finds what is offered, if that is too much for a select."""
        return f"list-{crc32(repr(self.choices).encode()):x}" if len(self.choices) > MOST_SELECTED and self.widget in {"choice", "chips", "map"} else ""

    @property
    def lacks(self) -> str:
        """The language in which a label has no words, while it has some in the other."""
        if self.widget not in {"label", "words"} or not isinstance(self.value, Mapping):
            return ""
        blank = [language for language in ("zh", "en") if not str(self.value.get(language, "")).strip()]
        return blank[0] if len(blank) == 1 else ""

    def words_for(self, value: str) -> str:
        return next((words for one, words in self.choices if one == value), value)

    @property
    def offered(self) -> tuple[str, ...]:
        """What can be typed where there is too much for a select: words, and the name behind those that several have."""
        often = Counter(words for _value, words in self.choices)
        return tuple(words if often[words] == 1 else f"{words} ({value})" for value, words in self.choices)

    def typed_for(self, value: str) -> str:
        """The words that stand for a value where it is typed."""
        return next((words for (one, _words), words in zip(self.choices, self.offered, strict=True) if one == value), value)

    def meant(self, text: str) -> str:
        """The value that was typed, by its words or as it is; anything else as it was typed."""
        if not self.list_id or any(value == text for value, _words in self.choices):
            return text
        return next((value for (value, _words), words in zip(self.choices, self.offered, strict=True) if words.casefold() == text.strip().casefold()), text)


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    label: str
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """All inputs of a document, or of a field of one."""

    shop: Workshop
    kind: str
    name: str
    field: str
    """The field of an entity that this is about, `lines.quantity` for a column, or `""`."""
    groups: tuple[Group, ...]
    at: str = ""
    """The part of the document that this is about, or `.` for what a designer leaves to it of the whole."""

    def find(self, pointer: str) -> Input | None:
        """The input that writes the place."""
        return find([one for group in self.groups for one in group.inputs], pointer)


def find(inputs: Sequence[Input], pointer: str) -> Input | None:
    """The one that writes the place, at any depth."""
    for one in inputs:
        if one.pointer == pointer:
            return one
        if pointer.startswith(one.pointer + "/") and (inner := find(one.inputs, pointer)):
            return inner
    return None


def walk(inputs: Sequence[Input]) -> list[Input]:
    """The inputs with all that lie in them."""
    return [found for one in inputs for found in (one, *walk(one.inputs))]
