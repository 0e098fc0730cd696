"""Forms: the tree of tabs, sections and fields in which a record is entered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from shuke.core.i18n import Label
from shuke.definitions.model import Catalogue, Entity, Field, Node, RelatedLines, View
from shuke.expressions import Kind
from shuke.fields import FIELD_TYPES, FieldType
from shuke.views.kind import Plan, ViewKind

_WIDE = frozenset({"longtext", "address"})
_FILLED_IN = frozenset({"autonumber", "state"})
"""What the platform fills in, though it is stored like what people type."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field on a form; a sub-table has `columns`."""

    field: Field
    type: FieldType
    label: Label
    help: Label
    columns: tuple["FormField", ...] = ()

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def computed(self) -> bool:
        """The platform fills it in; a form only shows it."""
        return self.field.read_only or bool(self.field.formula) or self.type.computed

    @property
    def is_wide(self) -> bool:
        """Takes the whole width: a sub-table, a paragraph, an address."""
        return bool(self.columns) or self.field.type in _WIDE

    @property
    def is_numeric(self) -> bool:
        return self.type.expression_type(self.field).kind is Kind.NUMBER


@dataclass(frozen=True, slots=True)
class FormLines:
    """Records of another entity that are entered as lines of a form; `plan` is the small form of each."""

    name: str
    """What its inputs begin with; no field is called so."""
    entity: Entity
    via: str
    label: Label
    least: int
    plan: "FormPlan"


@dataclass(frozen=True, slots=True)
class FormNode:
    """A part of a form: tab, section, columns, field, text, related."""

    type: str
    label: Label
    field: FormField | None
    columns: int
    visible: str
    required: str
    read_only: str
    text: Label
    nodes: tuple["FormNode", ...]
    lines: FormLines | None = None
    width: int = 0
    hidden_on_phones: bool = False
    order_on_phones: int = 0

    def walk(self) -> Iterator["FormNode"]:
        """This part and all inside it."""
        yield self
        for node in self.nodes:
            yield from node.walk()


@dataclass(frozen=True, slots=True)
class FormPlan(Plan):
    """A form made ready."""

    nodes: tuple[FormNode, ...]
    fields: tuple[FormField, ...]
    """All fields of the form in order."""
    lines: tuple[FormLines, ...] = ()
    """The other records that are entered in it."""

    def field(self, name: str) -> FormField | None:
        return next((field for field in self.fields if field.name == name), None)


class FormKind(ViewKind):
    """A record as a form to fill in."""

    name = "form"

    def plan(self, catalogue: Catalogue, entity: Entity, view: View | None) -> FormPlan:
        layout = _completed(catalogue, entity, view) if view is not None and view.layout else default_layout(entity)
        nodes = tuple(_node(catalogue, entity, node) for node in layout)
        every = [inner for node in nodes for inner in node.walk()]
        fields = tuple(node.field for node in every if node.field is not None)
        return FormPlan(entity, view, nodes, fields, tuple(node.lines for node in every if node.lines is not None))


def default_layout(entity: Entity) -> tuple[Node, ...]:
    """All values in one section of two columns, then each sub-table across the whole width."""
    return _sections([field for field in entity.fields if not field.system])


def _completed(catalogue: Catalogue, entity: Entity, view: View) -> tuple[Node, ...]:
    """The layout; in the main form also the fields that nobody has placed yet, at the end of its first tab."""
    more = unplaced(catalogue, entity, view)
    if not more:
        return view.layout
    first, *rest = view.layout
    return (replace(first, nodes=(*first.nodes, *more)), *rest) if first.type == "tab" else (*view.layout, *more)


def unplaced(catalogue: Catalogue, entity: Entity, view: View) -> tuple[Node, ...]:
    """The parts that the main form has besides its layout: fields that stand in no form and are not left out on purpose."""
    if view.variant:
        return ()
    placed = {name for form in catalogue.views_of(entity.name, "form") for name in (*_placed(form.layout), *form.without)}
    asked = {name for flow in catalogue.workflows.values() if flow.entity == entity.name for step in flow.transitions for name in (*step.ask, *step.require)}
    left = [field for field in entity.fields if field.name not in placed | asked and not (field.system or field.type in _FILLED_IN or form_field(field).computed)]
    return _sections(left)


def _placed(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        yield node.field
        yield from _placed(node.nodes)


def _sections(fields: Sequence[Field]) -> tuple[Node, ...]:
    values = tuple(Node("field", field=field.name) for field in fields if not field.fields)
    tables = tuple(Node("section", label=field.label, nodes=(Node("field", field=field.name),)) for field in fields if field.fields)
    return (*((Node("section", columns=2, nodes=values),) if values else ()), *tables)


def _node(catalogue: Catalogue, entity: Entity, node: Node) -> FormNode:
    field = form_field(entity.field(node.field), node.label) if node.field else None
    return FormNode(
        node.type, node.label, field, node.columns, node.visible, node.required, node.read_only, node.text,
        tuple(_node(catalogue, entity, inner) for inner in node.nodes), _lines(catalogue, node.related, node.label) if node.related else None,
        node.width, node.hidden_on_phones, node.order_on_phones,
    )


def _lines(catalogue: Catalogue, related: RelatedLines, label: Label) -> FormLines:
    other = catalogue.entity(related.entity)
    plan = small_plan(other, related.columns)
    return FormLines(f"{related.entity}-{related.via}", other, related.via, label or other.schema.get("x-plural") or other.label, related.least, plan)


def small_plan(entity: Entity, names: Iterable[str]) -> FormPlan:
    """A form of just these fields, without any layout."""
    fields = tuple(form_field(entity.field(name)) for name in names)
    return FormPlan(entity, None, tuple(form_node(field) for field in fields), fields)


def form_node(field: FormField) -> FormNode:
    """A field alone, outside any layout."""
    return FormNode("field", {}, field, 1, "", "", "", {}, ())


def form_field(field: Field, label: Label | None = None) -> FormField:
    """A field ready for a form, under its own label or another."""
    return FormField(
        field, FIELD_TYPES[field.type], label or field.label, field.help, tuple(form_field(child) for child in field.fields),
    )
