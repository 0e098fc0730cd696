"""What a gesture of the form designer asks for, as an edit of the documents with words for what it does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import request

from shuke.builder.forms.parts import label_of, name_of_part, part_word, place_of, places_of, walk
from shuke.builder.titles import Title, both, in_all
from shuke.builder.words import type_word
from shuke.builder.workshop import Workshop
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import LOCALES, Label, use_locale
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.patches import Patch
from shuke.publishing.edits import Edit, add_workflow, chain, field_name, layouts
from shuke.publishing.edits.documents import list_new_field
from shuke.publishing.edits.layouts import Layout, Place, Spot, part_at
from shuke.screens.page import toast

Keys = list[str]


@dataclass(frozen=True, slots=True)
class Gesture:
    """The edit, its title, and what is chosen afterwards."""

    edit: Edit
    title: Title
    chosen: Callable[[Layout], Keys]
    said: str = ""
    """What is told once it is done, where that is not plain to see."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The form that a gesture is about, and what the page sent with it."""

    shop: Workshop
    form: str
    layout: Layout

    @property
    def entity(self) -> str:
        return self.form.split(".", 1)[0]

    @property
    def places(self) -> list[Place]:
        found = places_of(self.layout, keys_of(request.form.get("chosen", "")))
        if not found:
            raise InvalidInput({"": [_("Choose a part of the form first.")]})
        return found

    @property
    def place(self) -> Place:
        return self.places[0]

    @property
    def spot(self) -> Spot:
        """Where something is put: `into` and `before` as the canvas counts, else after what is chosen, else at the end."""
        if "into" in request.form:
            before = request.form.get("before", "")
            return Spot(place_of(request.form["into"]), next(iter(places_of(self.layout, [before])), None))
        return after(self.layout, places_of(self.layout, keys_of(request.form.get("chosen", ""))))

    def whole(self, key: str, least: int, most: int) -> int:
        text = request.form.get(key, "")
        if not (text.isdecimal() and len(text) < 4 and least <= int(text) <= most):
            raise InvalidInput({"": [_("Enter a whole number.")]})
        return int(text)

    def label(self, places: Sequence[Place]) -> Label:
        """What the parts are called, in all languages."""
        said: dict[str, str] = {}
        for language in LOCALES:
            with use_locale(language):
                one = part_at(self.layout, places[0])
                entity = self.shop.catalogue.entity(self.entity)
                name = label_of(self.shop.catalogue, entity, one).get(language) or part_word(str(one["type"]))
                said[language] = name if len(places) == 1 else _("%(number)s parts of the form", number=len(places))
        return said


def keys_of(text: str) -> Keys:
    return [key for key in text.split(",") if key]


def after(layout: Layout, chosen: Sequence[Place]) -> Spot:
    """Behind the last part that is chosen, inside a section that is; else at the end of the last section of the first tab."""
    if chosen:
        place = chosen[-1]
        if part_at(layout, place)["type"] in {"section", "tab", "columns"}:
            return Spot(place)
        siblings = [one for one, _part in walk(layout) if one[:-1] == place[:-1]]
        return Spot(place[:-1], next((one for one in siblings if one > place), None))
    start: Place = (0,) if layout and layout[0]["type"] == "tab" else ()
    sections = [place for place, part in walk(layout) if part["type"] == "section" and place[:-1] == start]
    return Spot(sections[-1] if sections else start)


def asked_for(asked: Asked, action: str) -> Gesture:
    if action not in _ACTIONS:
        raise NotFound
    return _ACTIONS[action](asked)


# What there is


def _add(asked: Asked) -> Gesture:
    """A new field of a type, a field that the entity has, a part of the layout, or lines of other records."""
    kind, value, spot = request.form.get("kind", ""), request.form.get("value", ""), asked.spot
    match kind:
        case "type":
            return _new_field(asked, value, spot)
        case "field":
            label = asked.shop.catalogue.entity(asked.entity).field(value).label or {"zh": value, "en": value}
            return Gesture(lambda documents: layouts.put_fields(documents, asked.form, [value], spot), both("%(thing)s: put on the form", thing=label), lambda _layout: [value])
        case "related":
            entity, _dot, via = value.partition(".")
            label = asked.shop.catalogue.entity(entity).label
            return Gesture(
                lambda documents: layouts.put_related(documents, asked.form, entity, via, spot), both("%(thing)s: put on the form", thing=label),
                lambda layout: [name_of_part(part, place) for place, part in walk(layout) if part.get("entity") == entity and part.get("via") == via],
            )
        case "part":
            return _new_part(asked, value, spot)
    raise NotFound


def _new_field(asked: Asked, type_: str, spot: Spot) -> Gesture:
    label = in_all(lambda: type_word(type_))
    name = field_name(asked.shop.documents, asked.entity, label)
    put: Edit = lambda documents: layouts.put_new_field(documents, asked.form, type_, label, spot, name=name)  # noqa: E731
    if type_ == "state":
        app = asked.shop.document("entity", asked.entity).app
        put = chain(lambda documents: add_workflow(documents, app, asked.entity, label), lambda documents: layouts.put_fields(documents, asked.form, [name], spot))
    return Gesture(chain(put, lambda documents: list_new_field(documents, asked.entity, name)), both("%(thing)s: added", thing=label), lambda _layout: [name])


def _new_part(asked: Asked, kind: str, spot: Spot) -> Gesture:
    label = in_all(lambda: part_word(kind))
    title = both("%(thing)s: added", thing=label)
    before = _known(asked.layout)
    match kind:
        case "section":
            return Gesture(lambda documents: layouts.put_section(documents, asked.form, label, spot), title, lambda layout: _fresh(layout, before, kind))
        case "text":
            text = in_all(lambda: _("Write here what people should know."))
            return Gesture(lambda documents: layouts.put_text(documents, asked.form, text, spot), title, lambda layout: _fresh(layout, before, kind))
        case "tab":
            first = in_all(lambda: _("General"))
            return Gesture(lambda documents: layouts.put_tab(documents, asked.form, label, first), title, lambda layout: [str(len(layout) - 1)])
    raise NotFound


def _move(asked: Asked) -> Gesture:
    places, spot = asked.places, asked.spot
    return Gesture(
        lambda documents: layouts.move_parts(documents, asked.form, places, spot), both("%(thing)s: moved", thing=asked.label(places)), _the_same(asked.layout, places),
    )


def _step(asked: Asked) -> Gesture:
    """One place up or down among the neighbours; from the edge of a section into the next one."""
    places, down = asked.places, request.form.get("value") == "down"
    spot = _next(asked.layout, places, down=down)
    return Gesture(
        lambda documents: layouts.move_parts(documents, asked.form, places, spot), both("%(thing)s: moved", thing=asked.label(places)), _the_same(asked.layout, places),
    )


def _next(layout: Layout, places: Sequence[Place], *, down: bool) -> Spot:
    into, kind = places[0][:-1], part_at(layout, places[0])["type"]
    siblings = [place for place, _part in walk(layout) if place[:-1] == into and place not in places]
    if down:
        behind = [place for place in siblings if place > places[-1]]
        if behind:
            return Spot(into, behind[1] if len(behind) > 1 else None)
    else:
        ahead = [place for place in siblings if place < places[0]]
        if ahead:
            return Spot(into, ahead[-1])
    if kind in {"section", "tab"} or not into:
        raise InvalidInput({"": [_("It stands at the end already.") if down else _("It stands at the beginning already.")]})
    holding = [place for place, part in walk(layout) if part["type"] == "section"]
    others = [place for place in holding if (place > into if down else place < into)]
    if not others:
        raise InvalidInput({"": [_("It stands at the end already.") if down else _("It stands at the beginning already.")]})
    if down:
        first = next((place for place, _part in walk(layout) if place[:-1] == others[0]), None)
        return Spot(others[0], first)
    return Spot(others[-1])


def _resize(asked: Asked) -> Gesture:
    place, width = asked.place, asked.whole("value", 0, 4) or None
    return Gesture(
        lambda documents: layouts.resize_part(documents, asked.form, place, width), both("%(thing)s: another width", thing=asked.label([place])), _the_same_places([place]),
    )


def _columns(asked: Asked) -> Gesture:
    place, columns = asked.place, asked.whole("value", 1, 4)
    return Gesture(
        lambda documents: layouts.set_columns(documents, asked.form, place, columns), both("%(thing)s: other columns", thing=asked.label([place])), _the_same_places([place]),
    )


def _duplicate(asked: Asked) -> Gesture:
    places = asked.places
    known = _known(asked.layout)
    return Gesture(
        lambda documents: layouts.duplicate_parts(documents, asked.form, places), both("%(thing)s: copied", thing=asked.label(places)),
        lambda layout: [one for one in _fresh(layout, known) if not one[0].isdigit()] or _fresh(layout, known),
    )


def _dissolve(asked: Asked) -> Gesture:
    place = asked.place
    return Gesture(lambda documents: layouts.dissolve_part(documents, asked.form, place), both("%(thing)s: dissolved", thing=asked.label([place])), lambda _layout: [])


def _take_off(asked: Asked) -> Gesture:
    places = asked.places
    label = asked.label(places)
    return Gesture(
        lambda documents: layouts.take_off(documents, asked.form, places), both("%(thing)s: taken off the form", thing=label), lambda _layout: [],
        _("Taken off the form. Fields stay with their values, and can be put back from “Not on this form”."),
    )


def _remove(asked: Asked) -> Gesture:
    places = asked.places
    return Gesture(lambda documents: layouts.remove_fields(documents, asked.form, places), both("%(thing)s: removed", thing=asked.label(places)), lambda _layout: [])


def _hide(asked: Asked) -> Gesture:
    places, hidden = asked.places, request.form.get("value") == "1"

    def hide(documents: Sequence[Document]) -> Patch:
        return chain(*(_hiding(asked.form, place, hidden=hidden) for place in places))(documents)

    title = both("%(thing)s: left out on phones", thing=asked.label(places)) if hidden else both("%(thing)s: shown on phones again", thing=asked.label(places))
    return Gesture(hide, title, _the_same_places(places))


def _hiding(form: str, place: Place, *, hidden: bool) -> Edit:
    return lambda documents: layouts.hide_on_phones(documents, form, place, hidden=hidden)


def _step_on_phones(asked: Asked) -> Gesture:
    place, step = asked.place, 1 if request.form.get("value") == "down" else -1
    return Gesture(
        lambda documents: layouts.move_on_phones(documents, asked.form, place, step), both("%(thing)s: another place on phones", thing=asked.label([place])),
        _the_same_places([place]),
    )


def _settle(asked: Asked) -> Gesture:
    label = asked.shop.catalogue.entity(asked.entity).label
    return Gesture(lambda documents: layouts.settle(documents, asked.form), both("%(thing)s: form written down", thing=label), lambda _layout: keys_of(request.form.get("chosen", "")))


# What is chosen afterwards


def _known(layout: Layout) -> list[dict[str, object]]:
    return [part for _place, part in walk(layout)]


def _fresh(layout: Layout, known: Sequence[Mapping[str, object]], kind: str = "") -> Keys:
    """The parts that were not there before: one of two equal ones is the new one."""
    left = list(known)
    found = []
    for place, part in walk(layout):
        if part in left:
            left.remove(part)
        elif not part.get("nodes") and (not kind or part["type"] == kind):
            found.append(name_of_part(part, place))
    return found


def _the_same(before: Layout, places: Sequence[Place]) -> Callable[[Layout], Keys]:
    """The parts wherever they stand now."""
    parts = [part_at(before, place) for place in places]

    def chosen(layout: Layout) -> Keys:
        return [name_of_part(part, place) for place, part in walk(layout) if part in parts]

    return chosen


def _the_same_places(places: Sequence[Place]) -> Callable[[Layout], Keys]:
    return lambda layout: [name_of_part(part, place) for place, part in walk(layout) if place in places]


def tell(gesture: Gesture) -> None:
    if gesture.said:
        toast(gesture.said)


_ACTIONS: Mapping[str, Callable[[Asked], Gesture]] = {
    "add": _add, "move": _move, "step": _step, "resize": _resize, "columns": _columns, "duplicate": _duplicate, "dissolve": _dissolve, "off": _take_off,
    "remove": _remove, "hide": _hide, "phone": _step_on_phones, "settle": _settle,
}
ACTIONS = tuple(_ACTIONS)
