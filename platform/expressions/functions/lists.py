"""Functions on lists: the codes of a multiple choice, or tags."""

from decimal import Decimal

import sqlalchemy as sa

from shuke.expressions import postgresql
from shuke.expressions.functions.base import Function, words
from shuke.expressions.types import BOOL, INTEGER, TEXT

FUNCTIONS = [
    Function(
        "HAS", "lists", "list:list (item:text)+", BOOL, words("列表是否含有其中任意一项。", "Whether the list has any of the items."),
        (("HAS(tags, \"rare\")", True), ("HAS(tags, \"old\", \"new\")", True), ("HAS(tags, \"old\")", False)),
        lambda values, *items: values is not None and any(item in values for item in items),
        lambda call, values, *items: sa.or_(*(sa.func.jsonb_exists(values, item, type_=sa.Boolean()) for item in items)), strict=False),
    Function(
        "HASALL", "lists", "list:list (item:text)+", BOOL, words("列表是否含有全部各项。", "Whether the list has all of the items."),
        (("HASALL(tags, \"rare\", \"new\")", True), ("HASALL(tags, \"rare\", \"old\")", False)),
        lambda values, *items: all(item in values for item in items),
        lambda call, values, *items: sa.and_(*(sa.func.jsonb_exists(values, item, type_=sa.Boolean()) for item in items))),
    Function(
        "LISTSIZE", "lists", "list:list", INTEGER, words("列表的项数。", "How many items the list has."), (("LISTSIZE(tags)", 2),),
        lambda values: Decimal(len(values or ())),
        lambda call, values: postgresql.to_number(sa.func.coalesce(sa.func.jsonb_array_length(values), 0)), strict=False),
    Function(
        "LISTITEM", "lists", "list:list index:number", TEXT, words("列表中的第几项。", "The item at a position of the list."),
        (("LISTITEM(tags, 1)", "new"), ("LISTITEM(tags, 9)", None)),
        lambda values, index: str(values[int(index) - 1]) if 1 <= int(index) <= len(values) else None,
        lambda call, values, index: sa.func.jsonb_array_element_text(
            values, sa.func.nullif(postgresql.count(index), 0, type_=sa.Integer()) - 1, type_=sa.Text())),
]
