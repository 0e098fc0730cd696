"""The canvas: the form as the runtime draws it with the draft's definitions, every part with a handle around it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import render_template
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from shuke.builder.forms.parts import marks, place_of, shown
from shuke.builder.workshop import Workshop
from shuke.core.errors import UnknownName
from shuke.definitions.current import use_catalogue
from shuke.definitions.model import Entity
from shuke.publishing.edits.layouts import Layout, part_at
from shuke.records import Preview
from shuke.runtime.controls import parts
from shuke.runtime.drawn import Part
from shuke.runtime.entered import Entered, EnteredLine, new_key
from shuke.runtime.form_state import FormState, LinesState, LineState
from shuke.runtime.forms import add_line
from shuke.screens.visitor import actor
from shuke.views import FormLines, FormNode, FormPlan, form_plan

_SYSTEM = ("owner", "unit", "created_at", "created_by", "updated_at", "updated_by")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A form on the canvas, or the sentence that says why it cannot be drawn."""

    html: Markup
    fault: str = ""


def framed_form(shop: Workshop, form: str, layout: Layout) -> Drawn:
    """The whole form with handles; `layout` is how the edits see it."""
    with use_catalogue(shop.catalogue):
        try:
            plan = _plan(shop, form)
        except UnknownName as missing:
            return Drawn(Markup(), str(missing))

        def frame(part: Part, html: Markup) -> Markup:
            place = place_of(part.place)
            raw = part_at(layout, place)
            return _rendered(
                "builder/forms/_node.html", html=html, one=shown(shop.catalogue, plan.entity, raw, place), marks=list(marks(plan.entity, raw)),
                placing=part.placing,
            )

        return Drawn(_rendered("runtime/_parts.html", parts=parts(blank(plan)), entity=plan.entity, frame=frame))


def plain_form(shop: Workshop, form: str) -> Markup:
    """The form as staff see it before they type."""
    with use_catalogue(shop.catalogue):
        plan = _plan(shop, form)
        return _rendered("runtime/_parts.html", parts=parts(blank(plan)), entity=plan.entity)


def blank(plan: FormPlan, *, prefix: str = "f", scope: str = "") -> FormState:
    """The form before anything is typed, for somebody who may do everything; no record is asked for."""
    entered = Entered(MultiDict())
    for item in plan.fields:
        if item.columns:
            add_line(entered, item)
    names = [field.name for field in plan.entity.fields]
    preview = Preview({}, {}, frozenset(names), frozenset(field.name for field in plan.entity.fields if field.required), frozenset())
    state = FormState(actor(), plan, preview, dict.fromkeys(_writable(plan.entity), "write"), None, entered, prefix=prefix, scope=scope)
    state.lines = {lines.name: _blank_lines(lines, prefix) for lines in plan.lines}
    return state


def _blank_lines(lines: FormLines, prefix: str) -> LinesState:
    line = EnteredLine(new_key(), Entered(MultiDict()))
    inner = blank(lines.plan, prefix=f"{prefix}-{lines.name}-{line.key}", scope=f"{lines.name}.{line.key}.")
    return LinesState(lines, (LineState(line.key, inner, {}, may_remove=True),), may_add=True)


def _writable(entity: Entity) -> Iterator[str]:
    yield from _SYSTEM
    for field in entity.fields:
        yield field.name
        yield from (f"{field.name}.{column.name}" for column in field.fields)


def _plan(shop: Workshop, form: str) -> FormPlan:
    """The form with every part in it, whatever its conditions say: what is designed has to be seen."""
    plan = form_plan(shop.catalogue, form.split(".", 1)[0], form if shop.has("view", form) else "")
    return replace(plan, nodes=tuple(_unconditional(node) for node in plan.nodes))


def _unconditional(node: FormNode) -> FormNode:
    return replace(node, visible="", required="", read_only="", nodes=tuple(_unconditional(inner) for inner in node.nodes))


def _rendered(template: str, **about: object) -> Markup:
    return Markup(render_template(template, **about))  # noqa: S704 - our own templates, escaped
