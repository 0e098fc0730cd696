"""Posting, reversing and reading of ledger entries."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from ledgers.books import Books, make_ledger

from shuke import ledgers
from shuke.core.db import Database
from shuke.core.errors import Conflict, InvalidInput, NotFound, UnknownName
from shuke.core.i18n import use_locale


def test_a_posting_moves_the_balance(books: Books) -> None:
    entry = books.post("give", 1, 30)
    books.post("take", 1, 12)
    assert entry is not None and entry.amount == 30
    assert books.balance(1) == 18
    assert books.faults() == []


def test_zero_posts_nothing(books: Books) -> None:
    assert books.post("give", 1, 0) is None
    with books.database.read():
        assert ledgers.entries(books.ledger, 1) == ()


def test_the_same_key_gives_the_first_entry(books: Books) -> None:
    with books.database.write():
        first, again = (ledgers.post(books.ledger, "give", 1, Decimal(5), key="k", source=("loan", 1), actor=books.actor) for _ in "ab")
    with books.database.write():
        later = ledgers.post(books.ledger, "give", 1, Decimal(5), key="k", source=("loan", 1), actor=books.actor)
    assert first == again == later
    assert books.balance(1) == 5


@pytest.mark.parametrize(("kind", "owner", "amount"), [("give", 1, 6), ("give", 2, 5), ("take", 1, 5)])
def test_the_same_key_with_other_content_is_a_conflict(books: Books, kind: str, owner: int, amount: int) -> None:
    books.post("give", 1, 5, key="k")
    with pytest.raises(Conflict, match="k"):
        books.post(kind, owner, amount, key="k")
    assert books.balance(1) == 5


def test_overdrawing_says_what_is_left_and_what_to_do(books: Books) -> None:
    books.post("give", 1, 30)
    with use_locale("en"), pytest.raises(InvalidInput) as refused:
        books.post("take", 1, 31)
    assert refused.value.by_field == {"": ("Library credit: this takes more than is there. Only 30 credits are left.",)}
    with use_locale("en"), pytest.raises(InvalidInput, match="nothing is left"):
        books.post("take", 2, 1)
    assert books.balance(1) == 30


@pytest.mark.parametrize("amount", ["-1", "0.5", "NaN", "Infinity", "9223372036854775808", "1e308", "1.00000000000000000000000000000000001"])
def test_an_amount_that_is_no_count_of_units_is_refused(books: Books, amount: str) -> None:
    with pytest.raises(InvalidInput):
        books.post("give", 1, amount)
    assert books.balance(1) == 0


def test_a_total_beyond_64_bits_is_refused_with_a_sentence(books: Books) -> None:
    books.post("give", 1, 2**63 - 1)
    with pytest.raises(InvalidInput):
        books.post("give", 1, 1)
    assert books.balance(1) == 2**63 - 1


def test_a_scaled_ledger_keeps_its_decimals(database: Database) -> None:
    books = Books(database, make_ledger(scale=2))
    books.post("give", 1, "10.05")
    books.post("take", 1, "0.06")
    assert books.balance(1) == Decimal("9.99")
    with pytest.raises(InvalidInput):
        books.post("give", 1, "0.001")


def test_a_floor_below_zero_allows_a_debt(database: Database) -> None:
    books = Books(database, make_ledger(floor="-20"))
    books.post("take", 1, 20)
    with use_locale("en"), pytest.raises(InvalidInput, match="nothing is left"):
        books.post("take", 1, 1)
    assert books.balance(1) == -20


def test_without_a_floor_the_account_may_be_drawn_down_without_end(database: Database) -> None:
    books = Books(database, make_ledger(floor=""))
    books.post("take", 1, 10**12)
    assert books.balance(1) == -(10**12)


def test_holders_pass_on_what_they_have(books: Books) -> None:
    books.post("give", 1, 30)
    books.post("pass", 1, 10, counterpart=2)
    assert (books.balance(1), books.balance(2)) == (20, 10)
    with pytest.raises(InvalidInput):
        books.post("pass", 2, 11, counterpart=1)
    assert books.faults() == []


def test_an_unknown_kind_is_named_with_the_known_ones(books: Books) -> None:
    with pytest.raises(UnknownName, match="give"):
        books.post("gift", 1, 1)


def test_a_movement_can_be_reversed_once(books: Books) -> None:
    books.post("give", 1, 30, key="k")
    (opposite,) = books.reverse("k")
    assert opposite.reverses is not None and books.balance(1) == 0
    with pytest.raises(Conflict):
        books.reverse("k")
    with pytest.raises(Conflict):
        books.reverse(opposite.key)
    assert books.balance(1) == 0
    assert books.faults() == []


def test_a_key_is_free_again_when_its_movement_has_been_reversed(books: Books) -> None:
    for amount in (30, 20, 10):
        books.post("give", 1, amount, key="k")
        books.post("give", 1, amount, key="k")
        assert books.balance(1) == amount
        books.reverse("k")
        with pytest.raises(Conflict):
            books.reverse("k")
    assert books.balance(1) == 0
    assert books.faults() == []


def test_a_reversal_of_what_was_spent_is_refused(books: Books) -> None:
    books.post("give", 1, 30, key="k")
    books.post("take", 1, 25)
    with pytest.raises(InvalidInput):
        books.reverse("k")
    assert books.balance(1) == 5


def test_reversing_what_was_never_posted_is_refused(books: Books) -> None:
    with pytest.raises(NotFound):
        books.reverse("k")


def test_all_that_a_record_caused_is_reversed_together(books: Books) -> None:
    def undo() -> tuple[ledgers.Entry, ...]:
        with books.database.write():
            return ledgers.undo_of(books.ledger, ("loan", 9), source=("loan", 9), actor=books.actor)

    with books.database.write():
        for owner in (1, 2):
            ledgers.post(books.ledger, "give", owner, Decimal(5), key=f"k{owner}", source=("loan", 9), actor=books.actor)
    assert len(undo()) == 2
    assert undo() == ()
    assert (books.balance(1), books.balance(2)) == (0, 0)


def test_movements_are_shown_newest_first_with_the_balance_after_each(books: Books) -> None:
    for number in range(1, 8):
        books.post("give", 1, number)
    books.post("take", 1, 3)
    with books.database.read():
        first = ledgers.entries(books.ledger, 1, limit=3)
        rest = ledgers.entries(books.ledger, 1, limit=10, before=first[-1].sequence)
    assert [(one.change, one.balance) for one in first] == [(-3, 25), (7, 28), (6, 21)]
    assert [(one.change, one.balance) for one in rest] == [(5, 15), (4, 10), (3, 6), (2, 3), (1, 1)]


def test_an_entry_keeps_unit_date_and_memo(books: Books) -> None:
    with books.database.write():
        entry = ledgers.post(
            books.ledger, "give", 1, Decimal(5), key="k", source=("loan", 4), actor=books.actor, unit=12, memo="书展", at=date(2020, 2, 29))
    assert entry is not None
    with books.database.read():
        (movement,) = ledgers.entries(books.ledger, 1)
    assert movement.entry == entry
    assert (entry.unit, entry.business_date, entry.memo, entry.actor_id, entry.source) == (12, date(2020, 2, 29), "书展", 7, ("loan", 4))


def test_five_hundred_postings_take_a_handful_of_statements(books: Books) -> None:
    postings = [
        ledgers.Posting(books.ledger, "give", owner, Decimal(3), f"k{owner}", ("loan", owner), 7) for owner in range(1, 501)
    ]
    statements: list[str] = []
    sa.event.listen(books.database.engine, "before_cursor_execute", lambda _c, _x, statement, *_rest: statements.append(statement))
    with books.database.write():
        made = ledgers.post_many(postings)
    assert len(made) == 500 and len(statements) <= 9
    with books.database.read():
        assert ledgers.outstanding(books.ledger) == 1500
        assert ledgers.balances(books.ledger, [3, 500, 501]) == {3: 3, 500: 3}
    assert books.faults() == []


def test_a_batch_with_one_overdraw_posts_nothing(books: Books) -> None:
    postings = [
        ledgers.Posting(books.ledger, "give", 1, Decimal(3), "a", ("loan", 1), 7),
        ledgers.Posting(books.ledger, "take", 1, Decimal(4), "b", ("loan", 1), 7),
    ]
    with pytest.raises(InvalidInput), books.database.write():
        ledgers.post_many(postings)
    assert books.balance(1) == 0
