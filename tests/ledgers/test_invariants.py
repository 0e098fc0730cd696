"""Whatever is posted, reversed and repeated: the books agree with a simple sum, in any batches."""

from decimal import Decimal
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from ledgers.books import Books, make_ledger

from shuke import ledgers
from shuke.core.db import Database
from shuke.core.errors import Conflict, InvalidInput, NotFound

_names = count()
owners = some.integers(1, 3)
keys = some.sampled_from([f"key {number}" for number in range(12)])
movements = some.tuples(some.sampled_from(["give", "take", "pass"]), owners, some.integers(0, 20), keys)
steps = some.one_of(movements, some.tuples(some.just("reverse"), owners, some.just(0), keys))


class Paper:
    """The same books kept on paper: a list of signed amounts."""

    def __init__(self) -> None:
        self.lines: dict[str, tuple[str, int, int]] = {}
        """What was posted and not reversed; a reversed key may be posted again."""

    def balance(self, owner: int) -> int:
        return sum(self._change(line, owner) for line in self.lines.values())

    def accepts(self, *changed: tuple[str, tuple[str, int, int]]) -> bool:
        return all(self.balance(owner) + sum(self._change(line, owner) * (1 if key else -1) for key, line in changed) >= 0 for owner in range(1, 5))

    @staticmethod
    def _change(line: tuple[str, int, int], owner: int) -> int:
        kind, holder, amount = line
        if kind == "pass":
            return amount * ((owner == holder + 1) - (owner == holder))
        return amount * (owner == holder) * (1 if kind == "give" else -1)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(some.lists(steps, max_size=15))
def test_the_books_agree_with_paper(database: Database, done: list[tuple[str, int, int, str]]) -> None:
    books, paper = Books(database, make_ledger(f"credit{next(_names)}")), Paper()
    for kind, owner, amount, key in done:
        line = (kind, owner, amount)
        try:
            if kind == "reverse":
                books.reverse(key)
                accepted = True
            else:
                with database.write():
                    ledgers.post(
                        books.ledger, kind, owner, Decimal(amount), key=key, source=("loan", 1), actor=books.actor, counterpart=owner + 1)
                accepted = True
        except (InvalidInput, Conflict, NotFound):
            accepted = False
        assert accepted == _expected(paper, line, key)
    for owner in range(1, 5):
        assert books.balance(owner) == paper.balance(owner)
    assert books.faults() == []


def _expected(paper: Paper, line: tuple[str, int, int], key: str) -> bool:
    """Whether paper accepts the step; writes it down if so."""
    kind, _owner, amount = line
    if kind == "reverse":
        accepted = key in paper.lines and paper.accepts(("", paper.lines[key]))
        if accepted:
            del paper.lines[key]
        return accepted
    if amount == 0:
        return True
    if key in paper.lines:
        return paper.lines[key] == line
    accepted = paper.accepts((key, line))
    if accepted:
        paper.lines[key] = line
    return accepted


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(some.lists(some.tuples(some.sampled_from(["give", "take"]), owners, some.integers(0, 20)), max_size=12), some.data())
def test_any_split_into_batches_gives_the_same_books(database: Database, moved: list[tuple[str, int, int]], data: some.DataObject) -> None:
    first, second = (make_ledger(f"credit{next(_names)}", floor="") for _ in "ab")
    cut = data.draw(some.integers(0, len(moved)))
    _post(database, first, moved)
    _post(database, second, moved[:cut])
    _post(database, second, moved, )
    with database.read():
        assert ledgers.balances(first, [1, 2, 3]) == ledgers.balances(second, [1, 2, 3])
        assert ledgers.verify() == []


def _post(database: Database, ledger: ledgers.model.Ledger, moved: list[tuple[str, int, int]]) -> None:
    with database.write():
        ledgers.post_many([
            ledgers.Posting(ledger, kind, owner, Decimal(amount), f"key {number}", ("loan", number), 7)
            for number, (kind, owner, amount) in enumerate(moved)
        ])
