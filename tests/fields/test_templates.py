"""Inputs and cells of every type: blank, filled, refused, read-only; hostile text stays text."""

from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fields.specimens import SPECIMENS
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from shuke import fields
from shuke.core.i18n import gettext
from shuke.fields import FIELD_TYPES, ChoiceType, FieldType

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
SHOWN_ONLY = {"autonumber", "lookup", "rollup", "formula", "state", "balance", "created_at", "created_by", "updated_at", "updated_by", "table"}
every_type = pytest.mark.parametrize("type_", list(FIELD_TYPES), ids=lambda type_: type_.name)


class Page(HTMLParser):
    """The elements of a fragment, whether they are closed in order, and its text."""

    VOID = frozenset({"input", "img", "path"})

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(markup)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _value in attrs}) == len(attrs), (tag, attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str) -> list[str | None]:
        """The values of an attribute, in order."""
        return [attributes[name] for _tag, attributes in self.elements if name in attributes]


@pytest.fixture(scope="module")
def templates() -> Environment:
    environment = Environment(loader=FileSystemLoader(Path(fields.__file__).parent / "templates"), autoescape=True)
    environment.globals.update(_=gettext)
    return environment


def _input(templates: Environment, type_: FieldType, value: Any, **state: Any) -> Page:
    one = SPECIMENS[type_.name].made
    options = type_.choices(one) if isinstance(type_, ChoiceType) else []
    given = SimpleNamespace(**{"id": "f-1", "name": "field", "errors": [], "required": False, "read_only": False, "placeholder": "", "options": options, "url": "/u"} | state)
    return Page(str(templates.get_template(type_.template).module.input(one, type_.typed(value, one), given)))  # type: ignore[attr-defined]


def _cell(templates: Environment, type_: FieldType, value: Any) -> Page:
    one = SPECIMENS[type_.name].made
    return Page(str(templates.get_template(type_.template).module.cell(type_.shown(value, one))))  # type: ignore[attr-defined]


def _value(type_: FieldType) -> Any:
    specimen = SPECIMENS[type_.name]
    return type_.load(specimen.fixed[0], specimen.made) if specimen.fixed else type_.load([{"title": "x"}], specimen.made)


@every_type
def test_a_blank_input_has_a_name_and_an_id(templates: Environment, type_: FieldType) -> None:
    page = _input(templates, type_, None)
    assert page.all("id")[0] == "f-1" or "f-1" in page.all("id")
    if type_.name not in SHOWN_ONLY:
        assert any(str(name).startswith("field") for name in page.all("name") + page.all("data-name"))


@every_type
def test_a_filled_input_shows_its_value(templates: Environment, type_: FieldType) -> None:
    blank, filled = _input(templates, type_, None), _input(templates, type_, _value(type_), linked=[("1", "One"), ("2", "Two")])
    if type_.name != "table":
        assert (filled.text, filled.elements) != (blank.text, blank.elements)


@every_type
def test_what_is_wrong_is_said_to_machines_too(templates: Environment, type_: FieldType) -> None:
    page = _input(templates, type_, None, errors=["Fill this in."])
    assert page.all("aria-invalid")[:1] == ["true"]
    assert page.all("aria-describedby")[0] == "f-1-error"


@every_type
def test_a_read_only_input_cannot_be_typed_into(templates: Environment, type_: FieldType) -> None:
    page = _input(templates, type_, _value(type_), read_only=True)
    controls = [attributes for tag, attributes in page.elements if tag in ("input", "select", "textarea") and attributes.get("type") != "hidden"]
    assert all("readonly" in attributes or "disabled" in attributes for attributes in controls)


@every_type
def test_a_required_input_says_so(templates: Environment, type_: FieldType) -> None:
    page = _input(templates, type_, None, required=True)
    if type_.name not in SHOWN_ONLY | {"boolean", "multichoice", "links"}:
        assert "required" in {name for _tag, attributes in page.elements for name in attributes}


@every_type
def test_a_cell_shows_what_people_read(templates: Environment, type_: FieldType) -> None:
    value, one = _value(type_), SPECIMENS[type_.name].made
    page = _cell(templates, type_, value)
    said = type_.format(value, one)
    assert said in page.text or all(part.strip() in page.text for part in said.split("，")) or said in page.all("alt") or type_.name in ("url", "multichoice", "tags")
    assert page.text or page.all("alt")


@every_type
def test_a_blank_cell_is_empty(templates: Environment, type_: FieldType) -> None:
    page = _cell(templates, type_, None)
    assert page.text.strip() == ""
    assert page.elements == []


@every_type
def test_no_style_and_no_script_of_its_own(templates: Environment, type_: FieldType) -> None:
    source = (Path(fields.__file__).parent / "templates" / type_.template).read_text()
    assert "style=" not in source
    assert "<script" not in source
    assert " on" + "click" not in source
    assert "|safe" not in source.replace(" ", "")


@every_type
def test_hostile_text_stays_text(templates: Environment, type_: FieldType) -> None:
    one = SPECIMENS[type_.name].made
    state = SimpleNamespace(
        id="f-1", name="field", errors=[HOSTILE], required=True, read_only=False, placeholder=HOSTILE, options=[("x", HOSTILE), (HOSTILE, "x")], url=HOSTILE,
        linked=[("1", HOSTILE)], columns=[HOSTILE], rows=[[HOSTILE]],
    )
    typed = type_.typed(None, one)
    value = HOSTILE if isinstance(typed, str) else [HOSTILE] if isinstance(typed, list) else {**(typed or {}), "street": HOSTILE, "text": HOSTILE, "url": HOSTILE}
    module = templates.get_template(type_.template).module
    page = Page(str(module.input(one, value, state)))  # type: ignore[attr-defined]
    shown: Any = SimpleNamespace(text=HOSTILE, url=HOSTILE, color="x", address=HOSTILE, number=HOSTILE, svg=Markup())
    usual = type_.shown(_value(type_), one)
    cell = Page(str(module.cell(HOSTILE if isinstance(usual, str) else [shown] if isinstance(usual, list) else shown)))  # type: ignore[attr-defined]
    assert "script" not in {tag for tag, _attributes in page.elements + cell.elements}
    assert "onerror" not in {name for _tag, attributes in page.elements + cell.elements for name in attributes}
    if type_.name != "boolean":
        assert HOSTILE in cell.text or HOSTILE in cell.all("alt")


def test_each_type_has_its_template_and_no_other_exists() -> None:
    folder = Path(fields.__file__).parent / "templates" / "fields"
    assert {path.name for path in folder.iterdir()} == {f"{type_.name}.html" for type_ in FIELD_TYPES} | {"_parts.html"}
