"""A whole app made of sheets: an entity for each, with fields, links, a list, a form and a place in the menu."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shuke.core.errors import InvalidInput
from shuke.core.i18n import Label, label_of, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.names import RESERVED_MEMBERS, is_identifier
from shuke.definitions.patches import Patch, adding, document_pointer, patched
from shuke.fields import FIELD_TYPES
from shuke.publishing.edits.documents import add_app, view_body
from shuke.publishing.edits.entities import VIEWS
from shuke.publishing.edits.labels import document_name, free_name
from shuke.publishing.edits.rights import OPERATIONS
from shuke.publishing.edits.values import insert_item
from shuke.transfer.guessing import ColumnGuess, SheetGuess
from shuke.transfer.sheets import Made

_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_COLORS = ("blue", "green", "orange", "purple", "teal", "red", "azure", "yellow", "pink", "lime", "indigo", "cyan")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the app is called, its sheets, and the groups whose members may do everything with its records."""

    label: Label
    icon: str
    color: str
    sheets: tuple[SheetGuess, ...]
    roles: tuple[str, ...] = ()


def names_of(documents: Sequence[Document], plan: Plan) -> tuple[str, tuple[Made | None, ...]]:
    """The app, and for each sheet its entity with its fields: what they will be called among these documents."""
    taken = {one.name for one in documents if one.kind == "entity"}
    made: list[Made | None] = []
    for sheet in plan.sheets:
        if sheet.skip:
            made.append(None)
            continue
        entity = free_name(sheet.label, taken, "entity")
        taken.add(entity)
        made.append(Made(entity, _field_names(sheet)))
    return document_name(documents, "app", plan.label), tuple(made)


def app_of_sheets(documents: Sequence[Document], plan: Plan, tell: Callable[[str, tuple[Made | None, ...]], None]) -> Patch:
    """The steps that make the app; `tell` hears what everything is called."""
    refuse_faults(plan)
    app, made = names_of(documents, plan)
    tell(app, made)
    steps = add_app(documents, plan.label, icon=plan.icon, color=plan.color, name=app)
    for sheet, one in zip(plan.sheets, made, strict=True):
        if one is not None:
            steps += adding(document_pointer(("entity", one.entity)), {"app": app, "body": _entity(sheet, one, made)})
    for sheet, one in zip(plan.sheets, made, strict=True):
        if one is not None:
            steps += _shown(patched(documents, steps), app, sheet, one)
    for role in plan.roles:
        for one in made:
            if one is not None:
                grant = {"entity": one.entity, "operations": list(OPERATIONS), "scope": "all"}
                steps += insert_item(patched(documents, steps), ("role", role), ("grants",), None, grant)
    return steps


def refuse_faults(plan: Plan) -> None:
    """`InvalidInput` with a sentence for each sheet that cannot become an entity as it is."""
    kept = [sheet for sheet in plan.sheets if not sheet.skip]
    faults = [] if kept else [_("Keep at least one sheet.")]
    for sheet in kept:
        label = pick(sheet.label)
        if not sheet.kept:
            faults.append(_("“%(sheet)s” has no column left; keep one, or leave the sheet out.", sheet=label))
        elif sheet.column(sheet.title).skip:
            faults.append(_("The title of “%(sheet)s” is a column that is left out; choose another one.", sheet=label))
        names = [column.name for column in sheet.kept if column.name]
        faults += [
            _("A field cannot be called “%(name)s”: small letters, digits and _ only, beginning with a letter, at most 40.", name=name)
            for name in names if not is_identifier(name) or name in RESERVED_MEMBERS
        ]
        if len(set(names)) < len(names):
            faults.append(_("Two columns of “%(sheet)s” have the same technical name.", sheet=label))
    if faults:
        raise InvalidInput({"": faults})


def _field_names(sheet: SheetGuess) -> dict[int, str]:
    """The names that people chose, then names made from the words of the others."""
    names = {column.place: column.name for column in sheet.kept if column.name}
    taken = {*names.values(), *RESERVED_MEMBERS}
    for column in sheet.kept:
        if column.place not in names:
            names[column.place] = free_name(column.label, taken, "field")
            taken.add(names[column.place])
    return names


def _entity(sheet: SheetGuess, made: Made, all_made: Sequence[Made | None]) -> dict[str, Any]:
    required = [made.fields[column.place] for column in sheet.kept if column.required]
    return {
        "$schema": _SCHEMA, "$id": made.entity, "type": "object", "x-label": dict(sheet.label), "x-display": made.fields[sheet.title],
        **({"required": required} if required else {}),
        "properties": {made.fields[column.place]: _property(sheet, column, all_made) for column in sheet.kept},
    }


def _property(sheet: SheetGuess, column: ColumnGuess, made: Sequence[Made | None]) -> dict[str, Any]:
    type_, more = column.type, dict(column.more)
    if type_ == "link":
        target = made[column.link.sheet] if column.link else None
        type_, more = ("link", {"x-entity": target.entity}) if target else ("text", {})
    elif type_ == "choice":
        more = {"x-options": _options(column.options)}
    unique = {"x-unique": True} if column.place == sheet.key and column.may_be_key else {}
    return {**FIELD_TYPES[type_].json_type, "x-type": type_, "x-label": dict(column.label), **more, **unique}


def _options(values: Sequence[str]) -> list[dict[str, Any]]:
    """An option for each value; one that could be a code itself keeps it, so that no value is read as another option."""
    taken: set[str] = {value for value in values if is_identifier(value)}
    found = []
    for number, value in enumerate(values):
        code = value if value in taken and is_identifier(value) else free_name({"zh": value}, taken, "option")
        taken.add(code)
        found.append({"code": code, "label": label_of(value), "color": _COLORS[number % len(_COLORS)]})
    return found


def _shown(documents: Sequence[Document], app: str, sheet: SheetGuess, made: Made) -> Patch:
    """A list and a form, and the entry of the menu; the title stands first in the list."""
    steps: Patch = []
    title = made.fields[sheet.title]
    for kind in VIEWS:
        body = view_body(documents, made.entity, kind, sheet.label)
        if kind == "list":
            body["columns"] = [title, *(name for name in body["columns"] if name != title)]
        steps += adding(document_pointer(("view", f"{made.entity}.{kind}")), {"app": app, "body": body})
    return steps + insert_item(documents, ("app", app), ("menu",), None, {"entity": made.entity})
