"""What differs between two sets of documents: per document, and per field of an entity."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shuke.definitions.load import without_physical
from shuke.definitions.model import Document

Action = Literal["added", "changed", "removed", "renamed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One document that differs, or one field of an entity (`lines.price` for a column of a sub-table)."""

    action: Action
    kind: str
    name: str
    field: str = ""
    was: str = ""
    """The earlier name, when it was renamed."""
    keys: tuple[str, ...] = ()
    """Which keys of it say something else now."""


def diff(before: Iterable[Document], after: Iterable[Document]) -> list[Difference]:
    """The differences in the order of `after`, what was removed at the end."""
    earlier, later = {one.key: one for one in before}, {one.key: one for one in after}
    pairs = _pairs(earlier, later)
    found = [difference for document in later.values() for difference in _of_document(pairs.get(document.key), document)]
    continued = {document.key for document in pairs.values()}
    return found + [Difference("removed", kind, name) for kind, name in earlier if (kind, name) not in continued]


def _pairs(earlier: Mapping[tuple[str, str], Document], later: Mapping[tuple[str, str], Document]) -> dict[tuple[str, str], Document]:
    """What each document was before: by identity, else by name, else as a declared rename."""
    by_id = {one.body["x-id"]: one for one in earlier.values() if one.body.get("x-id")}
    pairs = {}
    for key, document in later.items():
        said, was = document.body.get("x-id"), (document.kind, document.body.get("x-was", ""))
        if said in by_id:
            pairs[key] = by_id[said]
        elif key in earlier and not (said and earlier[key].body.get("x-id")):
            pairs[key] = earlier[key]
        elif was in earlier and was not in later:
            pairs[key] = earlier[was]
    return pairs


def _of_document(before: Document | None, after: Document) -> Iterator[Difference]:
    if before is None:
        yield Difference("added", after.kind, after.name)
        return
    if before.name != after.name:
        yield Difference("renamed", after.kind, after.name, was=before.name)
    left, right = without_physical(before.body), without_physical(after.body)
    nested = ("properties",) if after.kind == "entity" else ()
    if keys := _changed(left, right, without=(*nested, "$id", "x-was")):
        yield Difference("changed", after.kind, after.name, keys=keys)
    if nested:
        yield from _of_properties(after.name, "", before.body.get("properties", {}), after.body.get("properties", {}))
        if [*before.body.get("properties", {})] != [*after.body.get("properties", {})] and left.get("properties") == right.get("properties"):
            yield Difference("changed", after.kind, after.name, keys=("properties",))


def _of_properties(entity: str, part: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    by_id = {schema["x-id"]: name for name, schema in before.items() if schema.get("x-id")}
    continued = set()
    for name, schema in after.items():
        was = _earlier_name(name, schema, before, after, by_id)
        if was is None:
            yield Difference("added", "entity", entity, part + name)
            continue
        continued.add(was)
        if was != name:
            yield Difference("renamed", "entity", entity, part + name, was=part + was)
        left, right = without_physical(before[was]), without_physical(schema)
        if keys := _changed(left, right, without=("items", "x-was") if schema.get("x-type") == "table" else ("x-was",)):
            yield Difference("changed", "entity", entity, part + name, keys=keys)
        if schema.get("x-type") == "table":
            rows, rows_now = before[was].get("items", {}), schema.get("items", {})
            if rows.get("required") != rows_now.get("required"):
                yield Difference("changed", "entity", entity, part + name, keys=("items/required",))
            yield from _of_properties(entity, f"{part}{name}.", rows.get("properties", {}), rows_now.get("properties", {}))
    for name in before:
        if name not in continued:
            yield Difference("removed", "entity", entity, part + name)


def _earlier_name(name: str, schema: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any], by_id: Mapping[str, str]) -> str | None:
    if said := schema.get("x-id"):
        return by_id.get(said)
    if name in before:
        return name
    was = schema.get("x-was")
    return was if was in before and was not in after else None


def _changed(before: Mapping[str, Any], after: Mapping[str, Any], without: tuple[str, ...]) -> tuple[str, ...]:
    keys = dict.fromkeys((*before, *after))
    return tuple(key for key in keys if key not in without and before.get(key) != after.get(key))
