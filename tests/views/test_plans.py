"""Plans: what a view's document becomes, and what there is without one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shuke.core.errors import UnknownName
from shuke.definitions.current import use_catalogue
from shuke.definitions.load import load_template
from shuke.definitions.model import Catalogue
from shuke.definitions.parse import parse_documents
from shuke.publishing.checks import complete
from shuke.views import VIEW_KINDS, form_plan, list_plan, record_plan, views_of
from shuke.views.columns import column
from shuke.views.forms import FormKind

LIBRARY = Path(__file__).parents[1] / "templates" / "library"


@pytest.fixture
def library() -> Iterator[Catalogue]:
    catalogue = parse_documents(complete(load_template(LIBRARY)), 1)
    with use_catalogue(catalogue):
        yield catalogue


def test_a_list_has_the_columns_and_order_of_its_document(library: Catalogue) -> None:
    plan = list_plan(library, "loan")
    assert [column.path for column in plan.columns] == ["number", "reader", "reader.mobile", "since", "due", "state", "fine"]
    assert plan.sort == ("-since",)
    assert [column.numeric for column in plan.columns][-1]


def test_a_column_behind_a_link_knows_every_field_that_is_read_for_it(library: Catalogue) -> None:
    mobile = column(library, library.entity("loan"), "reader.mobile")
    assert mobile.steps == (("loan", "reader"), ("reader", "mobile"))
    assert mobile.type.name == "phone"


@pytest.mark.parametrize("path", ["unicorn", "reader.unicorn", "since.year", "reader.name.first"])
def test_a_column_that_does_not_exist_is_an_error_that_names_it(library: Catalogue, path: str) -> None:
    with pytest.raises(UnknownName):
        column(library, library.entity("loan"), path)


def test_an_entity_without_a_list_gets_its_title_first_and_nothing_that_needs_a_page(library: Catalogue) -> None:
    plan = list_plan(library, "reader")
    paths = [column.path for column in plan.columns]
    assert plan.view is None and paths[0] == "name" and "remarks" not in paths
    assert len(paths) <= 7
    assert [column.path for column in plan.filters] == ["kind"]


def test_a_generated_form_has_every_field_once_and_sub_tables_last(library: Catalogue) -> None:
    plan = form_plan(library, "book")
    names = [field.name for field in plan.fields]
    assert sorted(names) == sorted(field.name for field in library.entity("book").fields if not field.system)
    assert names[-1] == "authors"
    assert [column.name for column in plan.fields[-1].columns] == ["name", "role"]


def test_computed_fields_of_a_form_are_told_apart(library: Catalogue) -> None:
    fields = {field.name: field for field in form_plan(library, "book").fields}
    assert fields["value"].computed and fields["copy_count"].computed
    assert not fields["title"].computed


def test_a_form_keeps_the_conditions_of_its_layout(library: Catalogue) -> None:
    sections = form_plan(library, "loan").nodes
    assert [section.visible for section in sections] == ["", 'state <> "out"']


def test_a_field_that_no_layout_places_stands_at_the_end_of_the_main_form_only(library: Catalogue) -> None:
    form = library.views["loan.form"]
    without = replace(form, layout=(replace(form.layout[0], nodes=form.layout[0].nodes[1:]), *form.layout[1:]))
    short = replace(without, name="loan.form.short", variant="short")
    thinned = replace(library, views={**library.views, form.name: without, short.name: short})
    names = {form.name: [field.name for field in FormKind().plan(thinned, thinned.entity("loan"), form).fields] for form in (without, short)}
    assert names["loan.form"][-1] == "reader" and "reader" not in names["loan.form.short"]


def test_a_record_page_lists_what_points_to_it(library: Catalogue) -> None:
    written, generated = record_plan(library, "reader"), record_plan(library, "book")
    assert [(item.entity.name, item.via) for item in written.related] == [("loan", "reader")]
    assert [(item.entity.name, item.via) for item in generated.related] == [("copy", "book")]
    assert "name" not in [fact.path for fact in written.header]  # the title says it


def test_plans_are_made_once_for_a_version(library: Catalogue) -> None:
    assert list_plan(library, "loan") is list_plan(library, "loan")
    assert list_plan(replace(library, version=2, _derived={}), "loan") is not list_plan(library, "loan")


def test_a_view_is_found_by_its_name_and_an_unknown_one_is_an_error(library: Catalogue) -> None:
    assert list_plan(library, "loan", "loan.list").view is list_plan(library, "loan").view
    with pytest.raises(UnknownName):
        list_plan(library, "loan", "book.list")


@pytest.mark.parametrize("kind", [kind.name for kind in VIEW_KINDS])
def test_every_kind_of_view_can_be_made_for_every_entity_without_a_document(library: Catalogue, kind: str) -> None:
    for entity in library.entities.values():
        plan = VIEW_KINDS[kind].plan(library, entity, None)
        assert plan.entity is entity and plan.view is None


@pytest.mark.parametrize("kind", [kind.name for kind in VIEW_KINDS])
def test_every_kind_of_view_reads_its_documents(library: Catalogue, kind: str) -> None:
    for entity in library.entities.values():
        for view in views_of(library, kind, entity.name):
            assert VIEW_KINDS[kind].plan(library, entity, view).view is view
