"""What a formula can name, by the words that people know: members, those behind links, options, functions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shuke.core.errors import UnknownName
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Catalogue, Field, Option
from shuke.expressions import Kind, Member, Type
from shuke.expressions.convert import words_for
from shuke.fields.scope import scope
from shuke.records.words import keys, normalise

_PLUMBING = frozenset({"id", "position"})


@dataclass(frozen=True, slots=True)
class Named:
    """Something that can be written: how, how people call it, and what it is."""

    text: str
    label: str
    about: str
    icon: str = ""
    type: Type | None = None
    many: bool = False


def members(catalogue: Catalogue, owner: str) -> Iterator[Named]:
    """The members of an entity, or of the rows `entity.field`."""
    for one in scope(catalogue).members(owner):
        if one.label or one.name not in _PLUMBING:
            yield named(catalogue, one)


def named(catalogue: Catalogue, one: Member) -> Named:
    return Named(one.name, pick(one.label) or one.name, about(catalogue, one), "stack-2" if one.many else _ICONS.get(one.type.kind, "forms"), one.type, one.many)


def about(catalogue: Catalogue, one: Member) -> str:
    """“A number”, “Book”, “several: Invoice”."""
    target = entity_label(catalogue, one.type.entity)
    if one.many:
        return _("several: %(entity)s", entity=target)
    return target if one.type.kind is Kind.LINK and target else words_for(one.type.kind)


def variables(known: Mapping[str, Type]) -> Iterator[Named]:
    """What can be named besides members: me, my unit, the record that is being edited."""
    words = {
        "me": _("Me"), "my_unit": _("My unit"), "my_unit_tree": _("My unit and those below"), "my_subordinates": _("The people below me"),
        "record": _("The record that it is about"),
    }
    for name, type_ in known.items():
        yield Named(name, words.get(name, name), words_for(type_.kind), "user", type_)


def entity_label(catalogue: Catalogue, name: str) -> str:
    """What people call an entity, or the rows of a sub-table."""
    entity, _dot, part = name.partition(".")
    found = catalogue.entities.get(entity)
    if found is None:
        return name
    return pick(found.field(part).label) if part and found.has(part) else pick(found.label) or name


def member_at(catalogue: Catalogue, owner: str, path: Iterable[str], known: Mapping[str, Type]) -> tuple[str, Member] | None:
    """The member at the end of a path with its owner; a variable may begin it."""
    names = list(path)
    if names and names[0] in known:
        owner, names = known[names[0]].entity, names[1:]
    found: tuple[str, Member] | None = None
    for name in names:
        member = _member(catalogue, owner, name)
        if member is None:
            return None
        found, owner = (owner, member), member.type.entity
    return found


def field_of(catalogue: Catalogue, owner: str, name: str) -> Field | None:
    """The field behind a member; the other end of a link has none."""
    entity, _dot, part = owner.partition(".")
    found = catalogue.entities.get(entity)
    try:
        return found.field(part).child(name) if found and part else found.field(name) if found else None
    except UnknownName:
        return None


def options_of(catalogue: Catalogue, owner: str, name: str) -> tuple[Option, ...]:
    """The codes that a member can have, in the draft: options, or the states of its workflow."""
    field = field_of(catalogue, owner, name)
    if field is None:
        return ()
    workflow = catalogue.workflows.get(str(field.option("workflow", "")))
    return field.options or (tuple(Option(state.name, state.label, state.color) for state in workflow.states) if workflow else ())


def label_of_path(catalogue: Catalogue, owner: str, path: Iterable[str], known: Mapping[str, Type]) -> str:
    """“Loan › Title”."""
    said, names = [], list(path)
    if names and names[0] in known:
        said.append(next(one.label for one in variables(known) if one.text == names[0]))
        owner, names = known[names[0]].entity, names[1:]
    for name in names:
        member = _member(catalogue, owner, name)
        said.append((pick(member.label) if member else "") or name)
        owner = member.type.entity if member else ""
    return " › ".join(said)


def rank(wanted: str, text: str, label: Mapping[str, str] | str) -> int:
    """How well what was typed fits: 1 from the beginning, 3 by pinyin, 5 anywhere, 0 not at all."""
    said = [label] if isinstance(label, str) else list(label.values())
    texts = [text.casefold(), *(normalise(words) for words in said)]
    if any(one.startswith(wanted) for one in texts):
        return 1
    if any(key.startswith(wanted) for words in said for key in keys(words)):
        return 3
    return 5 if any(wanted in one for one in texts) else 0


def _member(catalogue: Catalogue, owner: str, name: str) -> Member | None:
    try:
        return scope(catalogue).member(owner, name)
    except UnknownName:
        return None


_ICONS = {
    Kind.NUMBER: "number", Kind.TEXT: "forms", Kind.BOOL: "checkbox", Kind.DATE: "calendar", Kind.DATETIME: "clock", Kind.LINK: "link", Kind.LIST: "tags",
}
