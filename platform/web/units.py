"""The organisation: the tree of units, for administrators."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from shuke import records
from shuke.core.errors import InvalidInput
from shuke.core.given import whole
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.records import Record
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.web.blueprint import blueprint
from shuke.web.directory import UnitNode, link_id, unit_tree


@screen(blueprint, "/admin/units", permission="administer")
def unit_list() -> Response:
    """The tree of units."""
    return render("web/units.html", tree=unit_tree(actor()), kinds=dict(_kinds()), link_id=link_id)


@screen(blueprint, "/admin/units/new", permission="administer", methods=("GET", "POST"), transaction="write")
def new_unit() -> Response:
    if request.method == "GET":
        return _form(None, {"parent": request.args.get("parent", ""), "active": True}, {})
    return _save(None)


@screen(blueprint, "/admin/units/<int:unit_id>", permission="administer", methods=("GET", "POST"), transaction="write")
def edit_unit(unit_id: int) -> Response:
    """Change a unit, or move it with all that is below it."""
    record = records.get(actor(), catalogue().entity("unit"), unit_id)
    if request.method == "GET":
        values = {name: record.values.get(name) or "" for name in ("name", "kind", "code")}
        return _form(record, {**values, "parent": link_id(record.values.get("parent")) or "", "active": record.values.get("active")}, {})
    return _save(record)


def _save(record: Record | None) -> Response:
    form = request.form
    values = {
        "name": form.get("name", "").strip(), "kind": form.get("kind") or None, "code": form.get("code", "").strip() or None,
        "parent": form.get("parent") or None, "active": form.get("active") == "1",
    }
    try:
        if record is not None:
            _refuse_circle(record.id, values["parent"])
        records.save(
            actor(), catalogue().entity("unit"), values, id=record.id if record else None, revision=form.get("revision", type=whole) if record else None,
        )
    except InvalidInput as error:
        return _form(record, form.to_dict(), error.by_field, 422)
    toast(_("Saved."))
    return go_to("web.unit_list")


def _refuse_circle(unit_id: int, parent: Any) -> None:
    """A unit cannot lie below itself."""
    moved = next((node for node in _all_nodes() if node.record.id == unit_id), None)
    if moved is not None and str(parent) in {str(node.record.id) for node in moved.flat()}:
        raise InvalidInput({"parent": [_("A unit cannot lie below itself.")]})


def _all_nodes() -> list[UnitNode]:
    return [node for root in unit_tree(actor()) for node in root.flat()]


def _kinds() -> list[tuple[str, str]]:
    options = catalogue().entity("unit").field("kind").options or catalogue().unit_kinds
    return [(option.code, pick(option.label)) for option in options]


def _form(record: Record | None, values: Mapping[str, Any], errors: Mapping[str, tuple[str, ...]], status: int = 200) -> Response:
    own = record.id if record else 0
    inside = {node.record.id for top in _all_nodes() if top.record.id == own for node in top.flat()}
    parents = [(str(node.record.id), "\u2003" * node.depth + node.record.title) for node in _all_nodes() if node.record.id not in inside]
    return render("web/unit.html", status=status, record=record, values=values, errors=errors, kinds=_kinds(), parents=parents)
