"""What the draft changes, in words, with the log of its edits."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response

from shuke.builder import workshop as shop_of
from shuke.builder.bar import page
from shuke.builder.blueprint import blueprint
from shuke.builder.differences import changes
from shuke.builder.people import names_of
from shuke.builder.titles import shown
from shuke.builder.workshop import Workshop, workshop
from shuke.core.i18n import gettext as _
from shuke.definitions import shared_drafts
from shuke.definitions.current import catalogue
from shuke.screens.page import go_to, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor

_LATEST = 100


@dataclass(frozen=True, slots=True)
class Done:
    """One edit of the log, in words."""

    at: datetime
    who: str
    title: str
    undone: bool


@screen(blueprint, "/build/changes", permission="build")
def change_list() -> Response:
    """Everything that would be different, and who did what."""
    shop = workshop()
    log = _log(shop)
    return page(
        "builder/changes.html", shop, changed=changes(catalogue().documents, shop.documents), log=log[:_LATEST], older=len(log) - _LATEST,
        left_out=_left_out(shop),
    )


@screen(blueprint, "/build/rebase", permission="build", methods=("POST",), transaction="write")
def bring_up_to_date() -> Response:
    """Carry the draft over to the version in force."""
    shop = shop_of.bring_up_to_date()
    lost = shared_drafts.left_out(shop.draft.id) if shop.draft else []
    if lost:
        toast(_("The draft is up to date; %(count)s changes did not fit and are listed here.", count=len(lost)), "warning")
    else:
        toast(_("The draft is up to date; all changes fit."))
    return go_to("builder.change_list")


@screen(blueprint, "/build/left-out", permission="build", methods=("POST",), transaction="write")
def forget_left_out() -> Response:
    """The list of changes that did not fit has been read."""
    if shop := shared_drafts.standing():
        shared_drafts.forget_left_out(shop.id)
    return go_to("builder.change_list")


@screen(blueprint, "/build/discard", permission="build", methods=("POST",), transaction="write")
def discard() -> Response:
    """Throw the draft away; the version in force is shown again."""
    if shared_drafts.standing():
        shared_drafts.discard(shared_drafts.open_draft(actor().id))
        toast(_("The draft was thrown away; nothing of it was published."))
    return go_to("builder.home")


def _log(shop: Workshop) -> list[Done]:
    """The latest first."""
    operations = shop.operations()
    people = names_of(one.by for one in operations)
    return [Done(one.at, people.get(one.by, ""), shown(one.title) or _("Change"), one.undone) for one in reversed(operations)]


def _left_out(shop: Workshop) -> list[Done]:
    found = shared_drafts.left_out(shop.draft.id) if shop.draft else []
    people = names_of(one.by for one in found)
    return [Done(one.at, people.get(one.by, ""), shown(one.title) or _("Change"), undone=True) for one in found]
