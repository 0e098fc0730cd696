"""Which form was asked for, the record and the input that belong to it, and the place in it that a fragment is about."""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from flask import request

from shuke import records
from shuke.core.errors import NotFound
from shuke.core.given import whole
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records import Record
from shuke.records.shapes import link_target
from shuke.runtime.entered import Entered, EnteredLine, read_plan
from shuke.runtime.form_state import FormState
from shuke.runtime.linked import linked_records
from shuke.runtime.reach import entity_for
from shuke.runtime.states import form_state, line_state
from shuke.screens.page import is_fragment_request
from shuke.screens.visitor import actor
from shuke.views import FormField, FormLines, FormPlan, form_plan, views_of
from shuke.views.forms import form_field, form_node

QUICK = "quick"
"""The variant of a form that dialogs use, where an entity has one."""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form as it stands in somebody's browser."""

    entity: Entity
    plan: FormPlan
    record: Record | None
    entered: Entered

    def state(self, *, with_errors: bool = True) -> FormState:
        return state_of(self.entity, self.plan, self.record, self.entered, with_errors=with_errors)


@dataclass(frozen=True, slots=True)
class Place:
    """A sub-table of the form, or of another record that is entered in it."""

    form: OpenForm
    table: FormField
    lines: FormLines | None = None
    line: EnteredLine | None = None

    @property
    def entered(self) -> Entered:
        """What stands in the record that has the sub-table."""
        return self.line.entered if self.line else self.form.entered

    @property
    def scope(self) -> str:
        return f"{self.lines.name}.{self.line.key}." if self.lines and self.line else ""

    def state(self, *, with_errors: bool = False) -> FormState:
        """How that record stands."""
        if self.lines is None or self.line is None:
            return self.form.state(with_errors=with_errors)
        outer = state_of(self.form.entity, FormPlan(self.form.entity, None, (), ()), self.form.record, None, with_errors=False)
        stored = next((one for one in linked_records(actor(), self.lines, self.form.record) if str(one.id) == self.line.key), None)
        return line_state(outer, self.lines, self.line, stored, with_errors=with_errors)


def open_form(name: str) -> OpenForm:
    """The form that a fragment belongs to, as it stands now."""
    id_ = request.form.get("_id", type=whole)
    visited, _rights = entity_for(actor(), name, "read" if id_ else "create")
    record = records.get(actor(), visited, id_) if id_ else None
    plan = plan_for(name)
    return OpenForm(visited, plan, record, read_plan(plan, request.form))


def plan_for(entity: str) -> FormPlan:
    """The form that was asked for by its name or variant; in a dialog the quick one if there is one."""
    name = request.form.get("_form") or request.args.get("form") or request.args.get("view") or (QUICK if in_dialog() else "")
    known = views_of(catalogue(), "form", entity)
    return _with_links(form_plan(catalogue(), entity, next((view.name for view in known if name and name in (view.name, view.variant)), "")))


def _with_links(plan: FormPlan) -> FormPlan:
    """With the links that the address gives a new record and the form leaves out: what was begun beside a record stays linked to it."""
    given = request.args if request.method == "GET" else dict(parse_qsl(request.form.get("_start", "")))
    links = [
        form_field(one) for one in plan.entity.fields
        if one.name in given and plan.field(one.name) is None and link_target(one) and not (one.system or one.read_only or one.formula)
    ]
    return replace(plan, nodes=(*plan.nodes, *map(form_node, links)), fields=(*plan.fields, *links)) if links else plan


def in_dialog() -> bool:
    """Only fragments go into dialogs; the same address opened by itself, or sent before the page is ready, is a page."""
    return is_fragment_request() and ("dialog" in request.args or "_dialog" in request.form)


def state_of(entity: Entity, plan: FormPlan, record: Record | None, entered: Entered | None, *, with_errors: bool = True) -> FormState:
    return form_state(entity, plan, record, entered, prefix="d" if in_dialog() else "f", with_errors=with_errors)


def lines_called(plan: FormPlan, name: str) -> FormLines | None:
    """The other records of the form that are called so."""
    return next((lines for lines in plan.lines if lines.name == name), None)


def place_of(form: OpenForm, path: str) -> Place:
    """The sub-table at a path: `lines`, or `contact-firm.k1.phones` in another record."""
    first, _dot, rest = path.partition(".")
    if (lines := lines_called(form.plan, first)) is None:
        return Place(form, _table(form.plan, first))
    key, _dot, name = rest.partition(".")
    line = next((one for one in form.entered.related.get(first, ()) if one.key == key), None)
    if line is None:
        raise NotFound
    return Place(form, _table(lines.plan, name), lines, line)


def _table(plan: FormPlan, name: str) -> FormField:
    table = plan.field(name)
    if table is None or not table.columns:
        raise NotFound
    return table
