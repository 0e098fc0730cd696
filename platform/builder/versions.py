"""Published versions: who, when and why, what each changed, and going back to one."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, request

from shuke.builder.bar import explained, page
from shuke.builder.blueprint import blueprint
from shuke.builder.differences import changes
from shuke.builder.people import names_of
from shuke.builder.planning import PlanShown, planned, refused
from shuke.builder.titles import both, shown, stored
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import Conflict, PlatformError
from shuke.core.i18n import gettext as _
from shuke.definitions import store
from shuke.definitions.current import catalogue
from shuke.definitions.problems import DefinitionErrors
from shuke.publishing.publish import rollback
from shuke.screens.errors import sentence_of
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor, host, read

_LISTED = 100
_LONGEST_COMMENT = 500
VERSION = "/build/versions/<int(max=2147483647):number>"


@dataclass(frozen=True, slots=True)
class VersionShown:
    number: int
    at: datetime
    who: str
    comment: str
    is_current: bool


@screen(blueprint, "/build/versions", permission="build")
def version_list() -> Response:
    """The latest versions, the one in force first."""
    found = store.versions(_LISTED)
    people = names_of(one.created_by or 0 for one in found)
    listed = [
        VersionShown(one.number, one.created_at, people.get(one.created_by or 0, ""), shown(one.comment), one.number == catalogue().version) for one in found
    ]
    return page("builder/versions.html", workshop(), versions=listed)


@screen(blueprint, VERSION, permission="build")
def version_changes(number: int) -> Response:
    """What a version changed against the one before it."""
    after = store.documents_of(number)
    before = store.documents_of(number - 1) if number > 1 else []
    changed = changes(before, after)
    return render("builder/version.html", fragment="builder/_changed.html", changed=changed, number=number, shop=workshop())


@screen(blueprint, f"{VERSION}/plan", permission="build", transaction="none")
def restore_dialog(number: int) -> Response:
    """What going back to a version would do now."""
    with read():
        shop, documents = workshop(), store.documents_of(number)
    return _dialog(shop, planned(shop, documents), number)


@screen(blueprint, f"{VERSION}/restore", permission="build", methods=("POST",), transaction="none")
def restore(number: int) -> Response:
    """Put an older version in force again, with the values that its fields had."""
    with read():
        shop, documents = workshop(), store.documents_of(number)
    made = planned(shop, documents)
    try:
        if request.form.get("version") != str(catalogue().version):
            raise Conflict(_("Another version was published since this plan was made; look at it once more."))
        if refusal := refused(made):
            return _dialog(shop, made, number, refusal, status=422)
        said = request.form.get("comment", "").strip()[:_LONGEST_COMMENT] or stored(both("Back to version %(number)s", number=number))
        version = rollback(host().database, actor(), number, said)
    except DefinitionErrors as wrong:
        return _dialog(shop, PlanShown(problems=tuple(explained(shop, wrong.problems))), number, status=422)
    except PlatformError as refused_:
        return _dialog(shop, made, number, sentence_of(refused_), status=409)
    toast(_("Version %(number)s is in force.", number=version))
    return go_to("builder.version_list")


def _dialog(shop: Workshop, made: PlanShown, number: int, error: str = "", *, status: int = 200) -> Response:
    with read():  # the bar reads the log of the draft
        return page("builder/plan.html", shop, fragment="builder/_plan.html", status=status, plan=made, error=error, failure="", number=number, in_force=catalogue().version)
