"""Boards: one lane of cards for each option or state, with counts and figures; the cards come a page at a time."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, render_template, request

from shuke import records
from shuke.access.actor import Actor
from shuke.access.policy import policy
from shuke.core.errors import InvalidInput
from shuke.core.i18n import format_number, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Option
from shuke.fields import ChoiceType
from shuke.records import Condition, Group
from shuke.runtime.blueprint import blueprint
from shuke.runtime.cards import Card, cards
from shuke.runtime.list_groups import FigureShown, figure_text, function_label
from shuke.runtime.list_rows import can_edit
from shuke.runtime.list_state import Listing, listing
from shuke.runtime.reach import may_add
from shuke.runtime.starting import start_url
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import BoardPlan, Column
from shuke.views.columns import column
from shuke.workflow.steps import steps


@dataclass(frozen=True, slots=True)
class Lane:
    """One column of a board; `code` is the option or the state, blank for records without one."""

    code: str
    label: str
    color: str
    count: str
    figures: tuple[FigureShown, ...]
    cards: tuple[Card, ...]
    more_url: str
    new_url: str
    goals: tuple[str, ...]
    """The lanes to which its cards can go."""


@dataclass(frozen=True, slots=True)
class Board:
    lanes: tuple[Lane, ...]
    label: str
    count: int
    may_move: bool


def board(who: Actor, listed: Listing, only: Collection[str] | None = None, *, with_card: int = 0) -> Board:
    """The whole board, or with `only` some of its lanes, in which one card is seen whatever its place in the order.

    One statement counts, and one reads the first cards of each lane that has any.
    """
    by, listed = lane_column(listed), replace(listed, asked=listed.asked.first_page())
    counted = {_key(group): group for group in _counted(who, listed)}
    goals = goals_of(who, listed)
    shown = tuple(
        _lane(who, listed, option, counted.get(option.code), goals.get(option.code, ()))
        for option in _lanes(by, counted) if only is None or option.code in only
    )
    if with_card and not any(card.id == with_card for lane in shown for card in lane.cards):
        shown = tuple(_with_card(who, listed, shown, with_card))
    return Board(shown, pick(by.label), sum(group.measures[0] for group in counted.values()), any(goals.values()))


@screen(blueprint, "/r/<entity>/cards", permission="signed_in")
def lane_cards(entity: str) -> Response:
    """More cards of one lane of a board."""
    listed = listing(entity)
    if listed.kind != "board":
        raise InvalidInput({"view": [_("This is no board.")]})
    code = request.args.get("in", "")
    found, more = _page(actor(), listed, code)
    goals = goals_of(actor(), listed).get(code, ())
    return render("runtime/_lane_cards.html", lane=Lane(code, "", "", "", (), found, more, "", goals), entity=listed.entity)


def drawn_lanes(listed: Listing, codes: Collection[str], with_card: int) -> str:
    """Some lanes as they are now, to take the place of those on the page."""
    return render_template("runtime/_lanes_moved.html", board=board(actor(), listed, codes, with_card=with_card), entity=listed.entity, figures=bool(listed.totals))


def lane_column(listed: Listing) -> Column:
    assert isinstance(listed.plan, BoardPlan)
    return column(catalogue(), listed.entity, listed.plan.by)


def lane_label(by: Column, code: str) -> str:
    assert isinstance(by.type, ChoiceType)
    option = by.type.option(code, by.field) if code else None
    return pick(option.label) if option else code or _("(blank)")


def goals_of(who: Actor, listed: Listing) -> Mapping[str, tuple[str, ...]]:
    """For each lane those to which the visitor may move its cards: by a step of the workflow, or by saving the option."""
    by, rights = lane_column(listed), policy(who, listed.entity)
    if by.field.option("workflow"):
        found: dict[str, dict[str, None]] = {}
        for step in steps(listed.entity):
            if step.field.name == by.field.name and rights.may_fire(step.transition.name):
                for source in step.transition.sources:
                    found.setdefault(source, {})[step.transition.target] = None
        return {source: tuple(target for target in targets if target != source) for source, targets in found.items()}
    if not can_edit(rights, by):
        return {}
    assert isinstance(by.type, ChoiceType)
    codes = [*(option.code for option in by.type.options(by.field) if not option.retired), *([] if by.field.required else [""])]
    return {source: tuple(code for code in codes if code != source) for source in {*(option.code for option in by.type.options(by.field)), ""}}


def _counted(who: Actor, listed: Listing) -> list[Group]:
    measures = [("count", ""), *((one.function, one.path) for one in listed.totals)]
    return records.aggregate(who, listed.entity, (lane_column(listed).path,), measures, listed.query(fields=()))


def _key(group: Group) -> str:
    return group.key[0] or ""


def _lanes(by: Column, counted: Mapping[str, Any]) -> Iterator[Option]:
    """The options in their order; what is retired, blank or unknown only where records have it."""
    assert isinstance(by.type, ChoiceType)
    options = by.type.options(by.field)
    if "" in counted:
        yield Option("", {"zh": _("(blank)"), "en": _("(blank)")})
    yield from (option for option in options if not option.retired or option.code in counted)
    yield from (Option(code, {"zh": code, "en": code}) for code in sorted(counted) if code and code not in {option.code for option in options})


def _lane(who: Actor, listed: Listing, option: Option, counted: Group | None, goals: tuple[str, ...]) -> Lane:
    found, more = _page(who, listed, option.code) if counted else ((), "")
    figures = tuple(
        FigureShown(f"{pick(column(catalogue(), listed.entity, one.path).label)} · {function_label(one.function)}", figure_text(listed, one, value))
        for one, value in zip(listed.totals, counted.measures[1:], strict=True)
    ) if counted else ()
    return Lane(
        option.code, pick(option.label), option.color, format_number(counted.measures[0] if counted else 0), figures, found, more,
        _new_url(who, listed, option.code), goals,
    )


def _with_card(who: Actor, listed: Listing, lanes: tuple[Lane, ...], id_: int) -> Iterator[Lane]:
    """The lanes with the card before the others of its lane, if the board shows it at all."""
    by = lane_column(listed).path
    found = records.query(who, listed.entity, replace(listed.query(), ids=(id_,), count=False)).records
    for lane in lanes:
        here = [record for record in found if (record.values.get(by) or "") == lane.code]
        yield replace(lane, cards=(*cards(listed, here), *lane.cards)) if here else lane


def _page(who: Actor, listed: Listing, code: str) -> tuple[tuple[Card, ...], str]:
    """A page of the cards of a lane, and where the next one is."""
    by = lane_column(listed).path
    asked = listed.query(Condition(by, "is", (code,)) if code else Condition(by, "blank"))
    page = records.query(who, listed.entity, replace(asked, count=False, before=""))
    url = listed.asked.first_page().url("/cards")
    more = f"{url}{'&' if '?' in url else '?'}{urlencode({'in': code})}&after={quote(page.next)}" if page.next else ""
    return cards(listed, page.records), more


def _new_url(who: Actor, listed: Listing, code: str) -> str:
    """Where a new card of this lane is begun: with its option, and of a workflow in the first state only."""
    by = lane_column(listed)
    if not may_add(who, listed.entity):
        return ""
    if workflow := by.field.option("workflow"):
        return start_url(listed.entity, {}) if catalogue().workflows[str(workflow)].initial == code else ""
    return start_url(listed.entity, {by.field.name: code} if code else {})
