"""Apps as a whole: beginning one, copying one, and moving the entries of its menu."""

import pytest
from published import CRM, LIBRARY

from shuke.core.i18n import use_locale
from shuke.definitions.load import load_template, system_documents
from shuke.definitions.patches import patched
from shuke.definitions.problems import DefinitionErrors
from shuke.definitions.store import documents_to_json
from shuke.publishing import edits
from shuke.publishing.checks import check
from shuke.publishing.references import references


@pytest.fixture(autouse=True)
def _english():
    with use_locale("en"):
        yield


@pytest.fixture(scope="module")
def library():
    return [*system_documents(), *load_template(LIBRARY)]


@pytest.fixture(scope="module")
def shop():
    return [*system_documents(), *load_template(CRM)]


def done(documents, edit, *arguments, **options):
    return patched(documents, edit(documents, *arguments, **options))


def menu(documents, app="lending"):
    return next(one.body for one in documents if one.key == ("app", app))["menu"]


def test_a_new_app_is_called_by_its_label_in_either_language(library):
    made = done(library, edits.add_app, {"zh": "回访", "en": "回访"}, icon="tool", color="teal")
    check(made, 1)
    assert ("app", "hui_fang") in {one.key for one in made}


def test_a_copied_app_has_everything_under_new_names_and_uses_nothing_of_the_first(library):
    after = done(library, edits.copy_app, "lending", {"zh": "馆二", "en": "Branch"})
    check(after, 1)
    copied = [one for one in after if one.app == "branch"]
    assert len(copied) == len([one for one in library if one.app == "lending"])
    names = {("entity", one.name) for one in library if one.app == "lending" and one.kind == "entity"}
    assert not [one for one in references(after) if (one.target.kind, one.target.name) in names and one.document in {doc.key for doc in copied}]
    assert [one for one in after if one.app != "branch"] == library


@pytest.mark.parametrize("app", ["points", "order", "complaint", "product", "organisation"])
def test_every_app_that_ships_can_be_copied_and_published(shop, app):
    after = done(shop, edits.copy_app, app)
    check(after, 1)
    copy = next(one for one in after if one.kind == "app" and one.name.startswith(app) and one.name != app)
    assert copy.body["label"]["en"].endswith("(copy)")
    assert copy.body["order"] > max(one.body["order"] for one in shop if one.kind == "app")


@pytest.mark.parametrize("app", ["customer", "membership"])
def test_what_a_copy_cannot_mean_any_more_is_a_problem_with_its_place(shop, app):
    with pytest.raises(DefinitionErrors) as wrong:
        check(done(shop, edits.copy_app, app), 1)
    assert all(one.file.startswith(f"{app}_2/") and one.path for one in wrong.value.problems)


def test_an_app_copied_twice_has_two_copies(library):
    after = done(done(library, edits.copy_app, "lending"), edits.copy_app, "lending")
    check(after, 1)
    assert {one.name for one in after if one.kind == "app"} == {"lending", "lending_2", "lending_3"}


def test_a_removed_app_leaves_nothing_behind_that_cannot_be_published(library):
    twice = done(library, edits.copy_app, "lending")
    assert documents_to_json(done(twice, edits.remove_document, "app", "lending_2")) == documents_to_json(library)


def test_entries_of_the_menu_are_added_moved_worded_and_removed(library):
    before = menu(library)
    added = done(library, edits.add_entry, "lending", {"dashboard": "desk"}, 0)
    assert menu(added) == [{"dashboard": "desk"}, *before]
    moved = done(added, edits.move_entry, "lending", 0, 2)
    assert menu(moved)[2] == {"dashboard": "desk"} and len(menu(moved)) == len(before) + 1
    assert menu(done(added, edits.move_entry, "lending", 0, 99))[-1] == {"dashboard": "desk"}
    worded = done(added, edits.word_entry, "lending", 0, {"zh": "", "en": "Front desk"}, "home")
    assert menu(worded)[0] == {"dashboard": "desk", "label": {"zh": "", "en": "Front desk"}, "icon": "home"}
    assert menu(done(worded, edits.word_entry, "lending", 0, {"zh": "", "en": ""}, "")) == menu(added)
    assert documents_to_json(done(added, edits.remove_entry, "lending", 0)) == documents_to_json(library)
    check(worded, 1)
