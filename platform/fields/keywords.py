"""Parts of JSON Schemas that several field types share."""

from collections.abc import Mapping
from typing import Any

NAME: Mapping[str, Any] = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}
PATH: Mapping[str, Any] = {"type": "string", "pattern": r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,3}$"}
LABEL: Mapping[str, Any] = {
    "type": "object", "properties": {"zh": {"type": "string", "maxLength": 500}, "en": {"type": "string", "maxLength": 500}},
    "minProperties": 1, "additionalProperties": False,
}
EXPRESSION: Mapping[str, Any] = {"type": "string", "maxLength": 4000}
COLOURS = (
    "blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal", "cyan", "gray",
    "primary", "secondary", "success", "info", "warning", "danger", "dark",
)
CODE = r"^[\w.-]{1,60}$"
OPTIONS: Mapping[str, Any] = {
    "type": "array", "maxItems": 5000,
    "items": {
        "type": "object", "required": ["code", "label"], "additionalProperties": False,
        "properties": {
            "code": {"type": "string", "pattern": CODE}, "label": LABEL, "color": {"enum": ["", *COLOURS]},
            "parent": {"type": "string", "maxLength": 60}, "retired": {"type": "boolean"},
        },
    },
}
DECIMALS: Mapping[str, Any] = {"type": "integer", "minimum": 0, "maximum": 12}
