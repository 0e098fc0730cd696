"""What an administrator might do to definitions, at random: every function of `publishing.edits` with something to do it to."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from random import Random
from typing import Any

from shuke.definitions.model import Document
from shuke.definitions.parse import parse_documents
from shuke.definitions.patches import Patch, Path
from shuke.fields import FIELD_TYPES
from shuke.fields.computed import RESULTS
from shuke.publishing import edits
from shuke.publishing.edits import apps, codes, documents, entities, fields, layouts, options, prints, publics, results, rights, values, views
from shuke.publishing.edits.layouts import Layout, Place, Spot

MODULES = (apps, codes, documents, entities, fields, layouts, options, prints, publics, results, rights, values, views)
"""Where edits are defined; what takes uses away is a part of other edits."""
_NEW_TYPES = sorted({type_.name for type_ in FIELD_TYPES} - {"state", "balance", "lookup", "rollup", "formula", "created_at", "created_by", "updated_at", "updated_by"})
_FORMULAS = {"string": '"made"', "integer": "1 + 1", "boolean": "1 = 1"}


class Chance:
    """Chooses at random among what stands in the documents."""

    def __init__(self, random: Random, documents: Sequence[Document], number: int) -> None:
        self.random, self.documents, self.number = random, documents, number

    def one(self, found: Any) -> Any:
        """One of them; `LookupError` where there is none."""
        found = list(found)
        if not found:
            raise LookupError
        return self.random.choice(found)

    @property
    def label(self) -> dict[str, str]:
        return {"zh": f"新{self.number}", "en": f"New {self.number}"}

    @property
    def name(self) -> str:
        return f"name_{self.number}"

    def document(self, *kinds: str) -> Document:
        return self.one(one for one in self.documents if one.kind in kinds and one.app != "system")  # type: ignore[no-any-return]

    def app(self) -> str:
        return self.document("app").name

    def entity(self) -> str:
        return self.document("entity").name

    def owner(self) -> str:
        """An entity, or now and then one of its sub-tables."""
        return str(self.one([*(one.name for one in self.documents if one.kind == "entity" and one.app != "system")] * 3 + list(self._tables())))

    def field(self) -> tuple[str, str]:
        owner = self.owner()
        return owner, str(self.one(values.fields_of(self.documents, owner)))

    def schema(self, *types: str) -> tuple[str, str, Mapping[str, Any]]:
        """A field of one of these types, or of any."""
        return self.one(  # type: ignore[no-any-return]
            (owner, name, schema) for owner in [*(one.name for one in self.documents if one.kind == "entity" and one.app != "system"), *self._tables()]
            for name, schema in values.fields_of(self.documents, owner).items() if not types or schema["x-type"] in types
        )

    def view(self, *kinds: str) -> Document:
        return self.one(one for one in self.documents if one.kind == "view" and (not kinds or one.body["kind"] in kinds))  # type: ignore[no-any-return]

    def form(self) -> tuple[str, Layout]:
        name = self.one([*(one.name for one in self.documents if one.kind == "view" and one.body["kind"] == "form"), f"{self.entity()}.form"])
        return name, layouts.layout_of(self.documents, name)

    def place(self, layout: Layout, *types: str) -> Place:
        return self.one(place for place, part in _walk(layout) if not types or part["type"] in types)  # type: ignore[no-any-return]

    def places(self, layout: Layout) -> list[Place]:
        return [self.place(layout) for _time in range(self.random.randint(1, 2))]

    def spot(self, layout: Layout) -> Spot:
        into = self.one([(), *(place for place, part in _walk(layout) if part["type"] in ("tab", "section", "columns"))])
        inside = [place for place, _part in _walk(layout) if place[:-1] == into]
        return Spot(into, self.one([None, *inside]))

    def block(self) -> tuple[str, Path]:
        """A printed document and a place of a block in it."""
        document = self.document("document")
        return document.name, self.one(_blocks(document.body["blocks"], ("blocks",)))

    def rule(self) -> tuple[str, int, str]:
        """A role, the number of one of its rules and the entity that it is about."""
        return self.one((one.name, number, rule["entity"]) for one in self.documents if one.kind == "role" for number, rule in enumerate(one.body.get("grants", ())))  # type: ignore[no-any-return]

    def list_in(self) -> tuple[Document, Path, Sequence[Any]]:
        """A list that people put in order: columns, options, what a title is made of."""
        return self.one((one, path, found) for one in self.documents if one.app != "system" for path, found in _lists(one.body, ()) if len(found) > 1)  # type: ignore[no-any-return]

    def keyword(self) -> tuple[tuple[str, str], Path, Any]:
        """A keyword of a field and another value for it."""
        owner, name, schema = self.schema()
        document, path = values.fields_path(owner)
        formula = _FORMULAS.get(str(schema["type"])) if not schema.get("format") else None
        found = [("x-help", self.label), ("x-search", True), ("x-index", True), ("x-unique", True), ("x-sensitive", True), ("x-frozen", True), ("maxLength", 5), ("maximum", 3)]
        found += [("x-formula", formula)] if formula else []
        key, value = self.one(found)
        return document, (*path, name, key), value

    def _tables(self) -> Iterator[str]:
        for one in self.documents:
            if one.kind == "entity" and one.app != "system":
                yield from (f"{one.name}.{name}" for name, schema in one.body["properties"].items() if schema["x-type"] == "table")


# What is done


def _options_of(chance: Chance) -> tuple[Any, ...]:
    owner, name, schema = chance.schema("choice", "multichoice", "treechoice", "tags")
    return f"{owner}.{name}", chance.one(schema["x-options"])["code"], chance.name


def _new_options(chance: Chance) -> tuple[Any, ...]:
    owner, name, _schema = chance.schema("choice", "multichoice", "treechoice", "tags")
    document, path = values.fields_path(owner)
    return document, (*path, name, "x-options"), f"选{chance.number} | Choice {chance.number}\nOther {chance.number}"


def _inside(kind: str, key: str) -> Callable[[Chance], tuple[Any, ...]]:
    """The document, a name in it, and another one for that."""

    def chosen(chance: Chance) -> tuple[Any, ...]:
        document = chance.document(kind)
        return document.name, chance.one(document.body[key])["name"], chance.name

    return chosen


def _about(chance: Chance) -> tuple[Any, ...]:
    return chance.app(), chance.entity(), chance.label


def _view(chance: Chance) -> tuple[Any, ...]:
    entity, kind = chance.entity(), chance.one(("list", "form", "record", "board", "calendar", "gallery"))
    return chance.app(), entity, kind, chance.label, {"name": edits.view_variant(chance.documents, entity, kind, chance.label)}


def _whole(chance: Chance) -> Document:
    return chance.document("entity", "view", "workflow", "rule", "ledger", "role", "dashboard", "document")


def _named(chance: Chance) -> tuple[Any, ...]:
    one = _whole(chance)
    return one.kind, one.name, f"{'.'.join(one.name.split('.')[:2])}.{chance.name}" if one.kind == "view" else chance.name


def _menu(chance: Chance) -> tuple[str, list[Any]]:
    app = chance.document("app")
    return app.name, list(app.body["menu"])


def _entry(chance: Chance) -> tuple[Any, ...]:
    app, menu = _menu(chance)
    return app, chance.random.randrange(len(menu)) if menu else chance.one(())


def _target_type(chance: Chance) -> dict[str, Any]:
    """A type with what it cannot do without."""
    type_ = chance.one(_NEW_TYPES)
    more = {"x-entity": chance.entity()} if type_ in ("link", "links") else {}
    return {"type_": type_, "more": more}


def _new_field(chance: Chance) -> tuple[Any, ...]:
    made, owner = _target_type(chance), chance.owner()
    return owner, made["type_"], chance.label, {"more": made["more"], "before": chance.one([None, *values.fields_of(chance.documents, owner)])}


def _retyped(chance: Chance) -> tuple[Any, ...]:
    made = _target_type(chance)
    return (*chance.field(), made["type_"], made["more"])


def _moved_field(chance: Chance) -> tuple[Any, ...]:
    owner, name = chance.field()
    return owner, name, chance.one([None, *values.fields_of(chance.documents, owner)])


def _leading(chance: Chance, owner: str) -> list[str]:
    """The links of entities that lead to this one, as `entity.field`."""
    return [
        f"{one.name}.{name}" for one in chance.documents if one.kind == "entity" and one.app != "system"
        for name, schema in one.body["properties"].items() if schema["x-type"] == "link" and schema.get("x-entity") == owner
    ]


def _on_form(*more: Callable[[Chance, Layout], Any]) -> Callable[[Chance], tuple[Any, ...]]:
    def chosen(chance: Chance) -> tuple[Any, ...]:
        form, layout = chance.form()
        return form, *(one(chance, layout) for one in more)

    return chosen


def _left(chance: Chance) -> tuple[Any, ...]:
    """A form, fields that do not stand on it, and a place for them."""
    form, layout = chance.form()
    there = set(layouts.fields_in(layout))
    return form, [chance.one(name for name in values.fields_of(chance.documents, form.split(".", 1)[0]) if name not in there)], chance.spot(layout)


def _related(chance: Chance) -> tuple[Any, ...]:
    form, _layout = chance.form()
    entity = form.split(".", 1)[0]
    other, via = chance.one(
        (one.name, name) for one in chance.documents if one.kind == "entity" and one.app != "system"
        for name, schema in one.body["properties"].items() if schema["x-type"] == "link" and schema.get("x-entity") == entity
    )
    return form, other, via, Spot()


def _beside(chance: Chance) -> tuple[Any, ...]:
    name, place = chance.block()
    return name, place, (*place[:-1], chance.random.randrange(8))


def _columns(chance: Chance) -> tuple[str, str]:
    view = chance.view("list", "board", "calendar", "gallery")
    return view.name, chance.one(view.body.get("columns", ()))


def _parts(chance: Chance) -> tuple[Any, ...]:
    view = chance.view("record")
    key = chance.one(key for key in ("figures", "related", "panels", "actions", "tabs") if view.body.get(key))
    return view.name, (key,), chance.random.randrange(len(view.body[key]))


def _kept(chance: Chance) -> tuple[Any, ...]:
    one, path, found = chance.list_in()
    return one.key, path, found


def _taken(chance: Chance) -> tuple[Any, ...]:
    key, path, found = _kept(chance)
    return key, (*path, chance.random.randrange(len(found)))


def _own_body(chance: Chance) -> tuple[Any, ...]:
    body = {"name": chance.name, "label": chance.label, "grants": [{"entity": chance.entity(), "operations": ["read"]}]}
    return "role", chance.app(), chance.name, body


GESTURES: Mapping[str, Callable[[Chance], tuple[Any, ...]]] = {
    "copy_app": lambda chance: (chance.app(), chance.label),
    "add_entry": lambda chance: (chance.app(), {"entity": chance.entity()}, chance.one((None, 0))),
    "move_entry": lambda chance: (*_entry(chance), chance.random.randrange(6)), "remove_entry": _entry,
    "word_entry": lambda chance: (*_entry(chance), chance.label, "star"),
    "rename_option": _options_of, "rename_state": _inside("workflow", "states"), "rename_transition": _inside("workflow", "transitions"),
    "add_document": _own_body, "add_app": lambda chance: (chance.label,), "add_view": _view, "add_workflow": _about, "add_rule": _about, "add_ledger": _about,
    "add_role": lambda chance: (chance.app(), chance.label), "add_print": _about, "add_dashboard": lambda chance: (chance.app(), chance.label),
    "duplicate_document": lambda chance: (lambda one: (one.kind, one.name))(_whole(chance)),
    "rename_document": _named, "move_document": lambda chance: (*_named(chance)[:2], chance.app()),
    "remove_document": lambda chance: (lambda one: (one.kind, one.name))(chance.document("view", "workflow", "rule", "ledger", "role", "dashboard", "document", "app")),
    "add_entity": lambda chance: (chance.app(), chance.label), "rename_entity": lambda chance: (chance.entity(), chance.name),
    "remove_entity": lambda chance: (chance.entity(),),
    "add_field": _new_field, "list_new_field": Chance.field, "duplicate_field": Chance.field, "rename_field": lambda chance: (*chance.field(), chance.name),
    "relabel_field": lambda chance: (*chance.field(), chance.label), "retype_field": _retyped, "move_field": _moved_field,
    "require_field": lambda chance: (*chance.field(), {"required": chance.random.random() < 0.3}), "remove_field": Chance.field,
    "settle": _on_form(), "put_new_field": lambda chance: (*_on_form()(chance), chance.one(("text", "date", "integer")), chance.label, Spot()),
    "put_fields": _left, "put_section": _on_form(lambda chance, _layout: chance.label, Chance.spot), "put_text": _on_form(lambda chance, _layout: chance.label, Chance.spot),
    "put_related": _related, "put_tab": _on_form(lambda chance, _layout: chance.label, lambda chance, _layout: chance.label),
    "move_parts": _on_form(Chance.places, Chance.spot), "resize_part": _on_form(lambda chance, layout: chance.place(layout, "field", "text"), lambda chance, _layout: chance.one((None, 1, 2))),
    "set_columns": _on_form(lambda chance, layout: chance.place(layout, "section"), lambda chance, _layout: chance.random.randint(1, 4)),
    "hide_on_phones": lambda chance: (*_on_form(Chance.place)(chance), {"hidden": chance.random.random() < 0.5}),
    "move_on_phones": _on_form(Chance.place, lambda chance, _layout: chance.one((-1, 1))), "duplicate_parts": _on_form(Chance.places),
    "dissolve_part": _on_form(lambda chance, layout: chance.place(layout, "section", "tab", "columns")), "take_off": _on_form(Chance.places),
    "remove_fields": _on_form(Chance.places),
    "set_result": lambda chance: (*chance.schema("formula", "lookup", "rollup")[:2], chance.one(RESULTS)),
    "set_reading": lambda chance: (*chance.schema("rollup")[:2], *chance.one((("x-function", "max"), ("x-function", "count"), ("x-field", "id")))),
    "sum_over": lambda chance: (lambda owner, name, _schema: (owner, name, chance.one(_leading(chance, owner))))(*chance.schema("rollup")),
    "set_formula": lambda chance: (*chance.schema("formula")[:2], chance.one(("2 * 3", "TODAY()", "CONCAT(1, 2)", "1 = 1"))),
    "follow": lambda chance: chance.schema("lookup", "rollup")[:2],
    "add_options": _new_options,
    "add_block": lambda chance: (*chance.block(), chance.one(prints.KINDS)), "duplicate_block": Chance.block, "remove_block": Chance.block, "move_block": _beside,
    "add_layout": lambda chance: (chance.app(), chance.entity(), chance.one(prints.LAYOUTS)),
    "begin_public": lambda chance: (lambda view: (view.name, parse_documents(chance.documents, 0).entity(view.body["entity"])))(chance.view("form")),
    "open_public": lambda chance: (chance.one(one.name for one in chance.documents if "public" in one.body), {"is_open": chance.random.random() < 0.5}),
    "set_reach": lambda chance: (chance.document("role").name, chance.entity(), chance.one(rights.OPERATIONS), chance.one(("", "own", "subordinates", "unit", "all"))),
    "add_conditional_rule": lambda chance: (chance.document("role").name, chance.entity(), "NOT(ISBLANK(created_at))"),
    "remove_rule": lambda chance: chance.rule()[:2],
    "set_field_right": lambda chance: (lambda rule: (*rule[:2], chance.one(values.fields_of(chance.documents, rule[2])), chance.one(("", "read", "masked", "hidden"))))(chance.rule()),
    "clear_rights": lambda chance: (chance.rule()[0], chance.rule()[2]), "copy_rights": lambda chance: (chance.rule()[0], chance.rule()[2], chance.rule()[0]),
    "set_value": Chance.keyword, "clear_value": lambda chance: chance.keyword()[:2],
    "insert_item": lambda chance: (chance.view("list").key, ("columns",), 0, "created_at"), "remove_item": _taken,
    "move_item": lambda chance: (lambda key, path, found: (key, (*path, len(found) - 1), (*path, 0)))(*_kept(chance)),
    "relabel": lambda chance: (lambda owner, name, _schema: (values.fields_path(owner)[0], (*values.fields_path(owner)[1], name), chance.label))(*chance.schema()),
    "add_column": lambda chance: (lambda view: (view.name, chance.one(values.fields_of(chance.documents, view.body["entity"]))))(chance.view("list", "board", "calendar", "gallery")),
    "move_column": lambda chance: (*_columns(chance), chance.random.randrange(5)), "remove_column": _columns,
    "set_width": lambda chance: (*_columns(chance), chance.one((0, 120))), "sort_by": lambda chance: (*_columns(chance), chance.one(("up", "down", ""))),
    "remove_part": _parts, "move_part": lambda chance: (*_parts(chance), 0),
    "open_first": lambda chance: (chance.view("list", "board", "calendar", "gallery").name, [chance.document("role").name]),
}
"""The arguments of each edit; a dictionary at the end are those that are given by name."""
_OFTEN = (
    "add_field", "rename_field", "retype_field", "retype_field", "retype_field", "remove_field", "duplicate_field", "set_value", "set_value", "remove_entity", "rename_entity",
    "add_entity", "remove_fields", "relabel_field",
)
"""What changes tables is what can lose values."""
_CHANGING_TABLES = 0.5


def functions() -> dict[str, Callable[..., Patch]]:
    """Every edit by its name."""
    return {
        name: function for module in MODULES for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and name[0] != "_" and name != "layout_of" and inspect.signature(function).return_annotation == Patch
    }


def gesture(random: Random, documents: Sequence[Document], number: int) -> tuple[str, Callable[[], Patch]]:
    """An edit by its name, with what it is done to; `LookupError` where there is nothing for it."""
    name = random.choice(_OFTEN) if random.random() < _CHANGING_TABLES else random.choice(sorted(GESTURES))
    function, arguments = functions()[name], GESTURES[name](Chance(random, documents, number))
    last = arguments[-1] if arguments else None
    if isinstance(last, dict) and set(last) <= set(inspect.signature(function).parameters):
        return name, partial(function, documents, *arguments[:-1], **last)
    return name, partial(function, documents, *arguments)


def _walk(parts: Sequence[Mapping[str, Any]], place: Place = ()) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    for number, part in enumerate(parts):
        yield (*place, number), part
        yield from _walk(part.get("nodes", ()), (*place, number))


def _blocks(blocks: Sequence[Mapping[str, Any]], path: Path) -> Iterator[Path]:
    for number, block in enumerate(blocks):
        yield (*path, number)
        for inner, column in enumerate(block["columns"] if block["type"] == "columns" else ()):
            yield from _blocks(column["blocks"], (*path, number, "columns", inner, "blocks"))


def _lists(value: Any, path: Path) -> Iterator[tuple[Path, Sequence[Any]]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _lists(inner, (*path, key))
    elif isinstance(value, list | tuple):
        yield path, value
        for number, inner in enumerate(value):
            yield from _lists(inner, (*path, number))
