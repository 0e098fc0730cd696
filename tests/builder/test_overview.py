"""The map, the places where something is used, and the first steps."""

import random
import re
from collections import Counter

from published import CRM

from shuke.builder.layering import HEIGHT, WIDTH, layered
from shuke.builder.uses import uses_of
from shuke.builder.workshop import Workshop
from shuke.core.i18n import use_locale
from shuke.definitions import store
from shuke.definitions.load import load_template, system_documents
from shuke.definitions.parse import parse_documents
from shuke.publishing.references import references_in


def test_boxes_never_lie_on_each_other_and_every_line_begins_and_ends_at_its_boxes():
    chance = random.Random(5)
    for _turn in range(60):
        names = [f"box{number}" for number in range(chance.randint(0, 24))]
        links = {(chance.choice(names), chance.choice(names)) for _link in range(chance.randint(0, 40))} if names else set()
        plan = layered(names, links)
        assert list(plan.spots) == names
        spots = list(plan.spots.values())
        for place, one in enumerate(spots):
            assert one.x >= 0 and one.y >= 0 and one.x + WIDTH <= plan.width and one.y + HEIGHT <= plan.height
            for other in spots[place + 1 :]:
                assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT
        for source, target in links:
            if source != target:
                corners = plan.lines[source, target]
                for name, (x, y) in ((source, corners[0]), (target, corners[-1])):
                    assert x in (plan.spots[name].x, plan.spots[name].x + WIDTH) and y == plan.spots[name].y + HEIGHT // 2


def test_what_is_linked_to_stands_on_the_left():
    plan = layered(["loan", "copy", "book", "alone"], [("loan", "copy"), ("copy", "book"), ("loan", "book")])
    assert plan.spots["book"].x < plan.spots["copy"].x < plan.spots["loan"].x
    assert plan.spots["alone"].y > plan.spots["loan"].y


def test_a_circle_of_links_is_drawn_too():
    plan = layered(["one", "two"], [("one", "two"), ("two", "one")])
    assert plan.lines["one", "two"] == tuple(reversed(plan.lines["two", "one"]))


def test_the_map_shows_every_entity_with_its_links_and_the_same_as_a_list(vera):
    page = vera.get("/build/map?lang=en").text
    for name in ("book", "copy", "reader", "loan"):
        assert f'data-name="{name}"' in page
    assert 'data-source="copy" data-target="book"' in page
    assert re.search(r'href="/build/entity/copy\?field=book">[^<]+</a> <span aria-hidden="true">→', page)
    assert 'data-name="book"' in vera.get("/build/map?lang=en&app=lending").text
    assert "<script>" not in page


def test_every_use_of_a_field_is_listed_with_a_link_to_its_place(vera):
    page = vera.get("/build/where?kind=field&owner=book&name=title&lang=en").text
    found = re.search(r"Used in (\d+) places", page)
    assert found and page.count("<mark>title</mark>") == int(found[1])
    assert "/build/view/book.list?at=" in page
    for kind, owner, name in (("option", "book.genre", "crime"), ("state", "loan", "lent"), ("entity", "", "book"), ("workflow", "", "loan")):
        assert vera.get(f"/build/where?kind={kind}&owner={owner}&name={name}").status_code == 200
    assert "Search for a field" in vera.get("/build/where?kind=field&owner=book&name=ghost&lang=en").text


def test_as_many_places_are_listed_as_the_references_know(vera, room):
    kinds = ("field", "entity", "option", "state")
    counts = Counter(one.target for one in references_in(store.current(room.database)) if not one.is_definition and one.target.kind in kinds)
    for target in random.Random(3).sample(sorted(counts, key=repr), 12):
        page = vera.get(f"/build/where?kind={target.kind}&owner={target.owner}&name={target.name}&lang=en").text
        assert page.count("<mark>") == counts[target], target


def test_the_search_and_the_page_of_a_field_lead_to_its_uses(vera):
    assert "/build/where?kind=field&amp;owner=book&amp;name=isbn" in vera.fragment("/build/search?lang=en&q=isbn").text
    assert "/build/where?kind=field&amp;owner=book&amp;name=isbn" in vera.get("/build/entity/book?field=isbn&lang=en").text
    assert "/build/where?kind=field&amp;owner=book.authors" in vera.get("/build/entity/book?field=authors.name&lang=en").text


def test_every_reference_of_the_shipped_apps_has_words_and_a_place():
    catalogue = parse_documents([*system_documents(), *load_template(CRM)], 1)
    with use_locale("en"):
        for target in {one.target for one in references_in(catalogue) if not one.is_definition}:
            for document in uses_of(Workshop(catalogue, catalogue.documents), target):
                for place in document.places:
                    assert place.role and place.named and (not document.address or place.address.startswith("/build/"))


def test_the_first_steps_say_what_is_done_and_can_be_hidden(vera):
    """Every group of this library builds, so the step for a group of the staff is still to be done."""
    page = vera.get("/build?lang=en").text
    assert "First steps" in page and "of 6 done" in page
    vera.post("/build/first-steps", {})
    assert "of 6 done" not in vera.get("/build?lang=en").text
    assert "of 6 done" in vera.get("/build?steps=1&lang=en").text, "whoever asks for them sees them again"
