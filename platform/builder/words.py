"""Words for documents and their kinds, for places in them, and for what a reference is there for."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shuke.builder.panels.words import key_word
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


def in_words(message: str) -> str:
    """A sentence about a definition with the keywords in it as panels call them."""
    return _KEYWORD.sub(lambda found: f"“{key_word(found[1])}”", message)


def place_word(document: Document, path: Sequence[str | int]) -> str:
    """Where in the document, by the labels and keywords on the way: “Price › Decimals”; entries without a label have a number."""
    said: list[str] = []
    found: Any = document.body
    for before, part in zip(("", *path), path, strict=False):
        is_entry = isinstance(found, list | tuple) and str(part).isdigit()
        if is_entry:
            found = found[int(part)] if int(part) < len(found) else None
        else:
            found = found.get(part) if isinstance(found, Mapping) else None
        label = (found.get("x-label") or found.get("label")) if isinstance(found, Mapping) else None
        if isinstance(label, Mapping) and (words := pick(label)):
            said.append(words)
        elif is_entry and said:
            said[-1] += f" {int(part) + 1}"
        elif part not in _ON_THE_WAY:
            said.append(str(part) if before == "properties" else key_word(str(part)))
    return " › ".join(said)


Words = Mapping[str, Callable[[], str]]

_KEYWORD = re.compile(r"“(x-[a-z-]+|[a-z]+[A-Z][A-Za-z]*)”")
_ON_THE_WAY = frozenset({"properties", "items", "zh", "en"})
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
