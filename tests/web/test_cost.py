"""What a request costs: statements are counted, because each one is a journey to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa


@contextmanager
def counted(site: Any) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    sa.event.listen(site.database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(site.database.engine, "before_cursor_execute", note)


def test_a_known_visitor_is_identified_with_one_statement(any_site: Any) -> None:
    person = any_site.signed_in("ben")
    person.get("/me")
    with counted(any_site) as statements:
        person.get("/me/password")
    assert [statement for statement in statements if not statement.startswith("BEGIN")] == statements[-1:]
    assert "sk_session" in statements[-1]


def test_a_page_of_a_list_costs_four_statements_at_most(any_site: Any) -> None:
    person = any_site.signed_in("ada")
    person.get("/r/book")
    with counted(any_site) as statements:
        assert person.get("/r/book").status_code == 200
    assert len([statement for statement in statements if not statement.startswith("BEGIN")]) <= 4, statements


def test_a_stranger_costs_one_statement(site: Any) -> None:
    site.browser().get("/me")
    with counted(site) as statements:
        site.browser().get("/me")
    assert len([statement for statement in statements if not statement.startswith("BEGIN")]) == 1
