"""Charts as SVG: well formed, with text as text, in both languages, whatever the numbers are."""

from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from shuke.core.i18n import format_number, use_locale
from shuke.definitions.dashboards import Part
from shuke.reports.charts.canvas import compact, cut, width_of
from shuke.reports.charts.chart import chart, spark
from shuke.reports.charts.look import COLORS, look
from shuke.reports.charts.scale import scale_for
from shuke.reports.keys import Key
from shuke.reports.numbers import Number, Numbers, Series

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "<b>&\"'徐汇店"


def made(*columns: tuple[Number, ...], is_time: bool = False) -> Numbers:
    names = [NASTY, "西湖店", "A very long name of a thing that nobody could ever read in a chart"]
    keys = tuple(Key(place, names[place % 3], "") for place in range(len(columns[0])))
    series = tuple(Series(Key(place, f"s{place}"), column, lambda value: "–" if value is None else format_number(value)) for place, column in enumerate(columns))
    return Numbers("Heading", keys, series, is_time, True)


def texts(drawn: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(drawn).iter(f"{SVG}text")]


@pytest.mark.parametrize("kind", ["bar", "line", "area", "pie", "funnel"])
@pytest.mark.parametrize("values", [(1, 2, 3), (0, 0, 0), (5,), (None, Decimal("-3.5"), 12), (Decimal("123456789.12"), 1, 0), tuple(range(60))])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_kind_draws_all_numbers(kind: str, values: tuple[Number, ...], locale: str) -> None:
    with use_locale(locale):
        drawn = chart(Part("chart", chart=kind), made(values, is_time=kind in ("line", "area")), "A label")
    root = ET.fromstring(str(drawn))
    assert root.get("aria-label") == "A label"
    assert "style" not in str(drawn)
    assert "<b>" not in str(drawn)
    numbers = [float(value) for element in root.iter() for name, value in element.attrib.items() if name in ("x", "y", "width", "height", "cx", "cy")]
    assert all(-1 <= value <= 3000 for value in numbers)


def test_several_series_have_a_legend_and_stack_from_three_on() -> None:
    three = made((1, 2), (3, 4), (5, 6), is_time=True)
    stacked = look(Part("chart", chart="bar", series="unit"), three)
    grouped = look(Part("chart", chart="bar"), three)
    assert (stacked.stacked, grouped.stacked, len(set(stacked.colors))) == (True, False, 3)
    assert {"s0", "s1", "s2"} <= set(texts(str(chart(Part("chart", chart="bar", series="unit"), three, "x"))))


def test_colours_of_the_definition_are_kept_and_the_others_differ() -> None:
    numbers = made((1, 2, 3))
    named = tuple(Key(key.value, key.label, color) for key, color in zip(numbers.keys, ("red", "", "success"), strict=True))
    shown = look(Part("chart", chart="pie"), Numbers("", named, numbers.series, False, True))
    assert shown.colors == ("red", "indigo", "green")
    assert set(shown.colors) <= set(COLORS)


def test_a_scale_is_round_and_holds_zero() -> None:
    assert scale_for([1, 2, 3], whole=True).ticks == [0, 1, 2, 3]
    assert scale_for([930], whole=True).high == 1000
    assert scale_for([-5, 10], whole=True).low <= -5
    assert scale_for([], whole=False).ticks[0] == 0
    assert scale_for([Decimal("0.004")], whole=False).high >= 0.004


def test_numbers_on_an_axis_are_short_in_each_language() -> None:
    with use_locale("zh"):
        assert [compact(value) for value in (950, 12000, 350_000_000)] == ["950", "1.2万", "3.5亿"]
    with use_locale("en"):
        assert [compact(value) for value in (950, 12000, 350_000_000, 2.5)] == ["950", "12K", "350M", "2.5"]


def test_text_that_has_no_room_ends_with_an_ellipsis() -> None:
    assert cut("徐汇店", 100) == "徐汇店"
    shortened = cut("一个非常非常非常长的门店名称", 60)
    assert shortened.endswith("…") and width_of(shortened) <= 72


def test_a_small_line_has_no_words() -> None:
    assert texts(str(spark((1, 0, 4)))) == []
