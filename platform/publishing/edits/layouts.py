"""The layout of forms: parts are put in, moved, resized, copied and taken off. A part is named by where it stands: `(0, 2, 1)`.

A form that nobody has written yet, or that lacks fields, is edited as it is drawn: the first edit writes it down.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import Label
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document, Node
from shuke.definitions.parse import parse_documents
from shuke.definitions.patches import Key, Patch, Path, adding, document_pointer, patched, pointer, replacing
from shuke.publishing.edits.fields import add_field, duplicate_field, remove_field
from shuke.publishing.edits.labels import field_name
from shuke.publishing.edits.values import body_of, clear_value, fields_of, set_value, wanted_body
from shuke.views.forms import default_layout, unplaced

Place = tuple[int, ...]
Part = dict[str, Any]
Layout = list[Part]

_MOST_IN_ORDER = 40
_LINE_COLUMNS = 3
_HOLDING = frozenset({"tab", "section", "columns"})
_IN_SECTIONS = frozenset({"field", "text", "columns"})
"""Parts that need a section around them."""
_OUTSIDE = frozenset({"tab", "section"})
"""Parts that cannot stand in one."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a part is put: in the part `into` (`()`: the form itself), before the part `before`, or last."""

    into: Place = ()
    before: Place | None = None


def layout_of(documents: Sequence[Document], form: str) -> Layout:
    """The form as it is drawn: what is written, and what the main form shows besides; each with its own copy of everything."""
    entity, key = form.split(".", 1)[0], ("view", form)
    catalogue = parse_documents(documents, 0)
    if entity not in catalogue.entities:
        raise NotFound(_("There is no such document."))
    body = body_of(documents, key)
    if body is None:
        if form != f"{entity}.form":
            raise NotFound(_("There is no such document."))
        return [_part(node) for node in default_layout(catalogue.entity(entity))]
    layout: Layout = deepcopy(list(body["layout"]))
    more = [_part(node) for node in unplaced(catalogue, catalogue.entity(entity), catalogue.views[form])]
    if more and layout[0]["type"] == "tab":
        layout[0]["nodes"] = [*layout[0].get("nodes", ()), *more]
        return layout
    return [*layout, *more]


def fields_in(layout: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The fields that stand in it, in order."""
    for part in layout:
        if "field" in part:
            yield str(part["field"])
        yield from fields_in(part.get("nodes", ()))


def part_at(layout: Layout, place: Place) -> Part:
    found, parts = None, layout
    for number in place:
        if not 0 <= number < len(parts):
            raise NotFound(_("This part of the form is not there any more."))
        found = parts[number]
        parts = found.get("nodes", [])
    if found is None:
        raise NotFound(_("This part of the form is not there any more."))
    return found


# Putting in


def settle(documents: Sequence[Document], form: str) -> Patch:
    """Write the form down as it is drawn."""
    return _written(documents, form, layout_of(documents, form))


def put_new_field(
    documents: Sequence[Document], form: str, type_: str, label: Label, spot: Spot, *, name: str = "", more: Mapping[str, Any] | None = None,
) -> Patch:
    """A new field of the entity, at a place of the form."""
    entity = form.split(".", 1)[0]
    name = name or field_name(documents, entity, label)
    steps = add_field(documents, entity, type_, label, name=name, more=more)
    layout = layout_of(documents, form)
    _put(layout, spot, [{"type": "field", "field": name}])
    return steps + _written(documents, form, layout, steps)


def put_fields(documents: Sequence[Document], form: str, names: Sequence[str], spot: Spot) -> Patch:
    """Fields that the entity has and the form has not."""
    layout = layout_of(documents, form)
    taken = set(fields_in(layout))
    if twice := [name for name in names if name in taken]:
        raise InvalidInput({"": [_("“%(name)s” stands on this form already.", name=twice[0])]})
    _put(layout, spot, [{"type": "field", "field": name} for name in names])
    return _written(documents, form, layout)


def put_section(documents: Sequence[Document], form: str, label: Label, spot: Spot, *, columns: int = 2) -> Patch:
    layout = layout_of(documents, form)
    _put(layout, spot, [{"type": "section", "label": dict(label), "columns": columns, "nodes": []}])
    return _written(documents, form, layout)


def put_text(documents: Sequence[Document], form: str, text: Label, spot: Spot) -> Patch:
    """A sentence for those who fill the form in."""
    layout = layout_of(documents, form)
    _put(layout, spot, [{"type": "text", "text": dict(text)}])
    return _written(documents, form, layout)


def put_related(documents: Sequence[Document], form: str, entity: str, via: str, spot: Spot) -> Patch:
    """Records of another entity that link here, entered as lines of this form."""
    layout = layout_of(documents, form)
    if any(part.get("entity") == entity and part.get("via") == via for part in _walk(layout)):
        raise InvalidInput({"": [_("These lines stand on this form already.")]})
    required = wanted_body(documents, ("entity", entity)).get("required", ())
    names = [name for name, schema in fields_of(documents, entity).items() if name != via and not schema.get("readOnly") and "x-formula" not in schema]
    columns = list(dict.fromkeys([*(name for name in names if name in required), *names[:_LINE_COLUMNS]]))
    _put(layout, spot, [{"type": "related", "entity": entity, "via": via, "columns": columns}])
    return _written(documents, form, layout)


def put_tab(documents: Sequence[Document], form: str, label: Label, first: Label) -> Patch:
    """Another tab, at the end; what a form without tabs has comes into one that is called `first`."""
    layout = layout_of(documents, form)
    if not any(part["type"] == "tab" for part in layout):
        layout = [{"type": "tab", "label": dict(first), "nodes": layout}]
    layout.append({"type": "tab", "label": dict(label), "nodes": [{"type": "section", "columns": 2, "nodes": []}]})
    return _written(documents, form, layout)


# Changing what is there


def move_parts(documents: Sequence[Document], form: str, places: Sequence[Place], spot: Spot) -> Patch:
    """Parts to another place, in the order in which they stand."""
    layout = layout_of(documents, form)
    moved = _outermost(layout, places)
    inside = {id(inner) for part in moved for inner in _walk([part])}
    if spot.into and id(part_at(layout, spot.into)) in inside:
        raise InvalidInput({"": [_("A part cannot be moved into itself.")]})
    if any(part["type"] == "tab" for part in moved) and spot.into:
        raise InvalidInput({"": [_("Tabs stand beside each other only.")]})
    before = part_at(layout, spot.before) if spot.before is not None else None
    into = _members(layout, spot.into)
    while before is not None and id(before) in inside:
        rest = into[next(number for number, one in enumerate(into) if one is before) + 1 :]
        before = rest[0] if rest else None
    _take_out(layout, moved)
    _put_beside(layout, into, before, moved)
    return _written(documents, form, layout)


def resize_part(documents: Sequence[Document], form: str, place: Place, width: int | None) -> Patch:
    """How many of the columns around it a part takes; None: as its type has it."""
    return _changed(documents, form, place, lambda part: _set(part, "width", width))


def set_columns(documents: Sequence[Document], form: str, place: Place, columns: int) -> Patch:
    """How many columns a section has."""
    return _changed(documents, form, place, lambda part: _set(part, "columns", columns))


def hide_on_phones(documents: Sequence[Document], form: str, place: Place, *, hidden: bool) -> Patch:
    return _changed(documents, form, place, lambda part: _set_on_phones(part, "hidden", hidden or None))


def move_on_phones(documents: Sequence[Document], form: str, place: Place, step: int) -> Patch:
    """A part before or behind its neighbour on phones; on larger screens it stays where it is."""
    layout = layout_of(documents, form)
    part, siblings = part_at(layout, place), _members(layout, place[:-1])
    if len(siblings) > _MOST_IN_ORDER:
        raise InvalidInput({"": [_("Only up to %(number)s parts beside each other can have an order of their own on phones.", number=_MOST_IN_ORDER)]})
    order = sorted(siblings, key=lambda one: one.get("on_phones", {}).get("order", 0))
    at = next(number for number, one in enumerate(order) if one is part)
    to = max(0, min(len(order) - 1, at + step))
    order.insert(to, order.pop(at))
    is_plain = all(one is other for one, other in zip(order, siblings, strict=True))
    for number, one in enumerate(order, 1):
        _set_on_phones(one, "order", None if is_plain else number)
    return _written(documents, form, layout)


def duplicate_parts(documents: Sequence[Document], form: str, places: Sequence[Place]) -> Patch:
    """Each part once more, after itself; the fields in it become fields of their own."""
    layout, entity, steps = layout_of(documents, form), form.split(".", 1)[0], Patch()
    for part in _outermost(layout, places):
        copy, more = _copied(patched(documents, steps) if steps else documents, entity, part)
        steps += more
        siblings = _siblings(layout, part)
        siblings.insert(next(number for number, one in enumerate(siblings) if one is part) + 1, copy)
    return steps + _written(documents, form, layout, steps)


def dissolve_part(documents: Sequence[Document], form: str, place: Place) -> Patch:
    """Take a tab, a section or a group of columns away and keep what stands in it: with its neighbour, or in its place."""
    layout = layout_of(documents, form)
    part, siblings = part_at(layout, place), _members(layout, place[:-1])
    inner, at = list(part.get("nodes", ())), place[-1]
    neighbour = next((one for one in (*reversed(siblings[:at]), *siblings[at + 1 :]) if one["type"] == part["type"]), None)
    del siblings[at]
    if part["type"] == "columns" or part["type"] == "tab" and neighbour is None:
        siblings[at:at] = inner
    elif neighbour is not None:
        is_after = any(one is neighbour for one in siblings[at:])
        neighbour["nodes"] = [*inner, *neighbour.get("nodes", ())] if is_after else [*neighbour.get("nodes", ()), *inner]
    elif inner:
        raise InvalidInput({"": [_("This is the only section here: what stands in it has no other place to go.")]})
    return _written(documents, form, layout)


def take_off(documents: Sequence[Document], form: str, places: Sequence[Place]) -> Patch:
    """Take parts off the form with all that is in them; the fields stay fields of the entity."""
    layout = layout_of(documents, form)
    _take_out(layout, _outermost(layout, places))
    return _written(documents, form, layout)


def remove_fields(documents: Sequence[Document], form: str, places: Sequence[Place]) -> Patch:
    """Take fields out of the entity, and so off every form; other parts are taken off this form."""
    layout, entity, steps = layout_of(documents, form), form.split(".", 1)[0], Patch()
    parts = _outermost(layout, places)
    names = [name for name in fields_in(parts) if name in fields_of(documents, entity)]
    if rest := [place for place in places if any(part_at(layout, place) is part and part["type"] != "field" for part in parts)]:
        steps += take_off(documents, form, rest)
    for name in names:
        steps += remove_field(patched(documents, steps) if steps else documents, entity, name)
    return steps


# How a layout is changed


def _put(layout: Layout, spot: Spot, parts: Sequence[Part]) -> None:
    before = part_at(layout, spot.before) if spot.before is not None else None
    _put_beside(layout, _members(layout, spot.into), before, parts)


def _put_beside(layout: Layout, into: Layout, before: Part | None, parts: Sequence[Part]) -> None:
    """Put parts where they can stand: fields in a section, sections in a tab where there are tabs."""
    if into is layout and layout and all(part["type"] == "tab" for part in layout) and not all(part["type"] == "tab" for part in parts):
        into, before = layout[0].setdefault("nodes", []), None
    is_outside = into is layout or any(part["type"] == "tab" and part.get("nodes") is into for part in layout)
    if is_outside:
        parts = list(_in_sections(parts))
    elif any(part["type"] in _OUTSIDE for part in parts):
        raise InvalidInput({"": [_("Tabs and sections cannot stand inside a section.")]})
    at = next((number for number, one in enumerate(into) if one is before), len(into))
    into[at:at] = parts


def _in_sections(parts: Sequence[Part]) -> Iterator[Part]:
    """What cannot stand outside of sections, in one of its own."""
    around: Part | None = None
    for part in parts:
        if part["type"] not in _IN_SECTIONS:
            around = None
            yield part
        elif around is None:
            around = {"type": "section", "columns": 2, "nodes": [part]}
            yield around
        else:
            around["nodes"].append(part)


def _members(layout: Layout, place: Place) -> Layout:
    """The list of parts inside a part, or of the form."""
    if not place:
        return layout
    part = part_at(layout, place)
    if part["type"] not in _HOLDING:
        raise InvalidInput({"": [_("Nothing can stand inside this part.")]})
    found = part["nodes"] = list(part.get("nodes", ()))
    return found


def _outermost(layout: Layout, places: Sequence[Place]) -> list[Part]:
    """The parts in the order of the form, without those that lie in another one of them."""
    wanted = sorted(set(places))
    kept = [place for place in wanted if not any(place[:length] in wanted for length in range(1, len(place)))]
    if not kept:
        raise NotFound(_("This part of the form is not there any more."))
    return [part_at(layout, place) for place in kept]


def _take_out(layout: Layout, gone: Sequence[Part]) -> None:
    ids = {id(part) for part in gone}
    layout[:] = [part for part in layout if id(part) not in ids]
    for part in layout:
        if isinstance(part.get("nodes"), list):
            _take_out(part["nodes"], gone)


def _siblings(layout: Layout, wanted: Part) -> Layout:
    """The list in which a part stands; empty where it does not."""
    if any(part is wanted for part in layout):
        return layout
    return next((found for part in layout if (found := _siblings(part.get("nodes", []), wanted))), [])


def _copied(documents: Sequence[Document], entity: str, part: Part) -> tuple[Part, Patch]:
    """A copy of a part, and the steps that make copies of its fields."""
    if part["type"] in {"related", "tab"}:
        raise InvalidInput({"": [_("Tabs and lines of other records cannot be duplicated.")]})
    if "field" in part:
        if part["field"] not in fields_of(documents, entity):
            raise InvalidInput({"": [_("“%(name)s” belongs to the system and cannot be duplicated.", name=part["field"])]})
        name = field_name(documents, entity, {"en": part["field"]})
        return {**part, "field": name}, duplicate_field(documents, entity, part["field"], new=name)
    copy, steps = {**deepcopy(part), **({"nodes": []} if "nodes" in part else {})}, Patch()
    for inner in part.get("nodes", ()):
        one, more = _copied(patched(documents, steps) if steps else documents, entity, inner)
        copy["nodes"].append(one)
        steps += more
    return copy, steps


def _changed(documents: Sequence[Document], form: str, place: Place, change: Callable[[Part], None]) -> Patch:
    layout = layout_of(documents, form)
    change(part_at(layout, place))
    return _written(documents, form, layout)


def _set(part: Part, key: str, value: Any) -> None:
    if value is None:
        part.pop(key, None)
    else:
        part[key] = value


def _set_on_phones(part: Part, key: str, value: Any) -> None:
    said = {name: one for name, one in {**part.get("on_phones", {}), key: value}.items() if one is not None}
    _set(part, "on_phones", said or None)


def _walk(parts: Sequence[Part]) -> Iterator[Part]:
    for part in parts:
        yield part
        yield from _walk(part.get("nodes", ()))


def _part(node: Node) -> Part:
    """A part that the platform draws by itself, as it would be written."""
    part: Part = {"type": node.type}
    if node.field:
        part["field"] = node.field
    if node.type == "section":
        part |= {**({"label": dict(node.label)} if node.label else {}), "columns": node.columns, "nodes": [_part(inner) for inner in node.nodes]}
    return part


# Writing


def _written(documents: Sequence[Document], form: str, layout: Layout, before: Patch | None = None) -> Patch:
    """The steps that write the layout; fields that the main form would show by itself again are left out on purpose.

    `before` are steps on other documents that are done with it.
    """
    layout = layout or [{"type": "section", "columns": 2, "nodes": []}]
    key: Key = ("view", form)
    body = body_of(documents, key)
    steps = _diff(key, ("layout",), list(body["layout"]), layout) if body is not None else _new(documents, form, layout)
    later = patched(documents, [*(before or ()), *steps])
    return steps + _leave_out(later, form, set(fields_in(layout)))


def _leave_out(documents: Sequence[Document], form: str, placed: set[str]) -> Patch:
    """Keep `without` in step with what stands in the form."""
    entity, key = form.split(".", 1)[0], ("view", form)
    catalogue = parse_documents(documents, 0)
    left = [inner.field for node in unplaced(catalogue, catalogue.entity(entity), catalogue.views[form]) for inner in node.nodes]
    old = list(wanted_body(documents, key).get("without", ()))
    new = [*(name for name in old if name not in placed), *left]
    if new == old:
        return []
    return set_value(documents, key, ("without",), new) if new else clear_value(documents, key, ("without",))


def _new(documents: Sequence[Document], form: str, layout: Layout) -> Patch:
    entity = next(one for one in documents if one.key == ("entity", form.split(".", 1)[0]))
    label = entity.body.get("x-label") or {"zh": entity.name, "en": entity.name}
    body = {"kind": "form", "entity": entity.name, "label": dict(label), "layout": layout}
    return adding(document_pointer(("view", form)), {"app": entity.app, "body": body})


def _diff(key: Key, path: Path, old: Layout, new: Layout) -> Patch:
    """Replace the innermost list in which all changes lie, so that two people can work in two parts of a form."""
    if old == new:
        return []
    if len(old) == len(new):
        differing = [number for number, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
        number = differing[0]
        one, other = old[number], new[number]
        only_nodes = {**one, "nodes": None} == {**other, "nodes": None} and "nodes" in one and "nodes" in other
        if len(differing) == 1 and only_nodes:
            return _diff(key, (*path, number, "nodes"), one["nodes"], other["nodes"])
        if len(differing) == 1:
            return replacing(pointer(key, (*path, number)), one, other)
    return replacing(pointer(key, path), old, new)
