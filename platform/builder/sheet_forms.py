"""What a person corrects of guessed sheets: the form as it is drawn, and what it says when it comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from shuke.builder.words import type_word
from shuke.core import settings
from shuke.core.i18n import ngettext, pick
from shuke.publishing.edits.apps import in_both
from shuke.transfer.guessing import ColumnGuess, Link, Reason, SheetGuess, sentence_of, trial
from shuke.transfer.guessing.numbers import MOST_DECIMALS, decimals
from shuke.transfer.sheets import Sheets

TYPES = ("text", "longtext", "integer", "decimal", "money", "percent", "boolean", "date", "datetime", "phone", "email", "url")
_TITLES = ("text", "longtext", "integer", "phone", "email", "choice", "date")
_LONGEST = 80
_SHOWN = 3
Form = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A column as a row of the form."""

    column: ColumnGuess
    samples: tuple[str, ...]
    types: tuple[tuple[str, str], ...]
    targets: tuple[tuple[str, str], ...]
    target: str
    reasons: tuple[str, ...]
    warning: str
    currency: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetShown:
    number: int
    sheet: SheetGuess
    columns: tuple[ColumnShown, ...]
    titles: tuple[tuple[int, str], ...]
    keys: tuple[tuple[int, str], ...]
    title_reason: str


def sheet_shown(found: Sheets, number: int) -> SheetShown:
    sheet = found.sheets[number]
    titles = tuple((one.place, pick(one.label)) for one in sheet.kept if one.type in _TITLES)
    keys = tuple((one.place, pick(one.label)) for one in sheet.kept if one.may_be_key)
    columns = tuple(_column(found, number, one) for one in sheet.columns)
    return SheetShown(number, sheet, columns, titles, keys, sentence_of(sheet.title_reason))


def _column(found: Sheets, number: int, column: ColumnGuess) -> ColumnShown:
    targets = tuple(_targets(found, number, column))
    types = [(name, type_word(name)) for name in TYPES]
    if column.options:
        types.append(("choice", type_word("choice")))
    if targets:
        types.append(("link", type_word("link")))
    target = f"{column.link.sheet}.{column.link.column}" if column.link else ""
    currency = str(column.more.get("x-currency", settings.current().currency)) if column.type == "money" else ""
    return ColumnShown(
        column, tuple(text[:60] for text in column.samples[:_SHOWN]), tuple(types), targets, target, tuple(sentence_of(one) for one in column.reasons),
        _warning(column), currency, column.options if column.type == "choice" else (),
    )


def _targets(found: Sheets, number: int, column: ColumnGuess) -> list[tuple[str, str]]:
    """The columns of sheets that can be led to: all their values differ. Those that hold most of the values first."""
    shares = {(one.sheet, one.column): one.share for one in column.links}
    places = [
        (other, one) for other, sheet in enumerate(found.sheets) if not sheet.skip for one in sheet.kept
        if one.is_unique and one.place in (sheet.key, sheet.title) or (other, one.place) in shares
    ]
    possible = [(other, one) for other, one in places if (other, one.place) != (number, column.place) and one.type != "link" and not one.skip]
    possible.sort(key=lambda pair: -shares.get((pair[0], pair[1].place), 0))
    return [
        (f"{other}.{one.place}", f"{pick(found.sheets[other].label)} · {pick(one.label)} ({round(100 * shares.get((other, one.place), 0))}%)")
        for other, one in possible
    ]


def _warning(column: ColumnGuess) -> str:
    if not column.failing or column.skip:
        return ""
    if not column.misfits:
        return str(ngettext(
            "%(number)s value does not fit; its row would stand in the file of refused rows.",
            "%(number)s values do not fit; their rows would stand in the file of refused rows.", column.failing,
        ))
    examples = ", ".join(f"“{text}”" for text in column.misfits[:3])
    said = ngettext(
        "%(number)s value does not fit; its row would stand in the file of refused rows: %(examples)s.",
        "%(number)s values do not fit; their rows would stand in the file of refused rows: %(examples)s.", column.failing, examples=examples,
    )
    return str(said)


# What comes back


def corrected(found: Sheets, form: Form) -> tuple[SheetGuess, ...]:
    """The sheets as the form says; what it does not speak of stays."""
    return tuple(_sheet(found, number, sheet, form) for number, sheet in enumerate(found.sheets))


def about_app(form: Form, found: Sheets) -> dict[str, Any]:
    """The words and looks of the app."""
    label = in_both({"zh": form.get("zh", "")[:_LONGEST], "en": form.get("en", "")[:_LONGEST]})
    return {"label": label if any(label.values()) else dict(found.label), "icon": form.get("icon", found.icon)[:40], "color": form.get("color", found.color)[:20]}


def _sheet(found: Sheets, number: int, sheet: SheetGuess, form: Form) -> SheetGuess:
    if f"{number}.zh" not in form:
        return sheet
    columns = tuple(_corrected(found, number, one, form) for one in sheet.columns)
    label = _label(form, str(number), sheet.label)
    changed = replace(sheet, columns=columns, label=label, skip=f"{number}.keep" not in form)
    titles = {one.place for one in changed.kept if one.type in _TITLES}
    title = _place(form.get(f"{number}.title", ""), titles)
    if title is None:
        title = sheet.title if sheet.title in titles else min(titles, default=sheet.title)
    key = _place(form.get(f"{number}.key", ""), {one.place for one in changed.kept if one.may_be_key})
    return replace(changed, title=title, key=key)


def _corrected(found: Sheets, number: int, column: ColumnGuess, form: Form) -> ColumnGuess:
    start = f"{number}.{column.place}"
    if f"{start}.type" not in form:
        return replace(column, skip=True)
    changed = replace(
        column, skip=f"{start}.keep" not in form, label=_label(form, start, column.label), name=form.get(f"{start}.name", "").strip()[:40],
        required=f"{start}.required" in form,
    )
    wanted = form.get(f"{start}.type", "")
    if wanted == "link":
        return _linked(found, number, changed, form.get(f"{start}.link", ""))
    if wanted == "choice" and column.options or wanted in TYPES:
        changed = _typed(changed, wanted)
    if changed.type == "money" and (currency := form.get(f"{start}.currency", "").strip().upper()) and len(currency) == 3 and currency.isascii() and currency.isalpha():
        more = {name: value for name, value in changed.more.items() if name != "x-currency"}
        if currency != settings.current().currency:
            more["x-currency"] = currency
        if more != dict(changed.more):
            changed = _tried(replace(changed, more=more))
    return changed


def _typed(column: ColumnGuess, type_: str) -> ColumnGuess:
    """Another type, chosen by somebody; judged by the values that are kept."""
    if column.type == type_:
        return column
    more: Mapping[str, Any] = {}
    places = decimals(column.samples)
    if type_ in ("decimal", "money"):
        more = {"x-scale": min(MOST_DECIMALS, max(2, places))}
    elif type_ == "percent" and places + 2 > 4:
        more = {"x-scale": min(12, places + 2)}
    return _tried(replace(column, type=type_, more=more, link=None))


def _tried(column: ColumnGuess) -> ColumnGuess:
    values = dict.fromkeys(column.samples, 1)
    if column.type == "choice":
        return replace(column, reasons=(Reason("choice", {"distinct": len(column.options), "filled": column.filled}),), failing=0, misfits=())
    found = trial(column.type, column.more, values)
    return replace(
        column, reasons=(Reason("chosen", {"fitting": found.fitting, "filled": found.filled}),), failing=found.failing, misfits=found.misfits,
    )


def _linked(found: Sheets, number: int, column: ColumnGuess, wanted: str) -> ColumnGuess:
    """A link to the column of a sheet; without a choice to that which holds most of the values."""
    offered = [code for code, _words in _targets(found, number, column)]
    if not offered:
        return column
    code = wanted if wanted in offered else offered[0]
    sheet, place = (int(part) for part in code.split("."))
    if column.type == "link" and column.link and (column.link.sheet, column.link.column) == (sheet, place):
        return column
    share = next((one.share for one in column.links if (one.sheet, one.column) == (sheet, place)), 0.0)
    target = found.sheets[sheet]
    reason = Reason("link", {"share": int(100 * share), "sheet": target.name, "column": target.column(place).heading})
    return replace(
        column, type="link", more={}, link=Link(sheet, place, share), reasons=(reason,), failing=round((1 - share) * column.filled), misfits=(),
    )


def _label(form: Form, start: str, before: Mapping[str, str]) -> dict[str, str]:
    label = in_both({language: form.get(f"{start}.{language}", "")[:_LONGEST] for language in ("zh", "en")})
    return label if any(label.values()) else dict(before)


def _place(said: str, possible: set[int]) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 and int(said) in possible else None


def lost_links(sheets: Sequence[SheetGuess]) -> tuple[SheetGuess, ...]:
    """Links to sheets or columns that are left out stay what they are in the file: text."""
    def whole(column: ColumnGuess) -> ColumnGuess:
        if column.type != "link" or column.link is None:
            return column
        target = sheets[column.link.sheet]
        if not target.skip and not target.column(column.link.column).skip and target.column(column.link.column).type != "link":
            return column
        return replace(column, type="text", link=None, reasons=(Reason("text"),), failing=0, misfits=())

    return tuple(replace(sheet, columns=tuple(whole(one) for one in sheet.columns)) for sheet in sheets)
