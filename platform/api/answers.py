"""What the API says: records as JSON that their own schema accepts, and the headers around them."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask import Response

from shuke.definitions.model import Entity, Field
from shuke.fields import FIELD_TYPES
from shuke.fields.reading import decimal_text
from shuke.records import FileRef, Link, Masked, Record, Row

TITLES, MASKED = "_titles", "_masked"
"""Beside the values: the words for links, and hints of values that the reader may not see in full."""


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    response = Response(text, status, content_type="application/json; charset=utf-8")
    response.headers.update(headers or {})
    return response


def record_answer(record: Record, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return answer(record_json(record), status, {"ETag": f'"{record.revision}"', **(headers or {})})


def record_json(record: Record) -> dict[str, Any]:
    """The record's JSON values by field, blank ones left out, with its id and revision."""
    body: dict[str, Any] = {"id": str(record.id), "revision": record.revision}
    titles: dict[str, Any] = {}
    masked: dict[str, str] = {}
    for name, value in record.values.items():
        if value is None or name == "id":
            continue
        if isinstance(value, Masked):
            masked[name] = value.text
            continue
        body[name] = _json(record.entity, name, value)
        if (words := _title(value)) is not None:
            titles[name] = words
    if record.deleted:
        body["deleted"] = True
    return {**body, **({TITLES: titles} if titles else {}), **({MASKED: masked} if masked else {})}


def plain_json(value: Any) -> Any:
    """A value of a sum or a group, whose field is not known any more."""
    match value:
        case Link() | FileRef():
            return str(value.id)
        case Masked():
            return value.text
        case bool() | int() | str() | None:
            return value
        case Decimal():
            return decimal_text(value)
        case float():
            return decimal_text(Decimal(str(value)))
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case _:
            return [plain_json(one) for one in value]


def _json(entity: Entity, name: str, value: Any) -> Any:
    """A dotted column belongs to another entity: its value is told plainly."""
    if not entity.has(name):
        return plain_json(value)
    field = entity.field(name)
    if field.fields:
        return [_row(row, field) for row in value]
    return FIELD_TYPES[field.type].dump(value, field)


def _row(row: Row, field: Field) -> dict[str, Any]:
    columns = {column.name: column for column in field.fields}
    values = {
        name: FIELD_TYPES[columns[name].type].dump(value, columns[name])
        for name, value in row.values.items() if value is not None and name in columns and not isinstance(value, Masked)
    }
    titles = {name: words for name, value in row.values.items() if (words := _title(value)) is not None}
    return {"id": str(row.id), **values, **({TITLES: titles} if titles else {})}


def _title(value: Any) -> Any:
    match value:
        case Link():
            return value.title
        case FileRef():
            return value.name
        case tuple() if value and isinstance(value[0], Link | FileRef):
            return [_title(one) for one in value]
        case _:
            return None
