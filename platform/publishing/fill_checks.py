"""Checks of sub-tables whose lines come from another record: the link, its sub-table, and a fitting formula for each column."""

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Entity, Field, LineFill
from shuke.expressions import Kind
from shuke.fields import FIELD_TYPES
from shuke.publishing.checking import Place, type_of
from shuke.records.virtual import is_computed


def check_fill(at: Place, entity: Entity, table: Field, fill: LineFill) -> None:
    link = at.at("from").field(entity, fill.link)
    if link is None:
        return
    target = at.catalogue.entities.get(type_of(link).entity)
    if target is None or is_computed(link) or FIELD_TYPES[link.type].rows("", link):
        at.at("from").note(_("“%(name)s” is no link to one record.", name=fill.link))
        return
    source = at.at("from").field(target, fill.table)
    if source is None:
        return
    if not source.fields:
        at.at("from").note(_("“%(name)s” is no sub-table.", name=fill.table))
        return
    known = {column.name: column for column in table.fields}
    for name, formula in fill.columns.items():
        here = at.at("columns", name)
        if name not in known:
            here.missing_field(f"{entity.name}.{table.name}", name, known)
        elif is_computed(known[name]):
            here.note(_("“%(name)s” cannot be set: its value follows from others.", name=name))
        elif FIELD_TYPES[known[name].type].holds_file or type_of(known[name]).kind is Kind.BLANK:
            here.note(_("“%(name)s” cannot be filled from the lines of another record; leave it out.", name=name))
        else:
            here.expression(f"{target.name}.{source.name}", formula, type_of(known[name]))
