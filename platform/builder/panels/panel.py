"""Makes the panel of a document, or of a field: every keyword that its schema knows, with the control that fits it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from shuke.builder.formulas.conditions import in_words
from shuke.builder.formulas.places import is_condition
from shuke.builder.panels import words
from shuke.builder.panels.choices import choices_for, map_choices
from shuke.builder.panels.defaults import default
from shuke.builder.panels.model import Choice, Default, Group, Input, Panel, find
from shuke.builder.panels.naming import name_input
from shuke.builder.panels.scopes import Scope, scope_of
from shuke.builder.panels.shapes import Shape, inside, shape_at
from shuke.builder.workshop import Workshop
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Document
from shuke.definitions.patches import Path, escaped, parts_of
from shuke.fields import FIELD_TYPES

REQUIRED = "#required"
"""The pointer of what is said beside a field: that it needs a value."""
_NOT_OF_ENTITIES = frozenset({"properties", "required", "type"})
_DAY = "^[0-9]{4}-"
"""How the pattern of a day begins."""
_LONG = frozenset({"text", "body", "x-help", "description", "footer"})
_REDRAWING = frozenset({"type", "paper", "entity", "via", "ledger", "x-entity", "x-via", "x-workflow", "x-ledger", "field", "on", "x-result", "x-function", "x-field"})
TRUE_AT_FIRST = frozenset({"enabled", "head", "open", "x-search"})
WHOLE = "."
_DESIGNED = {"document": frozenset({"blocks", "type"}), "view": frozenset({"layout", "nodes", "type", "field", "public", "open"})}
"""Keywords that the designers of a kind of document show themselves."""
_SOME_PARTS = frozenset({"columns", "entity", "via", "min", "text", "width", "required", "on_phones"})
_OF_PARTS = {
    "field": frozenset({"width", "required", "on_phones"}), "section": frozenset({"columns", "required", "on_phones"}), "tab": frozenset({"required"}),
    "columns": frozenset({"columns", "width", "required", "on_phones"}), "text": frozenset({"text", "width", "on_phones"}),
    "related": frozenset({"columns", "entity", "via", "min", "width", "on_phones"}),
}
"""What can be said of each type of part of a form, of what not every part knows."""
_HINTS = {"maxLength": "maxlength", "minimum": "min", "maximum": "max"}
_TECHNICAL = frozenset({"description", "format", "title", "enum"})
_ENTERED = frozenset({
    "x-default", "x-formula", "x-required-if", "x-readonly-if", "x-placeholder", "x-message", "x-frozen", "readOnly", "minLength", "maxLength", "pattern", "minimum",
    "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems",
})
"""Keywords about what people enter."""
_TEXTS = frozenset({"text", "longtext", "email", "phone", "url", "barcode"})
_NUMBERS = frozenset({"integer", "decimal", "money", "percent"})
_LISTS = frozenset({"multichoice", "tags", "links", "table"})
_OF_TYPES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("minLength", "maxLength", "pattern"), _TEXTS), **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), _NUMBERS),
    **dict.fromkeys(("minItems", "maxItems", "uniqueItems"), _LISTS), "x-placeholder": _TEXTS | _NUMBERS,
    "x-unique": frozenset(one.name for one in FIELD_TYPES if one.stored and one.comparable), "x-formula": _TEXTS | _NUMBERS | {"boolean", "date", "datetime", "formula"},
}
"""Keywords that mean something for some types only."""
_NAMING = ("label", "x-label", "name", "title", "message", "field", "code", "entity", "ledger", "when", "function")


def panel(shop: Workshop, kind: str, name: str, field: str = "", at: str = "") -> Panel:
    """The panel of a document, or with `field` of a field of an entity (`lines.quantity`: a column of a sub-table).

    Beside a designer it is about the part at the pointer `at`, or with `WHOLE` about what the designer does not show.
    """
    document = shop.document(kind, name)
    base = base_of(field)
    body: Any = document.body
    for part in base:
        body = inside(body, part)
    if not isinstance(body, Mapping):
        raise NotFound(_("This field is not there any more."))
    scope = scope_of(shop, document, field.rpartition(".")[0])
    if field:
        scope = scope.within(body, "")
    inputs = list(_members(shape_at(document, base), scope, body, _pointer(base)))
    if field:
        inputs.insert(1, _required(document, base))
    if (named := name_input(document, field)) is not None:
        inputs.append(named)
    if at:
        inputs = _part(inputs, kind, at)
    groups = tuple(
        Group(group, words.group_word(group), found) for group in words.GROUPS if (found := tuple(one for one in inputs if one.group == group))
    )
    return Panel(shop, kind, name, field, groups, at)


def _alien(part: Any) -> frozenset[str]:
    """The keywords that say nothing of a part of this type, unless they are written there."""
    type_ = part.get("type") if isinstance(part, Mapping) else None
    known = _OF_PARTS.get(str(type_))
    return _SOME_PARTS - known - frozenset(part) if known is not None else frozenset()


def _part(inputs: list[Input], kind: str, at: str) -> list[Input]:
    """The inputs of one part, without what the designer shows itself."""
    if at != WHOLE:
        one = find(inputs, at)
        if one is None:
            raise NotFound(_("What you want to change is not there any more."))
        inputs = [inner for inner in one.inputs if kind != "view" or inner.key not in _alien(one.value)]
    designed = _DESIGNED.get(kind, frozenset())
    if kind == "document" and at == WHOLE and any(one.pointer == "/paper" for one in inputs):
        designed = designed | _unfit(next(one.value or "A4" for one in inputs if one.pointer == "/paper"))
    return [replace(one, inputs=tuple(_part(list(one.inputs), kind, WHOLE))) for one in inputs if one.key not in designed]


def _unfit(paper: str) -> frozenset[str]:
    """Keywords of a print that say nothing of this paper; what it is about is no matter of its look."""
    is_label, is_sheet = paper.startswith("label"), paper.startswith("A")
    return frozenset({"entity", *(() if is_label else ("sheet",)), *(() if is_sheet else ("orientation",)), *(("head", "number", "date") if is_label else ())})


def base_of(field: str) -> Path:
    """Where a field's property stands."""
    path: list[str | int] = []
    for part in field.split(".") if field else ():
        path += [*(["items"] if path else []), "properties", part]
    return tuple(path)


def _members(shape: Shape, scope: Scope, body: Mapping[str, Any], pointer: str) -> Iterator[Input]:
    for key, inner in shape.members(body):
        if _is_shown(key, inner, scope, body, is_outermost=pointer == ""):
            yield _input(key, inner, scope, body.get(key), f"{pointer}/{escaped(key)}", is_required=key in shape.required)


def _is_shown(key: str, shape: Shape, scope: Scope, body: Mapping[str, Any], *, is_outermost: bool) -> bool:
    if key in words.HIDDEN and not (key == "kind" and scope.document.kind == "rule") or "const" in shape.schema:
        return False
    if scope.document.kind == "entity" and (is_outermost and key in _NOT_OF_ENTITIES or key == "items"):
        return False
    if scope.document.kind == "entity" and key not in body and not _means_something(key, str(body.get("x-type", ""))):
        return False
    if key == "level" and key not in body and body.get("type") == "text":
        return False
    return key not in {"$comment", "title", "enum"} or key in body or (key == "title" and scope.document.kind != "entity")


def _means_something(key: str, type_: str) -> bool:
    """Whether a keyword can be said of a field of this type; what stands there already is shown anyway."""
    if key in _TECHNICAL:
        return False
    if type_ in FIELD_TYPES and FIELD_TYPES[type_].computed and key in _ENTERED:
        return False
    return not type_ or key not in _OF_TYPES or type_ in _OF_TYPES[key]


def _input(key: str, shape: Shape, scope: Scope, value: Any, pointer: str, *, is_required: bool = False, is_item: bool = False, in_list: bool = False) -> Input:
    """One keyword, or one entry of a list."""
    widget, choices = _widget(key, shape, scope, value)
    inner = scope.within(value, key)
    return Input(
        pointer, key, words.key_word(key), widget, _default(key, value, scope) if widget == "boolean" else value, words.help_of(key), is_required,
        words.group_of(key, in_list=len(scope.around) > 1 or in_list), choices, tuple(_inner(widget, key, shape, inner, value, pointer)), _summary(value, inner) if is_item else "",
        int(shape.schema.get("minItems", shape.schema.get("minProperties", 0))), is_item, key in _REDRAWING and not is_item, limits=_limits(shape),
        default=_chosen(scope, pointer, value) if widget == "default" else None, said=in_words(scope.shop, scope.document, pointer, value) if widget == "condition" and isinstance(value, str) else "",
    )


def _chosen(scope: Scope, pointer: str, value: Any) -> Default:
    """How the default of a field was chosen."""
    *owners, name = parts_of(pointer)[1:-1:3]
    return default(scope.catalogue, ".".join((scope.document.name, *owners)), name, str(value or ""))


def _widget(key: str, shape: Shape, scope: Scope, value: Any) -> tuple[str, tuple[Choice, ...]]:
    """Which control, and what it offers."""
    if shape.ref == "label":
        return ("words" if key in _LONG or any("\n" in said for said in (value or {}).values()) else "label"), ()
    if key == "x-mask":
        return "mask", ()
    if shape.ref == "icon":
        return "icon", ()
    if shape.options:
        return "choice", _with(value, tuple((one, words.value_word(one)) for one in shape.options if one))
    if shape.type == "array":
        return _array(key, shape, scope, value)
    if shape.type == "object":
        return ("map" if _is_map(shape) else "object"), (map_choices(scope, key) or () if _is_map(shape) else ())
    if key == "x-default":
        return "default", ()
    if shape.ref == "expression":
        return ("condition" if is_condition("/".join((*scope.keys[-1:], key))) else "formula"), ()
    if isinstance(shape.schema.get("type"), list):
        return "bound", ()
    if shape.type == "string" and (offered := choices_for(scope, key, shape.ref)) is not None:
        return "choice", _with(value, offered)
    return _single(key, shape), ()


def _single(key: str, shape: Shape) -> str:
    """The control of one value that is entered."""
    if key == "x-max-size":
        return "size"
    if shape.type == "string":
        return "day" if str(shape.schema.get("pattern", "")).startswith(_DAY) else "text"
    return shape.type if shape.type in {"integer", "number", "boolean"} else "json"


def _array(key: str, shape: Shape, scope: Scope, value: Any) -> tuple[str, tuple[Choice, ...]]:
    inner = shape.inner(0, value)
    if key == "x-options":
        return "options", ()
    if inner.type in {"object", "array"}:
        return "list", ()
    if inner.options:
        return "checks", tuple((one, words.value_word(one)) for one in inner.options)
    if inner.type == "string":
        return "chips", _with_all(value or (), choices_for(scope, key, inner.ref) or ())
    return "json", ()


def _is_map(shape: Shape) -> bool:
    return isinstance(shape.schema.get("additionalProperties"), Mapping)


def _inner(widget: str, key: str, shape: Shape, scope: Scope, value: Any, pointer: str) -> Iterator[Input]:
    if widget == "object":
        yield from _members(shape, scope, value if isinstance(value, Mapping) else {}, pointer)
    elif widget in {"list", "options"}:
        for number, item in enumerate(value or ()):
            yield _input(key, shape.inner(number, value), scope, item, f"{pointer}/{number}", is_item=True)
    elif widget == "map":
        offered = dict(map_choices(scope.outer if isinstance(value, Mapping) else scope, key) or ())
        for name, item in (value or {}).items():
            one = _input(name, shape.inner(name, value), scope, item, f"{pointer}/{escaped(name)}", is_item=True)
            yield _named(one, offered.get(name, name))


def _named(one: Input, label: str) -> Input:
    return replace(one, label=label, help="", group="basics", redraws=False)


def _with(value: Any, offered: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """What stands there can always be chosen, even where nothing of that name is left."""
    return offered if value is None or any(one == value for one, _words in offered) else (*offered, (str(value), str(value)))


def _with_all(values: Any, offered: tuple[Choice, ...]) -> tuple[Choice, ...]:
    for value in values:
        offered = _with(value, offered)
    return offered


def _default(key: str, value: Any, scope: Scope) -> bool | None:
    """What holds where nothing is said."""
    if value is not None:
        return bool(value)
    if key == "x-search":
        type_ = str(scope.object.get("x-type", ""))
        return type_ in FIELD_TYPES and FIELD_TYPES[type_].searchable
    return key in TRUE_AT_FIRST


def _limits(shape: Shape) -> tuple[tuple[str, Any], ...]:
    return tuple((attribute, shape.schema[key]) for key, attribute in _HINTS.items() if key in shape.schema)


def _summary(value: Any, scope: Scope) -> str:
    """What an entry is about, in a few words."""
    if not isinstance(value, Mapping):
        return ""
    if "x-dedupe" in scope.keys:
        known = dict(choices_for(scope, "fields", "") or ())
        return _("Same %(fields)s", fields=_(" and ").join(known.get(str(name), str(name)) for name in value.get("fields", ())))
    said = [words.value_word(str(value["type"]))] if isinstance(value.get("type"), str) else []
    for key in _NAMING:
        found = value.get(key)
        if isinstance(found, Mapping) and (text := pick(found)):
            return " · ".join([*said, text.splitlines()[0]])
        if isinstance(found, str) and found:
            offered = dict(choices_for(scope, key, "") or ())
            return " · ".join([*said, offered.get(found, found)])
    return " · ".join(said)


def _required(document: Document, base: Path) -> Input:
    owner: Any = document.body
    for part in base[:-2]:
        owner = inside(owner, part)
    required = base[-1] in owner.get("required", ())
    return Input(REQUIRED, "required", words.key_word("required"), "boolean", required)


def _pointer(path: Path) -> str:
    return "".join(f"/{escaped(str(part))}" for part in path)
