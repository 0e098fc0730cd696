"""What the schemas say of a place in a document: references followed, conditions decided by what stands there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shuke.definitions.model import Document
from shuke.definitions.patches import Path
from shuke.publishing.checks import schemas

Schema = Mapping[str, Any]
_COMMON = "shuke:common#/"


@dataclass(frozen=True, slots=True)
class Shape:
    """The schema of one place; `ref` is the shared definition that it is, such as `label` or `expression`."""

    schema: Schema
    root: Schema
    ref: str = ""

    @property
    def type(self) -> str:
        """The JSON type, null left aside; `""` where several are allowed or none is named."""
        said = self.schema.get("type")
        if isinstance(said, list):
            said = next((one for one in said if one != "null"), "") if len(set(said) - {"null"}) == 1 else ""
        if said is None and "properties" in self.schema:
            return "object"
        return str(said or "")

    @property
    def options(self) -> tuple[str, ...]:
        """The values that can stand there, if they can be counted."""
        found: list[str] = [str(one) for one in self.schema.get("enum", ())]
        for branch in self.schema.get("anyOf", ()):
            inner = opened(self.root, branch, None).schema
            if "const" not in inner and "enum" not in inner:
                return ()
            found += [str(inner["const"])] if "const" in inner else [str(one) for one in inner["enum"]]
        return tuple(found)

    @property
    def required(self) -> frozenset[str]:
        return frozenset(self.schema.get("required", ()))

    def members(self, body: Any) -> Iterator[tuple[str, "Shape"]]:
        """What an object can hold, in the order of its schema."""
        for key in self.schema.get("properties", {}):
            yield key, self.inner(key, body)

    def inner(self, part: str | int, body: Any) -> "Shape":
        """The shape one step further in; `body` is what stands here."""
        if isinstance(part, int):
            found = self.schema.get("items", {})
        else:
            found = self.schema.get("properties", {}).get(part, self.schema.get("additionalProperties", {}))
        return opened(self.root, found if isinstance(found, Mapping) else {}, inside(body, part))


def shape_at(document: Document, path: Path) -> Shape:
    """The shape of what stands at the path; an empty one where the schemas leave it open."""
    body: Any = document.body
    shape, place = opened(root := schemas().document(document.kind), root, body), list(path)
    while place:
        part = place.pop(0)
        if document.kind == "entity" and part == "properties" and place:
            body = inside(inside(body, part), place.pop(0))
            root = schemas().property(str(inside(body, "x-type") or "text"))
            shape = opened(root, root, body)
            continue
        shape, body = shape.inner(part, body), inside(body, part)
    return shape


def opened(root: Schema, schema: Schema, body: Any) -> Shape:
    """The schema with its reference followed, and with what its conditions add for this body."""
    ref = ""
    while "$ref" in schema:
        address = str(schema["$ref"])
        if address.startswith(_COMMON):
            root, address = schemas().shared(), address.removeprefix("shuke:common")
        ref = address.rpartition("/")[2]
        schema = root
        for part in address.removeprefix("#/").split("/"):
            schema = schema[part]
    more, required = dict(schema.get("properties", {})), list(schema.get("required", ()))
    closed: dict[str, Any] = {}
    for branch in (*schema.get("allOf", ()), *([schema] if "if" in schema else ())):
        chosen = branch.get("then" if _holds(branch["if"], body) else "else", {}) if "if" in branch else branch
        found = opened(root, chosen, body).schema
        closed |= {key: found[key] for key in ("additionalProperties",) if key in found}
        more |= {key: _stricter(more.get(key), value) for key, value in found.get("properties", {}).items()}
        required += [key for key in found.get("required", ()) if key not in required]
    return Shape({**schema, **closed, "properties": more, "required": required} if more else schema, root, ref)


def inside(value: Any, part: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(str(part))
    return value[part] if isinstance(value, list | tuple) and isinstance(part, int) and part < len(value) else None


def _stricter(before: Any, after: Any) -> Any:
    """What a branch says of a member that is known already: `true` and exclusions say nothing of its form."""
    return before if isinstance(before, Mapping) and (not isinstance(after, Mapping) or "not" in after) else after


def _holds(condition: Schema, body: Any) -> bool:
    """Whether the named constants stand in the body, which is all that our conditions ask."""
    stated = condition.get("properties", {})
    return isinstance(body, Mapping) and all(body.get(key) == said["const"] if "const" in said else body.get(key) in said.get("enum", ()) for key, said in stated.items())
