"""What single types do that no other does."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from fields.specimens import LABEL, OPTIONS, SPECIMENS, TREE

from shuke.core.i18n import use_locale
from shuke.core.settings import Settings, use_settings
from shuke.definitions.model import Field
from shuke.definitions.parse import parse_field
from shuke.fields import FIELD_TYPES, regions
from shuke.fields.barcode import check_digit, svg
from shuke.fields.properties import property_problems
from shuke.fields.treechoice import TreeChoiceType


class Form:
    """Enough of a submitted form."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        self.values = values

    def get(self, name: str, default: Any = None, /) -> Any:
        return (self.values.get(name) or [default])[0]

    def getlist(self, name: str, /) -> list[str]:
        return self.values.get(name, [])


def _field(type_: str, **schema: Any) -> Field:
    return parse_field("field", {**SPECIMENS[type_].schema, **schema}, frozenset(), "e_book")


def _parts(type_: str, **schema: Any) -> tuple[Any, Field]:
    return FIELD_TYPES[type_], _field(type_, **schema)


def test_bounds_of_decimals_are_kept_though_they_are_strings() -> None:
    money, one = _parts("money", minimum=0, maximum=100)
    assert money.check("100.00", one) == []
    with use_locale("en"):
        assert money.check("-0.01", one) == ["The value has to be at least ¥0.00."]
        assert money.check("100.01", one) == ["The value has to be at most ¥100.00."]
        assert money.check("0.001", one) == ["At most 2 decimals fit here."]
    assert len(money.check("9" * 39, one)) == 1


def test_money_of_another_currency_is_refused_and_not_converted() -> None:
    money, one = _parts("money", **{"x-currency": "USD"})
    with use_locale("en"):
        assert money.parse("$5.00", one) == "5"
        assert money.format(Decimal("1234.5"), one) == "$1,234.50"
        with pytest.raises(ValueError, match="has to be in USD"):
            money.parse("￥5", one)


def test_prices_of_a_part_of_a_cent_keep_their_decimals() -> None:
    money, one = _parts("money", **{"x-scale": 4})
    with use_locale("zh"):
        assert money.format(Decimal("-1.2345"), one) == "-¥1.2345"


def test_the_company_decides_whose_numbers_need_no_country_code() -> None:
    phone, one = _parts("phone")
    assert phone.format("+8613800138000", one) == "138 0013 8000"
    assert phone.mask("+8613800138000", one) == "138****8000"
    with use_settings(Settings(country="US")):
        assert phone.parse("(212) 555-0123", one) == "+12125550123"
        assert phone.format("+8613800138000", one) == "+86 138 0013 8000"


def test_only_amounts_of_other_currencies_name_their_country() -> None:
    with use_locale("en"):
        own, one = _parts("money")
        assert own.format(Decimal(5), one) == "¥5.00"
        foreign, other = _parts("money", **{"x-currency": "HKD"})
        assert foreign.format(Decimal(5), other) == "HK$5.00"


def test_a_mask_can_be_set_for_each_field() -> None:
    text, one = _parts("text", **{"x-mask": {"keep_start": 2, "keep_end": 1}})
    assert text.mask("ABCDEFG", one) == "AB****G"
    assert text.mask("ABC", one) == "****"


def test_a_dependent_choice_follows_its_parent() -> None:
    options = [{**option, "parent": "prose"} for option in OPTIONS[:1]] + OPTIONS[1:]
    choice, one = _parts("choice", **{"x-options": options, "x-depends": "genre"})
    assert choice.check_with("new", one, {"genre": "prose"}) == []
    assert len(choice.check_with("new", one, {"genre": "verse"})) == 1
    assert choice.check_with("old", one, {"genre": "verse"}) == []


def test_retired_options_stay_where_they_are_and_are_not_offered_again() -> None:
    choice, one = _parts("choice")
    assert [code for code, _label in choice.choices(one)] == ["new", "old"]
    assert [code for code, _label in choice.choices(one, ["rare"])] == ["new", "old", "rare"]
    assert choice.check("rare", one) == []


def test_a_tree_is_shown_as_one() -> None:
    tree, one = TreeChoiceType(), _field("treechoice")
    with use_locale("en"):
        assert tree.choices(one) == [("prose", "Prose"), ("novel", "\u2003Novel"), ("crime", "\u2003\u2003Crime"), ("verse", "Verse")]
        assert tree.format("crime", one) == "Prose / Novel / Crime"


def test_a_tree_in_a_circle_is_refused() -> None:
    circle = [{**TREE[0], "parent": "crime"}, *TREE[1:]]
    assert {path for path, _message in property_problems({**SPECIMENS["treechoice"].schema, "x-options": circle})} == {f"x-options/{n}/parent" for n in range(3)}


def test_options_with_one_code_are_refused() -> None:
    assert [path for path, _message in property_problems({**SPECIMENS["choice"].schema, "x-options": [*OPTIONS, OPTIONS[0]]})] == ["x-options/3/code"]


@pytest.mark.parametrize(("type_", "code"), [("choice", "a,b"), ("choice", ""), ("multichoice", "a;b")])
def test_codes_are_words(type_: str, code: str) -> None:
    options = [{"code": code, "label": LABEL}]
    assert property_problems({**SPECIMENS[type_].schema, "x-options": options})


def test_unticked_boxes_are_no() -> None:
    boolean, one = _parts("boolean")
    assert boolean.parse_form(Form({"field": ["false"]}), "field", one) is False
    assert boolean.parse_form(Form({"field": ["false", "true"]}), "field", one) is True
    assert boolean.parse_form(Form({}), "field", one) is None


def test_many_ticked_boxes_are_a_list() -> None:
    many, one = _parts("multichoice")
    assert many.parse_form(Form({"field": ["new", "old", "new"]}), "field", one) == ["new", "old"]
    tags, tagged = _parts("tags")
    assert tags.parse_form(Form({"field": ["新书, 好书"]}), "field", tagged) == ["new", "好书"]


def test_an_address_forgets_the_city_of_another_province() -> None:
    address, one = _parts("address")
    form = Form({"field.province": ["110000"], "field.city": ["440300"], "field.district": ["440305"], "field.street": [" 建国路 "]})
    assert address.parse_form(form, "field", one) == {"province": "110000", "street": "建国路"}


def test_an_address_reads_as_its_country_writes_it() -> None:
    address, one = _parts("address")
    value = {"province": "440000", "city": "440300", "district": "440305", "street": "科技园路1号", "postcode": "518000"}
    with use_locale("zh"):
        assert address.format(value, one) == "广东省深圳市南山区科技园路1号 518000"
        assert address.mask(value, one) == "广东省深圳市****"
    with use_locale("en"):
        assert address.format(value, one) == "科技园路1号, Nanshan District, Shenzhen, Guangdong, 518000"


@pytest.mark.parametrize("value", [{"province": "440300"}, {"city": "440300"}, {"province": "110000", "city": "440300"}, {"planet": "x"}, {"street": "a\x00"}, {"street": "x" * 300}])
def test_an_address_that_cannot_be_is_refused(value: dict[str, str]) -> None:
    address, one = _parts("address")
    assert address.check(value, one)


def test_every_region_has_its_parent_and_both_names() -> None:
    provinces = regions.children()
    assert len(provinces) == 34
    listed = [region for province in provinces for city in regions.children(province.code) for region in (city, *regions.children(city.code))]
    assert len(listed) > 3500
    assert all(region.zh and region.en and region.en.replace("ü", "u").isascii() for region in [*provinces, *listed])


def test_a_bar_code_is_drawn_without_styles() -> None:
    for text, symbology in (("6901234567892", "ean13"), ("BOOK-1", "code128"), ("https://example.com/图书", "qr")):
        drawn = svg(text, symbology)
        assert drawn.startswith("<svg ")
        assert drawn.count("h") > 10
        assert "style" not in drawn
        assert "<script" not in drawn
    assert svg("x" * 5000, "qr") == ""
    assert "&#34;" in svg('"quoted"', "qr")


def test_the_last_digit_of_an_ean_is_added() -> None:
    barcode, one = _parts("barcode")
    assert barcode.parse("690123456789", one) == "6901234567892" == "690123456789" + check_digit("690123456789")


def test_links_show_the_title_that_a_reader_may_see() -> None:
    link, one = _parts("link")
    seen, unseen = SimpleNamespace(id=7, title="Wolf Totem", visible=True), SimpleNamespace(id=8, title="****", visible=False)
    assert (link.shown(seen, one).text, link.shown(seen, one).url) == ("Wolf Totem", "/r/book/7")
    assert (link.shown(unseen, one).text, link.shown(unseen, one).url) == ("****", "")
    assert link.dump(seen, one) == "7"


def test_a_birthday_in_the_future_can_be_refused() -> None:
    birthday, one = _parts("date", **{"x-past": True})
    assert birthday.check("2026-11-21", one) == []
    assert len(birthday.check("2026-11-22", one)) == 1
    assert birthday.load("2026-11-21", one) == date(2026, 11, 21)


def test_seconds_that_inputs_do_not_show_last_until_another_minute_is_typed() -> None:
    type_, one = _parts("datetime")
    saved = "2026-11-21T02:30:45Z"
    typed = type_.typed(type_.load(saved, one), one)
    assert typed == "2026-11-21T10:30"
    assert type_.meant(type_.parse(typed, one), saved, one) == saved
    assert type_.meant(type_.parse("2026-11-21T10:31", one), saved, one) == "2026-11-21T02:31:00Z"
    assert type_.meant(type_.parse("2026-11-21T10:30:12", one), saved, one) == "2026-11-21T02:30:12Z"
    assert type_.meant(type_.parse(typed, one), "nonsense", one) == "2026-11-21T02:30:00Z"
    assert type_.meant(None, saved, one) is None


@pytest.mark.parametrize(("type_", "value"), [("date", "2026-11-21T00:00:00Z"), ("date", "2026-11-31"), ("datetime", "2026-11-21T10:00:00"), ("datetime", "x")])
def test_times_that_do_not_exist_are_refused(type_: str, value: str) -> None:
    kind, one = _parts(type_)
    assert kind.check(value, one)


def test_large_numbers_go_to_spreadsheets_as_text() -> None:
    integer, one = _parts("integer")
    assert integer.cell_out(10**15, one) == str(10**15)
    assert integer.cell_out(10**14, one) == 10**14


def test_words_of_the_search_are_in_all_languages() -> None:
    choice, one = _parts("choice")
    assert choice.search_words("new", one) == ["新书", "New book"]
    phone, number = _parts("phone")
    assert phone.search_words("+8613800138000", number) == ["13800138000", "+8613800138000"]


def test_a_sub_table_must_not_require_what_it_has_not() -> None:
    items = {**SPECIMENS["table"].schema["items"], "required": ["author"]}
    assert property_problems({**SPECIMENS["table"].schema, "items": items})


def test_numbers_are_not_given_inside_lines() -> None:
    items = {"type": "object", "properties": {"n": SPECIMENS["autonumber"].schema}}
    assert property_problems({**SPECIMENS["table"].schema, "items": items})
