"""How a form stands: what saving would make of it, what the visitor may do with each field, and the other records in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shuke.access.actor import Actor
from shuke.definitions.model import Entity
from shuke.records import Doubt, Preview, Record
from shuke.runtime.drawn import Notice
from shuke.runtime.entered import Entered
from shuke.views import FormLines, FormPlan

Facts = Mapping[int, tuple[tuple[str, str], ...]]
"""For each linked record what stands beside its title: label and value."""


@dataclass(slots=True)
class FormState:
    """Everything that decides how a form looks now."""

    actor: Actor
    plan: FormPlan
    preview: Preview
    rights: Mapping[str, str]
    """Field, or `lines.column` → `write`, `read`, `masked`; hidden ones are absent."""
    record: Record | None = None
    entered: Entered | None = None
    prefix: str = "f"
    """Keeps the ids of a form in a dialog apart from those of the page."""
    scope: str = ""
    """What the names of its inputs begin with, for a record that is entered inside another's form."""
    titles: dict[tuple[str, int], str] = field(default_factory=dict)
    facts: dict[tuple[str, tuple[str, ...]], Facts] = field(default_factory=dict)
    """By target and the link's columns."""
    lines: dict[str, "LinesState"] = field(default_factory=dict)

    @property
    def entity(self) -> Entity:
        return self.plan.entity

    def notices(self, name: str) -> tuple[Notice, ...]:
        """What is known of other records that this field's value resembles, and what saving would ask about it."""
        if self.entered is None:
            return ()
        alike = [Notice.of(doubt, blocks=True) for path, doubt in self.preview.alike if self.entered.name_of(path) == name]
        return (*alike, *(Notice.of(doubt, blocks=False) for path, doubt in self.preview.doubts if self.entered.name_of(path) == name))

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """All that saving would ask about, the other records in the form included."""
        inner = [doubt for lines in self.lines.values() for member in lines.members for doubt in member.state.doubts]
        return (*(doubt for _path, doubt in self.preview.doubts), *inner)


@dataclass(frozen=True, slots=True)
class LineState:
    """Another record inside the form."""

    key: str
    state: FormState
    initial: Mapping[str, Any]
    """The JSON values that it began with."""
    may_remove: bool


@dataclass(frozen=True, slots=True)
class LinesState:
    """The records of one kind inside the form."""

    lines: FormLines
    members: tuple[LineState, ...]
    may_add: bool
