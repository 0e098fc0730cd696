"""What rows of conditions are about: the members that can be compared, with what operators and with what values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shuke.builder.formulas.members import Named, label_of_path, member_at, members, options_of
from shuke.builder.formulas.places import Written
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Option
from shuke.expressions import Kind, Type
from shuke.expressions.stated import Operand, Row, Rows
from shuke.fields import Operator, operators

COUNT = "#"
"""Behind a path: how many records the collection has."""
Group = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Subject:
    """What stands on the left of a row."""

    path: tuple[str, ...]
    is_count: bool
    type: Type
    options: tuple[Option, ...]
    label: str

    @property
    def text(self) -> str:
        return ".".join(self.path) + (COUNT if self.is_count else "")

    @property
    def is_link(self) -> bool:
        return self.type.kind is Kind.LINK and not self.is_count

    def operators(self) -> tuple[Operator, ...]:
        """The operators that filters of lists have for such fields, as far as formulas say the same."""
        if self.is_count:
            return _without(operators.NUMBER, "in", "between", "blank", "not_blank")
        match self.type.kind:
            case Kind.NUMBER:
                return _without(operators.NUMBER, "between")
            case Kind.DATE | Kind.DATETIME:
                return _only(operators.TIME, "is", "is_not", "gt", "ge", "lt", "le", "blank", "not_blank")
            case Kind.BOOL:
                return (operators.IS,)
            case Kind.LIST:
                return operators.LIST
            case Kind.LINK:
                return operators.ONE_OF if self.type.entity in {"user", "unit"} else _without(operators.ONE_OF, "in", "not_in")
        return operators.ONE_OF if self.options else operators.TEXT

    def operator(self, name: str) -> Operator:
        found = self.operators()
        return next((one for one in found if one.name == name), found[0])


def subject(written: Written, text: str) -> Subject | None:
    """What is called so in the form; None where there is no such member."""
    is_count, path = text.endswith(COUNT), tuple(text.removesuffix(COUNT).split("."))
    known = written.place.variables
    label = label_of_path(written.catalogue, written.owner, path, known)
    if len(path) == 1 and path[0] in known and not is_count:
        return Subject(path, is_count, known[path[0]], (), label)
    found = member_at(written.catalogue, written.owner, path, known)
    if found is None or found[1].many != is_count:
        return None
    label = _("Number of %(label)s", label=label) if is_count else label
    return Subject(path, is_count, found[1].type, options_of(written.catalogue, found[0], found[1].name), label)


def subjects(written: Written, chosen: str = "") -> list[Group]:
    """Everything that can stand on the left, in groups: own members, those behind links, and how many records collections have."""
    own = list(members(written.catalogue, written.owner))
    groups = [(_("Fields"), tuple((one.text, one.label) for one in own if not one.many))]
    groups += list(_behind(written, own, ""))
    for name, type_ in written.place.variables.items():
        if name == "record":
            inner = list(members(written.catalogue, type_.entity))
            groups.append((_("The record that it is about"), tuple((f"{name}.{one.text}", one.label) for one in inner if not one.many)))
    groups.append((_("How many"), tuple((one.text + COUNT, _("Number of %(label)s", label=one.label)) for one in own if one.many)))
    offered = {text for _label, found in groups for text, _words in found}
    if chosen and chosen not in offered and (missing := subject(written, chosen)):
        groups.insert(0, (_("Chosen"), ((chosen, missing.label),)))
    return [(label, found) for label, found in groups if found]


def _behind(written: Written, own: list[Named], before: str) -> Iterator[Group]:
    for link in own:
        if link.many or link.type is None or link.type.kind is not Kind.LINK:
            continue
        inner = tuple(
            (f"{before}{link.text}.{one.text}", f"{link.label} › {one.label}")
            for one in members(written.catalogue, link.type.entity) if not one.many
        )
        yield _("%(link)s: its fields", link=link.label), inner


def likes(written: Written, of: Subject, *, lists: bool = False) -> tuple[tuple[str, str], ...]:
    """Other paths that it can be compared with: of the same kind, and what is known of whoever looks."""
    wanted: list[tuple[str, str]] = []
    for name, type_ in written.place.variables.items():
        fits = type_.kind is (Kind.LIST if lists else of.type.kind)
        if name != "record" and of.is_link and fits and type_.entity == of.type.entity:
            wanted.append((name, label_of_path(written.catalogue, written.owner, (name,), written.place.variables)))
    if lists:
        return tuple(wanted)
    for before, owner in (("", written.owner), *((f"{name}.", type_.entity) for name, type_ in written.place.variables.items() if name == "record")):
        for one in members(written.catalogue, owner):
            if not one.many and one.type and _alike(one.type, of.type) and f"{before}{one.text}" != of.text:
                label = f"{_('The record that it is about')} › {one.label}" if before else one.label
                wanted.append((f"{before}{one.text}", label))
    return tuple(wanted)


def _alike(one: Type, other: Type) -> bool:
    dated = {Kind.DATE, Kind.DATETIME}
    return {one.kind, other.kind} <= dated or one.kind is other.kind and (not one.entity or one.entity == other.entity)


def sentence(written: Written, rows: Rows, *, inside: bool = False) -> str:
    """The rows in words: “State is Open and (Total is more than 100 or Owner is me)”."""
    joint = _(" or ") if rows.either else _(" and ")
    words = joint.join(sentence(written, one, inside=True) if isinstance(one, Rows) else _row(written, one) for one in rows.parts)
    return f"({words})" if inside and len(rows.parts) > 1 else words


def _row(written: Written, row: Row) -> str:
    of = subject(written, ".".join(row.path) + (COUNT if row.is_count else ""))
    if of is None:
        return ".".join(row.path)
    values = _(", ").join(operand_words(written, of, one) for one in row.operands)
    return " ".join(filter(None, (of.label, of.operator(row.operator).label, values)))


def operand_words(written: Written, of: Subject, operand: Operand) -> str:
    """What a value of a row is called."""
    match operand.kind:
        case "truth":
            return _("Yes") if operand.text == "true" else _("No")
        case "path":
            return label_of_path(written.catalogue, written.owner, operand.text.split("."), written.place.variables)
        case "today" | "now":
            return moment_words(operand)
    return next((pick(one.label) for one in of.options if one.code == operand.text), operand.text)


def moment_words(operand: Operand) -> str:
    """“3 days before today”."""
    since = _("today") if operand.kind == "today" else _("now")
    if not operand.text:
        return since
    count, unit = operand.text.removeprefix("-"), unit_words()[operand.unit]
    if operand.text.startswith("-"):
        return _("%(count)s %(unit)s before %(moment)s", count=count, unit=unit, moment=since)
    return _("%(count)s %(unit)s after %(moment)s", count=count, unit=unit, moment=since)


def unit_words() -> Mapping[str, str]:
    return {"D": _("days"), "W": _("weeks"), "M": _("months"), "Y": _("years"), "H": _("hours")}


def _only(found: tuple[Operator, ...], *names: str) -> tuple[Operator, ...]:
    return tuple(one for one in found if one.name in names)


def _without(found: tuple[Operator, ...], *names: str) -> tuple[Operator, ...]:
    return tuple(one for one in found if one.name not in names)
