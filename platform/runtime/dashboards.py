"""Dashboards: the page, its parts one by one, their numbers as files, and the page as PDF."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response, request

from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick, use_locale
from shuke.documents.dashboards import dashboard_sheet
from shuke.documents.markup import html
from shuke.documents.pdf import pdf
from shuke.reports.numbers import numbers
from shuke.reports.periods import CUSTOM, OFFERED, Days, chosen, label_of, words_of
from shuke.reports.reach import dashboard_called, part_at
from shuke.reports.units import Unit, scope_of, units_for
from shuke.runtime.blueprint import blueprint
from shuke.runtime.board import Board, TableShown, part_shown, shown, table_of
from shuke.screens.downloads import attachment
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor, read
from shuke.transfer.cells import guard

_CHOSEN = ("period", "from", "to", "unit")


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    url: str
    active: bool


@screen(blueprint, "/d/<name>", permission="signed_in")
def dashboard(name: str) -> Response:
    """The page; charts and tables follow by themselves, or at once with `whole=1`."""
    board, units = _board(name)
    return render(
        "runtime/dashboard.html", board=board, title=pick(board.dashboard.label), parts=shown(actor(), board, whole="whole" in request.args),
        choices=_choices(board), units=units, days=board.scope.days, days_words=words_of(board.scope.days), custom=board.scope.days.preset == CUSTOM,
        pdf_url=board.url(".pdf"), kept=[(name, value) for name, value in board.address if name != "unit"],
        kept_unit=[(name, value) for name, value in board.address if name == "unit"],
    )


@screen(blueprint, "/d/<name>/parts/<int:place>", permission="signed_in")
def dashboard_part(name: str, place: int) -> Response:
    """One part by itself."""
    board, _units = _board(name)
    part = part_shown(actor(), board, place, part_at(actor(), board.dashboard, place))
    if part is None:
        raise NotFound
    return render("runtime/dashboard_part.html", fragment="runtime/_board_part.html", part=part, board=board, title=part.label, is_fetched=True)


@screen(blueprint, "/d/<name>/parts/<int:place>.csv", permission="signed_in")
def dashboard_numbers(name: str, place: int) -> Response:
    """The numbers of one part as CSV."""
    board, _units = _board(name)
    part = part_at(actor(), board.dashboard, place)
    if part.type not in ("chart", "table"):
        raise NotFound
    found = table_of(board, place, part, numbers(actor(), part, board.scope))
    return attachment(_csv(found), f"{pick(part.label)}.csv", "text/csv; charset=utf-8")


@screen(blueprint, "/d/<name>.pdf", permission="signed_in", transaction="none")
def dashboard_pdf(name: str) -> Response:
    """The page on paper, in the language of the address; drawn after the unit of work has ended."""
    with read():
        board, _units = _board(name)
        asked = request.args.get("lang", "")
        with use_locale(asked) if asked in ("zh", "en") else use_locale(actor().locale):
            page = dashboard_sheet(actor(), board.dashboard, board.scope)
            drawn = html(page)
    return attachment(pdf(drawn), f"{page.title}.pdf", "application/pdf", inline=True)


def _board(name: str) -> tuple[Board, list[Unit]]:
    """The dashboard with the days and the unit that the address names."""
    found = dashboard_called(actor(), name)
    days = chosen(request.args, found.period) if found.period else Days("all")
    units = units_for(actor(), found) if found.period else []
    scope = scope_of(days, units, request.args.get("unit", ""))
    kept = tuple((name, request.args[name]) for name in _CHOSEN if request.args.get(name) and (name != "unit" or scope.unit is not None))
    return Board(found, scope, kept), units


def _choices(board: Board) -> list[Choice]:
    """The stretches of days that are offered, with the one that is shown."""
    current = board.scope.days.preset
    unit = tuple(pair for pair in board.address if pair[0] == "unit")
    offered = OFFERED if current in (*OFFERED, CUSTOM) else (*OFFERED, current)
    return [Choice(label_of(name), Board(board.dashboard, board.scope, (("period", name), *unit)).url(), name == current) for name in offered]


def _csv(table: TableShown) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([guard(head) for head in table.heads])
    writer.writerows(_row([name.text, *(cell.text for cell in cells)]) for name, cells in table.rows)
    if table.sums:
        writer.writerow(_row([_("Total"), *table.sums]))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _row(cells: Iterable[str]) -> list[str]:
    return [guard(cell) for cell in cells]
