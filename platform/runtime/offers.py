"""What to do with a text that was not found: look it up across all units, or add a record that begins with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from shuke.access import Actor
from shuke.access.policy import policy
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.fields import FIELD_TYPES
from shuke.records.words import compact
from shuke.runtime.blueprint import blueprint
from shuke.screens.navigation import sections
from shuke.screens.visitor import actor as current_actor

_MOST = 4
_FEWEST_DIGITS = 5
_SHORTEST_CODE = 6
_TYPED = ("phone", "email", "barcode")
"""A text that one of these takes goes there; any other text is a title."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One way on; `dialog` is the address that opens it without leaving the page."""

    label: str
    icon: str
    url: str
    dialog: str = ""


def offers(actor: Actor, text: str) -> tuple[Offer, ...]:
    """The ways that this actor has, the look-ups first, in the order of the menus."""
    entities = [catalogue().entity(name) for name in in_menus(actor)]
    found = [*_lookups(actor, entities, text), *_creations(actor, entities, text)]
    return tuple(found[:_MOST])


@blueprint.app_template_global()
def coded_entities() -> list[str]:
    """The entities of which a code can be scanned, as far as the visitor reads it."""
    who = current_actor()
    entities = [entity for entity in catalogue().entities.values() if policy(who, entity).may("read")]
    return [entity.name for entity in entities if any(one.type == "barcode" and policy(who, entity).right(one.name) in ("read", "write") for one in entity.fields)]


def in_menus(actor: Actor) -> Iterator[str]:
    """The names of the entities that this actor finds in the menus."""
    names = (entry.path.removeprefix("/r/") for section in sections(actor) for entry in section.entries)
    yield from (name for name in dict.fromkeys(names) if name in catalogue().entities)


def _lookups(actor: Actor, entities: list[Entity], text: str) -> Iterator[Offer]:
    """Only a whole number is looked up, because each find is written down."""
    if sum(character.isdigit() for character in text) < _FEWEST_DIGITS:
        return
    for entity in entities:
        names = [name for name in policy(actor, entity).lookup if _takes(entity.field(name), text)]
        if names:
            label = _("Look up “%(text)s” in all units: %(entity)s", text=text, entity=pick(entity.label))
            yield Offer(label, "list-search", f"/r/{entity.name}/lookup?" + urlencode({"text": text}))


def _creations(actor: Actor, entities: list[Entity], text: str) -> Iterator[Offer]:
    for entity in entities:
        if entity.system or not policy(actor, entity).may("create"):
            continue
        one = _place_for(actor, entity, text)
        if one is None:
            continue
        values = {one.name: text}
        label = _("New: %(entity)s with %(field)s “%(text)s”", entity=pick(entity.label), field=pick(one.label), text=text)
        yield Offer(label, "plus", f"/r/{entity.name}/new?" + urlencode(values), f"/r/{entity.name}/new?" + urlencode({"view": "quick", "dialog": 1, "box": "search", **values}))


def _place_for(actor: Actor, entity: Entity, text: str) -> Field | None:
    """The field that takes the text: one for such numbers and addresses, else the title."""
    rights = policy(actor, entity)
    writable = [one for one in entity.fields if rights.right(one.name, "create") == "write" and not (one.read_only or one.formula)]
    typed = next((one for kind in _TYPED for one in writable if one.type == kind and _takes(one, text)), None)
    if typed is not None:
        return typed
    if compact(text).isdecimal() or "@" in text:
        return None
    return next((one for one in writable if one.name == entity.display and one.type == "text"), None)


def _takes(one: Field, text: str) -> bool:
    """Whether the text can be read as a value; a bar code might hold any text, but one that is short or has no digit is rarely one."""
    if one.type == "barcode" and (len(text) < _SHORTEST_CODE or not any(character.isdigit() for character in text)):
        return False
    type_ = FIELD_TYPES[one.type]
    try:
        value = type_.parse(text, one)
    except ValueError:
        return False
    return value is not None and not type_.check(value, one)
