"""The gestures of panels: one input writes its keyword; entries of lists are added, copied, moved and taken out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from flask import Response, render_template, request, url_for

from shuke.builder.bar import answer
from shuke.builder.blueprint import blueprint
from shuke.builder.editing import path_in, title_of
from shuke.builder.formulas import conditions
from shuke.builder.gestures import DrawRefused, gesture, refuse
from shuke.builder.inputs import Refused, refuse_misfit
from shuke.builder.panels import typed, words
from shuke.builder.panels.model import Input, Panel, walk
from shuke.builder.panels.naming import new_address, renaming
from shuke.builder.panels.panel import REQUIRED, TRUE_AT_FIRST, base_of, panel
from shuke.builder.panels.scopes import scope_of
from shuke.builder.panels.shapes import Shape, inside, opened, shape_at
from shuke.builder.panels.starts import begun, free, start, start_object
from shuke.builder.titles import both, in_all
from shuke.builder.words import type_word
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import locale
from shuke.definitions.model import Document
from shuke.definitions.patches import Patch, Path, escaped, parts_of
from shuke.publishing import edits
from shuke.publishing.edits import clear_value, insert_item, move_item, remove_item, require_field, set_value
from shuke.screens.page import go_to_address, trigger
from shuke.screens.screen import screen

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Place:
    """What a gesture of a panel is about."""

    kind: str
    name: str
    field: str
    pointer: str
    at: str = ""

    @property
    def table(self) -> str:
        """The sub-table whose column this is about."""
        return self.field.rpartition(".")[0]

    def panel(self, shop: Workshop) -> Panel:
        return panel(shop, self.kind, self.name, self.field, self.at)

    def draw(self, shop: Workshop, pointer: str = "", fault: Input | None = None, opened_: str = "") -> str:
        """The input at the pointer, or the whole panel; with an input that is shown as it was typed, or an entry that is open."""
        made = self.panel(shop)
        inputs = [one for group in made.groups for one in group.inputs]
        made = replace(made, groups=tuple(replace(group, inputs=_shown(group.inputs, fault, opened_)) for group in made.groups))
        one = made.find(pointer) if pointer else None
        return render_template("builder/_panel_part.html", panel=made, one=one, lists=datalists([one] if one else inputs))


def panel_at(shop: Workshop, kind: str, name: str, path: str) -> tuple[Panel, str]:
    """The panel with the input open that a problem is about, and its id; a field's own panel where the problem lies in one."""
    document = shop.document(kind, name)
    parts = [part for part in path.split("/") if part]
    made = panel(shop, kind, name, _field_in(document, parts))
    while parts and made.find("/" + "/".join(escaped(part) for part in parts)) is None:
        parts.pop()
    pointer = "/" + "/".join(escaped(part) for part in parts)
    one = made.find(pointer) if parts else None
    return replace(made, groups=tuple(replace(group, inputs=_shown(group.inputs, None, pointer)) for group in made.groups)), one.id if one else ""


def _field_in(document: Document, parts: Sequence[str]) -> str:
    """The field of an entity that the path leads into, `lines.quantity` for a column."""
    known = document.body.get("properties", {}) if document.kind == "entity" else {}
    if len(parts) < 2 or parts[0] != "properties" or parts[1] not in known:
        return ""
    columns = known[parts[1]].get("items", {}).get("properties", {})
    return f"{parts[1]}.{parts[4]}" if len(parts) > 4 and parts[2:4] == ["items", "properties"] and parts[4] in columns else parts[1]


def datalists(inputs: Sequence[Input]) -> dict[str, tuple[str, ...]]:
    """What long choices offer, once for all inputs that offer the same."""
    return {one.list_id: one.offered for one in walk(inputs) if one.list_id}


@blueprint.app_template_global()
def keyword_words(key: str) -> str:
    """What a keyword is called in panels."""
    return words.key_word(key)


@screen(blueprint, "/build/panel", permission="build", methods=("POST",), transaction="write")
def edit_panel() -> Response:
    """Write what one input says. What does not fit is answered with the input as it was typed, and why."""
    place, shop = _place(), workshop()
    one = _wanted(place.panel(shop).find(place.pointer))
    target = "" if one.redraws else one.pointer

    def refused(shop: Workshop, sentences: Sequence[str]) -> str:
        return place.draw(shop, target, replace(one, value=typed.shown(one, request.form), errors=tuple(sentences)))

    document = shop.document(place.kind, place.name)
    try:
        value = typed.typed(one, request.form)
        if place.pointer == REQUIRED:
            return _require(place, document, required=bool(value))
        if one.key in {"name", "code"} and (renamed := _rename(place, document, one, str(value or ""))) is not None:
            return renamed
        path, old = _path(document, place.pointer), _old(document, place.pointer)
        if one.default is not None and value is None and request.form.get("mode") in {"value", "formula"}:
            chosen = replace(one.default, mode=request.form["mode"], constant="")
            return answer(shop, drawn=place.draw(shop, target, replace(one, value=None, default=chosen)))
        if one.widget == "boolean":
            value = old if value == one.value else value if value or one.key in TRUE_AT_FIRST else None
        elif one.key == "type" and value is not None and value != old:
            path, value = path[:-1], _retyped(shop, document, path, str(value))
        if one.key == "x-via" and "." in str(value) and value in dict(one.choices):
            return _sum_over(place, document, path, str(value), refused)
        if _same(old, value):
            return answer(shop, drawn=place.draw(shop, target))
        return _put(place, document, one, path, value, refused)
    except Refused as wrong:
        return answer(shop, drawn=refused(shop, wrong.sentences), status=422)


def _put(place: _Place, document: Document, one: Input, path: Path, value: Any, refused: DrawRefused) -> Response:
    """Write what fits; an object that begins, words and readings bring more with them."""
    if (started := begun(workshop(), document, place.table, path, value)) != (path, value):
        return _begin(place, document, *started)
    refuse_misfit(document, path, value)
    if place.field and value and path == (*base_of(place.field), "x-label"):
        return _relabel(place, document, path, _without_first_words(_at(document, base_of(place.field)), value), refused)
    if value and one.key in {*edits.READING, "x-result", "x-formula"} and path == (*base_of(place.field), one.key):
        return _give(place, document, path, str(value), refused)
    return _write(place, document, path, value, "" if one.redraws else one.pointer, refused)


@screen(blueprint, "/build/panel/condition", permission="build", methods=("POST",), transaction="write")
def apply_condition() -> Response:
    """Write what the dialog of a condition says; the dialog closes and the input is drawn anew."""
    place, shop = _place(), workshop()
    one = _wanted(place.panel(shop).find(place.pointer))
    said = conditions.applied(shop)
    if isinstance(said, Response):
        return said
    document = shop.document(place.kind, place.name)
    path, value = _path(document, place.pointer), said or None
    try:
        refuse_misfit(document, path, value)
    except Refused as wrong:
        return refuse(wrong.sentences)
    done = _write(place, document, path, value, one.pointer) if value != _old(document, place.pointer) else answer(shop, drawn=place.draw(shop, one.pointer))
    done.headers["HX-Retarget"], done.headers["HX-Reswap"] = f"#{one.id}", "outerHTML"
    return trigger(done, "shuke:close-dialog")


def _rename(place: _Place, document: Document, one: Input, new: str) -> Response | None:
    """Give another technical name, wherever the old one stands; None for an input that is no such name."""
    path = () if one.pointer.startswith("#") else _path(document, one.pointer)
    edit = renaming(document, place.field, one.pointer, path, new)
    if edit is None:
        return None
    if new == one.value:
        return answer(workshop(), drawn=place.draw(workshop(), one.pointer))

    def refused(shop: Workshop, sentences: Sequence[str]) -> str:
        return place.draw(shop, one.pointer, replace(one, value=new, errors=tuple(sentences)))

    label = document.body.get("x-label") or document.body.get("label") or {"zh": document.name, "en": document.name}
    title = both("%(thing)s: “%(old)s” is called “%(new)s” now", thing=label, old=str(one.value), new=new)
    moved = new_address(document, place.field, one.pointer, new)
    done = gesture(edit, title, None if moved else lambda shop: place.draw(shop, one.pointer), refused=refused)
    if moved is None or done.status_code >= 400 or new == one.value:
        return done
    return go_to_address(_now_at(place, *moved))


def _now_at(place: _Place, name: str, field: str) -> str:
    """The page that the request came from, by the new name."""
    came = urlsplit(request.headers.get("HX-Current-URL", ""))
    asked: dict[str, Any] = {key: value for key, value in parse_qsl(came.query) if key != "field"}
    if field and ("field" in dict(parse_qsl(came.query)) or not came.path):
        asked["field"] = field
    return url_for("builder.document_page", kind=place.kind, name=name, **asked)


def _without_first_words(schema: Mapping[str, Any], label: Mapping[str, str]) -> Mapping[str, str]:
    """A new field is called by its type; once the reader calls it otherwise, the type's words are missing words in the other language."""
    first = in_all(lambda: type_word(str(schema["x-type"])))
    if "x-id" in schema or schema.get("x-label") != first or label.get(locale()) == first[locale()]:
        return label
    return {language: "" if text == first[language] else text for language, text in label.items()}


def _relabel(place: _Place, document: Document, path: Path, label: Mapping[str, str], refused: DrawRefused) -> Response:
    """Other words for a field. Its name may follow them: then the whole panel is drawn, and the page is told what it is called."""
    owner, _dot, old = f"{place.name}.{place.field}".rpartition(".")
    new = edits.name_after(workshop().documents, owner, old, label)
    later = replace(place, field=".".join((*place.field.split(".")[:-1], new)))
    done = gesture(
        lambda documents: edits.relabel_field(documents, owner, old, label), title_of(document, path),
        lambda shop: later.draw(shop, place.pointer if new == old else ""), refused=refused,
    )
    if new == old or done.status_code >= 400:
        return done
    done.headers["HX-Retarget"], done.headers["HX-Reswap"] = "#keywords", "outerHTML"
    return trigger(done, "builder:renamed", {"from": place.field, "to": later.field})


def _sum_over(place: _Place, document: Document, path: Path, link: str, refused: DrawRefused) -> Response:
    """Let a roll-up go over a link of others that nothing has gone over yet."""
    owner, _dot, name = f"{place.name}.{place.field}".rpartition(".")
    return gesture(lambda documents: edits.sum_over(documents, owner, name, link), title_of(document, path), place.draw, refused=refused)


def _give(place: _Place, document: Document, path: Path, value: str, refused: DrawRefused) -> Response:
    """Let a look-up, a roll-up or a formula read something else, or say what it gives; both belong together."""
    (owner, _dot, name), keyword = f"{place.name}.{place.field}".rpartition("."), str(path[-1])

    def edit(documents: Sequence[Document]) -> Patch:
        if keyword == "x-formula":
            return edits.set_formula(documents, owner, name, value)
        return edits.set_result(documents, owner, name, value) if keyword == "x-result" else edits.set_reading(documents, owner, name, keyword, value)

    done = gesture(edit, title_of(document, path), place.draw, refused=refused)
    if done.status_code < 400:
        done.headers["HX-Retarget"], done.headers["HX-Reswap"] = "#keywords", "outerHTML"
    return done


def _begin(place: _Place, document: Document, path: Path, value: Any) -> Response:
    """Write an object that was not there, and draw all of it."""
    refuse_misfit(document, path, value)
    outer = place.pointer.rpartition("/")[0]
    done = _write(place, document, path, value, outer)
    one = _wanted(place.panel(workshop()).find(outer))
    done.headers["HX-Retarget"], done.headers["HX-Reswap"] = f"#{one.id}", "outerHTML"
    return done


def _write(place: _Place, document: Document, path: Path, value: Any, target: str, refused: DrawRefused | None = None) -> Response:
    title = title_of(document, path)
    if value is None:
        return gesture(lambda documents: clear_value(documents, document.key, path), title, lambda shop: place.draw(shop, target), refused=refused)
    return gesture(lambda documents: set_value(documents, document.key, path, value), title, lambda shop: place.draw(shop, target), refused=refused)


@screen(blueprint, "/build/panel/entries", permission="build", methods=("POST",), transaction="write")
def edit_entries() -> Response:
    """`add` to the list at the pointer, `lines` of options, `move` an entry in it (`number`, `to`), or `duplicate`, `up` and `remove` of the entry at the pointer."""
    place, shop, action = _place(), workshop(), request.form.get("action", "")
    document = shop.document(place.kind, place.name)
    parent = place.pointer if action in {"add", "lines", "move"} else place.pointer.rpartition("/")[0]
    one = _wanted(place.panel(shop).find(parent))
    path = _path(document, place.pointer)
    title = both("%(thing)s: entries changed", thing=one.label)

    def draw(shop: Workshop, opened_: str = "") -> str:
        return place.draw(shop, parent, opened_=opened_)

    if action == "move":
        source, target = (_index(request.form.get(key, ""), _old(document, place.pointer)) for key in ("number", "to"))
        return gesture(lambda documents: move_item(documents, document.key, (*path, source), (*path, target)), title, draw)
    if action == "lines":
        return gesture(lambda documents: edits.add_options(documents, document.key, path, request.form.get("lines", "")), title, draw)
    if action == "add":
        return _add(place, shop, document, one, path)
    old = _old(document, place.pointer)
    if old is None:
        raise NotFound(_("What you want to change is not there any more."))
    number, last = path[-1], len(_old(document, parent)) - 1
    match action:
        case "remove" if last == 0 and not one.required:
            return gesture(lambda documents: clear_value(documents, document.key, path[:-1]), title, draw)
        case "remove":
            try:
                refuse_misfit(document, path[:-1], _without(_old(document, parent), number))
            except Refused as wrong:
                return refuse(wrong.sentences, draw)
            return gesture(lambda documents: remove_item(documents, document.key, path), title, draw)
        case "duplicate" if isinstance(number, int):
            copy = _renamed(old, _old(document, parent))
            return gesture(
                lambda documents: insert_item(documents, document.key, path[:-1], number + 1, copy), title, lambda shop: draw(shop, f"{parent}/{number + 1}"),
            )
        case "up" if isinstance(number, int):
            return gesture(lambda documents: move_item(documents, document.key, path, (*path[:-1], max(0, number - 1))), title, draw)
    raise NotFound(_("What you want to change is not there any more."))


@screen(blueprint, "/build/panel/field", permission="build", methods=("POST",), transaction="write")
def edit_field() -> Response:
    """`duplicate`, `remove` or `retype` a field; the page of what there is afterwards is shown."""
    place, action = _place(), request.form.get("action", "")
    owner, _dot, name = f"{place.name}.{place.field}".rpartition(".")
    document = workshop().document("entity", place.name)
    label = inside(_at(document, base_of(place.field)), "x-label") or {"zh": name, "en": name}
    address = url_for("builder.document_page", kind="entity", name=place.name)
    match action:
        case "duplicate":
            done = gesture(lambda documents: edits.duplicate_field(documents, owner, name), both("%(thing)s: copied", thing=label))
        case "remove":
            done = gesture(lambda documents: edits.remove_field(documents, owner, name), both("%(thing)s: removed", thing=label))
        case _:
            type_ = request.form.get("value", "")
            done = gesture(lambda documents: edits.retype_field(documents, owner, name, type_), both("%(thing)s: another type", thing=label))
            address = url_for("builder.document_page", kind="entity", name=place.name, field=place.field)
    return go_to_address(address) if done.status_code < 400 else done


def _require(place: _Place, document: Document, *, required: bool) -> Response:
    owner, _dot, name = f"{place.name}.{place.field}".rpartition(".")
    title = title_of(document, (*base_of(place.field), "required"))
    return gesture(lambda documents: require_field(documents, owner, name, required=required), title, lambda shop: place.draw(shop, REQUIRED))


def _add(place: _Place, shop: Workshop, document: Document, one: Input, path: Path) -> Response:
    """Another entry; of an object with free keys under the key that was chosen."""
    shape, scope, old = shape_at(document, path), scope_of(shop, document, place.table), _old(document, place.pointer)
    body: Any = document.body
    for part in path[:-1]:
        scope, body = scope.within(body, str(part)), inside(body, part)
    scope = scope.within(body, str(path[-1]))
    title = both("%(thing)s: entry added", thing=one.label)
    if one.widget == "map":
        key = one.meant(request.form.get("key", "").strip())
        if not key or key in (old or {}):
            return refuse([_("Choose a name that is not in the list yet.")], lambda shop: place.draw(shop, place.pointer))
        target, value = (*path, key), start(shape.inner(key, old), scope, key)
        at = f"{place.pointer}/{escaped(key)}"
        try:
            if (started := begun(shop, document, place.table, path, {key: value})) != (path, {key: value}):
                return _begin(place, document, *started)
            refuse_misfit(document, target, value)
        except Refused as wrong:
            return refuse(wrong.sentences, lambda shop: place.draw(shop, place.pointer))
        return gesture(lambda documents: set_value(documents, document.key, target, value), title, lambda shop: place.draw(shop, place.pointer, opened_=at))
    item = start(shape.inner(len(old or ()), old), scope, one.key, _taken(old or ()))
    try:
        refuse_misfit(document, path, [*(old or ()), item])
    except Refused as wrong:
        return refuse(wrong.sentences, lambda shop: place.draw(shop, place.pointer))
    at = f"{place.pointer}/{len(old or ())}"
    return gesture(lambda documents: insert_item(documents, document.key, path, None, item), title, lambda shop: place.draw(shop, place.pointer, opened_=at))


def _index(text: str, entries: Any) -> int:
    """The place of an entry that is there."""
    if not text.isdecimal() or len(text) > 6 or not isinstance(entries, list | tuple) or int(text) >= len(entries):
        raise NotFound(_("What you want to change is not there any more."))
    return int(text)


def _retyped(shop: Workshop, document: Document, path: Path, kind: str) -> dict[str, Any]:
    """The object as one of another kind, with what both kinds know."""
    old = _at(document, path[:-1]) or {}
    outer = shape_at(document, path[:-2]).inner(path[-2], {path[-2]: {"type": kind}} if isinstance(path[-2], str) else _list_with(path[-2], {"type": kind}))
    shape = opened(outer.root, outer.schema, {"type": kind})
    scope = scope_of(shop, document)
    for part, body in _bodies(document, path[:-2]):
        scope = scope.within(body, str(part))
    kept = {"type": kind} | {key: value for key, value in old.items() if key != "type" and key in shape.schema.get("properties", {}) and _fits(shape, key, value)}
    return start_object(shape, scope, kept)


def _fits(shape: Shape, key: str, value: Any) -> bool:
    """Whether a value has the form that the other kind wants."""
    type_ = shape.inner(key, {key: value}).type
    known = {"array": list | tuple, "object": Mapping, "integer": int, "number": int | float, "string": str, "boolean": bool}
    return type_ not in known or isinstance(value, known[type_])


def _list_with(number: int, item: Any) -> list[Any]:
    return [*([None] * number), item]


def _bodies(document: Document, path: Path) -> list[tuple[str | int, Any]]:
    found, body = [], document.body
    for part in path:
        body = inside(body, part)
        found.append((part, body))
    return found


def _renamed(item: Any, siblings: Any) -> Any:
    """A copy whose name no sibling has."""
    if not isinstance(item, Mapping):
        return item
    taken = _taken(siblings)
    return {**item, **{key: free(str(item[key]), taken) for key in ("name", "code") if key in item}}


def _taken(siblings: Any) -> set[str]:
    return {str(one[key]) for one in siblings if isinstance(one, Mapping) for key in ("name", "code") if key in one}


def _without(values: Any, key: str | int) -> Any:
    if isinstance(values, Mapping):
        return {name: value for name, value in values.items() if name != key}
    return [value for number, value in enumerate(values) if number != key]


def _shown(inputs: Sequence[Input], fault: Input | None, opened_: str) -> tuple[Input, ...]:
    """The inputs with one of them replaced, and with the entries open that lead to the pointer."""
    found = []
    for one in inputs:
        if fault is not None and one.pointer == fault.pointer:
            found.append(fault)
            continue
        wanted = opened_ or (fault.pointer if fault else "")
        is_open = bool(wanted) and (wanted == one.pointer or wanted.startswith(one.pointer + "/"))
        found.append(replace(one, inputs=_shown(one.inputs, fault, opened_), is_open=is_open) if is_open else one)
    return tuple(found)


def _place() -> _Place:
    form = request.form
    return _Place(form.get("kind", ""), form.get("name", ""), form.get("field", ""), form.get("pointer", ""), form.get("at", ""))


def _path(document: Document, pointer: str) -> Path:
    return path_in(document, pointer)


def _old(document: Document, pointer: str) -> Any:
    return _at(document, _path(document, pointer)) if parts_of(pointer) else None


def _at(document: Document, path: Path) -> Any:
    found: Any = document.body
    for part in path:
        found = inside(found, part)
    return found


def _same(one: Any, other: Any) -> bool:
    """Equal, where true is not one."""
    return type(one) is type(other) and one == other or (isinstance(one, list | tuple) and isinstance(other, list | tuple) and list(one) == list(other))


def _wanted(found: T | None) -> T:
    if found is None:
        raise NotFound(_("What you want to change is not there any more."))
    return found
