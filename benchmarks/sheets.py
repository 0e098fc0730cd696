"""How long a workbook takes to become an app with its rows: `python -m benchmarks.sheets [--rows 50000] [--database postgresql://…]`."""

import argparse
import io
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
import xlsxwriter

from shuke.access import Actor
from shuke.core.db import Database
from shuke.core.i18n import use_locale
from shuke.definitions import store
from shuke.definitions.load import RowsFile
from shuke.definitions.patches import patched
from shuke.definitions.shipped import template_folder
from shuke.publishing.edits.sheets import Plan, app_of_sheets
from shuke.publishing.publish import publish
from shuke.records import load_actor
from shuke.records.shapes import shape
from shuke.transfer import imports, sheet_steps, sheets
from shuke.transfer.guessing import SheetGuess
from shuke.transfer.running import surroundings
from shuke.transfer.sheets import Given, Made
from shuke.transfer.worker import Worker
from shuke.web import installation
from shuke.web.app import create_app
from shuke.web.configuration import Configuration
from shuke.web.starting_rows import StartingRows

_KEY = "f3b1c9d27a604e85b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6"
_SHOPS, _MACHINES = 40, 2000
_PEOPLE = (
    RowsFile("units", "unit", "", ({"@": "head", "name": "Head office", "kind": "company", "code": "HO", "active": True},)),
    RowsFile("users", "user", "", ({"@": "ada", "username": "ada", "name": "Ada", "unit": "@head", "locale": "zh", "active": True, "roles": ["administrator"]},)),
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sheets")
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; SQLite in a temporary folder without it")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        database = Database(given.database or f"sqlite:///{folder / 'sheets.sqlite'}")
        actor = _install(database, folder)
        content = _workbook(given.rows)
        print(f"{given.rows:,} rows of 10 columns, with links to {_MACHINES:,} and {_SHOPS} rows; {len(content) >> 10:,} kB", flush=True)
        began = time.perf_counter()
        with imports.temporary(content) as file:
            files = [Given("visits.xlsx", file)]
            with _timed("read and guess"), use_locale("zh"), surroundings(database):
                guesses = sheets.read_files(files)
            with _timed("make and publish"):
                _make(database, actor, files, guesses)
        with _timed("import"):
            while Worker(database).run_once():
                pass
        print(f"{'together':<18}{time.perf_counter() - began:>8.1f} s", flush=True)
        _count(database)
        database.dispose()
    return 0


@contextmanager
def _timed(words: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"{words:<18}{time.perf_counter() - began:>8.1f} s", flush=True)


def _install(database: Database, folder: Path) -> Actor:
    """The empty product, and somebody who may do everything."""
    configuration = Configuration(instance=str(folder), secret_key=_KEY, password_hash="pbkdf2:sha256:1000", external_url="http://localhost")
    installation.prepare(database)
    app = create_app(configuration, database)
    installation.install(app, database, template_folder("blank-template"), demo=False, tell=lambda _line: None)
    with app.app_context():
        loading = StartingRows(database, app.extensions["shuke_accounts"], _KEY)
        loading.load(_PEOPLE, lambda _line: None)
    with surroundings(database):
        return load_actor(loading.keys["ada"][1], "user")


def _workbook(rows: int) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("门店")
        sheet.write_row(0, 0, ["名称", "城市", "电话"])
        for number in range(_SHOPS):
            sheet.write_row(number + 1, 0, [f"门店 {number}", ("杭州", "上海", "南京", "苏州")[number % 4], f"0571-8{number:07}"])
        sheet = book.add_worksheet("设备")
        sheet.write_row(0, 0, ["序列号", "设备名称", "单价"])
        for number in range(_MACHINES):
            sheet.write_row(number + 1, 0, [f"{number:06}", f"咖啡机 {number}", 1999 + number])
        sheet = book.add_worksheet("上门")
        sheet.write_row(0, 0, ["单号", "门店", "设备序列号", "客户", "手机", "预约时间", "费用", "是否保修", "状态", "备注"])
        for number in range(rows):
            sheet.write_row(number + 1, 0, [
                f"WX{number:08}", f"门店 {number % _SHOPS}", f"{number % _MACHINES:06}", f"客户 {number}", 13800000000 + number, f"2026-0{1 + number % 9}-1{number % 9} 1{number % 9}:30",
                f"¥{number % 900}.50", "是" if number % 3 else "否", ("待处理", "处理中", "已完成")[number % 3], f"第 {number} 次上门，请带配件",
            ])
    return content.getvalue()


def _make(database: Database, actor: Actor, files: Sequence[Given], guesses: Sequence[SheetGuess]) -> None:
    names: list[tuple[str, tuple[Made | None, ...]]] = []
    plan = Plan({"zh": "上门", "en": "Visits"}, "table", "blue", tuple(guesses))
    with database.read():
        documents = store.documents_of(store.published_version())
    publish(database, actor, patched(documents, app_of_sheets(documents, plan, lambda app, made: names.append((app, made)))), "benchmark")
    with surroundings(database, "zh", write=True):
        id_ = sheets.keep(actor, files, guesses)
        app, made = names[-1]
        sheets.start(sheets.drafted(sheets.get(actor, id_), app, made, sheet_steps.order(guesses)))


def _count(database: Database) -> None:
    with surroundings(database), database.engine.connect() as connection:
        for entity in store.current(database).entities.values():
            if entity.app == "visits":
                count = connection.scalar(sa.select(sa.func.count()).select_from(shape(entity.name).table))
                print(f"{entity.name:<18}{count:>8,} records", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
