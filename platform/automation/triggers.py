"""What sets a rule off. A new trigger is a class here, a line in TRIGGERS and its options in the schema of rules."""

from typing import Protocol

from shuke.core.registry import Registry
from shuke.definitions.model import Trigger
from shuke.records.values import Change


class TriggerType(Protocol):
    @property
    def name(self) -> str: ...

    def fires(self, trigger: Trigger, change: Change) -> bool:
        """Whether this change sets off a rule with this trigger."""
        ...


class Created:
    """A record came into being, by a form, an import or another rule."""

    name = "created"

    def fires(self, trigger: Trigger, change: Change) -> bool:
        return change.action == "created"


class Changed:
    """One of the named fields got another value; without names any field."""

    name = "changed"

    def fires(self, trigger: Trigger, change: Change) -> bool:
        return change.action == "updated" and (not trigger.fields or not change.changed.isdisjoint(trigger.fields))


class Entered:
    """A state field reached a state; a new record enters its first states too."""

    name = "entered"

    def fires(self, trigger: Trigger, change: Change) -> bool:
        moved = change.action == "created" or change.action == "updated" and trigger.field in change.changed
        return moved and change.after.get(trigger.field) == trigger.state


TRIGGERS: Registry[TriggerType] = Registry("trigger", [Created(), Changed(), Entered()])
