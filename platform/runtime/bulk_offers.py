"""What a visitor can do with several records of a list at once."""

from dataclasses import dataclass

from shuke.access.actor import Actor
from shuke.access.policy import Policy
from shuke.core.i18n import locale, pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.runtime.list_rows import can_edit
from shuke.views import Column
from shuke.views.columns import column
from shuke.workflow.steps import steps


@dataclass(frozen=True, slots=True)
class BulkOffers:
    """`steps` are the transitions that ask for nothing: name and label."""

    edit: bool
    delete: bool
    export: bool
    steps: tuple[tuple[str, str], ...]
    printing: bool = False

    def __bool__(self) -> bool:
        return self.edit or self.delete or self.export or self.printing or bool(self.steps)


def bulk_offers(who: Actor, entity: Entity, rights: Policy) -> BulkOffers:
    key = ("bulk offers", entity.name, who.rights, who.kind, locale())
    return catalogue().derived(key, lambda: _offers(entity, rights))


def editable_columns(entity: Entity, rights: Policy) -> tuple[Column, ...]:
    """The fields that can be given the same value in many records."""
    from_entity = (column(catalogue(), entity, name) for name in (*(field.name for field in entity.fields if not field.system), "owner", "unit"))
    return tuple(one for one in from_entity if can_edit(rights, one) and one.field.name not in _alone(entity))


def _alone(entity: Entity) -> set[str]:
    """Fields whose value no other record may have."""
    return {names[0] for names in entity.unique if len(names) == 1} | {field.name for field in entity.fields if field.option("unique")}


def _offers(entity: Entity, rights: Policy) -> BulkOffers:
    found = {
        step.transition.name: pick(step.transition.label) for step in steps(entity) if not step.asked and rights.may_fire(step.transition.name)
    }
    return BulkOffers(bool(editable_columns(entity, rights)), rights.may("delete"), rights.may("export"), tuple(found.items()), rights.may("print"))
