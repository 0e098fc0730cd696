"""Entities with the views that show them."""

from collections.abc import Sequence

from shuke.core.i18n import Label
from shuke.definitions.model import Document
from shuke.definitions.patches import Key, Patch, adding, document_pointer, patched
from shuke.publishing.edits.documents import rename_document, view_body
from shuke.publishing.edits.labels import document_name, refuse_document_name
from shuke.publishing.edits.removing import Uses, remove_documents, take_away, uses
from shuke.publishing.edits.values import fields_of, insert_item
from shuke.publishing.references import Target, references

_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
VIEWS = ("list", "form")
"""The views that a new entity has at once; its record page draws itself."""


def add_entity(documents: Sequence[Document], app: str, label: Label, *, plural: Label | None = None, icon: str = "", name: str = "") -> Patch:
    """A kind of record with one field for its title, a list, a form, and an entry in the menu of its app."""
    name = name or document_name(documents, "entity", label)
    refuse_document_name(documents, "entity", name)
    title = {"type": "string", "x-type": "text", "x-label": {"zh": "名称", "en": "Name"}, "maxLength": 200}
    body = {
        "$schema": _SCHEMA, "$id": name, "type": "object", "x-label": dict(label), **({"x-plural": dict(plural)} if plural else {}),
        **({"x-icon": icon} if icon else {}), "x-display": "name", "required": ["name"], "properties": {"name": title},
    }
    steps = adding(document_pointer(("entity", name)), {"app": app, "body": body})
    later = patched(documents, steps)
    for kind in VIEWS:
        steps += adding(document_pointer(("view", f"{name}.{kind}")), {"app": app, "body": view_body(later, name, kind, plural or label)})
    return steps + insert_item(documents, ("app", app), ("menu",), None, {"entity": name})


def rename_entity(documents: Sequence[Document], old: str, new: str) -> Patch:
    """Another technical name, in every place that names the entity; its views are called after it."""
    return rename_document(documents, "entity", old, new)


def remove_entity(documents: Sequence[Document], name: str) -> Patch:
    """Take an entity out with all that is its own: views, workflows, rules, prints; menus and permissions that name it as well."""
    gone = documents_of_entity(documents, name)
    found = uses_of_entity(documents, name)
    steps = take_away(documents, found)
    return steps + remove_documents(patched(documents, steps) if steps else documents, gone)


def uses_of_entity(documents: Sequence[Document], name: str) -> Uses:
    """Where an entity, its fields and its views are used by others."""
    gone = documents_of_entity(documents, name)
    targets = {Target("entity", "", name)} | {Target(kind, "", one) for kind, one in gone}
    for field in fields_of(documents, name):
        targets.add(Target("field", name, field))
        targets |= {Target("field", f"{name}.{field}", column) for column in fields_of(documents, f"{name}.{field}")}
    return uses(documents, targets, gone)


def documents_of_entity(documents: Sequence[Document], name: str) -> set[Key]:
    """The entity, and the documents that are about it alone."""
    about = {one.document for one in references(documents) if one.role == "belongs" and one.target == Target("entity", "", name)}
    return about | {("entity", name)}
