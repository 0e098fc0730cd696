"""Views: their columns with widths and order, and for whom they open first."""

from collections.abc import Collection, Sequence
from typing import Any

from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.patches import Key, Patch, Path, patched
from shuke.publishing.edits.values import clear_value, insert_item, move_item, remove_item, set_value, value_at

OPENED = ("list", "board", "calendar", "gallery")
"""The kinds of views of which one opens first."""
NARROWEST, WIDEST = 40, 1200
_MOST_COLUMNS = 40


def add_column(documents: Sequence[Document], view: str, path: str, *, key: str = "columns") -> Patch:
    """One more column at the end; of a record page with `header` one more fact."""
    there = _paths(documents, view, key)
    if path in there:
        raise InvalidInput({"path": [_("This column is there already.")]})
    if len(there) >= _MOST_COLUMNS:
        raise InvalidInput({"path": [_("There are %(most)s columns already; take one out first.", most=_MOST_COLUMNS)]})
    return insert_item(documents, _key(view), (key,), None, path)


def move_column(documents: Sequence[Document], view: str, path: str, to: int, *, key: str = "columns") -> Patch:
    """The column at another place."""
    there = _paths(documents, view, key)
    number, to = _number(there, path), max(0, min(to, len(there) - 1))
    return [] if number == to else move_item(documents, _key(view), (key, number), (key, to))


def remove_column(documents: Sequence[Document], view: str, path: str, *, key: str = "columns") -> Patch:
    """Take a column out, with its width and the colours of its cells; a list keeps at least one."""
    there = _paths(documents, view, key)
    number = _number(there, path)
    if len(there) == 1 and key == "columns" and value_at(documents, _key(view), ("kind",)) == "list":
        raise InvalidInput({"path": [_("A list keeps at least one column.")]})
    steps = clear_value(documents, _key(view), (key,)) if len(there) == 1 else remove_item(documents, _key(view), (key, number))
    if key == "columns":
        for part in ("widths", "colors"):
            steps += _without(patched(documents, steps), view, part, path)
    return steps


def set_width(documents: Sequence[Document], view: str, path: str, width: int) -> Patch:
    """How wide a column stands at first; 0: as its values need."""
    _number(_paths(documents, view, "columns"), path)
    if not width:
        return _without(documents, view, "widths", path)
    width = max(NARROWEST, min(WIDEST, width))
    entries = list(value_at(documents, _key(view), ("widths",)) or ())
    number = next((number for number, one in enumerate(entries) if one["field"] == path), None)
    if number is None:
        return insert_item(documents, _key(view), ("widths",), None, {"field": path, "width": width})
    return set_value(documents, _key(view), ("widths", number, "width"), width)


def sort_by(documents: Sequence[Document], view: str, path: str, direction: str) -> Patch:
    """Sorted by this column before all others: `up`, `down`, or `` for not at all."""
    there = list(value_at(documents, _key(view), ("sort",)) or ())
    others = [name for name in there if name.removeprefix("-") != path]
    wanted = [f"-{path}" if direction == "down" else path, *others] if direction else others
    if wanted == there:
        return []
    return set_value(documents, _key(view), ("sort",), wanted) if wanted else clear_value(documents, _key(view), ("sort",))


def remove_part(documents: Sequence[Document], view: str, path: Path, number: int) -> Patch:
    """Take an entry out of one of the lists of a record page; a list that would be empty goes as a whole."""
    there = value_at(documents, _key(view), path) or ()
    return clear_value(documents, _key(view), path) if len(there) == 1 and number == 0 else remove_item(documents, _key(view), (*path, number))


def move_part(documents: Sequence[Document], view: str, path: Path, number: int, to: int) -> Patch:
    """An entry of one of the lists of a record page at another place in it."""
    last = len(value_at(documents, _key(view), path) or ()) - 1
    to = max(0, min(to, last))
    return move_item(documents, _key(view), (*path, number), (*path, to)) if number != to else []


def open_first(documents: Sequence[Document], view: str, roles: Collection[str]) -> Patch:
    """The view opens first for these roles, and for them no other view of the entity does."""
    body = next(one.body for one in documents if one.key == _key(view))
    wanted = [one.name for one in documents if one.kind == "role" and one.name in roles]
    steps: Patch = []
    if not _is_plain(view, body["kind"]):
        steps = _set_roles(documents, view, wanted)
    for one in documents:
        if one.kind == "view" and one.body.get("entity") == body["entity"] and one.body["kind"] in OPENED and one.name != view:
            left = [role for role in one.body.get("roles", ()) if role not in wanted]
            steps += _set_roles(documents, one.name, left)
    return steps


def _set_roles(documents: Sequence[Document], view: str, roles: Sequence[str]) -> Patch:
    there = list(value_at(documents, _key(view), ("roles",)) or ())
    if list(roles) == there:
        return []
    return set_value(documents, _key(view), ("roles",), list(roles)) if roles else clear_value(documents, _key(view), ("roles",))


def _is_plain(view: str, kind: str) -> bool:
    """The list without a variant opens first for all who have no other."""
    return kind == "list" and view.count(".") == 1


def _without(documents: Sequence[Document], view: str, part: str, path: str) -> Patch:
    """The list at the key without the entries about the column."""
    there: list[Any] = list(value_at(documents, _key(view), (part,)) or ())
    left = [one for one in there if one.get("field") != path]
    if left == there:
        return []
    return set_value(documents, _key(view), (part,), left) if left else clear_value(documents, _key(view), (part,))


def _paths(documents: Sequence[Document], view: str, key: str) -> list[str]:
    return list(value_at(documents, _key(view), (key,)) or ())


def _number(there: Sequence[str], path: str) -> int:
    if path not in there:
        raise InvalidInput({"path": [_("This column is not there any more.")]})
    return there.index(path)


def _key(view: str) -> Key:
    return ("view", view)
