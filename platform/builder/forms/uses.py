"""What a field is used for, told before it is removed: what goes with it, and what would be left as a problem."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shuke.builder.outline import address_of
from shuke.builder.words import icon_of, label_of, role_word
from shuke.builder.workshop import Workshop
from shuke.publishing.edits.fields import uses_of_field
from shuke.publishing.references import Reference


@dataclass(frozen=True, slots=True)
class UseShown:
    """One document that uses the field, and what for."""

    label: str
    icon: str
    address: str
    roles: str


@dataclass(frozen=True, slots=True)
class UsesShown:
    going: tuple[UseShown, ...]
    staying: tuple[UseShown, ...]


def uses_shown(shop: Workshop, entity: str, names: Sequence[str]) -> UsesShown:
    going: list[Reference] = []
    staying: list[Reference] = []
    for name in names:
        found = uses_of_field(shop.documents, entity, name)
        going += found.going
        staying += found.staying
    return UsesShown(tuple(_shown(shop, going)), tuple(_shown(shop, staying)))


def _shown(shop: Workshop, found: Iterable[Reference]) -> list[UseShown]:
    """Each document once, with all that it uses the fields for."""
    by_document: dict[tuple[str, str], dict[str, None]] = {}
    for one in found:
        by_document.setdefault(one.document, {})[role_word(one.role)] = None
    shown = []
    for key, roles in by_document.items():
        document = shop.document(*key)
        shown.append(UseShown(label_of(document), icon_of(document), address_of(*key), " · ".join(roles)))
    return shown
