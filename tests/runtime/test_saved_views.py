"""Saved views: kept, shared, opened first, changed, and what happens when their fields go away."""

import re

import pytest
from reading_room import Person, Room


def keep(person: Person, name: str, state: str = "?sort=-price&f.genre.in=crime", **form: object) -> str:
    """Save the list so; the address of the view."""
    answer = person.post(f"/r/book/views/new{state}", {"name": name, **form})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def number(address: str) -> str:
    return address.rpartition("=")[2]


def test_a_list_is_kept_under_a_name_and_opens_as_it_was(vera: Person) -> None:
    address = keep(vera, "Crimes", "?sort=-price&f.genre.in=crime&cols=title~240,price&density=compact")
    page = vera.get(f"{address}&lang=en").text
    assert "罗杰疑案" in page and "三体" not in page
    assert 'aria-current="page"' in page and "Crimes" in page
    assert 'data-width="240"' in page and "density-compact" in page and "ISBN" not in page.partition("<thead>")[2].partition("</thead>")[0]
    assert "Changed, not saved" not in page


def test_what_differs_from_the_saved_view_is_marked_and_can_be_saved_or_discarded(vera: Person) -> None:
    address = keep(vera, "Crimes")
    page = vera.get(f"/r/book?from={number(address)}&sort=-price&lang=en").text
    assert "Changed, not saved" in page and f'href="/r/book?saved={number(address)}"' in page
    saving = re.search(r'hx-post="(/r/book/views/[^"]+/save[^"]*)"', page)
    assert saving
    assert vera.post(saving[1].replace("&amp;", "&"), {}).status_code == 303
    after = vera.get(f"{address}&lang=en").text
    assert "Changed, not saved" not in after and "三体" in after


def test_an_address_says_everything_by_itself(vera: Person, nora: Person) -> None:
    """A colleague who does not have the view sees the same list all the same."""
    mine = number(keep(vera, "Crimes"))
    page = nora.get(f"/r/book?from={mine}&f.genre.in=crime").text
    assert "罗杰疑案" in page and "三体" not in page and "Changed, not saved" not in page


def test_a_private_view_is_its_owner_s_alone(vera: Person, nora: Person) -> None:
    address = keep(vera, "Crimes")
    page = nora.get(address).text
    assert "Crimes" not in page and "gone, or it is not shared with you" in page
    view = f"/r/book/views/{number(address)}"
    for asked in (nora.get(f"{view}/edit"), nora.post(f"{view}/delete", {}), nora.post(f"{view}/save", {}), nora.post("/r/book/views/first", {"view": number(address)})):
        assert asked.status_code == 404


def test_a_shared_view_is_seen_but_not_changed_by_others(vera: Person, nora: Person) -> None:
    address = keep(vera, "Crimes", shared="all")
    page = nora.get(address).text
    assert "Crimes" in page and "罗杰疑案" in page
    view = f"/r/book/views/{number(address)}"
    assert f"{view}/delete" not in page
    assert nora.get(f"{view}/edit").status_code == 404
    assert nora.post(f"{view}/save", {}).status_code == 403
    assert nora.post(f"{view}/delete", {}).status_code == 403
    assert "Crimes" in nora.get(address).text


def test_sharing_with_all_is_for_those_who_lead_or_keep_the_house(nora: Person) -> None:
    assert nora.post("/r/book/views/new", {"name": "Mine", "shared": "all"}).status_code == 403
    assert nora.post("/r/book/views/new", {"name": "Mine", "role": "volunteer"}).status_code == 403
    page = nora.get("/r/book/views/new?lang=en").text
    assert "My unit" in page and "Everybody" not in page


def test_a_view_shared_with_the_unit_stays_in_it(nora: Person, sam: Person) -> None:
    address = keep(nora, "Ours", shared="unit")
    assert "Ours" in nora.get(address).text
    assert "Ours" not in sam.get("/r/book").text


def test_a_view_shared_with_a_role_opens_first_for_it(vera: Person, nora: Person) -> None:
    address = keep(vera, "For volunteers", shared="volunteer")
    form = {"name": "For volunteers", "shared": "volunteer", "role": "volunteer"}
    assert vera.post(f"/r/book/views/{number(address)}/edit", form).status_code == 303
    page = nora.get("/r/book").text
    assert "罗杰疑案" in page and "三体" not in page
    assert "三体" in nora.get("/r/book?view=plain").text
    assert 'href="/r/book?view=plain"' in page


def test_it_has_to_be_shared_with_those_for_whom_it_opens_first(vera: Person) -> None:
    answer = vera.post("/r/book/views/new?lang=en", {"name": "Crimes", "role": "volunteer"})
    assert answer.status_code == 422 and "Share the view" in answer.text and 'value="Crimes"' in answer.text


def test_one_s_own_choice_opens_first_before_that_of_the_role(vera: Person, nora: Person) -> None:
    keep(vera, "For volunteers", shared="volunteer", role="volunteer")
    own = keep(nora, "Mine", "?q=santi", first="1")
    page = nora.get("/r/book").text
    assert "三体" in page and "罗杰疑案" not in page
    assert nora.post("/r/book/views/first", {"view": "plain"}).status_code == 303
    assert "罗杰疑案" in nora.get("/r/book").text and "三体" in nora.get("/r/book").text
    assert "三体" in nora.get(own).text


def test_a_view_without_a_name_is_refused_and_what_was_chosen_is_kept(vera: Person) -> None:
    answer = vera.post("/r/book/views/new?lang=en", {"name": "  ", "shared": "all"})
    assert answer.status_code == 422 and "Give the view a name." in answer.text
    assert '<option value="all" selected>' in answer.text


def test_a_deleted_view_is_gone_and_its_records_stay(vera: Person) -> None:
    address = keep(vera, "Crimes", first="1")
    assert vera.post(f"/r/book/views/{number(address)}/delete", {}).status_code == 303
    page = vera.get("/r/book").text
    assert f"saved={number(address)}" not in page and "三体" in page


def test_what_one_may_not_see_is_left_out_with_a_sentence(vera: Person, nora: Person) -> None:
    address = keep(vera, "Prices", "?cols=title,price&sort=-price&f.price.gt=1&totals=price~sum", shared="all")
    page = nora.get(address).text
    assert "were left out" in page
    assert "三体" in page and "23.00" not in page and "Price<" not in page


@pytest.mark.parametrize("state", ["?cols=title,unicorn", "?cols=title,price"])
def test_a_hidden_column_in_an_address_is_left_out_like_an_unknown_one(nora: Person, state: str) -> None:
    page = nora.get(f"/r/book{state}")
    assert page.status_code == 200
    assert page.text.count('<th scope="col"') == 1


def test_a_list_with_saved_views_still_takes_three_statements(vera: Person, room: Room) -> None:
    keep(vera, "Crimes")
    vera.get("/r/book?view=plain")
    with room.statements() as seen:
        assert vera.get("/r/book?view=plain").status_code == 200
    assert len(seen) <= 3, seen


def test_a_shared_view_of_a_part_that_a_colleague_does_not_have_opens_without_it(vera: Person, nora: Person) -> None:
    answer = vera.post("/r/loan/views/new?part=desk.3&sort=-created_at", {"name": "On the desk", "shared": "all"})
    assert answer.status_code == 303, answer.text
    assert vera.get(str(answer.location)).status_code == 200
    page = nora.get(f"{answer.location}&lang=en")
    assert page.status_code == 200 and "Parts of the view" in page.text
    assert nora.get("/r/loan?part=desk.3").status_code == 404


def test_the_palette_leads_to_saved_views(vera: Person) -> None:
    address = keep(vera, "Crimes")
    assert f'"{address}"' in vera.fragment("/palette").text
