"""Parts of JSON Schemas that several field types share."""

from collections.abc import Mapping
from typing import Any

NAME: Mapping[str, Any] = {"$ref": "shuke:common#/$defs/name"}
LABEL: Mapping[str, Any] = {"$ref": "shuke:common#/$defs/label"}
PATHS: Mapping[str, Any] = {"type": "array", "maxItems": 6, "uniqueItems": True, "items": {"$ref": "shuke:common#/$defs/path"}}
EXPRESSION: Mapping[str, Any] = {"$ref": "shuke:common#/$defs/expression"}
FILL: Mapping[str, Any] = {
    "type": "object", "required": ["from", "columns"], "additionalProperties": False,
    "description": "The lines of a new record for which nobody gives any: those of the record that a link names.",
    "properties": {
        "from": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}[.][a-z][a-z0-9_]{0,39}$", "description": "A link of this entity, and a sub-table of the entity that it leads to."},
        "columns": {"type": "object", "minProperties": 1, "propertyNames": NAME, "additionalProperties": EXPRESSION, "description": "Own columns, each with a formula over a line of that sub-table."},
    },
}
COLOUR: Mapping[str, Any] = {"$ref": "shuke:common#/$defs/color"}
CODE = r"^[\w.-]{1,60}$"
OPTIONS: Mapping[str, Any] = {
    "type": "array", "maxItems": 5000,
    "items": {
        "type": "object", "required": ["code", "label"], "additionalProperties": False,
        "properties": {
            "code": {"type": "string", "pattern": CODE}, "label": LABEL, "color": COLOUR,
            "parent": {"type": "string", "maxLength": 60}, "retired": {"type": "boolean"},
        },
    },
}
DECIMALS: Mapping[str, Any] = {"type": "integer", "minimum": 0, "maximum": 12}
ON_DELETE: Mapping[str, Any] = {"enum": ["restrict", "clear", "cascade"]}
