"""The few columns that tell records of one kind apart beside their title: state, telephone, place, amount."""

from shuke.definitions.model import Catalogue, Entity
from shuke.views.columns import Column
from shuke.views.lists import ListPlan

_BY_TYPE = ("state", "phone", "unit", "autonumber", "money", "balance", "link", "email", "choice", "date")
"""What tells most comes first."""


def telling_columns(catalogue: Catalogue, entity: Entity, plan: ListPlan, most: int = 3) -> tuple[Column, ...]:
    """Of the columns of the entity's list those that tell most, in the order of the list."""
    def chosen() -> tuple[Column, ...]:
        known = [column for column in plan.columns if column.path != entity.display and column.field.type in _BY_TYPE]
        best = sorted(known, key=lambda column: _BY_TYPE.index(column.field.type))[:most]
        return tuple(column for column in known if column in best)

    return catalogue.derived(("telling columns", entity.name, most), chosen)
