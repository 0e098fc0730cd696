"""Keeping lists under a name: save, save as, rename, share, open first, delete."""

from collections.abc import Mapping

from flask import Response, request

from shuke.access.actor import Actor
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.fields.link import is_id
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.list_request import PLAIN, to_parameters
from shuke.runtime.list_state import listing
from shuke.runtime.reach import app_label, entity_for, plural
from shuke.screens.page import go_to_address, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import lists_of
from shuke.views.saved import ALL, UNIT, SavedView, audiences, choose, current_shelf, describe, may_change, remove, save


@screen(blueprint, "/r/<entity>/views/new", methods=["GET", "POST"], permission="signed_in", transaction="write")
def new_view(entity: str) -> Response:
    """Keep the list as it is now under a new name."""
    listed = listing(entity)
    asked = listed.asked.first_page()
    if request.method == "GET":
        return _form(entity, asked.url("/views/new"), asked.url(), None, {}, ())
    try:
        id_ = save(actor(), entity, request.form.get("name", ""), to_parameters(asked))
        _describe(entity, id_)
    except InvalidInput as refused:
        return _form(entity, asked.url("/views/new"), asked.url(), None, refused.by_field, request.form.getlist("role"))
    toast(_("The view is saved."))
    return go_to_address(f"/r/{entity}?saved={id_}")


@screen(blueprint, f"/r/<entity>/views/{RECORD}/save", methods=["POST"], permission="signed_in", transaction="write")
def save_view(entity: str, id: int) -> Response:
    """Keep what has become of a view."""
    listed = listing(entity)
    view = _view(entity, id)
    save(actor(), entity, view.name, to_parameters(listed.asked.first_page()), id_=id)
    toast(_("The view is saved."))
    return go_to_address(f"/r/{entity}?saved={id}")


@screen(blueprint, f"/r/<entity>/views/{RECORD}/edit", methods=["GET", "POST"], permission="signed_in", transaction="write")
def edit_view(entity: str, id: int) -> Response:
    """Rename a view, share it, and say for whom it opens first."""
    entity_for(actor(), entity)
    view = _view(entity, id)
    if not may_change(actor(), view):
        raise NotFound
    address, back = f"/r/{entity}/views/{id}/edit", f"/r/{entity}?saved={id}"
    if request.method == "GET":
        return _form(entity, address, back, view, {}, view.default_for)
    try:
        _describe(entity, id)
    except InvalidInput as refused:
        return _form(entity, address, back, view, refused.by_field, request.form.getlist("role"))
    toast(_("The view is saved."))
    return go_to_address(back)


@screen(blueprint, f"/r/<entity>/views/{RECORD}/delete", methods=["POST"], permission="signed_in", transaction="write")
def delete_view(entity: str, id: int) -> Response:
    """Delete a view; the records in it stay."""
    entity_for(actor(), entity)
    view = _view(entity, id)
    remove(actor(), entity, id)
    toast(_("The view “%(name)s” is deleted.", name=view.name))
    return go_to_address(f"/r/{entity}")


@screen(blueprint, "/r/<entity>/views/first", methods=["POST"], permission="signed_in", transaction="write")
def open_first(entity: str) -> Response:
    """Open this view first from now on, when the list is opened from the menu."""
    entity_for(actor(), entity)
    wanted = request.form.get("view", "")
    if is_id(wanted):
        _view(entity, int(wanted))
    elif wanted not in ("", PLAIN) and wanted not in {view.name for view in lists_of(catalogue(), entity)}:
        raise NotFound
    choose(actor(), entity, wanted)
    toast(_("This view opens first from now on."))
    return go_to_address(f"/r/{entity}?saved={wanted}" if is_id(wanted) else f"/r/{entity}")


def _view(entity: str, id_: int) -> SavedView:
    found = current_shelf(actor(), entity).get(id_)
    if found is None:
        raise NotFound
    return found


def _describe(entity: str, id_: int) -> None:
    form = request.form
    describe(actor(), entity, id_, form.get("name", ""), form.get("shared", ""), form.getlist("role"))
    if "first" in form:
        choose(actor(), entity, str(id_))


def _form(entity: str, address: str, back: str, view: SavedView | None, problems: Mapping[str, tuple[str, ...]], roles: object) -> Response:
    visited, _rights = entity_for(actor(), entity)
    allowed = audiences(actor())
    shared = request.form.get("shared", view.shared if view else "")
    return render(
        "runtime/view.html", fragment="runtime/_view.html", status=422 if problems else 200, entity=visited, plural=plural(visited),
        app=app_label(visited), address=address, back_url=back, view=view, problems=problems, roles=roles, shared=shared,
        name=request.form.get("name", view.name if view else ""), first=_opens_first(actor(), entity, view),
        audiences=[(name, _audience_label(name)) for name in dict.fromkeys((*allowed, *((shared,) if shared else ())))],
        all_roles=[(name, pick(role.label)) for name, role in catalogue().roles.items()] if ALL in allowed else [],
    )


def _opens_first(who: Actor, entity: str, view: SavedView | None) -> bool:
    return view is not None and current_shelf(who, entity).chosen == str(view.id)


def _audience_label(name: str) -> str:
    if name == UNIT:
        return _("My unit, and the units below it")
    if name == ALL:
        return _("Everybody who may see these records")
    role = catalogue().roles.get(name)
    return _("Everybody with the role “%(role)s”", role=pick(role.label) if role else name)
