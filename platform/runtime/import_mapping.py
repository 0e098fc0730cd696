"""The mapping page's form: a mapping document as rows of controls, and back."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from shuke.access import Actor, policy
from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.fields import FIELD_TYPES
from shuke.transfer.imports import Import
from shuke.transfer.mapping import ImportMapping, Source, Target, read_mapping
from shuke.transfer.matching import may_match
from shuke.transfer.plan import WRITABLE_SYSTEM_FIELDS, may_fill, workflows_of
from shuke.transfer.previewing import Reading
from shuke.transfer.suggesting import suggest

VALUE, EXPRESSION, TARGET = "value", "expression", "target"
_COLUMN = "column:"


@dataclass(frozen=True, slots=True)
class Row:
    """One field of a target and where its value comes from."""

    name: str
    label: str
    required: bool
    source: str
    """`column:Name`, `value`, `expression`, `target` or `""`."""
    text: str
    match: str
    matches: tuple[tuple[str, str], ...]
    """The fields by which a link can find its record."""
    create: bool
    linked: str
    """The label of the form whose records this link can make from the same file, or `""`."""
    may_key: bool
    key: bool
    shown: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One target."""

    name: str
    label: str
    rows: tuple[Row, ...]
    steps: tuple[tuple[str, str, bool], ...]
    mode: str


def sections(actor: Actor, mapping: ImportMapping, shown: Mapping[tuple[str, str], list[Reading]]) -> list[Section]:
    """The mapping as the page shows it, the main target first."""
    return [_section(actor, target, mapping, shown) for target in reversed(mapping.targets)]


def read_form(actor: Actor, import_: Import, form: MultiDict[str, str]) -> ImportMapping:
    """The mapping that the form says: its main target, preceded by those that its links ask for."""
    if document := form.get("document", ""):
        return _read_document(document)
    main = _target(actor, catalogue().entity(import_.entity), import_, form)
    pointed = dict.fromkeys(source.target for source in main.columns.values() if source.target)
    before = (_target(actor, catalogue().entity(name), import_, form) for name in pointed)
    return ImportMapping((*before, main), import_.reading, accept_warnings=bool(form.get("accept_warnings")))


def fits_the_form(mapping: ImportMapping) -> bool:
    """Whether the page's controls can say all that this mapping says; else it is shown as the document that it is."""
    *before, main = mapping.targets
    pointed = {source.target for source in main.columns.values() if source.target}
    return (
        {target.name for target in before} == pointed and all(target.name == target.entity for target in mapping.targets)
        and not any(source.target for target in before for source in target.columns.values())
        and all(len(source.lines) <= 1 for target in mapping.targets for source in target.columns.values())
        and all(isinstance(one.value, str | None) for target in mapping.targets for source in target.columns.values() for one in _inside(source))
    )


def _inside(source: Source) -> list[Source]:
    return [one for line in source.lines for one in line.values()] or [source]


def _read_document(text: str) -> ImportMapping:
    try:
        return read_mapping(json.loads(text))
    except (ValueError, RecursionError):
        raise InvalidInput({"": [_("The mapping is no JSON document.")]}) from None


def _section(actor: Actor, target: Target, mapping: ImportMapping, shown: Mapping[tuple[str, str], list[Reading]]) -> Section:
    entity = catalogue().entity(target.entity)
    main = mapping.targets[-1]
    rows = tuple(_rows(actor, entity, target, shown, may_link=target is main))
    steps = tuple(
        (step.name, f"{pick(workflow.label)}: {pick(step.label)}", step.name in target.transitions)
        for workflow in workflows_of(entity) for step in workflow.transitions
    )
    return Section(target.name, pick(entity.label), rows, _in_order(steps, target.transitions), target.mode)


def _in_order(steps: tuple[tuple[str, str, bool], ...], chosen: tuple[str, ...]) -> tuple[tuple[str, str, bool], ...]:
    """The chosen steps first, in the order in which they are taken."""
    return tuple(sorted(steps, key=lambda step: chosen.index(step[0]) if step[0] in chosen else len(chosen)))


def _rows(actor: Actor, entity: Entity, target: Target, shown: Mapping[tuple[str, str], list[Reading]], *, may_link: bool) -> Iterator[Row]:
    for name, field in fields_of(actor, entity):
        source = _source_of(target, name)
        type_ = FIELD_TYPES[field.type]
        pointed = type_.expression_type(field).entity or type_.rows("", field)
        linked = pointed if may_link and type_.stored and "." not in name and _may_make(actor, pointed) and pointed != entity.name else ""
        owner = pick(entity.field(name.split(".")[0]).label) + " › " if "." in name else ""
        yield Row(
            name, owner + pick(field.label), field.required, _chosen(source), _text(source), source.match if source else "", _matches(pointed),
            bool(source and source.create), pick(catalogue().entity(linked).label) if linked else "",
            "." not in name and may_match(type_), name in target.key, tuple(shown.get((target.name, name), ())),
        )


def fields_of(actor: Actor, entity: Entity) -> Iterator[tuple[str, Field]]:
    """What can be filled: the fields, and the columns of sub-tables under dotted names; the required ones first."""
    rights = policy(actor, entity)
    found: list[tuple[str, Field]] = []
    for field in (*entity.fields, *(entity.field(name) for name in WRITABLE_SYSTEM_FIELDS)):
        if field.fields:
            found += [(f"{field.name}.{child.name}", child) for child in field.fields if may_fill(child) and rights.right(f"{field.name}.{child.name}", "create") == "write"]
        elif may_fill(field) and rights.right(field.name, "create") == "write":
            found.append((field.name, field))
    return iter(sorted(found, key=lambda item: not item[1].required))


def _may_make(actor: Actor, name: str) -> bool:
    if not name or catalogue().entity(name).system:
        return False
    rights = policy(actor, catalogue().entity(name))
    return rights.may("import") and rights.may("create")


def _matches(pointed: str) -> tuple[tuple[str, str], ...]:
    if not pointed:
        return ()
    entity = catalogue().entity(pointed)
    names = dict.fromkeys((entity.display, *(field.name for field in entity.fields)))
    found = [(name, entity.field(name)) for name in names if entity.has(name)]
    return tuple((name, pick(field.label)) for name, field in found if may_match(FIELD_TYPES[field.type]) and not field.entity)


def _source_of(target: Target, name: str) -> Source | None:
    table, _dot, column = name.rpartition(".")
    if not table:
        return target.columns.get(name)
    lines = target.columns[table].lines if table in target.columns else ()
    return lines[0].get(column) if lines else None


def _chosen(source: Source | None) -> str:
    if source is None:
        return ""
    if source.column:
        return f"{_COLUMN}{source.column}"
    return TARGET if source.target else EXPRESSION if source.expression else VALUE


def _text(source: Source | None) -> str:
    if source is None:
        return ""
    return source.expression.strip() or ("" if source.value is None else str(source.value))


def _target(actor: Actor, entity: Entity, import_: Import, form: MultiDict[str, str]) -> Target:
    prefix = f"{entity.name}:"
    if not any(name.startswith(prefix) for name in form):  # just chosen: begin with a guess
        return suggest(actor, entity, import_.columns, import_.sample, import_.reading).targets[0]
    columns: dict[str, Source] = {}
    lines: dict[str, dict[str, Source]] = {}
    for name, field in fields_of(actor, entity):
        source = _read_source(form, f"{prefix}{name}", field, entity.name == import_.entity)
        if source is None:
            continue
        table, _dot, column = name.rpartition(".")
        if table:
            lines.setdefault(table, {})[column] = source
        else:
            columns[name] = source
    columns |= {table: Source(lines=(line,)) for table, line in lines.items()}
    keys = tuple(name for name in form.getlist(f"{prefix}key") if name in columns)
    return Target(entity.name, entity.name, keys, columns, tuple(form.getlist(f"{prefix}steps")), form.get(f"{prefix}mode", "upsert"))


def _read_source(form: MultiDict[str, str], place: str, field: Field, main: bool) -> Source | None:
    chosen, text = form.get(f"{place}:from", ""), form.get(f"{place}:text", "").strip()
    match, create = form.get(f"{place}:match", ""), bool(form.get(f"{place}:create"))
    if chosen.startswith(_COLUMN):
        return Source(column=chosen.removeprefix(_COLUMN), match=match, create=create)
    if chosen == TARGET and main:
        return Source(target=FIELD_TYPES[field.type].expression_type(field).entity)
    if chosen == EXPRESSION:
        return Source(expression=text or " ", match=match, create=create)  # a blank one is a formula that is still to be written
    if chosen == VALUE:
        return Source(value=text, match=match, create=create)
    return None


def choices(import_: Import) -> list[tuple[str, str]]:
    """What a field can be filled from."""
    columns = [(f"{_COLUMN}{name}", name) for name in import_.columns]
    return [("", _("Leave out")), *columns, (VALUE, _("Always the same value …")), (EXPRESSION, _("A formula …"))]
