"""What an input of a panel sends, as the value that the meta-schema wants in that place."""

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.patches import Path, patched
from shuke.publishing.checks import schemas
from shuke.publishing.edits import clear_value, set_value

Schema = Mapping[str, Any]
_TRUE = frozenset({"1", "true", "on"})
_COMMON = "shuke:common#/"


class Refused(Exception):
    """The input cannot be what stands there; the sentences say why."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


def typed_at(document: Document, path: Path, values: Sequence[str], *, is_json: bool = False) -> Any:
    """The value for the place, None to take the keyword out; `Refused` when the document's schema would not have it there."""
    value = _json(values) if is_json else _typed(schema_at(document, path), values)
    if value == [] or value == "":
        value = None
    before = {str(problem) for problem in schemas().problems(document)}
    edit = clear_value([document], document.key, path) if value is None else set_value([document], document.key, path, value)
    after = [problem for one in patched([document], edit) for problem in schemas().problems(one)]
    if new := [problem.message for problem in after if str(problem) not in before]:
        raise Refused(*new)
    return value


def schema_at(document: Document, path: Path) -> Schema:
    """The schema of what stands at the path, references followed; empty where the meta-schema leaves it open."""
    body: Any = document.body
    root = schemas().document(document.kind)
    schema, place = _opened(root, root, body), list(path)
    while place:
        part = place.pop(0)
        body = _inner(body, part)
        if document.kind == "entity" and part == "properties" and place:
            name = place.pop(0)
            body = _inner(body, name)
            root = schemas().property(str(_inner(body, "x-type") or "text"))
            schema = root
            continue
        schema = _opened(root, _step(schema, part), body)
    return schema


def _step(schema: Schema, part: str | int) -> Schema:
    if isinstance(part, int):
        found = schema.get("items", {})
    else:
        found = schema.get("properties", {}).get(part, schema.get("additionalProperties", {}))
    return found if isinstance(found, Mapping) else {}


def _opened(root: Schema, schema: Schema, body: Any) -> Schema:
    """The schema with its reference followed, and with what its conditions add for this body."""
    while "$ref" in schema:
        address = str(schema["$ref"])
        start, address = (schemas().shared(), address.removeprefix(_COMMON)) if address.startswith(_COMMON) else (root, address.removeprefix("#/"))
        schema = start
        for part in address.split("/"):
            schema = schema[part]
    more = dict(schema.get("properties", {}))
    for branch in (*schema.get("allOf", ()), *([schema] if "if" in schema else ())):
        chosen = branch.get("then" if _holds(branch["if"], body) else "else", {}) if "if" in branch else branch
        more |= {key: value for key, value in _opened(root, chosen, body).get("properties", {}).items() if value is not True or key not in more}
    return {**schema, "properties": more} if more else schema


def _holds(condition: Schema, body: Any) -> bool:
    """Whether the named constants stand in the body, which is all that our conditions ask."""
    stated = condition.get("properties", {})
    return isinstance(body, Mapping) and all(body.get(key) == said["const"] if "const" in said else body.get(key) in said.get("enum", ()) for key, said in stated.items())


def _typed(schema: Schema, values: Sequence[str]) -> Any:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "string")
    if kind == "boolean":
        return bool(values) and values[-1] in _TRUE
    if kind == "array":
        return [_typed(schema.get("items", {}), [value]) for value in values if value]
    text = values[-1].strip() if values else ""
    if not text:
        return None
    return _READERS.get(str(kind), str)(text)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Refused(_("Enter a whole number.")) from None


def _number(text: str) -> int | float:
    try:
        found = float(text)
    except ValueError:
        raise Refused(_("Enter a number.")) from None
    return int(found) if found.is_integer() else found


def _object(text: str) -> Any:
    return _json([text])


def _json(values: Sequence[str]) -> Any:
    try:
        return json.loads(values[-1]) if values and values[-1] else None
    except (ValueError, RecursionError):
        raise Refused(_("This is not JSON.")) from None


_READERS: Mapping[str, Callable[[str], Any]] = MappingProxyType({"integer": _whole, "number": _number, "object": _object})


def _inner(value: Any, part: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(str(part))
    return value[part] if isinstance(value, list | tuple) and isinstance(part, int) and part < len(value) else None
