"""Columns, sorting, groups, figures and colours of lists."""

import re
from datetime import date

import pytest
from reading_room import Person, Room


def headings(page: str) -> list[str]:
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    return [re.sub(r"<[^>]+>|\s+", "", cell) for cell in re.findall(r'<th scope="col".*?</th>', head, re.DOTALL)]


def test_columns_are_chosen_ordered_and_kept_in_the_address(vera: Person) -> None:
    form = vera.get("/r/loan/columns?lang=en").text
    assert 'value="reader.mobile"' in form and "Reader › Mobile" in form
    answer = vera.get("/r/loan/columns?column=due&column=reader.born&column=unicorn&density=roomy&apply=1")
    assert answer.location == "/r/loan?cols=due,reader.born&density=roomy"
    assert headings(vera.get(f"{answer.location}&lang=en").text) == ["Due", "Born"]


def test_the_columns_of_the_view_need_no_words_in_the_address(vera: Person) -> None:
    given = "&".join(f"column={name}" for name in ("title", "isbn", "genre", "topics", "price", "copy_count"))
    assert vera.get(f"/r/book/columns?{given}&apply=1").location == "/r/book"


def test_hidden_fields_are_not_offered_anywhere(nora: Person) -> None:
    for way in ("columns", "sort", "group", "filter"):
        assert "price" not in nora.get(f"/r/book/{way}").text.partition("<main")[2]


def test_a_list_is_sorted_by_several_columns_which_say_so(vera: Person) -> None:
    vera.post("/r/book/new", {"title": "Another", "genre": "crime", "price": "36.00", "_field": ["title", "genre", "price"]})
    answer = vera.get("/r/book/sort?by=genre&way=up&by=title&way=down&by=&way=up&apply=1")
    assert answer.location == "/r/book?sort=genre&sort=-title"
    page = vera.get(f"{answer.location}&lang=en").text
    assert page.index("罗杰疑案") < page.index(">Another<")
    assert "Genre" in page and re.findall(r'sort-place">(\d)', page) == ["2", "1"]
    assert page.count("aria-sort=") == 1
    assert re.findall(r'data-also="([^"]+)"', page)[:2] == ["/r/book?sort=genre", "/r/book?sort=genre&amp;sort=-title&amp;sort=isbn"]


def test_groups_have_counts_and_figures_and_fetch_their_rows(vera: Person, room: Room) -> None:
    vera.post("/r/book/new", {"title": "Blank", "_field": "title"})
    page = vera.get("/r/book?group=genre&totals=price~sum,price~max&lang=en").text
    assert "4 groups" in page
    heads = re.findall(r'class="group-toggle".*?<span>(.*?)</span></button>', page, re.DOTALL)
    assert [re.sub("<[^>]+>", "", head) for head in heads] == ["Fiction", "Fiction / Crime", "Science / Physics", "(blank)"]
    assert "157.00" in page and "98.00" in page and "三体" not in page
    rows = re.findall(r'hx-get="(/r/book/rows[^"]+)"', page)
    assert len(rows) == 4
    crime, blank = (vera.fragment(address.replace("&amp;", "&")).text for address in (rows[1], rows[3]))
    assert "罗杰疑案" in crime and "三体" not in crime and "<html" not in crime
    assert "Blank" in blank and "罗杰疑案" not in blank


def test_the_rows_of_a_group_come_a_page_at_a_time(vera: Person) -> None:
    for volume in range(53):
        vera.post("/r/book/new", {"title": f"Volume {volume:02}", "_field": "title"})
    first = vera.fragment("/r/book/rows?group=genre&in=&sort=title").text
    assert first.count("<tr data-href") == 50
    more = re.search(r'hx-get="(/r/book/rows[^"]+after=[^"]+)"', first)
    assert more
    rest = vera.fragment(more[1].replace("&amp;", "&")).text
    assert rest.count("<tr data-href") == 3 and "after=" not in rest


def test_dates_are_grouped_by_month_the_last_first(vera: Person, room: Room) -> None:
    page = vera.get("/r/loan?group=since:month&lang=en").text
    heads = re.findall(r'class="group-toggle".*?<span>(\d{4}-\d\d)</span></button>', page, re.DOTALL)
    assert heads == sorted(heads, reverse=True) and len(heads) >= 2
    rows = re.search(r'hx-get="(/r/loan/rows[^"]+)"', page)
    assert rows and vera.fragment(rows[1].replace("&amp;", "&")).text.count("<tr data-href") >= 1


def test_groups_by_a_link_are_called_by_their_titles_which_are_no_links_in_a_button(vera: Person) -> None:
    page = vera.get("/r/loan?group=reader&lang=en").text
    assert re.search(r"<span>Anna</span></button>", page)


def test_a_grouped_list_takes_a_known_number_of_statements(vera: Person, room: Room) -> None:
    for address, most in (("/r/book?group=genre", 2), ("/r/book?group=genre&totals=price~sum", 3), ("/r/loan?group=reader", 3)):
        vera.get(address)
        with room.statements() as seen:
            assert vera.get(address).status_code == 200
        assert len(seen) <= most, seen


@pytest.mark.parametrize("name", ["price", "unicorn"])
def test_a_hidden_field_neither_groups_nor_sums(nora: Person, name: str) -> None:
    assert nora.get(f"/r/book?group={name}").status_code == 422
    assert nora.get(f"/r/book?totals={name}~sum").status_code == 422
    assert nora.get(f"/r/book/rows?group={name}&in=1").status_code == 422


def test_the_figures_are_those_of_all_pages_and_of_what_one_sees(vera: Person, nora: Person, sam: Person) -> None:
    assert "157.00" in vera.get("/r/book?totals=price~sum").text
    assert "36.00" in vera.get("/r/book?totals=price~sum&f.genre.in=crime").text
    seen = {person.username: re.search(r"<tfoot>.*?(\d+)\s*</span>", person.get("/r/reader?totals=name~count&cols=name").text, re.DOTALL) for person in (vera, nora, sam)}
    counts = {name: int(found[1]) for name, found in seen.items() if found}
    assert counts["vera"] == counts["nora"] + counts["sam"]


def test_grouping_is_chosen_in_a_form(vera: Person) -> None:
    assert "By month" in vera.get("/r/loan/group?lang=en").text
    answer = vera.get("/r/loan/group?by=since&span=week&total=fine&function=avg&total=&function=sum&apply=1")
    assert answer.location == "/r/loan?group=since:week&totals=fine~avg"
    assert vera.get(answer.location).status_code == 200
    assert vera.get("/r/loan/group?group=state&by=&apply=1").location == "/r/loan"


def test_conditions_in_groups_stand_in_the_address_and_in_words(vera: Person) -> None:
    form = {
        "join.0": "any", "node": ["line:1:0", "box:2:0", "line:3:2", "line:4:2"], "join.2": "all",
        "field.1": "genre", "was.1": "genre", "operator.1": "in", "value.1": ["crime"],
        "field.3": "price", "was.3": "price", "operator.3": "lt", "value.3": "30",
        "field.4": "title", "was.4": "title", "operator.4": "contains", "value.4": "三体",
    }
    assert vera.post("/r/book/filter?lang=en", {**form, "do": "count"}).text == "2 records"
    answer = vera.post("/r/book/filter", {**form, "do": "apply"})
    assert answer.location == "/r/book?c=any(genre.in:crime;all(price.lt:30;title.contains:%E4%B8%89%E4%BD%93))"
    page = vera.get(f"{answer.location}&lang=en").text
    assert re.search(r"Genre is one of Crime or \(Price is less than \S*30\.00 and Title contains 三体\)", page)
    assert "罗杰疑案" in page and "三体" in page and "费恩曼物理学讲义" not in page
    again = vera.get(f"/r/book/filter?{answer.location.partition('?')[2]}").text
    assert again.count('name="node" value="line:') == 3 and again.count('name="node" value="box:') == 1


def test_lines_and_groups_are_added_and_taken_away(vera: Person) -> None:
    one = {"node": "line:1:0"}
    assert vera.post("/r/book/filter", {**one, "do": "add:0"}).text.count('value="line:') == 2
    nested = vera.post("/r/book/filter", {**one, "do": "group:0"}).text
    assert 'value="box:2:0"' in nested and 'value="line:3:2"' in nested
    assert "No condition" in vera.post("/r/book/filter?lang=en", {**one, "do": "remove:1"}).text


@pytest.mark.parametrize("text", ["any(", "any(genre.in:crime", "all(all(all(all(genre.blank))))", "some(genre.blank)", "all(genre)", 'all(genre.is:"x)', "all(genre.blank)x"])
def test_conditions_that_nobody_can_have_made_are_refused(vera: Person, text: str) -> None:
    assert vera.client.get("/r/book", query_string={"c": text}).status_code == 422


@pytest.mark.parametrize("path", ["price", "unicorn"])
def test_a_hidden_field_in_a_group_of_conditions_is_as_unknown_as_any(nora: Person, path: str) -> None:
    answer = nora.get(f"/r/book?c=any(title.not_blank;{path}.gt:1)")
    assert answer.status_code == 422 and "三体" not in answer.text


def test_me_is_a_choice_for_users_and_said_in_words(vera: Person) -> None:
    page = vera.get("/r/book?f.owner.is=@me&lang=en").text
    assert "Owner is me" in page and "三体" in page
    assert '<option value="@me" selected>' in vera.get("/r/book/filter?f.owner.is=@me").text


def test_the_export_has_the_chosen_columns(vera: Person) -> None:
    text = vera.get(f"/r/loan/export.csv?cols=number,reader.name&f.since.le={date.today().isoformat()}&lang=en").data.decode("utf-8-sig")
    assert text.splitlines()[0] == "Number,Name"
