"""Guessing what columns hold: types with reasons, titles, keys and links; what is no number stays text."""

import pytest

from shuke.core.i18n import use_locale
from shuke.transfer.guessing import SheetGuess, gather, guess_sheets, sentence_of
from shuke.transfer.guessing.guessers import GUESSERS


@pytest.fixture(autouse=True)
def _english():
    with use_locale("en"):
        yield


def guessed(heading, *texts):
    """What a column is guessed to be, beside a column of names."""
    rows = [(f"Name of {number} thing", text) for number, text in enumerate(texts)]
    return guess_sheets([gather("Things", ["Name", heading], rows)])[0].columns[1]


def sheet(name, headings, *rows):
    return gather(name, headings, rows)


EXAMPLES = {
    "empty": ("x", ("",)), "boolean": ("x", ("是", "否")), "email": ("x", ("a@example.com",)), "url": ("x", ("https://example.com",)), "phone": ("x", ("13800138000",)),
    "percent": ("x", ("5%",)), "money": ("x", ("¥5",)), "day": ("x", ("2026-01-02",)), "digits": ("x", ("007",)), "integer": ("x", ("7", "8")), "decimal": ("x", ("7.5",)),
    "choice": ("x", ("red", "blue") * 3), "longtext": ("x", ("one\ntwo",)), "text": ("x", ("word",)),
}


@pytest.mark.parametrize("guesser", GUESSERS, ids=lambda one: one.name)
def test_each_guesser_is_the_first_to_know_its_kind_of_column(guesser):
    heading, texts = EXAMPLES[guesser.name]
    column = gather("Things", [heading], [(text,) for text in texts]).columns[0]
    assert next(one.name for one in GUESSERS if one.guess(column)) == guesser.name
    assert sentence_of(guesser.guess(column).reason).endswith(".")


@pytest.mark.parametrize(("heading", "texts", "type_"), [
    ("编号", ("00123", "00124", "01000"), "text"),
    ("Anything", ("007", "12", "13"), "text"),
    ("Card", ("6222021234567890123", "6222021234567890124"), "text"),
    ("邮编", ("310000", "200000", "100000"), "text"),
    ("手机", ("13800138000", "13900139000"), "phone"),
    ("Contact", ("13800138000", "+86 139 0013 9000"), "phone"),
    ("电话", ("8012", "8013", "8014"), "text"),
    ("折扣", ("95%", "88.5%", "70%"), "percent"),
    ("Share", ("0.15", "0.2", "0.655"), "percent"),
    ("汇率", ("0.15", "0.2", "0.655"), "decimal"),
    ("Mixed", ("15%", "15", "0.15"), "text"),
    ("生日", ("1990年1月2日", "1991/3/4", "1992-05-06"), "date"),
    ("日期", ("20260102", "20260131"), "date"),
    ("Value", ("20260102", "20260131"), "integer"),
    ("Seen", ("Jan 2, 2026", "2026-01-03"), "date"),
    ("Seen", ("2026-01-02 08:30", "2026-01-03", "2026/1/4 下午3:20"), "datetime"),
    ("Day", ("3月5日", "3月6日"), "text"),
    ("启用", ("1", "0", "1", "0"), "boolean"),
    ("数量", ("1", "0", "1", "0"), "integer"),
    ("会员", ("是", "否", "是"), "boolean"),
    ("Active", ("yes", "No", "YES"), "boolean"),
    ("Answer", ("yes", "yes", "yes"), "text"),
    ("金额", ("1,234.50", "88", "3"), "money"),
    ("Paid", ("¥1,234.5", "￥20", "3元"), "money"),
    ("Anything", ("$5.00", "€6.00", "¥7"), "text"),
    ("Length", ("1.5", "2.25", "3"), "decimal"),
    ("Pages", ("120", "1,300", "77"), "integer"),
    ("Mail", ("a@example.com", "b@example.org"), "email"),
    ("Site", ("https://example.com/a", "www.example.org"), "url"),
    ("Town", ("杭州", "上海", "杭州", "上海", "杭州", "上海"), "choice"),
    ("备注", ("一行\n两行", "x"), "longtext"),
    ("Nothing", ("", " "), "text"),
])
def test_a_column_is_what_its_values_are(heading, texts, type_):
    assert guessed(heading, *texts).type == type_


def test_a_guess_says_how_many_values_speak_for_it_and_which_do_not():
    column = guessed("When", *(f"2026-01-{day:02}" for day in range(1, 29)), "soon")
    assert column.type == "date" and column.failing == 1 and column.misfits == ("soon",)
    assert sentence_of(column.reasons[0]) == "28 of 29 values are dates."


def test_too_many_misfits_leave_a_column_as_text():
    assert guessed("When", "2026-01-01", "2026-01-02", "soon", "later").type == "text"


def test_money_of_another_currency_keeps_it():
    column = guessed("Price", "$5.125", "$6")
    assert (column.type, dict(column.more)) == ("money", {"x-scale": 3, "x-currency": "USD"})


def test_the_title_is_called_so_and_the_key_is_the_unique_code():
    found = guess_sheets([sheet("书", ["编号", "书名", "备注"], ("B1", "红楼梦", ""), ("B2", "红楼梦", "x"), ("B3", "西游记", ""))])[0]
    assert (found.title, found.key) == (1, 0)
    assert [column.required for column in found.columns] == [True, True, False]
    assert "All 3 values differ" in sentence_of(found.columns[0].reasons[-1])


def test_links_are_found_by_the_key_or_the_title_of_another_sheet():
    shops = sheet("门店", ["名称", "编码"], *((f"门店{number}", f"S{number}") for number in range(5)))
    sales = sheet("销售", ["单号", "门店", "门店编码", "数量"], *((f"X{number:03}", f"门店{number % 5}", f"S{number % 5}", str(number % 5)) for number in range(40)))
    _shops, found = guess_sheets([shops, sales])
    assert [column.type for column in found.columns] == ["text", "link", "link", "integer"]
    assert [(column.link.sheet, column.link.column, column.link.share) for column in found.columns if column.link] == [(0, 0, 1.0), (0, 1, 1.0)]
    assert sentence_of(found.columns[1].reasons[0]) == "100% of the values stand in “门店” under “名称”."


def test_numbers_that_happen_to_coincide_are_no_link():
    first = sheet("Books", ["id", "title"], *((str(number), f"Book {number}") for number in range(1, 30)))
    second = sheet("Readers", ["id", "name", "age"], *((str(number), f"Reader {number}", str(number + 4)) for number in range(1, 20)))
    assert all(column.type != "link" for one in guess_sheets([first, second]) for column in one.columns)


def test_rows_that_name_others_of_the_same_sheet_are_linked_to_them():
    people = sheet("People", ["code", "name", "boss code"], *((f"P{number:02}", f"Person {number}", f"P{number // 2:02}" if number else "") for number in range(20)))
    found = guess_sheets([people])[0]
    assert found.columns[2].type == "link" and found.columns[2].link.sheet == 0


def test_guesses_are_kept_as_json_and_come_back_alike():
    found = guess_sheets([sheet("书", ["编号", "书名*", "价格", "类"], *((f"0{number}", f"书 {number}", "¥3.5", "小说") for number in range(9)))])[0]
    assert SheetGuess.of(found.body()) == found


def test_awkward_sheets_are_no_trouble():
    empty, ragged = sheet("Empty", ["A"]), gather("Ragged", ["A", "B"], [("1",), ("2", "x", "more")])
    found = guess_sheets([empty, ragged])
    assert found[0].total == 0 and found[0].columns[0].skip
    assert found[1].columns[1].blank == 1
