"""What an entry of VIEW_KINDS promises."""

from dataclasses import dataclass

from shuke.definitions.model import Catalogue, Entity, View


@dataclass(frozen=True, slots=True)
class Plan:
    """A view made ready: names resolved, nothing left to look up for each record."""

    entity: Entity
    view: View | None
    """The document; `None` when the plan was generated."""


class ViewKind:
    """One way to show records."""

    name: str

    def plan(self, catalogue: Catalogue, entity: Entity, view: View | None) -> Plan:
        """The prepared view; `UnknownName` for a document that names something absent."""
        raise NotImplementedError
