"""What has to be read of a record before a document of it can be laid out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shuke.definitions.model import Entity, Print
from shuke.documents.values import needed
from shuke.documents.words import compiled, path_of, placeholders
from shuke.expressions import Expression

WORDS = ("heading", "text")
Body = Mapping[str, Any]


def fields_of(entity: Entity, printed: Print) -> tuple[str, ...]:
    """The paths over the record that its document shows or calculates with."""
    wanted: list[str] = []
    formulas: list[Expression] = []
    for body in flat(printed.blocks):
        wanted += [path for path in _paths(body) if path_of(entity, path)]
        if body["type"] == "table" and entity.has(body["field"]):
            wanted.append(body["field"])
        if "ledger" in body:
            wanted += [field.name for field in entity.fields if field.option("ledger") == body["ledger"]]
        for source in _sources(body):
            if path_of(entity, source):
                wanted.append(source)
            elif found := compiled(entity, source):
                formulas.append(found)
    wanted += [path for path in (printed.number, printed.date) if path and path_of(entity, path)]
    wanted += [path for path in needed(formulas) if entity.has(path.split(".")[0])]
    return tuple(dict.fromkeys(wanted)) or (entity.display,)


def flat(bodies: Iterable[Body]) -> Iterator[Body]:
    """The blocks, and those that stand in columns."""
    for body in bodies:
        yield body
        if body["type"] == "columns":
            for part in body["columns"]:
                yield from flat(part["blocks"])


def _paths(body: Body) -> Iterator[str]:
    yield from body.get("fields", ())
    if body["type"] in ("barcode", "image"):
        yield body["field"]


def _sources(body: Body) -> Iterator[str]:
    if body["type"] in WORDS:
        for text in body["text"].values():
            yield from placeholders(text)
    if body.get("visible"):
        yield body["visible"]
