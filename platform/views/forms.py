"""Forms: the tree of tabs, sections and fields in which a record is entered."""

from collections.abc import Iterator
from dataclasses import dataclass

from shuke.core.i18n import Label
from shuke.definitions.model import Catalogue, Entity, Field, Node, View
from shuke.expressions import Kind
from shuke.fields import FIELD_TYPES, FieldType
from shuke.views.kind import Plan, ViewKind

_WIDE = frozenset({"longtext", "address"})


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
class FormNode:
    """A part of a form: tab, section, columns, field, text."""

    type: str
    label: Label
    field: FormField | None
    columns: int
    visible: str
    required: str
    read_only: str
    text: Label
    nodes: tuple["FormNode", ...]

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

    def field(self, name: str) -> FormField | None:
        return next((field for field in self.fields if field.name == name), None)


class FormKind(ViewKind):
    """A record as a form to fill in."""

    name = "form"

    def plan(self, catalogue: Catalogue, entity: Entity, view: View | None) -> FormPlan:
        layout = view.layout if view is not None and view.layout else default_layout(entity)
        nodes = tuple(_node(entity, node) for node in layout)
        fields = [inner.field for node in nodes for inner in node.walk() if inner.field is not None]
        return FormPlan(entity, view, nodes, tuple(fields))


def default_layout(entity: Entity) -> tuple[Node, ...]:
    """All values in one section of two columns, then each sub-table across the whole width."""
    own = [field for field in entity.fields if not field.system]
    values = Node("section", columns=2, nodes=tuple(Node("field", field=field.name) for field in own if not field.fields))
    tables = [Node("section", label=field.label, nodes=(Node("field", field=field.name),)) for field in own if field.fields]
    return (values, *tables)


def _node(entity: Entity, node: Node) -> FormNode:
    field = form_field(entity.field(node.field), node.label) if node.field else None
    return FormNode(
        node.type, node.label, field, node.columns, node.visible, node.required, node.read_only, node.text,
        tuple(_node(entity, inner) for inner in node.nodes),
    )


def form_node(field: FormField) -> FormNode:
    """A field alone, outside any layout."""
    return FormNode("field", {}, field, 1, "", "", "", {}, ())


def form_field(field: Field, label: Label | None = None) -> FormField:
    """A field ready for a form, under its own label or another."""
    return FormField(
        field, FIELD_TYPES[field.type], label or field.label, field.help, tuple(form_field(child) for child in field.fields),
    )
