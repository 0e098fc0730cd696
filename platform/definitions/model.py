"""What a published definition is once it has been read: frozen, typed, and free of any request or value.

`definitions/parse.py` makes these from JSON; nothing passes a document on as a dict.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any, Protocol, TypeVar

from shuke.core.errors import UnknownName
from shuke.core.i18n import Label
from shuke.definitions.dashboards import Dashboard
from shuke.definitions.record_pages import Figure, Panel, QuickAction, Related, Timeline

T = TypeVar("T")

SYSTEM_FIELDS = ("id", "created_at", "created_by", "updated_at", "updated_by", "owner", "unit")
"""Members that every entity has besides its own fields; `owner` and `unit` can be written, the others are kept."""


@dataclass(frozen=True, slots=True)
class Document:
    """One definition as it is stored: `body` is the JSON that was written, and never changes."""

    kind: str
    name: str
    app: str
    body: Mapping[str, Any]
    _derived: dict[Hashable, Any] = made(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.name

    def derived(self, key: Hashable, make: Callable[[], T]) -> T:
        """A thing computed once for this document, in however many catalogues it stands. Racing threads may compute it twice."""
        try:
            return self._derived[key]  # type: ignore[no-any-return]
        except KeyError:
            return self._derived.setdefault(key, make())  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `parent` makes a tree (tree choice) or a dependent choice."""

    code: str
    label: Label
    color: str = ""
    parent: str = ""
    retired: bool = False


@dataclass(frozen=True, slots=True)
class LineFill:
    """Where the lines of a new record come from while nobody has given any: the sub-table `table` of the record that `link` names."""

    link: str
    table: str
    columns: Mapping[str, str]
    """Own column → formula over a line of the other record."""


@dataclass(frozen=True, slots=True)
class Field:
    """One property of an entity. `schema` is the property as written; `option("scale")` reads its `x-scale`."""

    name: str
    type: str
    label: Label
    schema: Mapping[str, Any]
    id: str = ""
    column: str = ""
    """The physical column, or for sub-tables and many-links the physical table; fixed when it was created."""
    help: Label = made(default_factory=dict)
    required: bool = False
    read_only: bool = False
    formula: str = ""
    default: str = ""
    visible_if: str = ""
    required_if: str = ""
    read_only_if: str = ""
    options: tuple[Option, ...] = ()
    fields: tuple["Field", ...] = ()
    """The columns of a sub-table."""
    fill: LineFill | None = None
    system: bool = False

    def option(self, name: str, default: Any = None) -> Any:
        return self.schema.get(f"x-{name}", default)

    @property
    def entity(self) -> str:
        """The entity that a link points to, or `""`."""
        return str(self.option("entity", ""))

    def child(self, name: str) -> "Field":
        """A column of a sub-table."""
        return _named(self.fields, name, "field")


@dataclass(frozen=True, slots=True)
class DedupeRule:
    """Records are alike when all `fields` are equal after normalisation; `block` or `warn`."""

    fields: tuple[str, ...]
    action: str
    message: Label


@dataclass(frozen=True, slots=True)
class EntityCheck:
    """What must not be saved so: `when` is true of a wrong record; `block` or `warn`."""

    when: str
    message: Label
    action: str
    field: str = ""
    """Where the message stands: a field, a column such as `lines.quantity` with `each`, or `""` for the record or line itself."""
    each: str = ""
    """The sub-table whose lines are looked at one by one; `parent` is then the record."""


@dataclass(frozen=True, slots=True)
class Entity:
    """What a kind of record is."""

    name: str
    app: str
    label: Label
    fields: tuple[Field, ...] = made(repr=False)
    display: str
    """The field whose value is the record's title."""
    schema: Mapping[str, Any] = made(repr=False)
    id: str = ""
    table: str = ""
    icon: str = ""
    scope: str = ""
    """`""`: company-wide; else a unit kind: a guard keeps records inside the actor's unit of that kind."""
    leads_to: str = ""
    """A formula: the record at which a whole number of this one leads; this one itself where it is blank."""
    unique: tuple[tuple[str, ...], ...] = ()
    dedupe: tuple[DedupeRule, ...] = ()
    checks: tuple[EntityCheck, ...] = ()
    system: bool = False
    _by_name: Mapping[str, Field] = made(default_factory=dict, repr=False, compare=False)

    def field(self, name: str) -> Field:
        """The field called so, system fields included; `UnknownName` else."""
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownName("field", name, sorted(self._by_name)) from None

    def has(self, name: str) -> bool:
        return name in self._by_name


@dataclass(frozen=True, slots=True)
class RelatedLines:
    """Records of `entity` whose link `via` leads to the record of the form, entered as lines in it."""

    entity: str
    via: str
    columns: tuple[str, ...]
    least: int = 0
    """So many have to be given; they stand in a new form as blank lines."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a form's layout: tab, section, columns, field, text, related. A sub-table is a `field` node."""

    type: str
    field: str = ""
    label: Label = made(default_factory=dict)
    columns: int = 1
    visible: str = ""
    required: str = ""
    read_only: str = ""
    nodes: tuple["Node", ...] = ()
    text: Label = made(default_factory=dict)
    related: RelatedLines | None = None
    width: int = 0
    """How many of the columns around it the part takes; 0: as its type has it."""
    hidden_on_phones: bool = False
    order_on_phones: int = 0


@dataclass(frozen=True, slots=True)
class PublicForm:
    """How people without an account fill in a form; they can give these fields a value and nothing else."""

    address: str
    fields: tuple[str, ...]
    is_open: bool = True
    prefill: tuple[str, ...] = ()
    choices: Mapping[str, str] = made(default_factory=dict)
    """Link → condition over the records that can be chosen."""
    title: Label = made(default_factory=dict)
    intro: Label = made(default_factory=dict)
    submit: Label = made(default_factory=dict)
    thanks: Label = made(default_factory=dict)
    consent: Label = made(default_factory=dict)
    most: int = 0
    per_day: int = 0
    """0: as many as come."""
    until: str = ""
    embed: tuple[str, ...] = ()

    @property
    def accepted(self) -> tuple[str, ...]:
        """All fields that can be given: those that are shown, and those that only the address gives."""
        return tuple(dict.fromkeys((*self.fields, *self.prefill)))


@dataclass(frozen=True, slots=True)
class View:
    """How records are shown; `kind` is an entry of VIEW_KINDS (list, board, form, …)."""

    name: str
    kind: str
    entity: str
    label: Label
    variant: str = ""
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    where: str = ""
    page_size: int = 50
    layout: tuple[Node, ...] = ()
    without: tuple[str, ...] = ()
    """Fields that the main form leaves out on purpose."""
    header: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    figures: tuple[Figure, ...] = ()
    timeline: Timeline | None = None
    panels: tuple[Panel, ...] = ()
    actions: tuple[QuickAction, ...] = ()
    public: PublicForm | None = None
    body: Mapping[str, Any] = made(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    name: str
    label: Label
    color: str = ""
    category: str = "open"
    """`open`, `done` or `cancelled`."""


@dataclass(frozen=True, slots=True)
class Transition:
    name: str
    label: Label
    sources: tuple[str, ...]
    target: str
    guard: str = ""
    guard_message: Label = made(default_factory=dict)
    ask: tuple[str, ...] = ()
    """Fields shown in the dialog of this transition."""
    require: tuple[str, ...] = ()
    """Fields that must not be blank afterwards."""
    values: Mapping[str, str] = made(default_factory=dict)
    """Field → expression, set by the transition itself."""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Workflow:
    """The states of one `state` field and the ways between them."""

    name: str
    entity: str
    label: Label
    initial: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]

    def state(self, name: str) -> State:
        return _named(self.states, name, "state")

    def transition(self, name: str) -> Transition:
        return _named(self.transitions, name, "transition")


@dataclass(frozen=True, slots=True)
class Trigger:
    """`created`; `changed` (any or the named fields); `entered` (field reaches state, on creation too)."""

    type: str
    fields: tuple[str, ...] = ()
    field: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One step of a rule; `body` is read by the entry of ACTIONS named `type`."""

    type: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    entity: str
    label: Label
    trigger: Trigger
    condition: str
    actions: tuple[Action, ...]
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class EntryKind:
    """A movement; `source` and `target` are `house` or `holder`."""

    name: str
    label: Label
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Ledger:
    name: str
    label: Label
    entity: str
    """The entity whose records hold accounts."""
    unit: Label
    scale: int
    floor: str
    """An expression over the account's record, evaluated whenever something is posted; `""` is no floor."""
    kinds: Mapping[str, EntryKind]

    def kind(self, name: str) -> EntryKind:
        try:
            return self.kinds[name]
        except KeyError:
            raise UnknownName("kind of entry", name, sorted(self.kinds)) from None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a permission group gives on one entity: operations ∧ row filter, with field rights."""

    entity: str
    operations: frozenset[str]
    scope: str = "all"
    """`own`, `subordinates` (own included), `unit` (my unit and below), `all`, or a unit kind: my unit of that kind and below."""
    where: str = ""
    fields: Mapping[str, str] = made(default_factory=dict)
    """Field → `write`, `read`, `masked`, `hidden`; `"*"` for the rest; without it the rest is `write`."""
    lookup: tuple[str, ...] = ()
    """Fields by whose full value any record can be found, masked."""
    transitions: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True)
class Role:
    name: str
    label: Label
    grants: tuple[Grant, ...]
    abilities: frozenset[str]
    """`build` (definitions), `administer` (users, units, roles, settings)."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    entity: str = ""
    view: str = ""
    dashboard: str = ""
    label: Label = made(default_factory=dict)
    icon: str = ""


@dataclass(frozen=True, slots=True)
class App:
    name: str
    label: Label
    icon: str
    color: str
    order: int
    menu: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """Labels on one sheet, in millimetres; 0 of them are as many as fit, an edge of None is shared out evenly."""

    columns: int = 0
    rows: int = 0
    top: float | None = None
    left: float | None = None
    gap_across: float = 0.0
    gap_down: float = 0.0


@dataclass(frozen=True, slots=True)
class Print:
    """A printable document of one entity."""

    name: str
    entity: str
    label: Label
    paper: str
    blocks: tuple[Mapping[str, Any], ...]
    head: bool = True
    """Whether logo, company and title stand at the top."""
    number: str = ""
    date: str = ""
    """Paths of what stands under the title."""
    order: int = 0
    orientation: str = "portrait"
    sheet: LabelSheet | None = None
    """Several labels on one sheet."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything that is published, under one version number; immutable, shared by all threads."""

    version: int
    documents: tuple[Document, ...]
    entities: Mapping[str, Entity]
    views: Mapping[str, View]
    workflows: Mapping[str, Workflow]
    rules: Mapping[str, Rule]
    ledgers: Mapping[str, Ledger]
    roles: Mapping[str, Role]
    apps: Mapping[str, App]
    prints: Mapping[str, Print]
    dashboards: Mapping[str, Dashboard]
    unit_kinds: tuple[Option, ...] = ()
    _derived: dict[Hashable, Any] = made(default_factory=dict, repr=False)

    def entity(self, name: str) -> Entity:
        try:
            return self.entities[name]
        except KeyError:
            raise UnknownName("entity", name, sorted(self.entities)) from None

    def derived(self, key: Hashable, make: Callable[[], T]) -> T:
        """A thing computed once for this version (tables, compiled expressions, plans). Racing threads may compute it twice."""
        try:
            return self._derived[key]  # type: ignore[no-any-return]
        except KeyError:
            return self._derived.setdefault(key, make())  # type: ignore[no-any-return]

    def views_of(self, entity: str, kind: str) -> Iterator[View]:
        return (view for view in self.views.values() if view.entity == entity and view.kind == kind)

    def rules_of(self, entity: str) -> tuple[Rule, ...]:
        return self.derived(("rules", entity), lambda: tuple(rule for rule in self.rules.values() if rule.entity == entity and rule.enabled))


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)


def _named(items: tuple[N, ...], name: str, kind: str) -> N:
    for item in items:
        if item.name == name:
            return item
    raise UnknownName(kind, name, [item.name for item in items])
