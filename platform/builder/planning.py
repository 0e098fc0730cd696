"""Before publishing: what will happen in words and numbers, what would be lost, and what stands against it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Response, request, url_for

from shuke.builder.bar import ProblemShown, explained, page
from shuke.builder.blueprint import blueprint
from shuke.builder.differences import Line, line_of
from shuke.builder.titles import both, stored
from shuke.builder.words import is_own, kind_word, label_of
from shuke.builder.workshop import Workshop, seen, workshop
from shuke.core.errors import PlatformError
from shuke.core.i18n import gettext as _
from shuke.definitions import shared_drafts
from shuke.definitions.current import catalogue
from shuke.definitions.model import Document
from shuke.definitions.problems import DefinitionErrors
from shuke.publishing import job
from shuke.publishing.plan import Change, Plan, Sample, plan
from shuke.publishing.publish import STEPS, publish
from shuke.screens.errors import sentence_of
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor, host, read, write
from shuke.transfer import sheets

_LONGEST_COMMENT = 500


@dataclass(frozen=True, slots=True)
class SampleShown:
    """A value that stands against a change, and the record that it is in."""

    value: str
    problem: str
    address: str


@dataclass(frozen=True, slots=True)
class StepShown:
    """One change with what it does to records."""

    key: str
    kind: str
    line: Line
    about: str
    sentence: str
    rows: int
    failing: int
    samples: tuple[SampleShown, ...]
    blocks: bool
    to_accept: bool
    """Values are lost from sight: the publisher has to say that this is meant."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A new entity that nobody may read but the groups that may read everything, while there are others."""

    label: str
    groups: str
    address: str


@dataclass(frozen=True, slots=True)
class PlanShown:
    """What the dialog says before publishing, or before going back."""

    summary: tuple[str, ...] = ()
    steps: tuple[StepShown, ...] = ()
    others: int = 0
    """Changes that touch no record."""
    problems: tuple[ProblemShown, ...] = ()
    closed: tuple[Closed, ...] = ()

    @property
    def is_blocked(self) -> bool:
        return bool(self.problems) or any(step.blocks for step in self.steps)

    @property
    def to_accept(self) -> frozenset[str]:
        return frozenset(step.key for step in self.steps if step.to_accept)

    @property
    def is_empty(self) -> bool:
        return not self.summary and not self.steps


@screen(blueprint, "/build/plan", permission="build", transaction="none")
def plan_dialog() -> Response:
    """What publishing would do now."""
    with read():
        shop = workshop()
        failed = job.latest()
    return _dialog(shop, planned(shop, shop.documents), failure=failed.error if failed and failed.state == "failed" else "")


@screen(blueprint, "/build/publish", permission="build", methods=("POST",), transaction="none")
def publish_draft() -> Response:
    """Put the draft in force, if it is the one that the plan was about and its losses were accepted."""
    with read():
        shop = workshop()
    if shop.draft is None:
        return go_to("builder.home")
    made = planned(shop, shop.documents)
    if shop.is_behind or seen() != shop.standing:
        return _dialog(shop, made, _("The draft has changed since this plan was made; look at it once more."), status=409)
    if refusal := refused(made):
        return _dialog(shop, made, refusal, status=422)
    try:
        version = publish(host().database, actor(), shop.documents, comment(), base=shop.draft.base)
    except DefinitionErrors as wrong:
        return _dialog(shop, PlanShown(problems=tuple(explained(shop, wrong.problems))), status=422)
    except PlatformError as refusal_:
        return _dialog(shop, made, sentence_of(refusal_), status=409)
    with write():
        shared_drafts.finish(shop.draft, version, actor().id)
        started = sheets.start_published({one.name for one in shop.of_kind("entity")})
    if started:
        toast(_("The rows of the sheets are being imported now."), link=url_for("builder.sheets_start"))
    toast(_("Version %(number)s is in force.", number=version))
    return go_to("builder.version_list")


@screen(blueprint, "/build/progress", permission="build")
def progress() -> Response:
    """How far the publication is that is under way."""
    found = job.latest()
    running = found if found and found.state == "running" else None
    done = STEPS.index(running.step) + 1 if running and running.step in STEPS else 0
    return render("builder/_progress.html", running=running, done=done, steps=len(STEPS), words=_step_words(STEPS[min(done, len(STEPS) - 1)]))


def planned(shop: Workshop, documents: Sequence[Document]) -> PlanShown:
    """The plan of definitions that are to come into force, in words."""
    try:
        made = plan(host().database, documents)
    except DefinitionErrors as wrong:
        return PlanShown(problems=tuple(explained(shop, wrong.problems)))
    return _shown(made, catalogue().documents, documents)


def refused(made: PlanShown) -> str:
    """Why this cannot be published now, or `""`."""
    if made.is_blocked:
        return _("This cannot be published yet.")
    if made.to_accept - frozenset(request.form.getlist("accept")):
        return _("Say of every loss that it is meant, by ticking it.")
    return ""


def comment() -> str:
    """What the publisher says of the version; without words the edits say it."""
    return request.form.get("comment", "").strip()[:_LONGEST_COMMENT] or stored(both("Changed in the builder"))


def _dialog(shop: Workshop, made: PlanShown, error: str = "", *, status: int = 200, failure: str = "") -> Response:
    with read():  # the bar reads the log of the draft
        return page("builder/plan.html", shop, fragment="builder/_plan.html", status=status, plan=made, error=error, failure=failure, number=0, in_force=catalogue().version)


def _shown(made: Plan, before: Iterable[Document], after: Iterable[Document]) -> PlanShown:
    old, new = {one.key: one for one in before if is_own(one)}, {one.key: one for one in after if is_own(one)}
    steps = tuple(_step(change, old, new) for change in made.changes if _touches_records(change))
    rest = [change for change in made.changes if not _touches_records(change)]
    return PlanShown(tuple(_summary(made)), steps, len(rest), closed=tuple(_closed(made, new)))


def _closed(made: Plan, documents: Mapping[tuple[str, str], Document]) -> Iterator[Closed]:
    readers = [(one, _readable(one)) for one in documents.values() if one.kind == "role"]
    to_all = [label_of(one) for one, names in readers if "*" in names]
    for one in (change.difference for change in made.of("added")):
        if one.kind == "entity" and not one.field and len(to_all) < len(readers) and not any(one.name in names for _role, names in readers):
            yield Closed(label_of(documents["entity", one.name]), _(", ").join(to_all), url_for("builder.document_page", kind="entity", name=one.name, tab="rights"))


def _readable(role: Document) -> set[str]:
    return {grant["entity"] for grant in role.body.get("grants", ()) if "read" in grant["operations"]}


def _touches_records(change: Change) -> bool:
    return change.kind != "safe" or change.blocks or change.failing > 0


def _step(change: Change, old: dict[tuple[str, str], Document], new: dict[tuple[str, str], Document]) -> StepShown:
    one = change.difference
    after = new.get((one.kind, one.name))
    before = old.get((one.kind, one.name)) or next((old[key] for key in old if after and old[key].body.get("x-id") == after.body.get("x-id", "")), None)
    shown = after or before
    return StepShown(
        f"{one.kind}/{one.name}/{one.field}/{one.action}", change.kind, line_of(one, before, after), label_of(shown) if shown else "", change.sentence, change.rows, change.failing,
        tuple(_sample(sample, one.name, is_part="." in one.field) for sample in change.samples), change.blocks,
        change.kind == "lossy" or change.kind == "converting" and change.failing > 0,
    )


def _sample(sample: Sample, entity: str, *, is_part: bool) -> SampleShown:
    return SampleShown(sample.value, sample.problem, "" if is_part else f"/r/{entity}/{sample.id}")


def _summary(made: Plan) -> Iterable[str]:
    """“2 fields added”, “1 view changed”."""
    counts = Counter((change.difference.action, "field" if change.difference.field else change.difference.kind) for change in made.changes)
    for (action, kind), count in counts.items():
        word = _("Field") if kind == "field" else kind_word(kind)
        yield _action_words(action, word, count)


def _action_words(action: str, word: str, count: int) -> str:
    match action:
        case "added":
            return _("%(word)s: %(number)s added", word=word, number=count)
        case "removed":
            return _("%(word)s: %(number)s removed", word=word, number=count)
        case "renamed":
            return _("%(word)s: %(number)s renamed", word=word, number=count)
    return _("%(word)s: %(number)s changed", word=word, number=count)


def _step_words(step: str) -> str:
    return {
        "expand": _("Adding tables and columns"), "index": _("Building indexes"), "announce": _("Telling all workers"),
        "convert": _("Converting values"), "fill": _("Computing formulas"), "switch": _("Putting the version in force"), "catch up": _("Catching up"),
    }[step]
