"""Words for kinds of documents, for keywords of definitions and for what a reference is there for."""

from collections.abc import Callable, Mapping

from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Document
from shuke.definitions.parse import SYSTEM_APP
from shuke.fields import FIELD_TYPES

ICONS: Mapping[str, str] = {
    "template": "template", "app": "apps", "entity": "database", "view": "table", "workflow": "route", "rule": "wand", "ledger": "coins",
    "document": "printer", "message": "send", "dashboard": "layout-dashboard", "role": "shield-lock",
}
_VIEW_ICONS = {"list": "table", "form": "forms", "record": "id", "board": "layout-kanban", "calendar": "calendar", "gallery": "layout-grid"}


def kind_word(kind: str) -> str:
    return _KINDS[kind]() if kind in _KINDS else kind


def kind_words(kind: str) -> str:
    """More than one of them."""
    return _MANY[kind]() if kind in _MANY else kind


def key_word(key: str) -> str:
    """What a keyword of definitions is called; one without words of its own is shown as it is written."""
    return _KEYS[key]() if key in _KEYS else key.removeprefix("x-")


def role_word(role: str) -> str:
    """What a reference is there for."""
    return _ROLES[role]() if role in _ROLES else role


def label_of(document: Document) -> str:
    """What people call a document; a view is called by its kind where it has the words of its entity."""
    label = document.body.get("x-label") or document.body.get("label") or {}
    said = pick(label) or document.name
    return f"{said} · {view_kind(str(document.body.get('kind', '')))}" if document.kind == "view" else said


def view_kind(kind: str) -> str:
    return _VIEWS[kind]() if kind in _VIEWS else kind


def icon_of(document: Document) -> str:
    own = document.body.get("x-icon") or document.body.get("icon")
    if document.kind == "view":
        return _VIEW_ICONS.get(str(document.body.get("kind")), ICONS["view"])
    return str(own or ICONS.get(document.kind, "file"))


def type_word(type_: str) -> str:
    return FIELD_TYPES[type_].label if type_ in FIELD_TYPES else type_


def is_own(document: Document) -> bool:
    """Whether administrators may change it: the system's entities are the platform's."""
    return document.app != SYSTEM_APP


Words = Mapping[str, Callable[[], str]]

_KINDS: Words = {
    "template": lambda: _("Template"), "app": lambda: _("App"), "entity": lambda: _("Entity"), "view": lambda: _("View"),
    "workflow": lambda: _("Workflow"), "rule": lambda: _("Rule"), "ledger": lambda: _("Ledger"), "document": lambda: _("Print"),
    "message": lambda: _("Message"), "dashboard": lambda: _("Dashboard"), "role": lambda: _("Permission group"),
}
_MANY: Words = {
    "template": lambda: _("Templates"), "app": lambda: _("Apps"), "entity": lambda: _("Entities"), "view": lambda: _("Views"),
    "workflow": lambda: _("Workflows"), "rule": lambda: _("Rules"), "ledger": lambda: _("Ledgers"), "document": lambda: _("Prints"),
    "message": lambda: _("Messages"), "dashboard": lambda: _("Dashboards"), "role": lambda: _("Permission groups"),
}
_VIEWS: Words = {
    "list": lambda: _("List"), "form": lambda: _("Form"), "record": lambda: _("Record page"), "board": lambda: _("Board"),
    "calendar": lambda: _("Calendar"), "gallery": lambda: _("Gallery"),
}
_KEYS: Words = {
    "x-label": lambda: _("Label"), "label": lambda: _("Label"), "x-plural": lambda: _("Label of many"), "x-help": lambda: _("Help"),
    "x-icon": lambda: _("Icon"), "icon": lambda: _("Icon"), "color": lambda: _("Colour"), "order": lambda: _("Order"), "menu": lambda: _("Menu"),
    "x-type": lambda: _("Type"), "required": lambda: _("Required"), "items/required": lambda: _("Required"), "x-unique": lambda: _("Unique"),
    "x-default": lambda: _("Default"), "x-formula": lambda: _("Formula"), "x-options": lambda: _("Options"), "x-entity": lambda: _("Leads to"),
    "x-visible-if": lambda: _("Visible if"), "x-required-if": lambda: _("Required if"), "x-readonly-if": lambda: _("Read-only if"),
    "x-display": lambda: _("Title"), "x-dedupe": lambda: _("Duplicates"), "x-checks": lambda: _("Checks"), "x-scope": lambda: _("Kept apart by"),
    "minLength": lambda: _("Shortest"), "maxLength": lambda: _("Longest"), "minimum": lambda: _("Smallest"), "maximum": lambda: _("Largest"),
    "pattern": lambda: _("Pattern"), "x-mask": lambda: _("Mask"), "x-index": lambda: _("Index"), "x-search": lambda: _("Found by the search"),
    "x-placeholder": lambda: _("Placeholder"), "x-message": lambda: _("Message"), "readOnly": lambda: _("Read-only"), "x-scale": lambda: _("Decimals"),
    "x-pattern": lambda: _("Pattern"), "x-workflow": lambda: _("Workflow"), "x-ledger": lambda: _("Ledger"), "x-inverse": lambda: _("Other end"),
    "x-columns": lambda: _("Columns"), "x-filter": lambda: _("Filter"), "properties": lambda: _("Order of the fields"),
    "columns": lambda: _("Columns"), "filters": lambda: _("Filters"), "sort": lambda: _("Sorted by"), "where": lambda: _("Condition"),
    "layout": lambda: _("Layout"), "header": lambda: _("Header"), "summary": lambda: _("Sums"), "group": lambda: _("Grouped by"),
    "colors": lambda: _("Colours"), "roles": lambda: _("For whom"), "related": lambda: _("Related lists"), "timeline": lambda: _("Timeline"),
    "figures": lambda: _("Key figures"), "panels": lambda: _("Panels"), "actions": lambda: _("Actions"), "states": lambda: _("States"),
    "transitions": lambda: _("Transitions"), "initial": lambda: _("First state"), "trigger": lambda: _("Trigger"), "condition": lambda: _("Condition"),
    "enabled": lambda: _("Switched on"), "grants": lambda: _("Rights"), "abilities": lambda: _("Abilities"), "kinds": lambda: _("Kinds of entry"),
    "floor": lambda: _("Lower limit"), "unit": lambda: _("Unit of measure"), "blocks": lambda: _("Blocks"), "paper": lambda: _("Paper"),
    "parts": lambda: _("Parts"), "home": lambda: _("Home page"), "name": lambda: _("Technical name"), "entity": lambda: _("Entity"),
    "type": lambda: _("Form of the value"), "format": lambda: _("Form of the value"),
}
_ROLES: Words = {
    "definition": lambda: _("Definition"), "belongs": lambda: _("About it"), "column": lambda: _("Column"), "filter": lambda: _("Filter"),
    "sort": lambda: _("Order"), "group": lambda: _("Grouped by"), "sum": lambda: _("Sum"), "header": lambda: _("Header"),
    "figure": lambda: _("Key figure"), "layout": lambda: _("Form"), "related": lambda: _("Related list"), "title": lambda: _("Title"),
    "unique": lambda: _("Unique"), "required": lambda: _("Required"), "value": lambda: _("Value"), "formula": lambda: _("Formula"),
    "condition": lambda: _("Condition"), "check": lambda: _("Check"), "link": lambda: _("Link"), "workflow": lambda: _("Workflow"),
    "trigger": lambda: _("Trigger"), "action": lambda: _("Action"), "account": lambda: _("Account"), "right": lambda: _("Right"),
    "audience": lambda: _("For whom"), "menu": lambda: _("Menu"), "view": lambda: _("View"), "block": lambda: _("Block"), "words": lambda: _("Words"),
    "part": lambda: _("Part of a dashboard"),
}
