"""The OpenAPI 3.1 description, made from the table of operations and from what the actor may see of the definitions."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response

from shuke.access import Actor, has_ability, policy
from shuke.api.answers import answer
from shuke.api.blueprint import OPERATIONS, PREFIX, Operation, Parameter, operation
from shuke.api.schemas import entity_schema, input_schema
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.screens.visitor import actor
from shuke.transfer.mapping import SCHEMA as MAPPING

Json = dict[str, Any]
_CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")
_TEXT: Json = {"type": "string"}
_LABEL: Json = {"type": "object", "additionalProperties": {"type": "string"}}
_FREE: Json = {"type": "object"}


def _list(name: str, item: Json) -> Json:
    return {"type": "object", "required": [name], "properties": {name: {"type": "array", "items": item}}}


_DRAFT: Json = {
    "type": "object", "required": ["draft", "revision"],
    "properties": {"draft": _TEXT, "revision": {"type": "integer"}, "base": {"type": "integer"}, "name": _TEXT},
}
_IMPORT: Json = {
    "type": "object", "required": ["id", "state", "total", "done", "refused", "counts"],
    "properties": {
        "id": _TEXT, "entity": _TEXT, "file": _TEXT, "total": {"type": "integer"}, "done": {"type": "integer"}, "refused": {"type": "integer"},
        "state": {"enum": ["uploaded", "checking", "checked", "running", "done", "failed", "cancelled"]}, "problem": _TEXT,
        "counts": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": {"type": "integer"}}},
        "mapping": {"type": ["object", "null"]}, "created_at": {"type": "string", "format": "date-time"},
        "rows_refused": {"type": "array", "items": _FREE},
    },
}
_ENTRY: Json = {
    "type": "object",
    "properties": {
        "id": _TEXT, "kind": _TEXT, "amount": _TEXT, "at": {"type": "string", "format": "date-time"}, "date": {"type": "string", "format": "date"},
        "memo": _TEXT, "sequence": {"type": "integer"}, "change": _TEXT, "balance": _TEXT,
    },
}
_COMMENT: Json = {
    "type": "object", "required": ["text"],
    "properties": {
        "id": _TEXT, "at": {"type": "string", "format": "date-time"}, "author": _TEXT, "author_id": _TEXT, "text": {"type": "string", "maxLength": 4000},
        "edited": {"type": "boolean"}, "file": {"type": "object", "properties": {"id": _TEXT, "name": _TEXT}},
    },
}
_PART: Json = {
    "type": "object", "required": ["place", "type", "label"],
    "properties": {
        "place": {"type": "integer"}, "type": {"enum": ["number", "chart", "table", "list"]}, "label": _LABEL, "values": {"type": "array", "items": _FREE},
        "change": {"type": "object", "properties": {"text": _TEXT, "before": _TEXT}}, "groups": {"type": "array", "items": _FREE},
        "series": {"type": "array", "items": _FREE}, "count": {"type": "integer"}, "records": {"type": "array", "items": _FREE},
    },
}
_SHAPES: Mapping[str, Json] = {
    "transitions": _list("transitions", {"type": "object", "properties": {"name": _TEXT, "label": _LABEL, "ask": {"type": "array", "items": _TEXT}, "objection": _TEXT}}),
    "history": _list("entries", {"type": "object", "properties": {"id": _TEXT, "at": _TEXT, "actor": _TEXT, "action": _TEXT, "reason": _TEXT, "fields": {"type": "array", "items": _FREE}}}),
    "comments": _list("comments", _COMMENT),
    "comment": _COMMENT,
    "saying": {"type": "object", "required": ["text"], "additionalProperties": False, "properties": {"text": {"type": "string", "minLength": 1, "maxLength": 4000}}},
    "groups": _list("groups", {"type": "object", "properties": {"key": _FREE, "titles": _FREE, "measures": _FREE}}),
    "finds": _list("groups", {
        "type": "object", "required": ["entity", "label", "total", "capped", "hits"],
        "properties": {
            "entity": _TEXT, "label": _LABEL, "total": {"type": "integer"}, "capped": {"type": "boolean"},
            "hits": {"type": "array", "items": {
                "type": "object", "required": ["id", "title", "field", "text", "exact", "marks"],
                "properties": {
                    "id": _TEXT, "title": _TEXT, "field": _TEXT, "text": _TEXT, "exact": {"type": "boolean"},
                    "marks": {"type": "array", "items": {"type": "object", "properties": {"text": _TEXT, "found": {"type": "boolean"}}}},
                },
            }},
        },
    }),
    "import": _IMPORT,
    "imports": _list("imports", _IMPORT),
    "documents": _list("documents", {"type": "object", "properties": {"name": _TEXT, "label": _LABEL, "paper": _TEXT}}),
    "ledgers": _list("ledgers", {"type": "object", "properties": {"name": _TEXT, "label": _LABEL, "entity": _TEXT, "unit": _LABEL, "scale": {"type": "integer"}, "kinds": {"type": "object", "additionalProperties": _LABEL}}}),
    "account": {"type": "object", "required": ["balance", "movements"], "properties": {"balance": _TEXT, "movements": {"type": "array", "items": _ENTRY}}},
    "entry": {"type": "object", "required": ["balance", "entry"], "properties": {"balance": _TEXT, "entry": {"anyOf": [_ENTRY, {"type": "null"}]}}},
    "posting": {
        "type": "object", "required": ["kind", "amount"], "additionalProperties": False,
        "properties": {"kind": _TEXT, "amount": {"anyOf": [{"type": "string", "format": "decimal"}, {"type": "integer"}]}, "memo": {"type": "string", "maxLength": 200}},
    },
    "schema": _FREE,
    "forms": _list("forms", {"type": "object", "properties": {"name": _TEXT, "label": _LABEL, "app": _TEXT}}),
    "definitions": {"type": "object", "properties": {"version": {"type": "integer"}, "documents": {"type": "array", "items": {"type": "object", "properties": {"kind": _TEXT, "name": _TEXT, "app": _TEXT}}}}},
    "document": _FREE,
    "drafts": _list("drafts", _DRAFT),
    "draft": _DRAFT,
    "plan": {**_DRAFT, "properties": {**_DRAFT["properties"], "blocked": {"type": "boolean"}, "changes": {"type": "array", "items": _FREE}}},
    "publication": {"type": "object", "additionalProperties": False, "properties": {"draft": _TEXT, "comment": {"type": "string", "maxLength": 500}}},
    "version": {"type": "object", "required": ["version"], "properties": {"version": {"type": "integer"}}},
    "openapi": _FREE,
    "dashboards": _list("dashboards", {"type": "object", "properties": {"name": _TEXT, "label": _LABEL, "home": {"type": "boolean"}}}),
    "dashboard": {
        "type": "object", "required": ["name", "parts"],
        "properties": {
            "name": _TEXT, "label": _LABEL, "from": {"type": ["string", "null"]}, "to": {"type": ["string", "null"]},
            "parts": {"type": "array", "items": _PART},
        },
    },
}
_PROBLEM: Json = {
    "type": "object", "required": ["type", "title", "status"],
    "properties": {
        "type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT, "revision": {"type": "integer"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": _TEXT}},
    },
}
_FILES = {"pdf": "application/pdf", "file": "application/octet-stream"}
_REFUSALS = ("400", "401", "403", "404", "409", "422")


@operation("GET", "/openapi.json", {"zh": "本接口的 OpenAPI 说明", "en": "The OpenAPI description of this API"}, tag="description", answer="openapi")
def get_openapi() -> Response:
    return answer(description(actor()))


def description(who: Actor) -> Json:
    """The whole document, in the reader's language."""
    paths: dict[str, Json] = {}
    for one in OPERATIONS:
        if one.permission == "build" and not has_ability(who, "build"):
            continue
        for path, described in _described(who, one):
            paths.setdefault(path, {})[one.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": _("Shuke API"), "version": f"1.{catalogue().version}", "description": _("Send a token as “Authorization: Bearer …”.")},
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"problem": _PROBLEM, **dict(_entity_schemas(who))},
            "responses": {"problem": {"description": _("The request was refused."), "content": {"application/problem+json": {"schema": _ref("problem")}}}},
        },
    }


def _described(who: Actor, one: Operation) -> Iterator[tuple[str, Json]]:
    """The operation under its general address, and once more for each form on which the actor has the right."""
    path = _CONVERTER.sub(r"{\2}", one.rule)
    yield path, _operation(one, None)
    if one.entity_right:
        for entity in _seen(who, one.entity_right):
            yield path.replace("{entity}", entity.name), _operation(one, entity)


def _seen(who: Actor, right: str) -> list[Entity]:
    return [entity for entity in catalogue().entities.values() if policy(who, entity).may("read") and policy(who, entity).may(right)]


def _operation(one: Operation, entity: Entity | None) -> Json:
    parameters = [parameter for parameter in one.parameters if entity is None or parameter.name != "entity"]
    described: Json = {
        "operationId": f"{one.name}_{entity.name}" if entity else one.name,
        "summary": pick(one.about), "tags": [pick(entity.label) if entity else one.tag],
        "parameters": [_parameter(parameter) for parameter in parameters],
        "responses": {str(one.status): _response(one, entity), **{status: {"$ref": "#/components/responses/problem"} for status in _REFUSALS}},
    }
    if one.body:
        described["requestBody"] = _body(one, entity)
    return described


def _parameter(parameter: Parameter) -> Json:
    schema: Json = {"type": "array", "items": dict(parameter.schema)} if parameter.many else dict(parameter.schema)
    described: Json = {
        "name": parameter.name, "in": parameter.place, "description": pick(parameter.about), "required": parameter.required, "schema": schema,
    }
    return {**described, "style": "form", "explode": True} if parameter.many else described


def _body(one: Operation, entity: Entity | None) -> Json:
    if one.body == "upload":
        upload: Json = {
            "type": "object", "required": ["file"],
            "properties": {
                "file": {"type": "string", "format": "binary"}, "dry_run": {"type": "boolean"}, "match": _TEXT,
                "mapping": {"type": "string", "contentMediaType": "application/json", "contentSchema": MAPPING},
            },
        }
        return {"required": True, "content": {"multipart/form-data": {"schema": upload}}}
    return {"required": one.body != "publication", "content": {"application/json": {"schema": _shape(one.body, entity)}}}


def _response(one: Operation, entity: Entity | None) -> Json:
    if not one.answer:
        return {"description": pick(one.about)}
    if one.answer in _FILES:
        return {"description": pick(one.about), "content": {_FILES[one.answer]: {"schema": {"type": "string", "format": "binary"}}}}
    return {"description": pick(one.about), "content": {"application/json": {"schema": _shape(one.answer, entity)}}}


def _shape(name: str, entity: Entity | None) -> Json:
    kind, _colon, rest = name.partition(":")
    if not rest:
        return _SHAPES[kind]
    record: Json = _ref(f"record.{entity.name}") if entity else _FREE
    if kind == "page":
        return {
            "type": "object", "required": ["records"],
            "properties": {
                "records": {"type": "array", "items": record}, "next": _TEXT, "previous": _TEXT, "count": {"type": "integer"}, "capped": {"type": "boolean"},
            },
        }
    return record if kind == "record" else _ref(f"input.{entity.name}") if entity and kind == "input" else _FREE


def _entity_schemas(who: Actor) -> Iterator[tuple[str, Json]]:
    for entity in _seen(who, "read"):
        schema = {key: value for key, value in entity_schema(who, entity).items() if key not in ("$schema", "$id")}
        system: Json = {
            "id": _TEXT, "revision": {"type": "integer"}, "created_at": {"type": "string", "format": "date-time"}, "created_by": _TEXT,
            "updated_at": {"type": "string", "format": "date-time"}, "updated_by": _TEXT, "owner": _TEXT, "unit": _TEXT, "deleted": {"type": "boolean"},
            "_titles": _FREE, "_masked": {"type": "object", "additionalProperties": _TEXT},
        }
        yield f"record.{entity.name}", {**schema, "properties": {**system, **schema["properties"]}}
        yield f"input.{entity.name}", input_schema(who, entity)


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}
