"""Technical names in panels: of documents, fields, options, states and transitions. A new one is written wherever the old one stands."""

from shuke.builder.inputs import Refused
from shuke.builder.panels import words
from shuke.builder.panels.model import Input
from shuke.core.errors import UnknownName
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue as published
from shuke.definitions.model import Document
from shuke.definitions.patches import Path
from shuke.publishing import edits
from shuke.publishing.edits import Edit

NAME = "#name"
"""The pointer of a name that does not stand in the body itself: of an entity, a view, a field."""
_OF_VIEW = 3
"""How many parts the name of a view has that can be called otherwise."""


def name_input(document: Document, field: str) -> Input | None:
    """The technical name of a field, or of a document whose body does not say it."""
    if field:
        value = field.rpartition(".")[2]
    elif document.kind == "entity":
        value = document.name
    elif document.kind == "view" and document.name.count(".") >= _OF_VIEW - 1:
        value = document.name.split(".", 2)[2]
    else:
        return None
    return Input(NAME, "name", words.key_word("name"), "text", value, _("Formulas, views and interfaces call it so; every place follows a new name."), True, "advanced")


def renaming(document: Document, field: str, pointer: str, path: Path, new: str) -> Edit | None:
    """The edit that gives another name to what the input names; None where the input is no name."""
    kind, name = document.key
    if pointer == NAME and field:
        owner, _dot, old = f"{name}.{field}".rpartition(".")
        return lambda documents: edits.rename_field(documents, owner, old, new)
    if pointer in (NAME, "/name"):
        whole = ".".join((*name.split(".")[:2], new)) if kind == "view" else new
        return lambda documents: edits.rename_document(documents, kind, name, whole)
    match kind, path:
        case "workflow", ("states", int(number), "name"):
            old = str(document.body["states"][number]["name"])
            _refuse_held(_held_states(name), old, new)
            return lambda documents: edits.rename_state(documents, name, old, new)
        case "workflow", ("transitions", int(number), "name"):
            old = str(document.body["transitions"][number]["name"])
            return lambda documents: edits.rename_transition(documents, name, old, new)
        case "entity", (*_before, "x-options", int(), "code"):
            owner = f"{name}.{field}"
            old = _code(document, path)
            _refuse_held(_held_codes(name, field), old, new)
            return lambda documents: edits.rename_option(documents, owner, old, new)
    return None


def new_address(document: Document, field: str, pointer: str, new: str) -> tuple[str, str] | None:
    """The name and the field of the page that shows it afterwards, where the old ones are gone."""
    if pointer == NAME and field:
        return document.name, ".".join((*field.split(".")[:-1], new))
    if pointer in (NAME, "/name"):
        return ".".join((*document.name.split(".")[:2], new)) if document.kind == "view" else new, ""
    return None


def _code(document: Document, path: Path) -> str:
    found = document.body
    for part in path:
        found = found[part]  # type: ignore[index]
    return str(found)


def _refuse_held(held: frozenset[str], old: str, new: str) -> None:
    if old in held and new != old:
        raise Refused(_("Records may hold “%(name)s”, so it stays; change the label instead.", name=old))


def _held_states(workflow: str) -> frozenset[str]:
    found = published().workflows.get(workflow)
    return frozenset(state.name for state in found.states) if found else frozenset()


def _held_codes(entity: str, field: str) -> frozenset[str]:
    """The codes of a field that records can have been saved with."""
    name, _dot, column = field.partition(".")
    found = published().entities.get(entity)
    try:
        one = found.field(name) if found else None
        one = one.child(column) if one and column else one
    except UnknownName:
        return frozenset()
    return frozenset(option.code for option in one.options) if one else frozenset()
