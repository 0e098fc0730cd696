"""From a spreadsheet to an app: bring files, look at what was guessed, correct it, make the app, see its rows come in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from shuke.builder.bar import page
from shuke.builder.blueprint import blueprint
from shuke.builder.looks import colors, icons
from shuke.builder.outline import address_of
from shuke.builder.planning import planned
from shuke.builder.sheet_forms import SheetShown, about_app, corrected, lost_links, sheet_shown
from shuke.builder.titles import both, stored
from shuke.builder.workshop import Workshop, workshop
from shuke.builder.workshop import edit as edit_draft
from shuke.core.errors import InvalidInput, NotFound, PlatformError
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions import shared_drafts
from shuke.definitions.current import catalogue as published
from shuke.publishing.edits.sheets import Plan, app_of_sheets
from shuke.publishing.publish import publish
from shuke.screens.downloads import attachment
from shuke.screens.errors import sentence_of
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import MEBIBYTE, screen
from shuke.screens.visitor import actor, host, read, write
from shuke.transfer import imports, jobs, sheet_steps, sheets
from shuke.transfer.imports import Import
from shuke.transfer.sheets import Given, Made, Sheets

_LARGEST_FORM = 8


@dataclass(frozen=True, slots=True)
class StepShown:
    """One sheet on its way in; `import_` is None as long as others come first."""

    label: str
    address: str
    links_only: bool
    total: int
    import_: Import | None
    is_current: bool

    @property
    def state(self) -> str:
        return self.import_.state if self.import_ else ""


@screen(blueprint, "/build/sheets", permission="build")
def sheets_start() -> Response:
    """Choose the files; earlier ones below."""
    return _start(())


@screen(blueprint, "/build/sheets", permission="build", methods=("POST",), transaction="none", max_bytes=imports.MOST_BYTES + MEBIBYTE)
def bring_sheets() -> Response:
    """Read and guess; nothing is made yet."""
    given = [Given(file.filename or "", file.stream) for file in request.files.getlist("file") if file.filename]
    try:
        guesses = sheets.read_files(given)
    except InvalidInput as refused:
        with read():
            return _start([sentence for said in refused.by_field.values() for sentence in said], status=422)
    with write():
        id_ = sheets.keep(actor(), given, guesses)
    return go_to("builder.sheets_page", id=id_)


@screen(blueprint, "/build/sheets/<int:id>", permission="build")
def sheets_page(id: int) -> Response:
    """What was guessed, or how far its rows are."""
    return _page(sheets.get(actor(), id))


@screen(blueprint, "/build/sheets/<int:id>/<int:number>", permission="build", methods=("POST",), transaction="write", max_bytes=_LARGEST_FORM * MEBIBYTE)
def correct_sheet(id: int, number: int) -> Response:
    """Keep what was corrected, and draw the sheet as it is now."""
    found = sheets.get(actor(), id)
    if number >= len(found.sheets):
        raise NotFound
    found = sheets.correct(found, corrected(found, request.form), **about_app(request.form, found))
    return render("builder/sheets/_sheet.html", found=found, one=sheet_shown(found, number))


@screen(blueprint, "/build/sheets/<int:id>/make", permission="build", methods=("POST",), transaction="none", max_bytes=_LARGEST_FORM * MEBIBYTE)
def make_app(id: int) -> Response:
    """Make the app in the draft; with `publish` put it in force at once and take the rows."""
    try:
        with write():
            found = sheets.get(actor(), id)
            found = sheets.correct(found, corrected(found, request.form), **about_app(request.form, found))
            shop = _make(found)
    except InvalidInput as wrong:
        with read():
            return _page(sheets.get(actor(), id), faults=[sentence for said in wrong.by_field.values() for sentence in said], status=422)
    if "publish" in request.form:
        return _publish(id, shop)
    toast(_("The app lies in the draft. Its rows come in as soon as it is published."))
    return go_to("builder.sheets_page", id=id)


@screen(blueprint, "/build/sheets/<int:id>/progress", permission="build")
def sheets_progress(id: int) -> Response:
    """How far the rows are."""
    found = sheets.get(actor(), id)
    return render("builder/sheets/_steps.html", found=found, steps=_steps(found), **_running(found))


@screen(blueprint, "/build/sheets/<int:id>/start", permission="build", methods=("POST",), transaction="write")
def take_rows(id: int) -> Response:
    """Import now what waits, where its entities are published."""
    found = sheets.get(actor(), id)
    if any(made and made.entity in published().entities for made in found.made):
        sheets.start(found)
    return go_to("builder.sheets_page", id=id)


@screen(blueprint, "/build/sheets/<int:id>/again", permission="build", methods=("POST",), transaction="write")
def take_up_again(id: int) -> Response:
    """An import has stopped: try it again from where it stood, or go on without the rest of it. What was made and is gone from the draft is corrected anew."""
    found = sheets.get(actor(), id)
    if found.state == sheets.WAITING:
        sheets.open_again(found)
    elif found.current and request.form.get("how") == "repeat":
        imports.go_on(found.current)
        jobs.enqueue(imports.JOB, found.current)
    elif found.current and not _is_running(found):
        sheet_steps.go_on(found)
    return go_to("builder.sheets_page", id=id)


@screen(blueprint, "/build/sheets/<int:id>/delete", permission="build", methods=("POST",), transaction="write")
def delete_sheets(id: int) -> Response:
    """Throw the files away."""
    sheets.delete(sheets.get(actor(), id))
    return go_to("builder.sheets_start")


@screen(blueprint, "/build/sheets/<int:id>/files/<int:number>", permission="build")
def sheets_file(id: int, number: int) -> Response:
    """A file as it was brought."""
    found = sheets.get(actor(), id)
    if number >= len(found.files) or found.state == sheets.DONE:
        raise NotFound
    return attachment(sheets.content(id, number), found.files[number][0], "application/octet-stream")


def _start(errors: Sequence[str], *, status: int = 200) -> Response:
    earlier = sheets.listed(actor())
    return page("builder/sheets/start.html", workshop(), status=status, errors=errors, earlier=earlier, states=_states(), most=imports.MOST_BYTES >> 20)


def _page(found: Sheets, *, faults: Sequence[str] = (), status: int = 200) -> Response:
    shop = workshop()
    if found.state == sheets.OPEN:
        shown: list[SheetShown] = [sheet_shown(found, number) for number in range(len(found.sheets))]
        return page(
            "builder/sheets/guesses.html", shop, fragment="builder/sheets/_form.html", status=status, found=found, sheets=shown, faults=faults, icons=icons(), colors=colors(),
            has_changes=bool([one for one in shop.operations() if not one.undone]),
        )
    return page("builder/sheets/made.html", shop, found=found, steps=_steps(found), states=_states(), app=_app(shop, found), **_running(found))


def _app(shop: Workshop, found: Sheets) -> tuple[str, str]:
    """Label and address of the app, if it is still there."""
    return (pick(shop.body("app", found.app)["label"]), address_of("app", found.app)) if shop.has("app", found.app) else ("", "")


def _running(found: Sheets) -> dict[str, Any]:
    """What can be done now."""
    entities = {made.entity for made in found.made if made}
    known = published().entities
    drafted = {one.name for one in workshop().of_kind("entity")} if found.state == sheets.WAITING else set()
    return {
        "is_ready": found.state == sheets.WAITING and bool(entities & known.keys()), "is_gone": found.state == sheets.WAITING and not entities & drafted,
        "is_running": found.state == sheets.IMPORTING and (not found.current or _is_running(found)), "import_states": _import_states(),
    }


def _is_running(found: Sheets) -> bool:
    return found.current is not None and _import(found.current) is not None and imports.get(actor(), found.current).is_busy


def _import(id_: int) -> Import | None:
    """The import, if nobody has removed it from the history."""
    try:
        return imports.get(actor(), id_)
    except NotFound:
        return None


def _steps(found: Sheets) -> list[StepShown]:
    shown = []
    for step in found.steps:
        made = found.made[step.sheet]
        address = f"/r/{made.entity}" if made and made.entity in published().entities else ""
        import_ = _import(step.import_id) if step.import_id else None
        shown.append(StepShown(pick(found.sheets[step.sheet].label), address, step.links_only, found.sheets[step.sheet].total, import_, step.import_id == found.current))
    return shown


def _make(found: Sheets) -> Workshop:
    """The gesture: everything in one edit, which is undone as one."""
    guesses = lost_links(found.sheets)
    plan = Plan(found.label, found.icon, found.color, guesses, _roles())
    steps = sheet_steps.order(guesses)
    names: list[tuple[str, tuple[Made | None, ...]]] = []
    shop = edit_draft(
        lambda documents: app_of_sheets(documents, plan, lambda app, made: names.append((app, made))), both("%(thing)s made of sheets", thing=dict(found.label)),
    )
    found = sheets.correct(found, guesses)
    app, made = names[-1]
    sheets.drafted(found, app, made, steps)
    return shop


def _roles() -> tuple[str, ...]:
    """The builder's own groups, unless one of them may do everything anyway: otherwise nobody could see the rows."""
    mine = [role for role in published().roles.values() if role.name in actor().roles]
    if any(grant.entity == "*" and "import" in grant.operations and "create" in grant.operations for role in mine for grant in role.grants):
        return ()
    return tuple(role.name for role in mine if "build" in role.abilities)


def _publish(id_: int, shop: Workshop) -> Response:
    """Put it in force, if the draft holds nothing else and nothing stands against it; otherwise show the plan."""
    assert shop.draft is not None
    with read():
        alone = len([one for one in shop.operations() if not one.undone]) == 1
    made = planned(shop, shop.documents)
    if not alone or made.is_blocked or made.to_accept:
        toast(_("The draft holds more than this app: look at the plan, and publish it there."), "info")
        return go_to("builder.plan_dialog")
    try:
        version = publish(host().database, actor(), shop.documents, stored(both("Made of sheets")), base=shop.draft.base)
    except PlatformError as refused:
        toast(sentence_of(refused), "danger")
        return go_to("builder.plan_dialog")
    with write():
        shared_drafts.finish(shop.draft, version, actor().id)
        sheets.start_published({one.name for one in shop.of_kind("entity")})
    toast(_("Version %(number)s is in force.", number=version))
    return go_to("builder.sheets_page", id=id_)


def _states() -> dict[str, str]:
    return {
        sheets.OPEN: _("To be looked at"), sheets.WAITING: _("Waits for the draft to be published"), sheets.IMPORTING: _("Importing …"), sheets.DONE: _("Imported"),
    }


def _import_states() -> dict[str, str]:
    return {
        "": _("Comes after the others"), imports.UPLOADED: _("Columns to be chosen"), imports.CHECKING: _("Dry run …"), imports.CHECKED: _("Dry run done"),
        imports.RUNNING: _("Importing …"), imports.DONE: _("Imported"), imports.FAILED: _("Failed"), imports.CANCELLED: _("Stopped"),
    }
