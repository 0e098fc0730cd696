"""What a field type promises: how a value is configured, stored, written, read, found and shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

import sqlalchemy as sa

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.expressions.types import Type

NOTHING: Mapping[str, Any] = {"properties": {}}


class Form(Protocol):
    """A submitted form, as Werkzeug's MultiDict is one."""

    def get(self, name: str, default: Any = ..., /) -> Any: ...

    def getlist(self, name: str, /) -> list[str]: ...


class FieldType:
    """One kind of field. JSON value → `load` → Python value (stored) → `dump` → JSON value; blank is None in all of them.

    A person writes text (`parse`) and reads text (`format`) in the current locale; machines and files use `plain`.
    """

    name: ClassVar[str]
    words: ClassVar[str]
    """What the builder calls it, to be translated."""
    json_type: ClassVar[Mapping[str, Any]] = {"type": "string"}
    """What the property must say; empty for types whose result tells it."""
    options_schema: ClassVar[Mapping[str, Any]] = NOTHING
    """JSON Schema (properties, required) of the keywords that belong to this type alone."""
    operators: ClassVar[tuple["Operator", ...]] = ()
    stored: ClassVar[bool] = True
    """Has a column of its own in the entity's table."""
    comparable: ClassVar[bool] = True
    """Two records can have the same value: it can be unique, and tell of duplicates."""
    computed: ClassVar[bool] = False
    """Its value is never written by a person."""
    in_table: ClassVar[bool] = True
    """May be a column of a sub-table."""
    holds_file: ClassVar[bool] = False
    """The value is the number of a stored file."""
    searchable: ClassVar[bool] = False
    """Is found by the search unless `x-search` says no."""

    @property
    def label(self) -> str:
        return _(self.words)

    @property
    def template(self) -> str:
        return f"fields/{self.name}.html"

    def column_type(self, field: Field) -> sa.types.TypeEngine[Any] | None:
        raise NotImplementedError

    def column(self, field: Field, table: sa.FromClause) -> sa.ColumnElement[Any]:
        """What the operators compare, given the entity's table; for lists of records it is the record's own id."""
        return table.c[field.column or field.name]

    def expression_type(self, field: Field) -> Type:
        """The type in formulas; `Kind.BLANK` keeps the field out of them."""
        raise NotImplementedError

    def rows(self, entity: str, field: Field) -> str:
        """The entity of the rows when the field holds a collection of records, else `""`."""
        return ""

    def load(self, value: Any, field: Field) -> Any:
        return value

    def dump(self, value: Any, field: Field) -> Any:
        return value

    def parse(self, text: str, field: Field) -> Any:
        """The JSON value of what a person typed; `ValueError` with a sentence when it cannot be read."""
        return self.parse_plain(text, field)

    def parse_form(self, form: Form, name: str, field: Field) -> Any:
        return self.parse(form.get(name, "") or "", field)

    def format(self, value: Any, field: Field) -> str:
        """Text for people, in the current locale."""
        return self.plain(value, field)

    def plain(self, value: Any, field: Field) -> str:
        """Neutral text: CSV, and the bridge between types; `parse_plain` reads it back."""
        return "" if value is None else str(value)

    def parse_plain(self, text: str, field: Field) -> Any:
        return text.strip() or None

    def typed(self, value: Any, field: Field) -> Any:
        """What stands in the input: text, or a list of texts."""
        return self.plain(value, field)

    def meant(self, value: Any, before: Any, field: Field) -> Any:
        """The JSON value of an input that began with `before`, for types whose inputs show less than a value holds."""
        return value

    def shown(self, value: Any, field: Field) -> Any:
        """What the template's `cell` gets."""
        return self.format(value, field)

    def cell_out(self, value: Any, field: Field) -> Any:
        """The value of a spreadsheet's cell: text, number, date, instant or truth."""
        return self.format(value, field) or None

    def check(self, value: Any, field: Field) -> list[str]:
        """What is wrong with a JSON value, beyond the bounds that the JSON Schema states."""
        return self.faults(value, field) if has_json_type(value, self.json_type_of(field)) else [_("The value has the wrong form.")]

    def faults(self, value: Any, field: Field) -> list[str]:
        """What is wrong with a value that has the right JSON type."""
        return []

    def json_type_of(self, field: Field) -> Mapping[str, Any]:
        return self.json_type

    def check_with(self, value: Any, field: Field, values: Mapping[str, Any]) -> list[str]:
        """What is wrong with a JSON value beside the record's other JSON values."""
        return []

    def mask(self, value: Any, field: Field) -> str:
        """A hint of the value that does not tell it."""
        keep = field.option("mask")
        text = self.format(value, field)
        return masked(text, **keep) if isinstance(keep, Mapping) else masked(text, 0, 0)

    def search_words(self, value: Any, field: Field) -> list[str]:
        text = self.format(value, field)
        return [text] if text else []

    def problems(self, field: Field) -> list[tuple[str, str]]:
        """What is wrong with the configuration beyond its schema: (keyword, sentence)."""
        return []

    def operators_of(self, field: Field) -> "tuple[Operator, ...]":
        """What this field can be filtered by; computed fields have the operators of their result."""
        return self.operators

    def operator(self, name: str, field: Field | None = None) -> "Operator":
        for operator in self.operators_of(field) if field else self.operators:
            if operator.name == name:
                return operator
        raise ValueError(_("%(type)s fields cannot be filtered by “%(name)s”.", type=self.label, name=name))


_JSON_TYPES: Mapping[str, type] = MappingProxyType({"string": str, "integer": int, "boolean": bool, "object": dict, "array": list})


def has_json_type(value: Any, schema: Mapping[str, Any]) -> bool:
    """Only the outermost types, which `load` relies on."""
    expected = _JSON_TYPES.get(str(schema.get("type")), object)
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        return False
    items = schema.get("items", {})
    return not isinstance(value, list) or all(has_json_type(item, items) for item in value)


def is_control(character: str) -> bool:
    """Neither shown nor a line break or tab; surrogates belong to no character at all."""
    return (character < " " and character not in "\n\t") or "\x7f" <= character < "\xa0" or "\ud800" <= character <= "\udfff"


def masked(text: str, keep_start: int = 0, keep_end: int = 0) -> str:
    """Keep some characters of each end when enough others are hidden; the stars do not tell the length."""
    if not text:
        return ""
    if len(text) < keep_start + keep_end + 2:
        return "****"
    return f"{text[:keep_start]}****{text[len(text) - keep_end:]}"


def sentence(message: str, /, **values: object) -> ValueError:
    """The error of a text that cannot be read."""
    return ValueError(_(message, **values))


Build = Callable[[sa.ColumnElement[Any], Sequence[Any], Field, str], sa.ColumnElement[bool]]
Read = Callable[[FieldType, str, Field], Any]


def read_value(type_: FieldType, text: str, field: Field) -> Any:
    """A condition's value: neutral text first, as links between screens carry it, else what a person may type."""
    try:
        value = type_.parse_plain(text, field)
    except ValueError:
        value = type_.parse(text, field)
    if value is None:
        raise sentence("A value is missing.")
    return type_.load(value, field)


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to filter by a field; `arity` None takes one value or more."""

    name: str
    words: str
    arity: int | None
    build: Build
    read: Read = read_value

    @property
    def label(self) -> str:
        return _(self.words)

    def parse(self, type_: FieldType, texts: Sequence[str], field: Field) -> list[Any]:
        """The Python values of a condition's texts; `ValueError` with a sentence."""
        given = [text for text in texts if text.strip()]
        if any(is_control(character) for text in given for character in text):
            raise sentence("The text holds characters that cannot be shown.")
        if self.arity is None and not given or self.arity is not None and len(given) != self.arity:
            raise sentence("“%(operator)s” does not take %(count)s values.", operator=self.label, count=len(given))
        return [self.read(type_, text, field) for text in given]

    def condition(
        self, type_: FieldType, column: sa.ColumnElement[Any], texts: Sequence[str], field: Field, dialect: str,
    ) -> sa.ColumnElement[bool]:
        """The filter in SQL; `column` is `type_.column(…)` or an expression of the same type."""
        return self.build(column, self.parse(type_, texts, field), field, dialect)
