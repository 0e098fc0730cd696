"""What nobody could do any more if the draft were published: said before it happens."""

from collections.abc import Iterator, Mapping

from shuke.access.actor import Actor
from shuke.builder.right_words import operation_word
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Catalogue

_WATCHED = ("read", "create", "update", "delete")


def lockouts(before: Catalogue, after: Catalogue, members: Mapping[str, int], who: Actor) -> list[str]:
    """Sentences about what somebody may do now and nobody, or not oneself, might do afterwards; `members` counts those of each group."""
    return [*_abilities(before, after, members, who), *_operations(before, after), *_unseen(before, after)]


def _abilities(before: Catalogue, after: Catalogue, members: Mapping[str, int], who: Actor) -> Iterator[str]:
    words = {
        "build": (_("Nobody would be left who may build."), _("You yourself could not build any more.")),
        "administer": (_("Nobody would be left who may administer users and settings."), _("You yourself could not administer users and settings any more.")),
    }
    for ability, (nobody, oneself) in words.items():
        if not any(members.get(role.name) for role in after.roles.values() if ability in role.abilities):
            yield nobody
        elif _has(before, who, ability) and not _has(after, who, ability):
            yield oneself


def _operations(before: Catalogue, after: Catalogue) -> Iterator[str]:
    for entity in after.entities.values():
        if entity.system or entity.name not in before.entities:
            continue
        for operation in _WATCHED:
            if _may(before, entity.name, operation) and not _may(after, entity.name, operation):
                yield _("%(entity)s: nobody would be left who may do this: %(operation)s.", entity=pick(entity.label), operation=operation_word(operation))


def _unseen(before: Catalogue, after: Catalogue) -> Iterator[str]:
    for entity in after.entities.values():
        if entity.name not in before.entities and not _may(after, entity.name, "read"):
            yield _("%(entity)s: no group may see its records yet.", entity=pick(entity.label))


def _may(catalogue: Catalogue, entity: str, operation: str) -> bool:
    return any(grant.entity in (entity, "*") and operation in grant.operations for role in catalogue.roles.values() for grant in role.grants)


def _has(catalogue: Catalogue, who: Actor, ability: str) -> bool:
    return any(ability in catalogue.roles[name].abilities for name in who.roles if name in catalogue.roles)
