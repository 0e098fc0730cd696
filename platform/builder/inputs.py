"""What an input of a panel sends, as the value that the meta-schema wants in that place."""

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from shuke.builder.panels.shapes import shape_at
from shuke.builder.words import in_words
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.patches import Path, patched
from shuke.publishing.checks import schemas
from shuke.publishing.edits import clear_value, set_value

Schema = Mapping[str, Any]
_TRUE = frozenset({"1", "true", "on"})


class Refused(Exception):
    """The input cannot be what stands there; the sentences say why."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


def typed_at(document: Document, path: Path, values: Sequence[str], *, is_json: bool = False) -> Any:
    """The value for the place, None to take the keyword out; `Refused` when the document's schema would not have it there."""
    value = _json(values) if is_json else _typed(shape_at(document, path).schema, values)
    if value == [] or value == "":
        value = None
    refuse_misfit(document, path, value)
    return value


def refuse_misfit(document: Document, path: Path, value: Any) -> None:
    """`Refused` when the document's schema would not have the value there, or would not have it missing (None)."""
    before = {str(problem) for problem in schemas().problems(document)}
    edit = clear_value([document], document.key, path) if value is None else set_value([document], document.key, path, value)
    after = [problem for one in patched([document], edit) for problem in schemas().problems(one)]
    if new := [in_words(problem.message) for problem in after if str(problem) not in before]:
        raise Refused(*new)


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
