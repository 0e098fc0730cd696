"""What every field type promises, asked of every entry of the registry."""

from decimal import Decimal

import jsonschema
import jsonschema_rs
import pytest
from fields.specimens import SPECIMENS, Specimen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuke.core.i18n import use_locale
from shuke.core.sqltypes import ScaledDecimal
from shuke.expressions import Kind
from shuke.fields import FIELD_TYPES, FieldType
from shuke.fields.properties import property_problems

every_type = pytest.mark.parametrize("type_", list(FIELD_TYPES), ids=lambda type_: type_.name)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def specimen(type_: FieldType) -> Specimen:
    return SPECIMENS[type_.name]


@every_type
def test_the_property_of_each_type_can_be_written(type_: FieldType) -> None:
    assert property_problems(specimen(type_).schema) == []


@every_type
def test_an_unknown_keyword_is_refused_with_its_name(type_: FieldType) -> None:
    problems = property_problems({**specimen(type_).schema, "x-wonder": 1})
    assert any("x-wonder" in message for _path, message in problems)


@every_type
def test_a_property_of_another_json_type_is_refused(type_: FieldType) -> None:
    assert property_problems({**specimen(type_).schema, "type": "null"})


@every_type
@quick
@given(data=st.data())
def test_a_json_value_survives_storing_and_plain_text(type_: FieldType, data: st.DataObject) -> None:
    one, value = specimen(type_).made, data.draw(specimen(type_).values)
    stored = type_.load(value, one)
    assert type_.check(value, one) == []
    assert type_.dump(stored, one) == value
    if type_.name != "table":
        assert type_.parse_plain(type_.plain(stored, one), one) == value


@every_type
@pytest.mark.parametrize("locale", ["zh", "en"])
@quick
@given(data=st.data())
def test_what_people_read_can_be_typed_again(type_: FieldType, locale: str, data: st.DataObject) -> None:
    one, value = specimen(type_).made, data.draw(specimen(type_).values)
    with use_locale(locale):
        shown = type_.format(type_.load(value, one), one)
        assert shown
        if specimen(type_).reads_its_format:
            assert type_.parse(shown, one) == value


@every_type
@quick
@given(data=st.data())
def test_values_have_the_json_type_that_the_property_states(type_: FieldType, data: st.DataObject) -> None:
    one, value = specimen(type_).made, data.draw(specimen(type_).values)
    schema = {key: part for key, part in one.schema.items() if not key.startswith("x-") and key != "format"}
    jsonschema.Draft202012Validator(schema).validate(value)
    assert type_.json_type.items() <= one.schema.items()


@every_type
@pytest.mark.parametrize("wrong", [5.5, {"a": 1}, [1], "\x00", True], ids=repr)
def test_a_value_of_the_wrong_form_is_a_sentence_and_no_crash(type_: FieldType, wrong: object) -> None:
    one = specimen(type_).made
    if type_.check(wrong, one) == []:
        assert type_.dump(type_.load(wrong, one), one) == wrong or type_.name == "address"


@every_type
def test_blank_is_none_everywhere(type_: FieldType) -> None:
    one = specimen(type_).made
    assert type_.load(None, one) is None
    assert type_.dump(None, one) is None
    assert type_.parse("", one) is None
    assert type_.parse_plain("  ", one) is None
    assert type_.format(None, one) == type_.plain(None, one) == type_.mask(None, one) == ""
    assert type_.search_words(None, one) == []
    assert type_.cell_out(None, one) is None


@every_type
def test_what_people_type_is_understood(type_: FieldType) -> None:
    one = specimen(type_).made
    for locale, text, value in specimen(type_).typed:
        with use_locale(locale):
            assert type_.parse(text, one) == value, text


@every_type
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_what_cannot_be_read_is_refused_with_a_sentence(type_: FieldType, locale: str) -> None:
    with use_locale("zh"):
        for text in specimen(type_).refused:
            with pytest.raises(ValueError, match=".+"):
                type_.parse(text, specimen(type_).made)


@every_type
@quick
@given(data=st.data())
def test_a_mask_tells_less_than_the_value(type_: FieldType, data: st.DataObject) -> None:
    one, value = specimen(type_).made, data.draw(specimen(type_).values)
    stored = type_.load(value, one)
    assert "****" in type_.mask(stored, one)
    assert type_.format(stored, one) not in type_.mask(stored, one).replace("*", "")


@every_type
def test_columns_and_formulas_agree_about_the_type(type_: FieldType) -> None:
    one = specimen(type_).made
    column, result = type_.column_type(one), type_.expression_type(one)
    assert (column is None) <= (not type_.stored)
    if isinstance(column, ScaledDecimal):
        assert result.kind is Kind.NUMBER
        assert result.scale in (None, column.scale)
    if result.kind is Kind.LINK:
        assert result.entity


@every_type
def test_labels_are_words_of_their_own(type_: FieldType) -> None:
    assert type_.label
    assert [other.name for other in FIELD_TYPES if other.words == type_.words] == [type_.name]
    assert all(operator.label for operator in type_.operators)


def test_each_type_has_a_specimen() -> None:
    assert {type_.name for type_ in FIELD_TYPES} == set(SPECIMENS)


@every_type
@quick
@given(data=st.data())
def test_the_validator_of_records_agrees_with_the_formats(type_: FieldType, data: st.DataObject) -> None:
    one, value = specimen(type_).made, data.draw(specimen(type_).values)
    schema = {key: part for key, part in one.schema.items() if not key.startswith("x-") and key != "items"}
    validator = jsonschema_rs.validator_for(schema, validate_formats=True, formats={"decimal": lambda text: Decimal(text).is_finite()})
    values = [value, *(typed for _locale, _text, typed in specimen(type_).typed if typed is not None)]
    assert [str(error) for one_value in values for error in validator.iter_errors(one_value)] == []
