"""Lists: what stands in them, finding one's way in them, and who sees what."""

import csv
import io
import re

import pytest
from reading_room import Person, Room


def test_a_list_shows_the_columns_of_its_view_and_leads_to_the_records(vera: Person, room: Room) -> None:
    page = vera.get("/r/book?lang=en").text
    assert "<title>Books" in page
    assert f'<a href="/r/book/{room.ids["three_body"]}">三体</a>' in page
    assert "ISBN" in page and "978-7-5366-9293-0" in page
    assert "23.00" in page
    assert "3 records" in page


def test_what_leads_to_the_record_holds_no_other_link(vera: Person, room: Room) -> None:
    page = vera.get("/r/loan?cols=reader.mobile,number").text
    assert "tel:" in vera.get("/r/loan?cols=number,reader.mobile").text and "tel:" not in page
    assert f'href="/r/reader/{room.ids["anna"]}"' not in vera.get("/r/loan?cols=reader,number").text


def test_an_entity_that_one_may_not_read_looks_like_one_that_does_not_exist(nora: Person) -> None:
    forbidden, absent = nora.get("/r/fine_payment"), nora.get("/r/unicorn")
    assert forbidden.status_code == absent.status_code == 404
    token = re.compile(r'name="csrf[-_]token" (content|value)="[^"]+"')  # made anew each second
    assert token.sub("", forbidden.text.replace("fine_payment", "")) == token.sub("", absent.text.replace("unicorn", ""))


def test_a_column_that_one_may_not_read_is_not_there(nora: Person) -> None:
    page = nora.get("/r/book").text
    assert "978-7-5366-9293-0" in page
    assert "Price" not in page and "23.00" not in page


@pytest.mark.parametrize("address", ["/r/book?sort=price", "/r/book?f.price.gt=1"])
def test_a_hidden_column_can_neither_order_nor_filter(nora: Person, address: str) -> None:
    hidden, absent = nora.get(address), nora.get(address.replace("price", "unicorn"))
    assert hidden.status_code == absent.status_code
    assert hidden.status_code in {404, 422}
    assert "三体" not in hidden.text


def test_volunteers_see_the_readers_of_their_own_branch(nora: Person, sam: Person) -> None:
    assert "Anna" in nora.get("/r/reader").text and "王芳" not in nora.get("/r/reader").text
    assert "王芳" in sam.get("/r/reader").text and "Anna" not in sam.get("/r/reader").text


def test_a_click_on_a_heading_orders_by_it_and_a_second_one_turns_the_order_round(vera: Person) -> None:
    page = vera.get("/r/book?lang=en").text
    assert 'aria-sort="ascending"' in page and 'href="/r/book?sort=-title"' in page
    assert 'href="/r/book?sort=price"' in page
    by_price = vera.get("/r/book?sort=-price").text
    assert by_price.index("费恩曼物理学讲义") < by_price.index("罗杰疑案") < by_price.index("三体")
    assert 'href="/r/book?sort=price"' in by_price


def test_a_quick_filter_narrows_the_list_and_its_chip_widens_it_again(vera: Person) -> None:
    page = vera.get("/r/loan?f.state.in=returned&lang=en").text
    assert "State is one of Returned" in page
    assert "2 records" in page
    assert 'href="/r/loan"' in page  # the chip's way back
    assert "1 record<" in vera.get("/r/loan?f.state.in=out&lang=en").text


def test_a_filter_by_a_link_names_the_record(vera: Person, room: Room) -> None:
    page = vera.get(f"/r/loan?f.reader.is={room.ids['anna']}&lang=en").text
    assert "Reader is Anna" in page and "1 record<" in page


def test_the_filter_editor_asks_for_field_operator_and_value_and_leads_to_the_list(vera: Person) -> None:
    assert "Choose a field" in vera.get("/r/book/filter?lang=en").text
    form = {"node": "line:1:0", "field.1": "price", "was.1": "price", "operator.1": "between"}
    chosen = vera.post("/r/book/filter?lang=en", form).text
    assert chosen.count('name="value.1"') == 2
    answer = vera.post("/r/book/filter?sort=price", {**form, "value.1": ["20", "40"], "do": "apply"})
    assert answer.status_code == 303
    assert answer.location == "/r/book?sort=price&f.price.between=20&f.price.between=40"
    page = vera.get(answer.location).text
    assert "三体" in page and "费恩曼物理学讲义" not in page


def test_the_filter_editor_explains_a_value_that_does_not_fit_and_keeps_it(vera: Person) -> None:
    form = {"node": "line:1:0", "field.1": "price", "was.1": "price", "operator.1": "gt", "value.1": "cheap", "do": "apply"}
    answer = vera.post("/r/book/filter?lang=en", form)
    assert answer.status_code == 422
    assert 'value="cheap"' in answer.text and 'role="alert"' in answer.text


def test_search_finds_by_the_beginning_of_pinyin(vera: Person) -> None:
    page = vera.get("/r/book?q=santi&lang=en").text
    assert "三体" in page and "罗杰疑案" not in page


def test_a_list_without_a_match_says_so_and_offers_the_way_back(vera: Person) -> None:
    page = vera.get("/r/book?q=zzzz&lang=en").text
    assert "Nothing matches these filters." in page and "Remove all filters" in page


def test_long_lists_are_turned_page_by_page_and_back(vera: Person) -> None:
    for number in range(55):
        vera.post("/r/book/new", {"title": f"Volume {number:02}", "_field": "title"})
    first = vera.get("/r/book?q=Volume&lang=en").text
    assert "55 records" in first and "Volume 49" in first and "Volume 50" not in first
    older = _link(first, "after=")
    second = vera.get(older).text
    assert "Volume 54" in second and "Volume 49" not in second
    assert "Volume 00" in vera.get(_link(second, "before=")).text


def test_htmx_gets_the_rows_alone_and_a_restored_page_whole(vera: Person) -> None:
    fragment = vera.fragment("/r/book")
    assert "<html" not in fragment.text and 'id="list"' in fragment.text
    assert "HX-Request" in fragment.headers["Vary"]
    restored = vera.get("/r/book", **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in restored.text


@pytest.mark.parametrize("address", ["/r/book", "/r/loan?f.state.in=out&sort=-due", "/r/reader?q=li"])
def test_a_list_takes_four_statements_at_most(vera: Person, room: Room, address: str) -> None:
    vera.get(address)
    with room.statements() as seen:
        assert vera.get(address).status_code == 200
    assert len(seen) <= 4, seen


def test_the_export_holds_exactly_what_the_list_shows(vera: Person, nora: Person) -> None:
    answer = vera.get("/r/book/export.csv?sort=-price&f.price.lt=50&lang=en")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["Title", "ISBN", "Genre", "Topics", "Price", "Copies"]
    assert [row[0] for row in rows[1:]] == ["罗杰疑案", "三体"]
    assert vera.get("/r/book/export.xlsx").data[:2] == b"PK"
    assert nora.get("/r/book/export.csv").status_code == 404


def test_an_unknown_view_is_not_there(vera: Person) -> None:
    assert vera.get("/r/book?view=unicorn").status_code == 404


def _link(page: str, part: str) -> str:
    start = page.index('href="', page.rindex('class="pager"'))
    while part not in (address := page[start + 6:page.index('"', start + 6)]):
        start = page.index('href="', start + 6)
    return address.replace("&amp;", "&")
