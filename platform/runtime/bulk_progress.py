"""What is done to very many records, as the one who wanted it sees it: how far it is, stopping it, taking it back."""

from flask import Response, make_response, url_for

from shuke.core.i18n import format_number
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.reach import plural
from shuke.screens.page import is_fragment_request, render, trigger
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.transfer import bulk
from shuke.transfer.bulk import CANCELLED, CHANGE, DELETE, DONE, FAILED, RUNNING, UNDO, Bulk


@screen(blueprint, f"/bulk/{RECORD}", permission="signed_in", preview="closed")
def bulk_page(id: int) -> Response:
    """How far it is; the page asks again until it has ended."""
    return bulk_progress(id)


@screen(blueprint, f"/bulk/{RECORD}/stop", methods=["POST"], permission="signed_in", transaction="write")
def bulk_stop(id: int) -> Response:
    """Do no more; what was done stays."""
    bulk.cancel(bulk.get(actor(), id))
    return bulk_progress(id)


@screen(blueprint, f"/bulk/{RECORD}/back", methods=["POST"], permission="signed_in", transaction="write")
def bulk_back(id: int) -> Response:
    """Take back what was done, as far as nobody has changed it since."""
    return bulk_progress(bulk.undo(actor(), bulk.get(actor(), id)))


def bulk_progress(id_: int) -> Response:
    work = bulk.get(actor(), id_)
    entity = catalogue().entities.get(work.entity)
    answer = make_response(render(
        "runtime/bulk_progress.html", fragment="runtime/_bulk_progress.html", work=work, title=_title(work), state=_states()[work.state],
        label=plural(entity) if entity else work.entity, url=url_for("runtime.bulk_page", id=id_), format_number=format_number,
        back_url=url_for("runtime.record_list", entity=work.entity), reasons=sorted(work.reasons.items(), key=lambda one: -one[1]),
    ))
    return answer if work.is_busy or not is_fragment_request() else trigger(answer, "shuke:reload-list")


def _title(work: Bulk) -> str:
    return {CHANGE: _("Change records"), DELETE: _("Delete records"), UNDO: _("Take back")}.get(work.kind, _("Step"))


def _states() -> dict[str, str]:
    return {RUNNING: _("It is being done in the background."), DONE: _("Done."), FAILED: _("It has stopped."), CANCELLED: _("Stopped; what was done stays.")}
