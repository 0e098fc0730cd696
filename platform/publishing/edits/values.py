"""Single values and list entries of a document, by where they stand."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shuke.core.errors import NotFound
from shuke.core.i18n import Label
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.patches import Key, Patch, Path, adding, patched, pointer, removing, replacing

Edit = Callable[[Sequence[Document]], Patch]
Body = Mapping[str, Any]
_LABELS = {"entity": "x-label"}


def chain(*edits: Edit) -> Edit:
    """Several edits as one, each seeing what those before it have done."""

    def chained(documents: Sequence[Document]) -> Patch:
        steps: Patch = []
        for edit in edits:
            more = edit(documents)
            documents = patched(documents, more)
            steps += more
        return steps

    return chained


def set_value(documents: Sequence[Document], document: Key, path: Path, value: Any) -> Patch:
    """Put a value in a place, whatever was there. Objects on the way that are missing are made."""
    at: Any = wanted_body(documents, document)
    for number, part in enumerate(path[:-1]):
        if isinstance(at, Mapping) and part not in at:
            return adding(pointer(document, path[: number + 1]), _nested(path[number + 1 :], value))
        at = _inner(at, part)
    last = path[-1]
    if isinstance(at, Mapping) and last not in at:
        return adding(pointer(document, path), value)
    old = _inner(at, last)
    return [] if _same(old, value) else replacing(pointer(document, path), old, value)


def clear_value(documents: Sequence[Document], document: Key, path: Path) -> Patch:
    """Take a key out, if it is there."""
    found = value_at(documents, document, path)
    return [] if found is None else removing(pointer(document, path), found)


def insert_item(documents: Sequence[Document], document: Key, path: Path, index: int | None, value: Any) -> Patch:
    """Another entry in the list at the path, which is made if it is missing; at the end without an index."""
    found = value_at(documents, document, path)
    if found is None:
        return set_value(documents, document, path, [value])
    return [{"op": "add", "path": pointer(document, (*path, len(found) if index is None else min(index, len(found)))), "value": value}]


def remove_item(documents: Sequence[Document], document: Key, path: Path) -> Patch:
    """Take the entry of a list out."""
    return removing(pointer(document, path), wanted_value(documents, document, path))


def move_item(documents: Sequence[Document], document: Key, source: Path, target: Path) -> Patch:
    """Move an entry to a place in this or another list; `target` is where it stands afterwards."""
    value = wanted_value(documents, document, source)
    address = pointer(document, source)
    return [{"op": "test", "path": address, "value": value}, {"op": "move", "from": address, "path": pointer(document, target)}]


def relabel(documents: Sequence[Document], document: Key, path: Path, label: Label) -> Patch:
    """Other words for what stands at the path: a field (`properties/title`), an option, or with `()` the document itself."""
    key = _LABELS.get(document[0], "label") if not path else "x-label" if document[0] == "entity" and path[-2] == "properties" else "label"
    return set_value(documents, document, (*path, key), dict(label))


# Reading


def body_of(documents: Sequence[Document], document: Key) -> Body | None:
    return next((one.body for one in documents if one.key == document), None)


def wanted_body(documents: Sequence[Document], document: Key) -> Body:
    found = body_of(documents, document)
    if found is None:
        raise NotFound(_("There is no such document."))
    return found


def value_at(documents: Sequence[Document], document: Key, path: Path) -> Any:
    """What stands there, or None."""
    found: Any = wanted_body(documents, document)
    for part in path:
        try:
            found = _inner(found, part)
        except NotFound:
            return None
    return found


def wanted_value(documents: Sequence[Document], document: Key, path: Path) -> Any:
    found: Any = wanted_body(documents, document)
    for part in path:
        found = _inner(found, part)
    return found


def fields_path(owner: str) -> tuple[Key, Path]:
    """Where the fields of an entity stand, or the columns of the sub-table `entity.field`."""
    entity, _dot, part = owner.partition(".")
    return ("entity", entity), ("properties", part, "items", "properties") if part else ("properties",)


def fields_of(documents: Sequence[Document], owner: str) -> Body:
    document, path = fields_path(owner)
    found = value_at(documents, document, path)
    return found if isinstance(found, Mapping) else {}


def _inner(value: Any, part: str | int) -> Any:
    if isinstance(value, Mapping) and part in value:
        return value[part]
    if isinstance(value, list | tuple) and isinstance(part, int) and part < len(value):
        return value[part]
    raise NotFound(_("What you want to change is not there any more."))


def _nested(path: Path, value: Any) -> Any:
    for part in reversed(path):
        value = {part: value}
    return value


def _same(one: Any, other: Any) -> bool:
    """Equal, where true is not one."""
    return type(one) is type(other) and one == other
