"""Checks of public forms: what strangers may send, and what they would learn by sending it."""

import re
from collections import Counter
from datetime import date
from fnmatch import fnmatchcase

from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Entity, Field, PublicForm, View
from shuke.expressions import BOOL
from shuke.fields import FIELD_TYPES
from shuke.publishing.checking import Place

FILLED_IN_BY_ALL = frozenset({
    "text", "longtext", "integer", "decimal", "money", "percent", "date", "datetime", "boolean", "choice", "multichoice", "phone", "email", "url",
})
"""Types whose inputs need nothing but a browser, and show nothing of other records."""
MOST_FILES = 5
"""So many file fields one public form can have: all of them come in one request."""
_PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_USUAL = (*_PICTURES, "application/pdf")
_WHEN_NAMED = (
    *_USUAL, "video/mp4", "video/quicktime", "audio/mpeg", "audio/mp4", "text/plain",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
"""Kinds of which strangers may send files when the field names them; without a word about it, pictures and PDF."""


def check_public(place: Place, entity: Entity, view: View) -> None:
    """The public part of a form."""
    public = view.public
    if public is None:
        return
    if Counter(one.public.address for one in place.catalogue.views.values() if one.public)[public.address] > 1:
        place.at("address").note(_("Another public form has the address “%(address)s” already.", address=public.address))
    for key, names in (("fields", public.fields), ("prefill", public.prefill)):
        for number, name in enumerate(names):
            at = place.at(key, number)
            if field := at.field(entity, name):
                _check_field(at, entity, public, field)
                if key == "prefill" and FIELD_TYPES[field.type].holds_file:
                    at.note(_("“%(name)s” holds a file; no address can give it.", name=_called(field)))
    files = [number for number, name in enumerate(public.fields) if entity.has(name) and FIELD_TYPES[entity.field(name).type].holds_file]
    for number in files[MOST_FILES:]:
        place.at("fields", number).note(_("A public form takes at most %(count)s files.", count=MOST_FILES))
    _check_choices(place.at("choices"), entity, public)
    _check_needed(place.at("fields"), entity, public)
    if public.until:
        try:
            date.fromisoformat(public.until)
        except ValueError:
            place.at("until").note(_("This day does not exist."))


def can_be_public(entity: Entity, field: Field) -> bool:
    """Whether people without an account may give the field a value, as far as its type goes."""
    if field.type in FILLED_IN_BY_ALL:
        return not (field.system or field.read_only or field.formula or FIELD_TYPES[field.type].computed)
    if FIELD_TYPES[field.type].holds_file:
        return not (field.system or field.read_only) and bool(kinds_from_strangers(field))
    return _is_link(entity, field)


def kinds_from_strangers(field: Field) -> tuple[str, ...]:
    """The kinds of file that people without an account may send for the field; none: the field takes only others."""
    patterns = field.option("accept") or ()
    if "*/*" in patterns or not patterns:
        return _PICTURES if field.type == "image" else _USUAL
    return tuple(kind for kind in (_PICTURES if field.type == "image" else _WHEN_NAMED) if any(fnmatchcase(kind, pattern) for pattern in patterns))


def tells(entity: Entity, name: str) -> bool:
    """Whether a refusal would tell a stranger that such a record exists."""
    return any(name in fields for fields in entity.unique) or any(name in rule.fields and rule.action == "block" for rule in entity.dedupe)


def _called(field: Field) -> str:
    return pick(field.label) or field.name


def _is_link(entity: Entity, field: Field) -> bool:
    return bool(field.entity) and not FIELD_TYPES[field.type].rows(entity.name, field) and not field.read_only and field.name not in ("created_by", "updated_by")


def _check_field(at: Place, entity: Entity, public: PublicForm, field: Field) -> None:
    if not can_be_public(entity, field):
        at.note(_("“%(name)s” cannot be filled in by people without an account.", name=_called(field)))
    elif _is_link(entity, field) and field.name not in public.choices:
        at.note(_("“%(name)s” leads to other records; say under “choices” which of them everybody may see.", name=_called(field)))
    if tells(entity, field.name):
        at.note(_("“%(name)s” must not be there twice, so a public form would tell strangers who is known; leave it out, or let the rule warn only.", name=_called(field)))


def _check_choices(place: Place, entity: Entity, public: PublicForm) -> None:
    for name, source in public.choices.items():
        field = place.at(name).field(entity, name)
        if field is None:
            continue
        if not _is_link(entity, field):
            place.at(name).note(_("“%(name)s” is no link to one record.", name=name))
        else:
            place.at(name).expression(field.entity, source, BOOL)


def _check_needed(place: Place, entity: Entity, public: PublicForm) -> None:
    for field in entity.fields:
        is_blank = not field.default or _is_taken_from(field, entity, public)
        if field.required and is_blank and not field.formula and not field.read_only and field.type != "state" and field.name not in public.fields:
            place.note(_("“%(name)s” is required but stands not in the public form, so nothing could be sent.", name=_called(field)))


def _is_taken_from(field: Field, entity: Entity, public: PublicForm) -> bool:
    """Whether the default is a value of another field, or of what that leads to, which nobody gives in the public form."""
    first = field.default.split(".")[0]
    if not _PATH.fullmatch(field.default) or not entity.has(first):
        return False
    other = entity.field(first)
    return not (other.default or other.formula or other.system or first in public.fields)
