"""Whole documents: what each kind begins with, and adding, copying, renaming, moving and removing them."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from shuke.core.errors import InvalidInput
from shuke.core.i18n import Label
from shuke.core.i18n import gettext as _
from shuke.definitions.load import without_physical
from shuke.definitions.model import Document
from shuke.definitions.patches import Patch, adding, document_pointer, patched, pointer, replacing
from shuke.fields import FIELD_TYPES
from shuke.publishing.edits.labels import copied_label, document_name, field_name, free_name, refuse_document_name
from shuke.publishing.edits.publics import closed_copy
from shuke.publishing.edits.removing import Uses, remove_documents, take_away, uses
from shuke.publishing.edits.values import fields_of, set_value, value_at, wanted_body
from shuke.publishing.references import Target, rename

_COLUMNS = 6
_NOT_LISTED = frozenset({"table", "longtext", "file", "image", "links", "address"})
_CARDS = ("board", "calendar", "gallery")
_LINES = 3
_PARTING = frozenset({"state", "choice"})
_TIMES = frozenset({"date", "datetime"})
_PLAIN = frozenset({"text", "longtext", "integer", "decimal", "money", "boolean"})


def add_document(documents: Sequence[Document], kind: str, app: str, name: str, body: Mapping[str, Any]) -> Patch:
    """A document with a body of one's own."""
    refuse_document_name(documents, kind, name)
    return adding(document_pointer((kind, name)), {"app": app, "body": dict(body)})


def add_app(documents: Sequence[Document], label: Label, *, icon: str = "apps", color: str = "blue", name: str = "") -> Patch:
    name = name or document_name(documents, "app", label)
    last = max((one.body.get("order", 100) for one in documents if one.kind == "app"), default=0)
    return add_document(documents, "app", name, name, {"name": name, "label": dict(label), "icon": icon, "color": color, "order": last + 10, "menu": []})


def add_view(documents: Sequence[Document], app: str, entity: str, kind: str, label: Label, *, name: str) -> Patch:
    """Another view of an entity; `labels.view_variant` makes the name."""
    return add_document(documents, "view", app, name, view_body(documents, entity, kind, label))


def add_workflow(documents: Sequence[Document], app: str, entity: str, label: Label, *, name: str = "") -> Patch:
    """Two states with a way between them, and the field of the entity that follows them."""
    name = name or document_name(documents, "workflow", label)
    body = {
        "entity": entity, "initial": "open",
        "states": [
            {"name": "open", "label": {"zh": "进行中", "en": "Open"}, "color": "blue", "category": "open"},
            {"name": "done", "label": {"zh": "已完成", "en": "Done"}, "color": "green", "category": "done"},
        ],
        "transitions": [{"name": "finish", "label": {"zh": "完成", "en": "Finish"}, "from": ["open"], "to": "done", "style": "primary"}],
    }
    field = field_name(documents, entity, label)
    schema = {"type": "string", "x-type": "state", "x-label": dict(label), "x-workflow": name}
    return [*_named(documents, "workflow", app, label, name, body), *adding(pointer(("entity", entity), ("properties", field)), schema)]


def add_rule(documents: Sequence[Document], app: str, entity: str, label: Label, *, name: str = "") -> Patch:
    """A rule that is switched off until somebody has said what it does."""
    fields = fields_of(documents, entity)
    field = next((one for one, schema in fields.items() if schema["x-type"] in _PLAIN), next(iter(fields), "owner"))
    body = {"entity": entity, "enabled": False, "trigger": {"type": "created"}, "actions": [{"type": "set", "values": {field: field}}]}
    return _named(documents, "rule", app, label, name, body)


def add_ledger(documents: Sequence[Document], app: str, entity: str, label: Label, *, name: str = "") -> Patch:
    """Accounts of the records of an entity, which go up and down."""
    kinds = {
        "increase": {"label": {"zh": "增加", "en": "Increase"}, "from": "house", "to": "holder"},
        "decrease": {"label": {"zh": "减少", "en": "Decrease"}, "from": "holder", "to": "house"},
    }
    return _named(documents, "ledger", app, label, name, {"account": {"entity": entity}, "kinds": kinds})


def add_role(documents: Sequence[Document], app: str, label: Label, *, name: str = "") -> Patch:
    return _named(documents, "role", app, label, name, {"grants": []})


def add_print(documents: Sequence[Document], app: str, entity: str, label: Label, *, name: str = "") -> Patch:
    """A printed document with the record's plain fields."""
    listed = _listed(documents, entity)
    return _named(documents, "document", app, label, name, {"entity": entity, "paper": "A4", "blocks": [{"type": "fields", "columns": 2, "fields": listed}]})


def add_dashboard(documents: Sequence[Document], app: str, label: Label, *, name: str = "") -> Patch:
    return _named(documents, "dashboard", app, label, name, {"icon": "layout-dashboard", "parts": [{"type": "recent"}]})


def duplicate_document(documents: Sequence[Document], kind: str, name: str, *, new: str = "") -> Patch:
    """The same document once more under another name; entities are copied without their identity."""
    there = next(one for one in documents if one.key == (kind, name))
    if not new:
        start = ".".join(name.split(".")[:2]) + "." if kind == "view" else ""
        taken = {one.name.removeprefix(start) for one in documents if one.kind == kind and one.name.startswith(start)}
        new = start + free_name({"en": name.removeprefix(start).rpartition(".")[2]}, taken, kind)
    body = deepcopy(dict(wanted_body(documents, (kind, name))))
    if kind == "entity":
        body = {**without_physical(body), "$id": new, "x-label": copied_label(body["x-label"])}
    if kind == "view":
        body = dict(closed_copy(documents, body))
    if "label" in body:
        body["label"] = copied_label(body["label"])
    if "name" in body:
        body["name"] = new
    return add_document(documents, kind, there.app, new, body)


def rename_document(documents: Sequence[Document], kind: str, old: str, new: str) -> Patch:
    """Another technical name, in every place that names the document. A view's name is given whole."""
    wanted_body(documents, (kind, old))
    if new == old:
        return []
    refuse_document_name(documents, kind, new)
    return rename(documents, Target(kind, "", old), new)


def move_document(documents: Sequence[Document], kind: str, name: str, app: str) -> Patch:
    """The document in another app."""
    there = next(one for one in documents if one.key == (kind, name))
    return [] if there.app == app else replacing(pointer((kind, name), within="app"), there.app, app)


def remove_document(documents: Sequence[Document], kind: str, name: str) -> Patch:
    """Take a document out with those of its uses that can go; an app goes with all that lies in it."""
    gone = {(kind, name)}
    if kind == "app":
        gone |= {one.key for one in documents if one.app == name}
    steps = take_away(documents, uses_of_documents(documents, gone))
    return steps + remove_documents(patched(documents, steps) if steps else documents, gone)


def uses_of_documents(documents: Sequence[Document], gone: set[tuple[str, str]]) -> Uses:
    """Where documents are used by those that stay."""
    targets = {Target(kind, "", name) for kind, name in gone}
    for kind, name in gone:
        if kind == "entity":
            targets |= {Target("field", name, field) for field in fields_of(documents, name)}
        if kind == "workflow":
            targets |= {Target("transition", str(wanted_body(documents, (kind, name))["entity"]), str(one["name"])) for one in wanted_body(documents, (kind, name)).get("transitions", ())}
        if kind == "ledger":
            targets |= {Target("kind", name, one) for one in wanted_body(documents, (kind, name))["kinds"]}
    return uses(documents, targets, gone)


def view_body(documents: Sequence[Document], entity: str, kind: str, label: Label) -> dict[str, Any]:
    """What a new view begins with."""
    body: dict[str, Any] = {"kind": kind, "entity": entity, "label": dict(label)}
    match kind:
        case "form":
            nodes = [{"type": "field", "field": name} for name, schema in fields_of(documents, entity).items() if not FIELD_TYPES[schema["x-type"]].computed]
            body["layout"] = [{"type": "section", "label": {"zh": "基本信息", "en": "Basics"}, "columns": 2, "nodes": nodes}]
        case "list":
            body["columns"] = _listed(documents, entity)
        case "board":
            body["by"] = _placed_by(documents, entity, _PARTING, _("A board needs a field with options, or a state: its columns stand for them. Add one to the form first."))
        case "calendar":
            body["start"] = _placed_by(documents, entity, _TIMES, "") or "created_at"
        case "gallery":
            if image := _placed_by(documents, entity, frozenset({"image"}), ""):
                body["image"] = image
    if kind in _CARDS:
        title = wanted_body(documents, ("entity", entity)).get("x-display")
        body["columns"] = [name for name in _listed(documents, entity) if name not in (title, body.get("by"), body.get("start"))][:_LINES]
    return body


def _placed_by(documents: Sequence[Document], entity: str, types: frozenset[str], missing: str) -> str:
    """The first field of one of these types; `InvalidInput` with the sentence where there is none."""
    found = next((name for name, schema in fields_of(documents, entity).items() if schema["x-type"] in types), "")
    if not found and missing:
        raise InvalidInput({"kind": [missing]})
    return found


def _named(documents: Sequence[Document], kind: str, app: str, label: Label, name: str, body: Mapping[str, Any]) -> Patch:
    name = name or document_name(documents, kind, label)
    return add_document(documents, kind, app, name, {"name": name, "label": dict(label), **body})


def list_new_field(documents: Sequence[Document], entity: str, field: str) -> Patch:
    """A list that shows the first fields, as it began, goes on to do so when there is another one."""
    view = ("view", f"{entity}.list")
    if all(one.key != view for one in documents) or value_at(documents, view, ("columns",)) != _listed(documents, entity, without=field):
        return []
    return set_value(documents, view, ("columns",), _listed(documents, entity))


def _listed(documents: Sequence[Document], entity: str, *, without: str = "") -> list[str]:
    """The first fields that fit into a line."""
    fields = {name: schema for name, schema in fields_of(documents, entity).items() if name != without}
    return [name for name, schema in fields.items() if schema["x-type"] not in _NOT_LISTED][:_COLUMNS] or ["created_at"]
