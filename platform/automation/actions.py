"""What a rule does. A new action is a class in a module of its own, a line in ACTIONS and its options in the schema of rules."""

from typing import Protocol

from shuke.automation.occasions import Step
from shuke.automation.posting import Post, Reverse
from shuke.automation.setting import Set
from shuke.core.registry import Registry


class ActionType(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def writes_records(self) -> bool:
        """Whether records have to be read again before the next action."""
        ...

    def perform(self, step: Step) -> dict[int, str]:
        """Do it for a batch of changes; gives a line for the log by record. Refuses the save by raising `InvalidInput`."""
        ...


ACTIONS: Registry[ActionType] = Registry("action", [Post(), Reverse(), Set()])
