"""A link to a user."""

from typing import ClassVar

from shuke.fields.keywords import EXPRESSION, LABEL, NAME, ON_DELETE, PATHS
from shuke.fields.link import LinkType


class UserType(LinkType):
    name = "user"
    words = "User"
    target = "user"
    options_schema: ClassVar = {"properties": {"x-inverse": NAME, "x-inverse-label": LABEL, "x-on-delete": ON_DELETE, "x-filter": EXPRESSION, "x-columns": PATHS}}
