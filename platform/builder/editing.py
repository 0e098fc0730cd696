"""Edits of single values by where they stand, undo and redo: what panels and keys send."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from shuke.builder import workshop as shop_of
from shuke.builder.bar import answer
from shuke.builder.blueprint import blueprint
from shuke.builder.gestures import gesture, refuse
from shuke.builder.inputs import Refused, typed_at
from shuke.builder.panels.words import key_word
from shuke.builder.titles import Title, both
from shuke.builder.workshop import workshop
from shuke.core.errors import Conflict, InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.patches import Path, parts_of
from shuke.publishing.edits import clear_value, set_value
from shuke.screens.page import toast, trigger
from shuke.screens.screen import screen


@screen(blueprint, "/build/edit", permission="build", methods=("POST",), transaction="write")
def edit_value() -> Response:
    """Set or clear one keyword: `kind`, `name`, `pointer` in the document's body, and `value` as its input sends it."""
    kind, name = request.form.get("kind", ""), request.form.get("name", "")
    document = workshop().document(kind, name)
    path = path_in(document, request.form.get("pointer", ""))
    try:
        value = typed_at(document, path, request.form.getlist("value"), is_json="json" in request.form)
    except Refused as wrong:
        return refuse(wrong.sentences)
    if value is None:
        return gesture(lambda documents: clear_value(documents, document.key, path), title_of(document, path))
    return gesture(lambda documents: set_value(documents, document.key, path, value), title_of(document, path))


@screen(blueprint, "/build/undo", permission="build", methods=("POST",), transaction="write")
def undo() -> Response:
    """Take the last edit of the draft back; the page is drawn anew."""
    return _moved(undone=True)


@screen(blueprint, "/build/redo", permission="build", methods=("POST",), transaction="write")
def redo() -> Response:
    """Do again what was taken back last."""
    return _moved(undone=False)


def _moved(*, undone: bool) -> Response:
    try:
        shop = shop_of.undo() if undone else shop_of.redo()
    except InvalidInput as nothing:
        return refuse(nothing.by_field.get("", ()))
    except Conflict as overtaken:
        toast(str(overtaken), "warning")
        return answer(workshop(), status=409)
    toast(_("Undone.") if undone else _("Done again."))
    return trigger(answer(shop), "shuke:redraw")


def path_in(document: Document, pointer: str) -> Path:
    """The pointer with numbers where lists are."""
    found: Any = document.body
    path: list[str | int] = []
    for part in parts_of(pointer):
        number = int(part) if isinstance(found, list | tuple) and part.isdigit() else None
        path.append(part if number is None else number)
        found = _inner(found, path[-1])
    if not path:
        raise NotFound(_("What you want to change is not there any more."))
    return tuple(path)


def title_of(document: Document, path: Path) -> Title:
    """“Title · Longest changed”: what stands closest and has a label, and the keyword."""
    label: Any = document.body.get("x-label") or document.body.get("label") or {"zh": document.name, "en": document.name}
    found: Any = document.body
    for part in path[:-1]:
        found = _inner(found, part)
        if isinstance(found, Mapping) and (own := found.get("x-label") or found.get("label")):
            label = own
    key = next((str(part) for part in reversed(path) if isinstance(part, str) and part not in ("zh", "en")), "")
    return both("%(thing)s: %(keyword)s changed", thing=label, keyword=_KeyWord(key))


def _inner(found: Any, part: str | int) -> Any:
    if isinstance(found, Mapping):
        return found.get(str(part))
    return found[part] if isinstance(found, list | tuple) and isinstance(part, int) and part < len(found) else None


class _KeyWord:
    """A keyword in the language that is in force when it is written."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __str__(self) -> str:
        return key_word(self._key)
