"""The condition editor: a condition of the draft as rows that people choose, or as the formula that it is."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import Response, make_response, request

from shuke import records
from shuke.access.actor import Actor
from shuke.builder.blueprint import blueprint
from shuke.builder.formulas import rows as form
from shuke.builder.formulas.places import Written, asked_place, is_condition, written_at, written_in
from shuke.builder.formulas.rows import Box, Line
from shuke.builder.formulas.subjects import sentence, subjects
from shuke.builder.panels import words
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import InvalidInput, NotAllowed, NotFound
from shuke.core.i18n import format_number, ngettext
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Document
from shuke.expressions.stated import stated
from shuke.expressions.stated import written as source_of
from shuke.records import Query
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor

_LONGEST = 4096
_FIXED: Mapping[str, Callable[[], str]] = MappingProxyType({"": lambda: "", "TRUE": lambda: _("Always"), "FALSE": lambda: _("Never")})
"""Conditions without a row."""


def read(written: Written, source: str) -> Box | None:
    """The condition as rows that can be chosen; None where it has to be written."""
    if source.strip().upper() in _FIXED:
        return Box(form.ROOT, 1)
    found = stated(source, written.scope, written.owner, written.place.variables)
    if found is None:
        return None
    box = form.box_of(written, found)
    return box if form.rows_of(box) == found else None


def in_words(shop: Workshop, document: Document, pointer: str, source: str) -> str:
    """What a condition says, for people; `""` where only the formula itself says it."""
    if fixed := _FIXED.get(source.strip().upper()):
        return fixed()
    written = written_in(shop, document, pointer)
    if written is None or read(written, source) is None:
        return ""
    found = stated(source, written.scope, written.owner, written.place.variables)
    return sentence(written, found) if found else ""


@screen(blueprint, "/build/condition", permission="build", methods=("GET", "POST"))
def edit_condition() -> Response:
    """Put a condition together. `do` says what happens; with `apply` the panel writes it."""
    shop = workshop()
    kind, name, pointer = asked_place()
    if not is_condition(pointer):
        raise NotFound(_("What you want to change is not there any more."))
    written = written_at(shop, kind, name, pointer)
    if request.method == "GET":
        source = request.args.get("value", "")
        return _answer(written, read(written, source), source)
    wish, _colon, at = request.form.get("do", "").partition(":")
    if _is_formula():
        return _answer(written, read(written, _source()) if wish == "rows" else None, _source())
    box = form.read(written, request.form)
    if wish in _WISHES:
        _WISHES[wish](box, at)
    said = source_of(form.rows_of(box))
    if wish == "count":
        return make_response(_count(actor(), written, said))
    problems = wish == "check" and form.note_problems(box)
    return _answer(written, None if wish == "formula" else box, said, status=422 if problems else 200)


def applied(shop: Workshop) -> str | Response:
    """The formula that the dialog says, or the dialog with what is wrong with it."""
    if _is_formula():
        return _source().strip()
    written = written_at(shop, *asked_place())
    box = form.read(written, request.form)
    said = source_of(form.rows_of(box))
    return _answer(written, box, said, status=422) if form.note_problems(box) else said


def _is_formula() -> bool:
    return request.form.get("mode") == "formula"


def _source() -> str:
    return request.form.get("source", "").replace("\r\n", "\n")[:_LONGEST]


def _answer(written: Written, box: Box | None, source: str, status: int = 200) -> Response:
    if box is not None:
        form.dress(written, box)
        if not box.parts and request.method == "GET":
            box.parts.append(Line("1"))
    values = request.values
    pointer = values.get("pointer", "")
    chosen = [line.subject.text for line in box.lines() if line.subject] if box else []
    offered = subjects(written)
    known = {text for _label, found in offered for text, _words in found}
    more = [one for text in dict.fromkeys(chosen) if text not in known for one in subjects(written, text)[:1]]
    return render(
        "builder/_condition.html", fragment="builder/_condition.html", status=status, box=box, source=source, offered=[*more, *offered],
        title=words.key_word(pointer.rpartition("/")[2]), count=_count(actor(), written, source),
        place={key: values.get(key, "") for key in ("kind", "name", "field", "pointer", "unit")},
        can_be_rows=read(written, source) is not None,
    )


def _count(who: Actor, written: Written, source: str) -> str:
    """For how many records it holds now; nothing where that cannot be known."""
    entity = catalogue().entities.get(written.owner)
    if entity is None or written.via[0] or "record" in written.place.variables:
        return ""
    try:
        number, capped = records.count(who, entity, Query(fields=(), where=source))
    except (InvalidInput, NotAllowed):
        return ""
    if capped:
        return _("%(number)s+ records", number=format_number(number))
    return ngettext("%(number)s record", "%(number)s records", number)


_WISHES = {"add": form.add, "group": form.add_box, "remove": form.remove}
