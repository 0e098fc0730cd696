"""A template that is installed is brought up to date in its database: values stay, and what was changed here stays."""

import sqlalchemy as sa
from published import CRM, LIBRARY

from shuke.access import Actor
from shuke.core.db import connection
from shuke.core.ids import new_id
from shuke.definitions import bases, store
from shuke.definitions.load import load_template
from shuke.definitions.model import Document
from shuke.definitions.packages import package
from shuke.definitions.patches import patched
from shuke.definitions.shipped import template_folder
from shuke.publishing import edits
from shuke.publishing.needs import needed_apps, package_of
from shuke.publishing.publish import publish
from shuke.publishing.updating import BASE, installed, template_of, update

SYSTEM = Actor.system("test")


def found(documents, kind, name):
    return next((one.body for one in documents if one.key == (kind, name)), None)


def in_force(database):
    with database.read():
        return store.documents_of(store.published_version())


def newer(documents, *steps):
    for step in steps:
        documents = patched(documents, step(documents))
    return package(documents)


def install(database, documents):
    with database.write():
        to_publish = installed(package(documents))
    publish(database, SYSTEM, to_publish, "installed")


def test_an_update_is_published_with_all_values_and_with_what_was_changed_here(database):
    library = load_template(LIBRARY)
    install(database, library)
    with database.write():
        connection().execute(sa.text("INSERT INTO e_book (id, title, created_at, created_by, updated_at, updated_by, revision) SELECT :id, 'Emma', :now, 0, :now, 0, 1"), {"id": new_id(), "now": "2026-01-01 00:00:00"})
    here = in_force(database)
    here = patched(here, edits.rename_field(here, "book", "title", "name"))
    publish(database, SYSTEM, patched(here, edits.add_field(here, "book", "integer", {"zh": "页数", "en": "Pages"})), "ours")
    made = newer(library, lambda documents: edits.add_field(documents, "book", "date", {"zh": "出版", "en": "Published"}))
    with database.write():
        bases.keep(made)
        outcome = update(in_force(database), made)
    assert not outcome.conflicts and not outcome.is_new and not outcome.missing
    publish(database, SYSTEM, outcome.documents, "update")
    after = in_force(database)
    assert {"name", "pages", "published"} <= found(after, "entity", "book")["properties"].keys()
    assert found(after, "template", "library")[BASE] == made.digest
    with database.read():
        assert connection().scalar(sa.text("SELECT title FROM e_book")) == "Emma"
        assert bases.kept(made.digest).files == made.files
        again = update(after, made)
    assert again.steps == []


def test_the_template_of_a_shop_chain_is_installed_beside_a_blank_company(database):
    blank = load_template(template_folder("blank-template"))
    install(database, blank)
    made = package(load_template(CRM))
    with database.write():
        bases.keep(made)
        outcome = update(in_force(database), made)
    assert outcome.conflicts == ()
    publish(database, SYSTEM, outcome.documents, "both")
    assert {one.name for one in in_force(database) if one.kind == "app"} == {one.name for one in made.apps}


def test_apps_are_packed_under_the_template_that_brought_them_or_under_their_own_name(database):
    install(database, load_template(CRM))
    catalogue = store.current(database)
    with database.read():
        whole = package_of(catalogue, list(catalogue.apps), template_of(catalogue.documents, catalogue.apps))
        one = package_of(catalogue, ["points"], template_of(catalogue.documents, ["points"]))
    assert whole.digest == package(load_template(CRM)).digest and whole.needs == ()
    assert (one.name, one.version, {need.app for need in one.needs}) == ("points", "1.0.0", {"customer", "membership", "order"})
    assert set(needed_apps(catalogue, "points")) == {"customer", "membership", "order", "complaint", "product", "organisation"}


def test_a_package_of_documents_of_the_system_carries_none_of_them(database):
    install(database, load_template(LIBRARY))
    catalogue = store.current(database)
    made = package_of(catalogue, ["lending"])
    assert not [one for one in made.documents if one.app == "system"]
    assert isinstance(made.template, Document) and {kind["code"] for kind in made.template.body.get("unit_kinds", ())} <= {kind.code for kind in catalogue.unit_kinds}
