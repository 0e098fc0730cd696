"""A new field type needs its own module, its template and its line in the list, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
from fields.specimens import LABEL

import shuke.fields
from shuke.core.registry import Registry
from shuke.definitions.model import Document
from shuke.definitions.parse import parse_documents, parse_field
from shuke.expressions import Kind
from shuke.fields import FIELD_TYPES, FieldType, properties, scope
from shuke.fields.text import TextType

TEMPLATE = '{% macro input(field, value, state) %}<input name="{{ state.name }}">{% endmacro %}{% macro cell(value) %}<i>{{ value }}</i>{% endmacro %}'


class ShelfMarkType(TextType):
    """`QA76.73`: where a book stands."""

    name = "shelfmark"
    words = "Shelf mark"

    def parse_plain(self, text: str, field: Any) -> Any:
        return text.strip().upper() or None


@pytest.fixture
def extended(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry[FieldType]]:
    """The registry with one more line, where every part of the package looks it up."""
    longer: Registry[FieldType] = Registry("field type", [*FIELD_TYPES, ShelfMarkType()])
    for module in (shuke.fields, scope, properties):
        monkeypatch.setattr(module, "FIELD_TYPES", longer)
    properties._schemas.cache_clear()
    yield longer
    properties._schemas.cache_clear()


def test_a_new_type_works_everywhere_at_once(extended: Registry[FieldType]) -> None:
    written = {"type": "string", "x-type": "shelfmark", "x-label": LABEL}
    assert properties.property_problems(written) == []
    entity = {"$id": "book", "type": "object", "x-label": LABEL, "properties": {"mark": written}}
    catalogue = parse_documents([Document("entity", "book", "library", entity)], 1)
    member = scope.scope(catalogue).member("book", "mark")
    assert member is not None
    assert member.type.kind is Kind.TEXT
    assert scope.expression(catalogue, "book", 'mark = "QA76"', expect="bool").paths == {("mark",)}
    one = parse_field("mark", written, frozenset(), "e_book")
    assert extended["shelfmark"].parse("qa76 ", one) == "QA76"
    assert extended["shelfmark"].operator("starts", one).parse(extended["shelfmark"], ["QA"], one) == ["QA"]


def test_its_template_is_found_by_its_name() -> None:
    environment = jinja2.Environment(loader=jinja2.DictLoader({"fields/shelfmark.html": TEMPLATE}), autoescape=True)
    module: Any = environment.get_template(ShelfMarkType().template).module
    assert str(module.cell("<b>")) == "<i>&lt;b&gt;</i>"


def test_two_types_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="shelfmark"):
        Registry("field type", [ShelfMarkType(), ShelfMarkType()])


def test_one_module_one_type() -> None:
    folder = Path(shuke.fields.__file__).parent
    assert all((folder / f"{type_.name}.py").exists() for type_ in FIELD_TYPES)
