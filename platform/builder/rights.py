"""The designer of rights: the grid of a permission group, the same from an entity's side, and the rules behind each of their cells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Response, make_response, render_template, request

from shuke.builder import right_grid
from shuke.builder.blueprint import blueprint
from shuke.builder.gestures import gesture
from shuke.builder.lockouts import lockouts
from shuke.builder.outline import address_of
from shuke.builder.panels.editors import datalists
from shuke.builder.panels.model import Input
from shuke.builder.panels.panel import panel
from shuke.builder.right_words import RIGHTS, Said, entity_word, field_word, operation_word, reach_words, right_word, rule_words
from shuke.builder.tabs import Tab, tab
from shuke.builder.titles import both
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue as published
from shuke.definitions.model import Document, Entity, Field, Grant
from shuke.publishing import edits
from shuke.publishing.edits import Edit
from shuke.publishing.edits.rights import EVERYTHING, OPERATIONS
from shuke.records.actors import members_of_roles
from shuke.screens.page import toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor

_SHOWN_OF_RULES = ("operations", "scope", "where", "transitions", "lookup")


@dataclass(frozen=True, slots=True)
class RuleShown:
    """One rule of the group about the entity, with the inputs that write it."""

    number: int
    words: str
    inputs: tuple[Input, ...]
    is_conditional: bool


@dataclass(frozen=True, slots=True)
class FieldRights:
    """What is seen of one field, rule by rule: what is said, and what holds."""

    name: str
    label: str
    cells: tuple[tuple[int, str, str], ...]
    """The rule's number, the right that it says or `""`, and the one that holds."""
    is_column: bool


def _draw_role(shop: Workshop, document: Document) -> str:
    entity = request.args.get("entity", "")
    if entity:
        return _detail(shop, document.name, entity, side="role")
    return _grid(shop, right_grid.of_role(shop.catalogue, document.name), side="role", role=document.name)


def _draw_entity(shop: Workshop, document: Document) -> str:
    role = request.args.get("role", "")
    if role:
        return _detail(shop, role, document.name, side="entity")
    return _grid(shop, right_grid.of_entity(shop.catalogue, document.name), side="entity", entity=document.name)


tab(Tab("rights", ("role",), 10, lambda: _("Rights"), _draw_role, scripts=("builder/rights.js",), styles=("builder/rights.css",)))
tab(Tab("rights", ("entity",), 30, lambda: _("Rights"), _draw_entity, scripts=("builder/rights.js",), styles=("builder/rights.css",)))


@screen(blueprint, "/build/rights/reach", permission="build", methods=("POST",), transaction="write")
def set_reach() -> Response:
    """On which records a group does something with an entity's records: one cell of the grid."""
    role, entity = _place()
    operation, reach = request.form.get("operation", ""), request.form.get("reach", "")
    if operation not in OPERATIONS or reach not in {one.value for one in right_grid.choices(workshop().catalogue)}:
        raise NotFound
    title = both(
        "%(role)s · %(entity)s: %(operation)s → %(reach)s", role=_label(role), entity=_entity_label(entity),
        operation=Said(lambda: operation_word(operation)), reach=Said(lambda: reach_words(workshop().catalogue, reach)),
    )
    return _done(lambda documents: edits.set_reach(documents, role, entity, operation, reach), title)


@screen(blueprint, "/build/rights/rules", permission="build", methods=("POST",), transaction="write")
def edit_rules() -> Response:
    """`add` a rule with a condition, `remove` one, `clear` all of the entity, or `copy` those of another group."""
    role, entity = _place()
    action, number, source = request.form.get("action", ""), request.form.get("rule", -1, type=int), request.form.get("source", "")
    said = {"role": _label(role), "entity": _entity_label(entity)}
    match action:
        case "add":
            where = _first_condition(entity)
            return _done(lambda documents: edits.add_conditional_rule(documents, role, entity, where), both("%(role)s · %(entity)s: rule with a condition added", **said))
        case "remove":
            return _done(lambda documents: edits.remove_rule(documents, role, number), both("%(role)s · %(entity)s: rule removed", **said))
        case "clear":
            return _done(lambda documents: edits.clear_rights(documents, role, entity), both("%(role)s · %(entity)s: all rights taken away", **said))
        case "copy" if source in workshop().catalogue.roles:
            title = both("%(role)s · %(entity)s: rights of “%(source)s” copied", source=_label(source), **said)
            return _done(lambda documents: edits.copy_rights(documents, role, entity, source), title)
    raise NotFound


@screen(blueprint, "/build/rights/field", permission="build", methods=("POST",), transaction="write")
def set_field_right() -> Response:
    """What is seen of a field under one rule."""
    role, entity = _place()
    number, field, right = request.form.get("rule", -1, type=int), request.form.get("field", ""), request.form.get("right", "")
    if right not in ("", *RIGHTS) or field not in {name for name, _label, _is_column in _fields(workshop().catalogue.entities.get(entity))}:
        raise NotFound
    title = both(
        "%(role)s · %(entity)s · %(field)s: %(right)s", role=_label(role), entity=_entity_label(entity),
        field=Said(lambda: field_word(workshop().catalogue.entities.get(entity), field)), right=Said(lambda: right_word(right)),
    )
    return _done(lambda documents: edits.set_field_right(documents, role, number, field, right), title)


@screen(blueprint, "/build/rights/detail", permission="build")
def show_detail() -> Response:
    """The rules of one group about one entity, drawn anew after a panel has changed one of them."""
    role, entity = request.args.get("role", ""), request.args.get("entity", "")
    return make_response(_detail(workshop(), role, entity, side=_side(request.args.get("side", ""))))


@screen(blueprint, "/build/rights/warnings", permission="build")
def right_warnings() -> Response:
    """What nobody could do any more if the draft were published."""
    return make_response(render_template("builder/_rights_warnings.html", warnings=_warnings(workshop())))


def _done(edit: Edit, title: Mapping[str, str]) -> Response:
    """The answer to a gesture: the row of the grid or the whole detail; what nobody could do any more is said at once."""
    role, entity = _place()
    side, whole = _side(request.form.get("side", "")), "detail" in request.form
    before = set(_warnings(workshop()))

    def draw(shop: Workshop) -> str:
        for sentence in _warnings(shop):
            if sentence not in before:
                toast(sentence, "warning")
        if whole:
            return _detail(shop, role, entity, side=side)
        row = right_grid.row(shop.catalogue, shop.catalogue.roles[role], entity, by_entity=side == "role")
        return render_template("builder/_rights_row.html", row=row)

    return gesture(edit, title, draw)


def _grid(shop: Workshop, parts: Sequence[right_grid.Part], *, side: str, role: str = "", entity: str = "") -> str:
    abilities = panel(shop, "role", role).find("/abilities") if role else None
    return render_template(
        "builder/_rights.html", parts=parts, side=side, role=role, entity=entity, columns=right_grid.columns(), choices=right_grid.choices(shop.catalogue),
        warnings=_warnings(shop), abilities=abilities, members=members_of_roles(),
    )


def _detail(shop: Workshop, role: str, entity: str, *, side: str) -> str:
    """The rules of a group about one entity, and what they show of its fields."""
    group, found = shop.catalogue.roles.get(role), shop.catalogue.entities.get(entity)
    if group is None or found is None and entity != EVERYTHING:
        raise NotFound
    rules = [(number, grant) for number, grant in enumerate(group.grants) if grant.entity == entity]
    inputs = panel(shop, "role", role)
    shown = [_rule(shop, inputs.find, number, grant) for number, grant in rules]
    others = [(one.name, pick(one.label) or one.name) for one in shop.catalogue.roles.values() if one.name != role and any(grant.entity == entity for grant in one.grants)]
    back = f"{address_of('role', role)}?tab=rights" if side == "role" else f"{address_of('entity', entity)}?tab=rights"
    return render_template(
        "builder/_rights_detail.html", role=role, entity=entity, side=side, role_label=pick(group.label) or role, entity_label=entity_word(shop.catalogue, entity),
        row=right_grid.row(shop.catalogue, group, entity, by_entity=side == "role"), columns=right_grid.columns(), choices=right_grid.choices(shop.catalogue),
        rules=shown, fields=_field_rights(found, rules), rights=[(one, right_word(one)) for one in RIGHTS], others=others, back=back, warnings=_warnings(shop),
        lists=datalists([one for rule in shown for one in rule.inputs]), everywhere=[rule_words(shop.catalogue, one) for one in group.grants if one.entity == EVERYTHING != entity],
        is_system=bool(found and found.system),
    )


def _rule(shop: Workshop, find: Callable[[str], Input | None], number: int, grant: Grant) -> RuleShown:
    inputs = [find(f"/grants/{number}/{key}") for key in _SHOWN_OF_RULES if key != "transitions" or any(flow.entity == grant.entity for flow in shop.catalogue.workflows.values())]
    return RuleShown(number, rule_words(shop.catalogue, grant), tuple(one for one in inputs if one is not None), bool(grant.where))


def _field_rights(entity: Entity | None, rules: Sequence[tuple[int, Grant]]) -> list[FieldRights]:
    if not rules:
        return []
    return [
        FieldRights(name, label, tuple((number, grant.fields.get(name, ""), _holding(grant, name)) for number, grant in rules), is_column)
        for name, label, is_column in _fields(entity)
    ]


def _fields(entity: Entity | None) -> list[tuple[str, str, bool]]:
    """What rights can be said of: all others first, then the fields with the columns of sub-tables, the owner and the unit."""
    found = [(EVERYTHING, field_word(entity, EVERYTHING), False)]
    for one in (*entity.fields, entity.field("owner"), entity.field("unit")) if entity else ():
        if not any(one.name == name for name, _words, _is_column in found):
            found.append((one.name, _words_of(one), False))
            found += [(f"{one.name}.{column.name}", _words_of(column), True) for column in one.fields]
    return found


def _words_of(field: Field) -> str:
    return pick(field.label) or field.name


def _holding(grant: Grant, name: str) -> str:
    if name in grant.fields:
        return grant.fields[name]
    return _holding(grant, name.partition(".")[0]) if "." in name else grant.fields.get(EVERYTHING, "write")


def _warnings(shop: Workshop) -> list[str]:
    return lockouts(published(), shop.catalogue, members_of_roles(), actor()) if shop.draft else []


def _first_condition(entity: str) -> str:
    """What a new condition begins with: records that one has made."""
    if entity == EVERYTHING:
        raise InvalidInput({"": [_("A condition is about the records of one entity; open that entity first.")]})
    return "created_by = me"


def _place() -> tuple[str, str]:
    role, entity = request.form.get("role", ""), request.form.get("entity", "")
    shop = workshop().catalogue
    if role not in shop.roles or entity not in (*shop.entities, EVERYTHING):
        raise NotFound
    return role, entity


def _side(said: str) -> str:
    return "entity" if said == "entity" else "role"


def _label(role: str) -> Mapping[str, str]:
    return workshop().catalogue.roles[role].label


def _entity_label(entity: str) -> object:
    found = workshop().catalogue.entities.get(entity)
    return found.label if found else Said(lambda: _("All entities"))
