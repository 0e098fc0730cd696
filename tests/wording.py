"""What a template calls its parts: names of the shipped template lead to the names and labels that were really published."""

from dataclasses import dataclass
from pathlib import Path

from renaming import Renaming

from shuke.definitions.load import load_template, system_documents
from shuke.definitions.model import Catalogue, Entity, Field, QuickAction, Transition
from shuke.definitions.parse import parse_documents


@dataclass(frozen=True, slots=True)
class Thing:
    """One entity."""

    key: str
    entity: Entity
    _wording: "Wording"

    @property
    def name(self) -> str:
        return self.entity.name

    def field(self, path: str) -> Field:
        """A field, or a column of a sub-table by `table.column`."""
        table, _dot, column = path.rpartition(".")
        owner = f"{self.key}.{table}" if table else self.key
        name = self._wording.member(owner, column)
        return self.entity.field(self._wording.member(self.key, table)).child(name) if table else self.entity.field(name)

    def __getitem__(self, path: str) -> str:
        """The name of a field as forms use it."""
        table, _dot, _column = path.rpartition(".")
        return (f"{self[table]}." if table else "") + self.field(path).name

    def label(self, path: str, locale: str = "zh") -> str:
        return self.field(path).label[locale]

    def title(self, locale: str = "zh") -> str:
        """The label of all its records."""
        return str((self.entity.schema.get("x-plural") or self.entity.label)[locale])

    def option(self, path: str, code: str, locale: str = "zh") -> str:
        return next(option.label[locale] for option in self.field(path).options if option.code == code)

    def state(self, path: str, name: str, locale: str = "zh") -> str:
        workflow = self._wording.catalogue.workflows[str(self.field(path).option("workflow"))]
        return next(state.label[locale] for state in workflow.states if state.name == name)

    @property
    def actions(self) -> tuple[QuickAction, ...]:
        """What its page offers to enter."""
        return next(view.actions for view in self._wording.catalogue.views_of(self.name, "record"))

    def transition(self, name: str) -> Transition:
        renamed = self._wording.transition(self.key, name)
        flows = (flow for flow in self._wording.catalogue.workflows.values() if flow.entity == self.name)
        return next(one for flow in flows for one in flow.transitions if one.name == renamed)


class Wording:
    """The names in force; without a renaming they are those of the shipped template."""

    def __init__(self, template: Path, renaming: Renaming | None) -> None:
        self.catalogue: Catalogue = parse_documents([*system_documents(), *load_template(template)], 1)
        self._renaming = renaming

    def __getitem__(self, entity: str) -> Thing:
        return Thing(entity, self.catalogue.entity(self._renaming.entity(entity) if self._renaming else entity), self)

    def member(self, owner: str, name: str) -> str:
        return self._renaming.member(owner, name) if self._renaming else name

    def transition(self, entity: str, name: str) -> str:
        return self._renaming.transition(entity, name) if self._renaming else name

    def view(self, name: str) -> str:
        return self._renaming.view(name) if self._renaming else name
