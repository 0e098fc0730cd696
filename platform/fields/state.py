"""Where a record stands in its workflow; only transitions change it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Field, Option
from shuke.fields.choice import ChoiceType
from shuke.fields.keywords import NAME


class StateType(ChoiceType):
    name = "state"
    words = "State"
    options_schema: ClassVar = {"properties": {"x-workflow": NAME}, "required": ["x-workflow"]}
    in_table = False

    def options(self, field: Field) -> tuple[Option, ...]:
        """The states of the workflow in the catalogue that is in use."""
        if field.options:
            return field.options
        workflow = catalogue().workflows.get(str(field.option("workflow")))
        return tuple(Option(state.name, state.label, state.color) for state in workflow.states) if workflow else ()

    def check_with(self, value: Any, field: Field, values: Mapping[str, Any]) -> list[str]:
        return []

    def search_words(self, value: Any, field: Field) -> list[str]:
        option = self.option(value, field) if value else None
        return [pick(option.label, name) for name in option.label] if option else []
