"""What is left when the program dies in the middle: all of a step or nothing of it, on both kinds of database."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from installed import Id, Shop

from shuke import ledgers
from shuke.core.db import Database
from shuke.definitions.current import catalogue

DYING = """
import os, signal, sys
from installed import Id, Shop
from shuke import ledgers
from shuke.core.db import Database

url, buyer, level, old = sys.argv[1:]
posting, seen = ledgers.post_many, []

def dying(postings):
    seen.extend(one.ledger.name for one in postings)
    if "stored_gift" in seen:
        assert "stored_principal" in seen
        os.kill(os.getpid(), signal.SIGKILL)
    return posting(postings)

ledgers.post_many = dying
Shop(Database(url)).save("", "card", customer=Id(buyer), level=Id(level), replaces=Id(old))
"""


@pytest.fixture
def chain(crm_database: Database) -> Shop:
    return Shop(crm_database)


def held(chain: Shop, card: int) -> tuple[str, int, int]:
    values = chain.get("", "card", card).values
    return values["status"], int(values["principal"]), int(values["gift"])


def faults(chain: Shop) -> list[Any]:
    with chain.at_work():
        return ledgers.verify()


def test_a_card_is_replaced_wholly_or_not_at_all(chain: Shop) -> None:
    level = chain.save("", "level", code="normal", name="普通会员", rate="1")
    buyer = chain.save("", "customer", name="持卡人", channel="store")
    old = chain.save("", "card", customer=Id(buyer), level=Id(level))
    chain.save("", "top_up", card=Id(old), amount="500", method="cash")
    died = subprocess.run(
        [sys.executable, "-c", DYING, chain.database.ddl_engine.url.render_as_string(hide_password=False), str(buyer), str(level), str(old)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}, capture_output=True, text=True, timeout=120, check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert [card.id for card in chain.find("", "card")] == [old]
    assert (held(chain, old), faults(chain)) == (("active", 500, 50), [])
    new = chain.save("", "card", customer=Id(buyer), level=Id(level), replaces=Id(old))
    assert (held(chain, old), held(chain, new), faults(chain)) == (("replaced", 0, 0), ("active", 500, 50), [])
    with chain.at_work():
        assert ledgers.outstanding(catalogue().ledgers["stored_principal"]) == 500
