"""The designer of rights: the grid from both sides, rules and fields behind a cell, what would lock somebody out; and “Why?”."""

import re

import pytest
from published import CRM

from shuke.access import Actor
from shuke.builder.lockouts import lockouts
from shuke.builder.right_grid import of_entity, of_role
from shuke.builder.why import condition_part
from shuke.builder.workshop import Workshop
from shuke.core.i18n import use_locale
from shuke.definitions.load import load_template, system_documents
from shuke.definitions.parse import parse_documents
from shuke.definitions.patches import patched
from shuke.publishing import edits
from shuke.records.explaining import RuleWhy

SET = "/build/rights/reach?lang=en"


@pytest.fixture(scope="module")
def shop():
    return [*system_documents(), *load_template(CRM)]


def test_the_grid_of_a_group_and_that_of_an_entity_say_the_same(shop):
    with use_locale("en"):
        catalogue = parse_documents(shop, 1)
        for role in catalogue.roles:
            for part in of_role(catalogue, role):
                for row in part.rows:
                    if row.entity != "*":
                        (other,) = [one for one in of_entity(catalogue, row.entity)[0].rows if one.role == role]
                        assert [(cell.operation, cell.reach, cell.conditions, cell.anyway) for cell in row.cells] == [
                            (cell.operation, cell.reach, cell.conditions, cell.anyway) for cell in other.cells
                        ]


def test_a_cell_says_the_reach_the_conditions_and_what_holds_anyway(shop):
    with use_locale("en"):
        catalogue = parse_documents(shop, 1)
        rows = {row.entity: {cell.operation: cell for cell in row.cells} for part in of_role(catalogue, "clerk") for row in part.rows}
        assert (rows["customer"]["read"].word, rows["customer"]["read"].level) == ("Store", 3)
        assert (rows["complaint"]["update"].reach, rows["complaint"]["update"].conditions) == ("", 1)
        assert not rows["customer"]["transition"].is_offered and not rows["user"]["delete"].is_offered
        office = {row.entity: {cell.operation: cell for cell in row.cells} for part in of_role(catalogue, "head_office") for row in part.rows}
        assert (office["customer"]["delete"].reach, office["customer"]["delete"].anyway) == ("", "All")


def test_what_nobody_could_do_any_more_is_said(shop):
    before = parse_documents(shop, 1)
    with use_locale("en"):
        who = Actor(1, "user", "Ada", roles=frozenset({"administrator"}))
        members = {"administrator": 1, "clerk": 3}
        assert lockouts(before, before, members, who) == []
        without = patched(shop, edits.set_value(shop, ("role", "administrator"), ("abilities",), ["administer"]))
        assert lockouts(before, parse_documents(without, 1), members, who) == ["Nobody would be left who may build."]
        other = patched(without, edits.set_value(without, ("role", "clerk"), ("abilities",), ["build"]))
        assert lockouts(before, parse_documents(other, 1), members, who) == ["You yourself could not build any more."]
        bare = shop
        for role in before.roles:
            for entity in ("*", "level"):
                bare = patched(bare, edits.set_reach(bare, role, entity, "read", ""))
        assert "Membership level: nobody would be left who may do this: Read." in lockouts(before, parse_documents(bare, 1), members, who)


def test_a_cell_is_set_from_either_side_and_undone(vera):
    assert 'id="right-volunteer-book-read"' in vera.get("/build/role/volunteer?lang=en").text
    answer = vera.post(SET, {"role": "volunteer", "entity": "book", "operation": "update", "reach": "branch", "side": "role"}, htmx=True)
    assert answer.status_code == 200
    assert re.search(r'data-operation="update" data-reach="branch"', answer.text)
    assert "1 change not published" in answer.text
    page = vera.get("/build/entity/book?tab=rights&lang=en").text
    assert re.search(r'id="right-volunteer-book-update" data-operation="update" data-reach="branch"', page)
    vera.post("/build/undo", {}, htmx=True)
    assert 'data-operation="update" data-reach="branch"' not in vera.get("/build/entity/book?tab=rights&lang=en").text


def test_the_rules_behind_a_row_are_added_changed_copied_and_removed(vera):
    said = {"role": "volunteer", "entity": "loan", "side": "role", "detail": "1"}
    page = vera.get("/build/role/volunteer?tab=rights&entity=loan&lang=en").text
    assert page.count('class="card rule-shown"') == 1 and "Own records and those of subordinates" in page
    added = vera.post("/build/rights/rules?lang=en", {**said, "action": "add"}, htmx=True)
    assert added.text.count('class="card rule-shown"') == 2 and "created_by = me" in added.text
    masked = vera.post("/build/rights/field?lang=en", {**said, "rule": "4", "field": "reader", "right": "masked"}, htmx=True)
    assert "holds-masked is-said" in masked.text
    removed = vera.post("/build/rights/rules?lang=en", {**said, "action": "remove", "rule": "4"}, htmx=True)
    assert removed.text.count('class="card rule-shown"') == 1
    assert vera.post("/build/rights/rules?lang=en", {**said, "action": "clear"}, htmx=True).text.count('class="card rule-shown"') == 0
    assert vera.post("/build/rights/rules?lang=en", {**said, "entity": "*", "action": "add"}, htmx=True).status_code == 422


def test_a_gesture_that_locks_out_warns_at_once(vera):
    said = {"role": "librarian", "entity": "*", "operation": "delete", "reach": "", "side": "role"}
    answer = vera.post(SET, said, htmx=True)
    assert "nobody would be left who may do this: Delete" in answer.headers["HX-Trigger"]
    assert "nobody would be left" in vera.fragment("/build/rights/warnings?lang=en").text


def test_unknown_groups_operations_and_fields_are_refused(vera):
    for form in ({"role": "ghost"}, {"entity": "ghost"}, {"operation": "fly"}, {"reach": "moon"}):
        said = {"role": "volunteer", "entity": "book", "operation": "read", "reach": "own", **form}
        assert vera.post(SET, said, htmx=True).status_code == 404
    assert vera.post("/build/rights/field", {"role": "volunteer", "entity": "book", "rule": "0", "field": "ghost", "right": "read"}, htmx=True).status_code == 404
    assert vera.get("/build/role/volunteer?tab=rights&entity=ghost").status_code == 404


def test_why_says_which_rule_of_which_group_counts(room, vera):
    nora = room.ids["nora"]
    own = room.scalar("SELECT r.id FROM e_reader r WHERE r.unit_id = (SELECT unit_id FROM e_user WHERE username = 'nora') LIMIT 1")
    far = room.scalar("SELECT r.id FROM e_reader r WHERE r.unit_id = (SELECT unit_id FROM e_user WHERE username = 'sam') LIMIT 1")
    page = vera.get(f"/build/why?entity=reader&record={own}&user={nora}&lang=en").text
    assert "is-allowed" in page and "Allows it" in page and 'href="/build/role/volunteer?tab=rights&amp;entity=reader"' in page
    refused = vera.get(f"/build/why?entity=reader&record={far}&user={nora}&lang=en").text
    assert "is-refused" in refused and "none of them is about this very record" in refused and "by the whole value of" in refused
    assert "is-refused" in vera.get(f"/build/why?entity=reader&record={own}&user={nora}&operation=delete&lang=en").text
    assert "is-refused" in vera.get(f"/build/why?entity=reader&record={own}&user={nora}&field=email&lang=en").text
    assert "no such record" in vera.get(f"/build/why?entity=reader&record=1&user={nora}&lang=en").text


def test_why_says_a_condition_in_words_and_as_its_formula_once_it_stands_nowhere(shop):
    catalogue = parse_documents(shop, 1)
    grant = next(one for one in catalogue.roles["sales_lead"].grants if one.where == "customer.owner = me")
    rule = RuleWhy("sales_lead", 0, grant, gives=True, reaches=True, fulfils=False, right="")
    with use_locale("en"):
        said = condition_part(Workshop(catalogue, catalogue.documents), rule)
        assert (said.words, said.code) == ("The condition does not hold: Customer › Owner is Me", "")
        gone = condition_part(Workshop(catalogue, ()), rule)
        assert (gone.words, gone.code) == ("The condition does not hold", "customer.owner = me")


def test_why_is_reached_from_the_record_by_those_who_build(room, vera):
    book = room.scalar("SELECT id FROM e_book LIMIT 1")
    assert f'href="/build/why?entity=book&amp;record={book}"' in vera.get(f"/r/book/{book}?lang=en").text
