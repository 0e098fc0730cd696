"""The bar over every page of the builder: how many changes, undo and redo, problems, who else is here, publish."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, make_response, render_template, request

from shuke.builder import presence
from shuke.builder.blueprint import blueprint
from shuke.builder.people import names_of
from shuke.builder.titles import shown
from shuke.builder.words import icon_of, in_words, label_of, place_word
from shuke.builder.workshop import Workshop, seen, workshop
from shuke.core.i18n import gettext as _
from shuke.definitions import shared_drafts
from shuke.definitions.current import catalogue as published
from shuke.definitions.drafts import Operation
from shuke.definitions.model import Document
from shuke.definitions.problems import Problem, file_of
from shuke.definitions.shared_drafts import Standing
from shuke.screens.page import render, trigger
from shuke.screens.screen import screen
from shuke.screens.visitor import actor


@dataclass(frozen=True, slots=True)
class Bar:
    """What the bar says of a draft."""

    revision: str
    changes: int
    undo: str
    """What would be taken back, or `""`."""
    redo: str
    is_behind: bool


@dataclass(frozen=True, slots=True)
class PresentShown:
    """Somebody else who is here, and what they look at."""

    name: str
    place: str


def bar(shop: Workshop) -> Bar:
    if shop.draft is None:
        return Bar(str(shop.standing), 0, "", "", is_behind=False)
    done = [one for one in shop.operations() if not one.undone]
    undone = [one for one in shop.operations() if one.undone]
    return Bar(
        str(shop.standing), len(done), _told(done[-1]) if done else "", _told(undone[0]) if undone else "", shop.is_behind,
    )


def _told(done: Operation) -> str:
    """What was done, and by whom if it was somebody else."""
    title = shown(done.title) or _("Last change")
    return title if done.by in (0, actor().id) else _("%(title)s (%(name)s)", title=title, name=names_of([done.by]).get(done.by, ""))


def page(template: str, shop: Workshop, *, fragment: str = "", status: int = 200, place: str = "", **context: object) -> Response:
    """A page of the builder; `place` is `kind/name` of the document that it is about."""
    return render(template, fragment=fragment, status=status, bar=bar(shop), place=place, shop=shop, **context)


def answer(shop: Workshop, *, drawn: str = "", status: int = 200) -> Response:
    """The answer to a gesture: the changed fragment, the bar beside it, and the new revision for the rest of the page."""
    beside = render_template("builder/_bar.html", bar=bar(shop), place=request.headers.get("X-Draft-Place", ""), oob=True)
    response = make_response(drawn + beside, status)
    return trigger(response, "shuke:draft", {"revision": str(shop.standing)})


@dataclass(frozen=True, slots=True)
class ProblemShown:
    """One problem with a link to the document that it is in."""

    label: str
    icon: str
    address: str
    place: str
    message: str


def explained(shop: Workshop, problems: Sequence[Problem]) -> list[ProblemShown]:
    """Problems of the workshop's documents, by the words that people know."""
    by_file = {file_of(one): one for one in shop.documents}
    return [_problem(by_file.get(one.file), one) for one in problems]


def _problem(document: Document | None, problem: Problem) -> ProblemShown:
    if document is None:
        return ProblemShown(problem.file, "file", "", problem.path, problem.message)
    address = f"/build/{document.kind}/{document.name}?at={quote(problem.path, safe='')}"
    return ProblemShown(label_of(document), icon_of(document), address, place_word(document, problem.path.split("/") if problem.path else ()), in_words(problem.message))


@screen(blueprint, "/build/problems", permission="build")
def problem_list() -> Response:
    """What stands against publishing: as a number for the bar, or as a page."""
    shop = workshop()
    problems = shop.problems()
    if request.args.get("count"):
        return render("builder/_problem_count.html", count=len(problems))
    return page("builder/problems.html", shop, problems=explained(shop, problems))


@screen(blueprint, "/build/presence", permission="build", methods=("POST",), transaction="write")
def be_present() -> Response:
    """Say where one is, and hear who else is here and whether the draft has moved on."""
    presence.note(actor().id, actor().name, request.form.get("place", ""))
    now, shown_ = shared_drafts.standing() or Standing(0, 0, published().version), seen()
    return render(
        "builder/_presence.html", people=_people(presence.others(actor().id)), is_stale=shown_ not in (None, now),
    )


def _people(found: Sequence[presence.Present]) -> list[PresentShown]:
    if not found:
        return []
    labels = {f"{one.kind}/{one.name}": label_of(one) for one in workshop().documents}
    return [PresentShown(one.name, labels.get(one.place, "")) for one in found]
