"""Finding by the search boxes, the palette and scanned codes: what is offered, where it leads, and what it costs."""

import re

import pytest
from reading_room import HTMX, Person, Room

HIT = re.compile(r'role="option"[^>]*href="(/r/[a-z_]+/\d+)"')


def test_suggestions_are_options_with_the_place_of_the_find_marked(vera: Person, room: Room) -> None:
    found = vera.fragment("/search/suggestions?q=0101&box=search").text
    assert HIT.findall(found) == [f"/r/reader/{room.ids['li']}"]
    assert 'role="listbox"' in found and 'id="search-found"' in found and "<mark>" in found
    assert re.search(r'<span class="hit-label">(Mobile|手机)[^<]*</span>', found)
    assert len(set(re.findall(r'\bid="([^"]+)"', found))) == len(re.findall(r'\bid="([^"]+)"', found))


def test_suggestions_without_a_text_are_blank(vera: Person) -> None:
    assert "option" not in vera.fragment("/search/suggestions?q=%20&box=search").text


def test_what_a_reader_may_not_see_is_not_suggested(nora: Person, room: Room) -> None:
    found = nora.fragment("/search/suggestions?q=王芳&box=search").text
    assert HIT.findall(found) == []
    assert str(room.ids["wang"]) not in found


@pytest.mark.parametrize(("text", "leads"), [("13800000101", True), ("+86 138 0000 0101", True), ("0101", False), ("李明", False), ("R", False)])
def test_a_whole_number_leads_straight_to_its_record(vera: Person, room: Room, text: str, leads: bool) -> None:
    answer = vera.client.get("/search", query_string={"q": text, "go": "1"})
    assert (answer.status_code == 303 and answer.location == f"/r/reader/{room.ids['li']}") is leads
    assert vera.client.get("/search", query_string={"q": text}).status_code == 200


def test_a_card_leads_to_its_reader_with_and_without_its_letter(vera: Person, room: Room) -> None:
    card = room.scalar("SELECT card FROM e_reader WHERE id = :id", id=room.ids["li"])
    for text in (card, card.lower(), card[1:]):
        assert vera.client.get("/search", query_string={"q": text, "go": "1"}).location == f"/r/reader/{room.ids['li']}"


def test_a_number_that_is_not_found_can_be_looked_up_everywhere_or_added(nora: Person) -> None:
    page = nora.get("/search?q=13800000103").text
    assert '/r/reader/lookup?text=13800000103' in page
    assert "/r/reader/new?mobile=13800000103" in page
    assert 'value="13800000103"' in nora.get("/r/reader/lookup?text=13800000103").text
    assert 'name="mobile"' in nora.get("/r/reader/new?mobile=13800000103").text


def test_opening_the_look_up_alone_looks_nothing_up(nora: Person, room: Room) -> None:
    nora.get("/r/reader/lookup?text=13800000103")
    assert room.scalar("SELECT count(*) FROM sk_lookup") == 0


def test_a_name_that_is_not_found_can_be_added_but_not_looked_up(nora: Person) -> None:
    page = nora.get("/search?q=Zebulon").text
    assert "/r/reader/new?name=Zebulon" in page and "/lookup" not in page.partition("<main")[2]


def test_the_palette_knows_every_place_by_both_languages_pinyin_and_initials(vera: Person) -> None:
    page = vera.get("/palette", **HTMX).text
    loans = re.search(r'href="/r/loan"[^>]*data-keys="([^"]*)"', page)
    assert loans and {"loans", "借阅", "jieyue", "jy"} <= set(loans[1].split())
    assert 'href="/r/loan/new"' in page and 'data-do="palette-logout"' in page and 'data-do="theme"' in page


def test_the_palette_offers_what_one_may_open(vera: Person, nora: Person) -> None:
    assert "/admin/users" not in nora.get("/palette").text
    assert "/r/fine_payment" not in nora.get("/palette").text
    assert "/r/reader/new" in nora.get("/palette").text


def test_what_one_opened_is_among_the_recent_records_until_one_signs_out(sam: Person, room: Room) -> None:
    address = f"/r/book/{room.scalar('SELECT min(id) FROM e_book')}"
    assert f'data-command="{address}"' not in sam.get("/palette").text
    assert sam.get(address).status_code == 200
    assert f'data-command="{address}"' in sam.get("/palette").text
    cookie = sam.client.get_cookie("shuke_seen")
    assert cookie is not None and cookie.http_only and re.fullmatch(r"\d+~book\.\d+\.\d+", cookie.value)
    sam.post("/logout", {})
    assert sam.client.get_cookie("shuke_seen") is None


def test_what_somebody_else_opened_in_this_browser_does_not_count(sam: Person, nora: Person, room: Room) -> None:
    sam.get(f"/r/reader/{room.ids['wang']}")
    cookie = sam.client.get_cookie("shuke_seen")
    assert cookie is not None
    nora.client.set_cookie("shuke_seen", cookie.value)
    assert str(room.ids["wang"]) not in nora.get("/palette").text
    owner = nora.client.get_cookie("shuke_seen")
    assert owner is not None
    for value in ("", "x", "~~~", f"{cookie.value.split('~')[0]}~reader.x.y~a.1.99999999999~../x.1.1"):
        nora.client.set_cookie("shuke_seen", value)
        assert nora.get("/palette").status_code == 200


def test_a_record_of_another_branch_in_ones_cookie_stays_unseen(nora: Person, room: Room) -> None:
    nora.get(f"/r/reader/{room.ids['li']}")
    cookie = nora.client.get_cookie("shuke_seen")
    assert cookie is not None
    nora.client.set_cookie("shuke_seen", cookie.value.replace(str(room.ids["li"]), str(room.ids["wang"])))
    page = nora.get("/palette").text
    assert str(room.ids["wang"]) not in page and "王芳" not in page


@pytest.mark.parametrize(("address", "most"), [
    ("/search/suggestions?q=zzzz&box=search", 3), ("/search/suggestions?q=0101&box=search", 5), ("/search?q=0101", 5), ("/search/suggestions?q=a&box=search", 11),
])
def test_a_search_takes_few_statements(vera: Person, room: Room, address: str, most: int) -> None:
    vera.fragment(address)
    with room.statements() as seen:
        vera.fragment(address)
    assert len(seen) <= most, "\n".join(seen)


def test_the_palette_takes_few_statements(vera: Person, room: Room) -> None:
    vera.get("/palette")
    with room.statements() as seen:
        vera.get("/palette")
    assert len(seen) <= 8, "\n".join(seen)
