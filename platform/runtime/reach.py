"""What a visitor reaches: entities and columns, by the rights of `access`; the rest does not exist."""

from collections.abc import Iterable

from shuke.access.actor import Actor
from shuke.access.policy import Policy, policy
from shuke.core.errors import NotFound
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records.drafts import USER
from shuke.views import Column
from shuke.views.columns import column


def entity_for(actor: Actor, name: str, operation: str = "read") -> tuple[Entity, Policy]:
    """The entity and the actor's policy on it; an absent and a forbidden one look the same."""
    entity = catalogue().entities.get(name)
    if entity is None:
        raise NotFound
    rights = policy(actor, entity)
    if not rights.may(operation):
        raise NotFound
    return entity, rights


def readable(actor: Actor, columns: Iterable[Column]) -> tuple[Column, ...]:
    """The columns of which the actor sees something, along the whole path."""
    return tuple(column for column in columns if _least(actor, column) != "hidden")


def shown_columns(actor: Actor, entity: Entity, columns: Iterable[Column]) -> tuple[Column, ...]:
    """The readable columns of a list; where none is, at least when each record was made."""
    return readable(actor, columns) or (column(catalogue(), entity, "created_at"),)


def comparable(actor: Actor, column: Column) -> bool:
    """Whether the actor may sort and filter by the column: only by what is seen unmasked."""
    return _least(actor, column) in {"read", "write"}


def plural(entity: Entity) -> str:
    """What many of them are called."""
    return pick(entity.schema.get("x-plural") or entity.label)


def app_label(entity: Entity) -> str:
    """The app's name, unless the list in it is called the same."""
    app = catalogue().apps.get(entity.app)
    label = pick(app.label) if app else ""
    return label if label != plural(entity) else ""


def _least(actor: Actor, column: Column) -> str:
    """The least right along the column's path; the same for all with these roles, as policies are."""
    published = catalogue()
    return published.derived(("least right", "system" if actor.is_system else actor.rights, column.steps), lambda: _least_of(actor, column))


def _least_of(actor: Actor, column: Column) -> str:
    rights = {policy(actor, catalogue().entity(entity)).right(field) for entity, field in column.steps}
    return next((right for right in ("hidden", "masked", "read") if right in rights), "write")


def may_add(actor: Actor, entity: Entity) -> bool:
    """Whether this person enters new records here; users come with their account, in the administration."""
    return policy(actor, entity).may("create") and entity.name != USER
