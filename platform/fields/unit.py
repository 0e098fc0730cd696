"""A link to a unit of the organisation."""

from typing import ClassVar

from shuke.fields.keywords import EXPRESSION, LABEL, NAME, ON_DELETE, PATHS
from shuke.fields.link import LinkType
from shuke.fields.operators import ONE_OF, UNIT_UNDER


class UnitType(LinkType):
    name = "unit"
    words = "Unit of the organisation"
    target = "unit"
    options_schema: ClassVar = {"properties": {"x-inverse": NAME, "x-inverse-label": LABEL, "x-on-delete": ON_DELETE, "x-filter": EXPRESSION, "x-columns": PATHS}}
    operators = (UNIT_UNDER, *ONE_OF)
