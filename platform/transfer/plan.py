"""A mapping made ready for the published definitions: every name found, every expression compiled."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shuke.access import Actor, policy
from shuke.core.errors import InvalidInput, NotAllowed, UnknownName
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field, Workflow
from shuke.expressions import Expression, ExpressionError, check
from shuke.fields import FIELD_TYPES
from shuke.fields.base import FieldType
from shuke.records.shapes import holds_file
from shuke.transfer.columns import ROW, VARIABLES, RowEnv, RowScope, as_text
from shuke.transfer.mapping import ImportMapping, Source, Target
from shuke.transfer.tables import Row

WRITABLE_SYSTEM_FIELDS = ("owner", "unit")


@dataclass(frozen=True, slots=True)
class LinkBy:
    """How a link finds its record: a field of the other entity, whose value the cell holds."""

    entity: Entity
    field: Field
    type: FieldType
    create: bool


@dataclass(frozen=True, slots=True)
class PlannedField:
    """One field to fill, and from what."""

    field: Field
    type: FieldType
    place: int | None = None
    """The column of the file."""
    expression: Expression | None = None
    value: Any = None
    target: str = ""
    link: LinkBy | None = None
    lines: tuple[tuple["PlannedField", ...], ...] = ()

    @property
    def name(self) -> str:
        return self.field.name

    def text(self, row: Row, env: RowEnv) -> str:
        """What the file says, as the text of a cell; `ValueError` or `ExpressionError` if that cannot be told."""
        if self.expression is not None:
            return as_text(self.expression.evaluate(env))
        if self.place is not None:
            return row.cells[self.place] if self.place < len(row.cells) else ""
        return str(self.value)

    @property
    def is_constant(self) -> bool:
        """A JSON value that needs no reading."""
        return self.place is None and self.expression is None and not self.target and not self.lines and not isinstance(self.value, str)


@dataclass(frozen=True, slots=True)
class PlannedTarget:
    name: str
    entity: Entity
    key: tuple[str, ...]
    fields: tuple[PlannedField, ...]
    mode: str
    transitions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    targets: tuple[PlannedTarget, ...]
    scope: RowScope
    columns: tuple[str, ...]
    accept_warnings: bool


def prepare(actor: Actor, mapping: ImportMapping, columns: Sequence[str]) -> Plan:
    """The mapping against a file with these columns; `InvalidInput` names each place that does not fit."""
    plan, problems = judge(actor, mapping, columns)
    if problems:
        raise InvalidInput(problems)
    return plan


def judge(actor: Actor, mapping: ImportMapping, columns: Sequence[str]) -> tuple[Plan, dict[str, list[str]]]:
    """What of the mapping fits, and what does not: for a mapping that is still being made."""
    preparing = _Preparing(actor, mapping, tuple(columns))
    targets = tuple(preparing.targets())
    return Plan(targets, preparing.scope, tuple(columns), mapping.accept_warnings), preparing.problems


def may_fill(field: Field) -> bool:
    """Whether an import can write the field at all."""
    if field.system:
        return field.name in WRITABLE_SYSTEM_FIELDS
    return not (field.read_only or field.formula or FIELD_TYPES[field.type].computed or holds_file(field))


class _Preparing:
    def __init__(self, actor: Actor, mapping: ImportMapping, columns: tuple[str, ...]) -> None:
        self.problems: dict[str, list[str]] = {}
        self.scope = RowScope(columns, mapping.kinds or {})
        self._actor = actor
        self._mapping = mapping
        self._columns = columns
        self._entities: dict[str, Entity] = {}

    def targets(self) -> Iterator[PlannedTarget]:
        for place, target in enumerate(self._mapping.targets):
            path = f"targets.{place}"
            if (entity := self._entity(target, path)) is None:
                continue
            fields = tuple(self._fields(entity, entity.fields, target.columns, f"{path}.columns"))
            if not target.columns:
                self._problem(f"{path}.columns", _("Fill at least one field of “%(entity)s”.", entity=pick(entity.label)))
            self._check_key(entity, target, path)
            self._check_transitions(entity, target, path)
            if target.name in self._entities:
                self._problem(f"{path}.name", _("Two targets are called %(name)s; give them different names.", name=target.name))
            self._entities[target.name] = entity
            yield PlannedTarget(target.name, entity, target.key, fields, target.mode, target.transitions)

    def _entity(self, target: Target, path: str) -> Entity | None:
        entity = catalogue().entities.get(target.entity)
        if entity is None or not policy(self._actor, entity).may("read"):
            self._problem(f"{path}.entity", _("There is no form %(name)s.", name=target.entity))
            return None
        if not policy(self._actor, entity).may("import"):
            raise NotAllowed(_("You may not import into “%(entity)s”.", entity=pick(entity.label)))
        return entity

    def _fields(self, entity: Entity, known: Sequence[Field], columns: Mapping[str, Source], path: str) -> Iterator[PlannedField]:
        by_name = {field.name: field for field in known}
        by_name |= {name: entity.field(name) for name in WRITABLE_SYSTEM_FIELDS if known is entity.fields}
        for name, source in columns.items():
            field = by_name.get(name)
            if field is None or policy(self._actor, entity).right(self._right_name(entity, known, name)) == "hidden":
                self._problem(f"{path}.{name}", _("“%(entity)s” has no field %(name)s.", entity=pick(entity.label), name=name))
            elif not may_fill(field):
                self._problem(f"{path}.{name}", _("“%(field)s” is filled in by the system.", field=pick(field.label)))
            else:
                yield from self._field(entity, field, source, f"{path}.{name}")

    def _right_name(self, entity: Entity, known: Sequence[Field], name: str) -> str:
        owner = next((field.name for field in entity.fields if field.fields is known), "")
        return f"{owner}.{name}" if owner else name

    def _field(self, entity: Entity, field: Field, source: Source, path: str) -> Iterator[PlannedField]:
        type_ = FIELD_TYPES[field.type]
        if field.fields:
            if not source.lines:
                self._problem(path, _("“%(field)s” needs a list of lines.", field=pick(field.label)))
            lines = tuple(tuple(self._fields(entity, field.fields, line, f"{path}.{place}")) for place, line in enumerate(source.lines))
            yield PlannedField(field, type_, lines=lines)
        elif source.lines:
            self._problem(path, _("“%(field)s” holds no lines.", field=pick(field.label)))
        elif source.target:
            if self._points_to(field, source.target, path):
                yield PlannedField(field, type_, target=source.target)
        else:
            link = self._link(field, type_, source, path)
            if source.expression:
                yield PlannedField(field, type_, expression=self._expression(source.expression, path), link=link)
            elif source.column:
                yield PlannedField(field, type_, place=self._place(source.column, path), link=link)
            else:
                yield PlannedField(field, type_, value=source.value, link=link)

    def _points_to(self, field: Field, target: str, path: str) -> bool:
        entity = self._entities.get(target)
        if entity is None:
            self._problem(path, _("No target called %(name)s comes before this one.", name=target))
        elif FIELD_TYPES[field.type].expression_type(field).entity != entity.name:
            self._problem(path, _("“%(field)s” does not point to “%(entity)s”.", field=pick(field.label), entity=pick(entity.label)))
        else:
            return True
        return False

    def _link(self, field: Field, type_: FieldType, source: Source, path: str) -> LinkBy | None:
        pointed = type_.expression_type(field).entity or type_.rows("", field)
        if not pointed:
            if source.match:
                self._problem(path, _("“%(field)s” is no link, so there is nothing to match.", field=pick(field.label)))
            return None
        entity = catalogue().entity(pointed)
        name = source.match or entity.display
        try:
            match = entity.field(name)
        except UnknownName:
            self._problem(path, _("“%(entity)s” has no field %(name)s.", entity=pick(entity.label), name=name))
            return None
        return LinkBy(entity, match, FIELD_TYPES[match.type], source.create)

    def _place(self, column: str, path: str) -> int | None:
        if column not in self._columns:
            self._problem(path, _("The file has no column %(name)s.", name=column))
            return None
        return self._columns.index(column)

    def _expression(self, source: str, path: str) -> Expression | None:
        try:
            return check(source, self.scope, ROW, variables=VARIABLES)
        except ExpressionError as wrong:
            self._problem(path, str(wrong))
            return None

    def _check_key(self, entity: Entity, target: Target, path: str) -> None:
        for name in target.key:
            if name not in target.columns:
                self._problem(f"{path}.key", _("The match field %(name)s gets no value from the file.", name=name))
            elif entity.has(name) and "in" not in {operator.name for operator in FIELD_TYPES[entity.field(name).type].operators}:
                self._problem(f"{path}.key", _("Records cannot be matched by “%(field)s”.", field=pick(entity.field(name).label)))
        if target.mode == "update" and not target.key:
            self._problem(f"{path}.key", _("To change records, choose the field by which they are found."))

    def _check_transitions(self, entity: Entity, target: Target, path: str) -> None:
        known = {transition.name for workflow in workflows_of(entity) for transition in workflow.transitions}
        for name in target.transitions:
            if name not in known:
                self._problem(f"{path}.transitions", _("“%(entity)s” has no step %(name)s.", entity=pick(entity.label), name=name))

    def _problem(self, path: str, sentence: str) -> None:
        self.problems.setdefault(path, []).append(sentence)


def workflows_of(entity: Entity) -> tuple[Workflow, ...]:
    return tuple(workflow for workflow in catalogue().workflows.values() if workflow.entity == entity.name)
