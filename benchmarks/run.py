"""The pages that are compared, and the table of their ratios."""

import argparse
import base64
import cProfile
import csv
import io
import json
import platform
import pstats
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from benchmarks import handwritten
from benchmarks.company import TEMPLATE, Company, open_company
from benchmarks.measure import Timing, alone, in_turn
from shuke.definitions import store
from shuke.definitions.current import use_catalogue
from shuke.records import load_actor
from shuke.records.paging import encode
from shuke.records.shapes import shape
from shuke.transfer.cli import import_file

FINDS = {
    "find letters": "wa", "find character": "王", "find digits": "7773", "find phone": "13000007773", "find number": "K00007773",
    "find unknown": "zzzzqqqq", "find common": "1",
}
"""What is searched for over everything, by kind of text."""
ALONE = {
    "board part": "/d/admin_home/parts/8", "panel": "/r/customer/{id}?panel=1", "timeline": "/r/customer/{id}/timeline", "quick form": "/r/customer/new?view=quick&dialog=1",
}
"""Parts of pages that the hand-written application has not: their time and statements alone are measured."""
PAGES = ("home", "list", "filtered", "grouped", "deep", "search", *FINDS, "record", "form", *ALONE, "live", "create", "update", "import")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="shuke bench", description="Compares the product with a hand-written application.")
    parser.add_argument("--rows", type=int, default=100_000, help="customers in the database")
    parser.add_argument("--database", default="", help="a database of its own; a new SQLite file without it")
    parser.add_argument("--folder", default="", help="keep the SQLite file and its passwords here, for the next run")
    parser.add_argument("--runs", type=int, default=30, help="pairs of each page")
    parser.add_argument("--import-rows", type=int, default=100_000)
    parser.add_argument("--only", default=",".join(PAGES), help="some of: " + ", ".join(PAGES))
    parser.add_argument("--purchases", default="", help="also bring in this file of purchases (CDNOW_master.txt) with the template's mapping")
    parser.add_argument("--user", default="admin", help="who asks, for pages that others may see too: clerk1 sees one store")
    parser.add_argument("--profile", default="", help="show where the time of one page goes")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(given.folder or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        url = given.database or f"sqlite:///{folder / f'bench-{given.rows}.sqlite'}"
        began = time.perf_counter()
        company = open_company(url, folder, given.rows)
        print(f"{_machine(company)}; {given.rows:,} customers (prepared in {time.perf_counter() - began:.0f} s)", flush=True)
        comparison = Comparison(company, url, given.runs, given.import_rows, folder, given.user)
        if given.profile:
            comparison.profile(given.profile)
            return 0
        print(f"{'page':<16}{'product':>12}{'by hand':>12}{'ratio':>8}{'statements':>12}")
        for name in given.only.split(","):
            _show(comparison.compare(name))
        if given.purchases:
            print(comparison.bring_in(Path(given.purchases)))
    return 0


class Comparison:
    """Both applications on one database, signed in as the same person."""

    def __init__(self, company: Company, url: str, runs: int, import_rows: int, folder: Path, username: str) -> None:
        self.company, self.url, self.runs, self.import_rows, self.folder = company, url, runs, import_rows, folder
        with use_catalogue(store.current(company.database)), company.database.read() as connection:
            users = shape("user").table
            self.user: Any = connection.execute(sa.select(users.c.id, users.c.name, users.c.unit_id.label("unit")).where(users.c.username == username)).one()
            customers = shape("customer").table
            middle = sa.select(customers.c.created_at, customers.c.id).order_by(customers.c.created_at.desc(), customers.c.id.desc()).offset(company.rows // 2).limit(1)
            self.middle = connection.execute(middle).one()
        self.ours = company.app.test_client()
        self.theirs = handwritten.create(url).test_client()
        self._sign_in(username)
        with use_catalogue(store.current(company.database)), company.database.read():
            self.actor = load_actor(self.user.id)
        self._number = int(time.time()) % 1_000_000 * 1000

    def compare(self, name: str) -> Timing:
        if name == "import":
            return self._compare_import()
        if name in ALONE or name == "live":
            work = self._asking_live() if name == "live" else self._fetching(ALONE[name].format(id=self.company.customer))
            return alone(name, work, runs=self.runs, statements=self._statements(work))
        product, hand = self._pair(name)
        return in_turn(name, product, hand, runs=self.runs, statements=self._statements(product))

    def profile(self, name: str) -> None:
        product = self._fetching(ALONE[name].format(id=self.company.customer)) if name in ALONE else self._pair(name)[0]
        for _warm in range(5):
            product()
        profiler = cProfile.Profile()
        profiler.enable()
        for _run in range(self.runs):
            product()
        profiler.disable()
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(60)

    def _pair(self, name: str) -> tuple[Callable[[], object], Callable[[], object]]:
        if name in FINDS:
            return self._get("/search/suggestions?box=search&q=" + FINDS[name], "/find?q=" + FINDS[name])
        id_ = self.company.customer
        return {
            "home": lambda: self._get("/", "/"),
            "form": lambda: self._get("/r/customer/new", "/customers/new"),
            "list": lambda: self._get("/r/customer", "/customers"),
            "grouped": lambda: self._get("/r/customer?group=channel", "/customers/groups"),
            "filtered": lambda: self._get("/r/customer?f.channel.is=wechat&sort=-total_paid", "/customers?channel=wechat&sort=-total_paid"),
            "deep": lambda: self._get(f"/r/customer?after={self._cursor()}", f"/customers?after={self._plain_cursor()}"),
            "search": lambda: self._get("/r/customer?q=王伟", "/customers?q=王伟"),
            "record": lambda: self._get(f"/r/customer/{id_}", f"/customers/{id_}"),
            "create": self._creating,
            "update": self._updating,
        }[name]()

    def _get(self, ours: str, theirs: str) -> tuple[Callable[[], object], Callable[[], object]]:
        return lambda: _answered(self.ours, ours), lambda: _answered(self.theirs, theirs)

    def _fetching(self, address: str) -> Callable[[], object]:
        """A part of a page, as htmx asks for it."""
        def work() -> None:
            answer = self.ours.get(address, headers={"HX-Request": "true"})
            assert answer.status_code == 200, answer.text[:2000]

        return work

    def _asking_live(self) -> Callable[[], object]:
        """What the form asks for while somebody types."""
        form = {
            "csrf_token": self._token(), "_form": "customer.form", "_initial": "{}", "_field": ["name", "mobile", "channel"], "name": "新客", "mobile": "13900001111", "channel": "wechat",
        }

        def work() -> None:
            answer = self.ours.post("/r/customer/live", data=form, headers={"HX-Request": "true"})
            assert answer.status_code == 200, answer.text[:2000]

        return work

    def _creating(self) -> tuple[Callable[[], object], Callable[[], object]]:
        token, theirs = self._token(), self._their_token()

        def product() -> None:
            form = {"csrf_token": token, "_field": ["name", "mobile", "channel"], "name": "新客", "mobile": self._mobile(), "channel": "wechat"}
            assert self.ours.post("/r/customer/new", data=form).status_code == 303

        def hand() -> None:
            assert self.theirs.post("/customers/new", data={"csrf_token": theirs, "name": "新客", "mobile": self._mobile(), "channel": "wechat"}).status_code == 303

        return product, hand

    def _updating(self) -> tuple[Callable[[], object], Callable[[], object]]:
        token, theirs, id_ = self._token(), self._their_token(), self.company.customer

        def product() -> None:
            page = self.ours.post(f"/r/customer/{id_}/edit", data={"csrf_token": token, "_field": ["name"], "name": f"改名 {self._next()}"})
            assert page.status_code == 303, page.text[:2000]

        def hand() -> None:
            assert self.theirs.post(f"/customers/{id_}/edit", data={"csrf_token": theirs, "name": f"改名 {self._next()}"}).status_code == 303

        return product, hand

    def _compare_import(self) -> Timing:
        ours, theirs = self.folder / "ours.csv", self.folder / "theirs.csv"
        for path, prefix in ((ours, "+86150"), (theirs, "+86151")):
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["name", "mobile", "channel"])
                writer.writerows([f"导入 {number}", f"{prefix}{number:08}", "store"] for number in range(self.import_rows))
        began = time.perf_counter()
        assert import_file(self.company.database, self.actor, "customer", ours, out=io.StringIO()) == 0
        middle = time.perf_counter()
        handwritten.import_customers(self.url, theirs, SimpleNamespace(id=self.user.id, name=self.user.name, unit=self.user.unit))
        end = time.perf_counter()
        return Timing("import", (middle - began) * 1000, (end - middle) * 1000, (middle - began) / (end - middle))

    def bring_in(self, purchases: Path) -> str:
        """The whole file of real purchases, and what has to stand in the books afterwards."""
        before = self._books()
        began = time.perf_counter()
        assert import_file(self.company.database, self.actor, "order", purchases, mapping=TEMPLATE / "imports" / "cdnow.json", out=io.StringIO()) == 0
        took = time.perf_counter() - began
        again = time.perf_counter()
        import_file(self.company.database, self.actor, "order", purchases, mapping=TEMPLATE / "imports" / "cdnow.json", out=io.StringIO())
        after = self._books()
        gained = ", ".join(f"{name} {after[name] - before[name]:,}" for name in after)
        return f"purchases   {took:.0f} s, a second time {time.perf_counter() - again:.0f} s: {gained}"

    def _books(self) -> dict[str, Any]:
        database = self.company.database
        with use_catalogue(store.current(database)), database.read() as connection:
            customers, orders = shape("customer").table, shape("order").table
            count, items, total = connection.execute(sa.select(
                sa.func.count(), sa.func.coalesce(sa.func.sum(orders.c.item_count), 0), sa.type_coerce(sa.func.coalesce(sa.func.sum(orders.c.total), 0), orders.c.total.type),
            ).where(orders.c.payment == "paid")).one()
            accounts = connection.execute(sa.text("SELECT coalesce(sum(credits - debits), 0) FROM sk_account WHERE ledger = 'points' AND kind = 'holder'")).scalar_one()
            return {"customers": connection.scalar(sa.select(sa.func.count()).select_from(customers)), "paid orders": count, "items": int(items), "total": total, "points": int(accounts)}

    def _sign_in(self, username: str) -> None:
        answer = self.ours.post("/login", data={"username": username, "password": self.company.password, "csrf_token": self._token("/login")})
        assert answer.status_code == 303, answer.text[:500]
        cookie = self.ours.get_cookie("shuke")
        assert cookie
        self.theirs.set_cookie("shuke", cookie.value)

    def _token(self, page: str = "/r/customer/new") -> str:
        return _token_in(self.ours.get(page).text)

    def _their_token(self) -> str:
        return _token_in(self.theirs.get("/customers").text)

    def _cursor(self) -> str:
        return encode(list(self.middle))

    def _plain_cursor(self) -> str:
        at = self.middle[0].strftime("%Y-%m-%d %H:%M:%S.%f") if self.url.startswith("sqlite") else self.middle[0].isoformat()
        return base64.urlsafe_b64encode(json.dumps([at, self.middle[1]]).encode()).decode()

    def _mobile(self) -> str:
        return f"+86159{self._next() % 100_000_000:08}"

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _statements(self, work: Callable[[], object]) -> int:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        work()
        sa.event.listen(self.company.database.engine, "before_cursor_execute", note)
        work()
        sa.event.remove(self.company.database.engine, "before_cursor_execute", note)
        return len([one for one in seen if not one.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))])


def _token_in(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found
    return found[1]


def _answered(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:2000]


def _show(timing: Timing) -> None:
    statements = "" if timing.statements is None else str(timing.statements)
    beside = f"{timing.handwritten:>9.1f} ms{timing.ratio:>8.2f}" if timing.handwritten else " " * 20
    print(f"{timing.name:<16}{timing.product:>9.1f} ms{beside}{statements:>12}", flush=True)


def _machine(company: Company) -> str:
    if company.database.dialect == "sqlite":
        version = f"SQLite {sqlite3.sqlite_version}"
    else:
        with company.database.read() as connection:
            version = "PostgreSQL " + str(connection.scalar(sa.text("SHOW server_version"))).split()[0]
    return f"Python {platform.python_version()}, {version}"
