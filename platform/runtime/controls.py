"""The parts of a form as a template draws them: one control for each field, with what was typed and what is wrong."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from shuke.core.i18n import pick
from shuke.fields import ChoiceType
from shuke.records import FileRef, Link, Masked, Row
from shuke.records.files import file_refs
from shuke.records.titles import titles
from shuke.runtime.cells import cell_writer
from shuke.runtime.conditions import conditions_hold
from shuke.runtime.drawn import ABSENT, INPUT, OUTPUT, ChosenFile, Control, LineControl, Part, RelatedLine, RelatedLines
from shuke.runtime.entered import write_filled, write_initial
from shuke.runtime.form_state import Facts, FormState, LineState
from shuke.runtime.link_columns import facts_of
from shuke.runtime.totals import sums
from shuke.views import FormField, FormLines, FormNode


def parts(state: FormState) -> tuple[Part, ...]:
    """The whole form."""
    _look_up(state)
    flags = _node_flags(state)
    return tuple(part for index, node in enumerate(state.plan.nodes) if (part := _part(state, node, str(index), flags)))


def controls(state: FormState, *, required: Collection[str] = ()) -> Iterator[Control]:
    """Every control of the form without its layout; `required` ones are needed besides those that always are."""
    for one in _walk(parts(state)):
        if one.control:
            yield replace(one.control, required=True) if one.control.name in required else one.control


def _walk(some: Iterable[Part]) -> Iterator[Part]:
    for part in some:
        yield part
        yield from _walk(part.parts)


def flat(some: Iterable[Part]) -> tuple[list[Control], list[RelatedLines]]:
    """All controls of a drawn form, those of other records in it included, and those records."""
    walked = list(_walk(some))
    related = [part.related for part in walked if part.related]
    inner = [control for lines in related for one in lines.lines for control in one.controls]
    return [*(part.control for part in walked if part.control), *inner], related


def tables_named_outside(some: Iterable[Part]) -> set[str]:
    """The sub-tables whose name stands around them, as the label of their section."""
    return {inner.control.name for part in _walk(some) if part.names_its_table for inner in part.parts if inner.control}


def line(state: FormState, table: FormField, key: str) -> LineControl:
    """A line of a sub-table by its key."""
    _look_up(state)
    return next(one for one in _lines(state, table) if one.key == key)


def related_line(state: FormState, lines: FormLines, key: str) -> RelatedLine:
    """Another record in the form by its key."""
    return next(_related_line(state, lines, one) for one in state.lines[lines.name].members if one.key == key)


def _look_up(state: FormState) -> None:
    state.titles.update(_titles(state))
    state.facts.update(_facts(state))


Flags = Mapping[str, bool]
_ACROSS = frozenset({"section", "columns", "text", "related"})
"""Parts that take the whole width unless the layout says otherwise."""


def _node_flags(state: FormState) -> Flags:
    """The layout's own conditions: source → truth."""
    sources = {
        source for top in state.plan.nodes for node in top.walk() for source in (node.visible, node.required, node.read_only) if source
    }
    return conditions_hold(state.actor, state.entity, state.preview.values, sources)


def _part(state: FormState, node: FormNode, place: str, flags: Flags, *, columns: int = 1, locked: bool = False, gone: bool = False) -> Part | None:
    """What is drawn of a part of the layout that stands in so many columns."""
    id_, placing = f"{state.prefix}-p{place.replace('.', '-')}", _placing(node, columns)
    locked = locked or bool(node.read_only) and flags[node.read_only]
    gone = gone or bool(node.visible) and not flags[node.visible]
    if node.lines is not None:
        found = _related(state, node.lines, required=bool(node.lines.least), gone=gone) if node.lines.name in state.lines else None
        return Part("related", id_, "", 1, "", None, (), found, placing, place) if found else None
    if node.field is not None:
        control = _control(state, node, flags, locked=locked, gone=gone)
        return Part("field", control.id, "", 1, "", replace(control, placing=placing), (), None, placing, place) if control else None
    inner = [_part(state, child, f"{place}.{index}", flags, columns=node.columns, locked=locked, gone=gone) for index, child in enumerate(node.nodes)]
    text = "" if gone else pick(node.text)
    return Part(node.type, id_, pick(node.label), node.columns, text, None, tuple(part for part in inner if part), None, placing, place)


def _placing(node: FormNode, columns: int) -> str:
    """How a part stands among its neighbours; without a width of its own it takes one column, or all if it needs room."""
    is_wide = node.type in _ACROSS or bool(node.field and node.field.is_wide)
    width = node.width or (columns if is_wide else 1)
    classes = ["control-wide"] if is_wide and width >= columns or 1 < columns <= width else [f"control-span-{width}"] if width > 1 else []
    if node.hidden_on_phones:
        classes.append("phone-hidden")
    if node.order_on_phones:
        classes.append(f"phone-order-{node.order_on_phones}")
    return " ".join(classes)


def _control(state: FormState, node: FormNode, flags: Flags, *, locked: bool, gone: bool) -> Control | None:
    item = node.field
    assert item is not None
    name = item.name
    right = state.rights.get(name, "hidden")
    if right == "hidden":
        return None
    is_input = right == "write" and not item.computed and not locked and name not in state.preview.read_only and not _is_frozen(state, item)
    there = not gone and (not item.field.visible_if or name in state.preview.visible)
    required = item.field.required or name in state.preview.required or bool(node.required) and flags[node.required]
    mode = ABSENT if not there else INPUT if is_input else OUTPUT
    made = _table(state, item, mode, required) if item.columns else _plain(state, item, name, mode, required, _value(state, name))
    return replace(made, parked=tuple((f"{state.scope}{key}", text) for key, text in state.entered.raw(name))) if mode == ABSENT and state.entered else made


def _is_frozen(state: FormState, item: FormField) -> bool:
    """Given once, it stays."""
    return state.record is not None and bool(item.field.option("frozen")) and state.record.values.get(item.name) not in (None, ())


def _value(state: FormState, name: str) -> Any:
    """The value now: as typed or computed, else as saved."""
    if state.record is not None and (state.entered is None or state.rights.get(name) == "masked"):
        return state.record.values.get(name)
    if state.entered is not None and name in state.entered.parked:
        return state.entered.parked[name]
    return state.preview.values.get(name)


def _plain(state: FormState, item: FormField, name: str, mode: str, required: bool, value: Any, path: str = "") -> Control:
    field_ = item.field
    seen = _with_titles(state, item, value)
    notices = state.notices(name)
    told = {notice.sentence for notice in notices}
    errors = tuple(said for said in state.entered.errors.get(name, ()) if said not in told) if state.entered else ()
    return Control(
        item, f"{state.scope}{name}", f"{state.prefix}-{name.replace('.', '-')}", pick(item.label), pick(item.help), pick(field_.option("placeholder", {})), mode,
        _typed(state, item, name, value), cell_writer(item.type, field_)(seen), errors, required,
        choices=tuple(_choices(state, item, value)), linked=tuple(_linked(seen)), pick_url=_pick_url(state, item, path or name),
        facts=_facts_of(state, item, value), notices=notices, url=f"/files?entity={state.entity.name}&field={path or name}" if item.type.holds_file else "",
    )


def _typed(state: FormState, item: FormField, name: str, value: Any) -> Any:
    """What stands in the input: what was typed where it could not be read, else the value as one types it."""
    if state.entered is not None and name in state.entered.errors and name in state.entered.form:
        texts = state.entered.form.getlist(name)
        return texts if isinstance(item.type.typed(None, item.field), list) else texts[-1]
    if item.type.holds_file and value is not None:
        return _file(value)
    return "" if isinstance(value, Masked) else item.type.typed(value, item.field)


def _file(value: Any) -> ChosenFile | None:
    """The file that a field names: read with the record, or just uploaded."""
    ref = value if isinstance(value, FileRef) else file_refs([value]).get(value)
    return ChosenFile(str(ref.id), ref.name, f"/files/{ref.id}") if ref else None


def _choices(state: FormState, item: FormField, value: Any) -> Iterator[tuple[str, str]]:
    """The options: without retired ones that are not chosen, and below what the field that they depend on says."""
    if not isinstance(item.type, ChoiceType):
        return
    depends = str(item.field.option("depends", ""))
    above = state.preview.values.get(depends) if depends else None
    chosen = set(value) if isinstance(value, tuple) else {value}
    for code, label in item.type.choices(item.field, chosen):
        option = item.type.option(code, item.field)
        if not depends or option is not None and option.parent == above:
            yield code, label


def _linked(seen: Any) -> Iterator[tuple[str, str]]:
    many = seen if isinstance(seen, tuple) else (seen,)
    return ((str(link.id), link.title) for link in many if isinstance(link, Link))


def _pick_url(state: FormState, item: FormField, path: str) -> str:
    scope = f"?{urlencode({'scope': state.scope})}" if state.scope else ""
    return f"/r/{state.entity.name}/pick/{path}{scope}" if _target(item) else ""


def _target(item: FormField) -> str:
    """The entity whose records are chosen, for links."""
    if item.columns or item.type.holds_file:
        return ""
    return item.type.rows("", item.field) or item.type.expression_type(item.field).entity


def _with_titles(state: FormState, item: FormField, value: Any) -> Any:
    """Ids of records as links with their titles."""
    target = _target(item)
    if not target or value is None:
        return value
    if isinstance(value, tuple):
        return tuple(_link(state, target, one) for one in value)
    return _link(state, target, value)


def _link(state: FormState, target: str, value: Any) -> Any:
    return Link(target, value, state.titles.get((target, value), f"#{value}")) if isinstance(value, int) else value


def _titles(state: FormState) -> dict[tuple[str, int], str]:
    """The titles of all records that the form's values name, one statement for each entity."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for item in state.plan.fields:
        if item.columns:
            for values in state.preview.values.get(item.name) or ():
                for column in item.columns:
                    _collect(column, values.get(column.name), wanted)
        else:
            _collect(item, _value(state, item.name), wanted)
    return {(target, id_): title for target, ids in wanted.items() for id_, title in titles(state.actor, target, ids).items()}


def _facts(state: FormState) -> dict[tuple[str, tuple[str, ...]], Facts]:
    """What links show beside their titles, one statement for each kind of link."""
    wanted: dict[tuple[str, tuple[str, ...]], set[int]] = defaultdict(set)
    for one, value in _links(state):
        if (paths := tuple(one.field.option("columns", ()))) and isinstance(id_ := _id_of(value), int):
            wanted[_target(one), paths].add(id_)
    return {key: facts_of(state.actor, *key, ids) for key, ids in wanted.items()}


def _links(state: FormState) -> Iterator[tuple[FormField, Any]]:
    """Every link of the form and of its lines, with its value."""
    for item in state.plan.fields:
        if _target(item):
            yield item, _value(state, item.name)
        links = [column for column in item.columns if _target(column)]
        for _key, values in _line_values(state, item) if links else ():
            yield from ((column, values.get(column.name)) for column in links)


def _facts_of(state: FormState, item: FormField, value: Any) -> tuple[tuple[str, str], ...]:
    paths = tuple(item.field.option("columns", ()))
    id_ = _id_of(value)
    return state.facts.get((_target(item), paths), {}).get(id_, ()) if paths and isinstance(id_, int) else ()


def _id_of(value: Any) -> Any:
    return value.id if isinstance(value, Link) else value


def _collect(item: FormField, value: Any, wanted: dict[str, set[int]]) -> None:
    if target := _target(item):
        wanted[target].update(one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, int))


def _table(state: FormState, item: FormField, mode: str, required: bool) -> Control:
    heads = tuple(
        Control(column, f"{state.scope}{item.name}.{column.name}", "", pick(column.label), pick(column.help), "", _column_mode(state, item, column, mode), None, "", (), column.field.required)
        for column in _columns(state, item)
    )
    return Control(
        item, f"{state.scope}{item.name}", f"{state.prefix}-{item.name}", pick(item.label), pick(item.help), "", mode, None, "",
        tuple(state.entered.errors.get(item.name, ())) if state.entered else (), required, columns=heads, lines=tuple(_lines(state, item, mode)),
        notices=state.notices(item.name), sums=sums(_columns(state, item), [values for _key, values in _line_values(state, item)]),
        filled=write_filled(state.entered.filled.get(item.name, {})) if state.entered else "",
    )


def _columns(state: FormState, table: FormField) -> list[FormField]:
    return [column for column in table.columns if state.rights.get(f"{table.name}.{column.name}", "write") != "hidden"]


def _column_mode(state: FormState, table: FormField, column: FormField, mode: str) -> str:
    can_write = state.rights.get(f"{table.name}.{column.name}", "write") == "write"
    return mode if mode != INPUT or can_write and not column.computed else OUTPUT


def _lines(state: FormState, table: FormField, mode: str = INPUT) -> Iterator[LineControl]:
    for key, values in _line_values(state, table):
        id_ = f"{state.prefix}-{table.name}-{key}"
        name = f"{table.name}.{key}"
        cells = tuple(
            _plain(
                state, column, f"{name}.{column.name}", _column_mode(state, table, column, mode), column.field.required,
                values.get(column.name), f"{table.name}.{column.name}",
            )
            for column in _columns(state, table)
        )
        yield LineControl(key, id_, cells, tuple(state.entered.errors.get(name, ())) if state.entered else (), _begun(state, table, key, values))


def _begun(state: FormState, table: FormField, key: str, values: Mapping[str, Any]) -> str:
    """What a new line began with: as the form says, else its defaults now."""
    if key.isdecimal() or state.entered is None or key in state.entered.filled.get(table.name, ()):
        return ""
    said: str | None = state.entered.form.get(f"{table.name}.{key}._initial")
    if said is not None:
        return said
    given = {column.name: column.type.dump(values[column.name], column.field) for column in table.columns if values.get(column.name) is not None}
    return write_initial(given) if given else ""


def _line_values(state: FormState, table: FormField) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The lines in order: as they stand in the form (blank new ones too), else as they are saved."""
    if state.entered is not None and table.name in state.entered.rows:
        kept = dict(zip(state.entered.kept[table.name], state.preview.values.get(table.name) or (), strict=False))
        yield from ((key, kept.get(key, {})) for key in state.entered.rows[table.name])
        return
    saved: Iterable[Row] = (state.record.values.get(table.name) or ()) if state.record else ()
    yield from ((str(row.id), row.values) for row in saved)


def _related(state: FormState, lines: FormLines, *, required: bool, gone: bool) -> RelatedLines:
    found = state.lines[lines.name]
    known = state.entered.known.get(lines.name) if state.entered else None
    return RelatedLines(
        lines.name, f"{state.prefix}-{lines.name}", pick(lines.label), pick(lines.entity.label),
        tuple(_related_line(state, lines, one) for one in found.members),
        known if known is not None else tuple(one.key for one in found.members if one.key.isdecimal()),
        tuple(state.entered.errors.get(lines.name, ())) if state.entered else (), found.may_add, required, gone,
    )


def _related_line(state: FormState, lines: FormLines, line: LineState) -> RelatedLine:
    inner = line.state
    hidden = [("_initial", write_initial(line.initial))]
    if inner.record is not None:
        hidden.append(("_revision", str(inner.record.revision)))
    return RelatedLine(
        line.key, f"{state.prefix}-{lines.name}-{line.key}", inner.record.title if inner.record else "", tuple(controls(inner)),
        tuple(inner.entered.errors.get("", ())) if inner.entered else (), tuple((f"{inner.scope}{name}", text) for name, text in hidden), line.may_remove,
    )
