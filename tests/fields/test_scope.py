"""The names that formulas can use."""

import pytest
from fields.specimens import catalogue

from shuke.expressions import ExpressionError, Kind
from shuke.fields.scope import expression, inverses, scope


def _names(entity: str) -> set[str]:
    return {member.name for member in scope(catalogue()).members(entity)}


def test_an_entity_has_its_fields_the_system_fields_and_the_other_ends_of_links() -> None:
    assert _names("book") == {"title", "loans", "lines", "read_in", "id", "created_at", "created_by", "updated_at", "updated_by", "owner", "unit"}


def test_collections_are_marked_as_many_and_know_their_rows() -> None:
    members = {member.name: member for member in (*scope(catalogue()).members("book"), *scope(catalogue()).members("loan")) if member.many}
    assert {name: member.type.entity for name, member in members.items()} == {
        "loans": "loan", "lines": "loan.lines", "read_in": "loan", "readers": "book",
    } or members["readers"].type.entity == "book"


def test_a_line_has_its_columns_its_record_and_its_place() -> None:
    assert _names("loan.lines") == {"id", "parent", "position", "copy", "fee"}
    parent = scope(catalogue()).member("loan.lines", "parent")
    assert parent is not None
    assert (parent.type.kind, parent.type.entity) == (Kind.LINK, "loan")


def test_addresses_are_no_values_of_formulas() -> None:
    assert scope(catalogue()).member("loan", "place") is None


def test_an_unknown_entity_has_no_members() -> None:
    assert _names("nothing") == set()


def test_an_expression_is_checked_once_for_a_version() -> None:
    published = catalogue()
    first = expression(published, "loan", "SUM(lines.fee) > 10", expect="bool")
    assert first is expression(published, "loan", "SUM(lines.fee) > 10", expect="bool")
    assert first.collections == {("lines",)}


def test_a_wrong_name_is_an_error_at_its_place() -> None:
    with pytest.raises(ExpressionError) as caught:
        expression(catalogue(), "loan", "titel = 1")
    assert (caught.value.start, caught.value.end) == (0, 5)


def test_the_links_that_lead_to_an_entity_are_known() -> None:
    assert {(inverse.entity, inverse.field.name, inverse.name) for inverse in inverses(catalogue(), "book")} == {
        ("loan", "book", "loans"), ("loan.lines", "copy", "lines"), ("loan", "readers", "read_in"),
    }
