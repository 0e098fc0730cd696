"""Many clients at once on the same accounts."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from ledgers.books import Books
from sqlalchemy.exc import OperationalError

from shuke import ledgers
from shuke.core.errors import Conflict, InvalidInput


def test_fifty_clients_spend_exactly_what_is_there(books: Books) -> None:
    books.post("give", 1, 1000)

    def spend(client: int) -> Counter[str]:
        seen: Counter[str] = Counter()
        for number in range(20):
            try:
                books.post("take", 1, 10, key=f"client {client} number {number}")
                seen["accepted"] += 1
            except InvalidInput:
                seen["refused"] += 1
        return seen

    with ThreadPoolExecutor(50) as clients:
        total = sum(clients.map(spend, range(50)), Counter())
    assert total == {"accepted": 100, "refused": 900}
    assert books.balance(1) == 0
    assert books.faults() == []


def test_one_key_sent_by_many_at_once_is_one_movement(books: Books) -> None:
    def send(_client: int) -> int:
        with books.database.write():
            entry = ledgers.post(books.ledger, "give", 1, Decimal(10), key="once", source=("loan", 1), actor=books.actor)
        return entry.id if entry else 0

    with ThreadPoolExecutor(16) as clients:
        ids = set(clients.map(send, range(32)))
    assert len(ids) == 1
    assert books.balance(1) == 10


def test_one_key_sent_at_once_for_different_accounts_is_one_movement_and_conflicts(books: Books) -> None:
    def send(owner: int) -> str:
        try:
            with books.database.write():
                ledgers.post(books.ledger, "give", owner, Decimal(10), key="once", source=("loan", 1), actor=books.actor)
        except Conflict:
            return "conflict"
        return "accepted"

    with ThreadPoolExecutor(8) as clients:
        assert Counter(clients.map(send, range(1, 9))) == {"accepted": 1, "conflict": 7}
    with books.database.read():
        assert ledgers.outstanding(books.ledger) == 10


def test_passing_on_in_circles_neither_loses_nor_makes_anything(books: Books) -> None:
    for owner in range(1, 6):
        books.post("give", owner, 100)

    def pass_on(client: int) -> None:
        chance = random.Random(client)
        for number in range(15):
            source, target = chance.sample(range(1, 6), 2)
            try:
                books.post("pass", source, chance.randint(1, 60), key=f"{client}-{number}", counterpart=target)
            except InvalidInput:
                continue

    def watch(_number: int) -> Decimal:
        with books.database.read():
            return ledgers.outstanding(books.ledger)

    with ThreadPoolExecutor(10) as clients:
        work = [clients.submit(pass_on, client) for client in range(8)]
        seen = set(clients.map(watch, range(30)))
        for one in work:
            one.result()
    assert seen == {Decimal(500)}
    assert books.faults() == []


def test_batches_over_the_same_accounts_in_any_order_do_not_block_each_other(books: Books) -> None:
    def batch(client: int) -> str:
        owners = list(range(1, 41))
        random.Random(client).shuffle(owners)
        postings = [
            ledgers.Posting(books.ledger, "give", owner, Decimal(1), f"{client}-{owner}", ("loan", client), 7) for owner in owners
        ]
        try:
            with books.database.write():
                ledgers.post_many(postings)
        except OperationalError as error:
            return str(error)
        return "posted"

    with ThreadPoolExecutor(8) as clients:
        assert set(clients.map(batch, range(16))) == {"posted"}
    assert books.balance(7) == 16
    assert books.faults() == []
