"""What every kind of view keeps: a plan for each entity, written down or generated, and a loud refusal of what is absent."""

from dataclasses import replace
from pathlib import Path

import pytest

from shuke.core.errors import UnknownName
from shuke.definitions.load import load_template
from shuke.definitions.model import Catalogue, View
from shuke.publishing.checks import check, complete
from shuke.views import VIEW_KINDS, plan, views_of
from shuke.views.kind import ViewKind

LIBRARY = Path(__file__).parents[1] / "templates" / "library"
KINDS = [pytest.param(kind, id=kind.name) for kind in VIEW_KINDS]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return check(complete(load_template(LIBRARY)), 1)


@pytest.mark.parametrize("kind", KINDS)
def test_every_entity_has_a_plan_even_without_a_document(kind: ViewKind, catalogue: Catalogue) -> None:
    for entity in catalogue.entities.values():
        made = kind.plan(catalogue, entity, None)
        assert (made.entity, made.view) == (entity, None)


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_the_plan_where_there_is_one(kind: ViewKind, catalogue: Catalogue) -> None:
    written = [view for view in catalogue.views.values() if view.kind == kind.name]
    assert written
    for view in written:
        assert plan(catalogue, kind.name, view.entity, view.name).view == view
        assert view in views_of(catalogue, kind.name, view.entity)


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_is_made_once_for_a_version(kind: ViewKind, catalogue: Catalogue) -> None:
    assert plan(catalogue, kind.name, "loan") is plan(catalogue, kind.name, "loan")


@pytest.mark.parametrize("kind", KINDS)
def test_a_view_that_is_absent_is_named_with_those_that_are_there(kind: ViewKind, catalogue: Catalogue) -> None:
    with pytest.raises(UnknownName, match=r"loan\.nothing"):
        plan(catalogue, kind.name, "loan", "loan.nothing")


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_of_views_knows_the_kind(kind: ViewKind, catalogue: Catalogue) -> None:
    documents = load_template(LIBRARY)
    view = next(document for document in documents if document.kind == "view" and document.body["kind"] == kind.name)
    strange = replace(view, body={**view.body, "surprise": 1})
    with pytest.raises(Exception, match="surprise"):
        check(complete([strange if document is view else document for document in documents]), 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_may_not_name_an_absent_field(kind: ViewKind, catalogue: Catalogue) -> None:
    """Publishing refuses it; a plan made all the same says what is missing instead of leaving it out."""
    broken = {
        "list": View("x", "list", "loan", {}, columns=("nobody",)),
        "record": View("x", "record", "loan", {}, header=("nobody",)),
    }
    if kind.name in broken:
        with pytest.raises(UnknownName, match="nobody"):
            kind.plan(catalogue, catalogue.entity("loan"), broken[kind.name])
