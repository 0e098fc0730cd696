"""Postal addresses: province, city and district by their official codes, the rest in words."""

import re
from typing import Any, ClassVar

import sqlalchemy as sa

from shuke.core.i18n import gettext as _
from shuke.core.i18n import locale
from shuke.core.sqltypes import Json
from shuke.definitions.model import Field
from shuke.expressions.types import Kind, Type
from shuke.fields import regions
from shuke.fields.base import FieldType, Form, is_control
from shuke.fields.operators import ADDRESS
from shuke.fields.reading import fold

LEVELS = ("province", "city", "district")
PARTS = (*LEVELS, "street", "postcode")
_POSTCODE = re.compile(r"(?<!\d)(\d{6})(?!\d)", re.ASCII)


class AddressType(FieldType):
    name = "address"
    comparable = False
    words = "Address"
    json_type: ClassVar = {"type": "object"}
    options_schema: ClassVar = {
        "properties": {
            "properties": {"type": "object", "propertyNames": {"enum": list(PARTS)}, "additionalProperties": {"type": "object"}},
            "additionalProperties": {"const": False}, "x-detail": {"enum": ["city", "district", "street"]},
        },
    }
    operators = ADDRESS
    searchable = True

    def column_type(self, field: Field) -> sa.types.TypeEngine[Any] | None:
        return Json

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.BLANK)

    def load(self, value: Any, field: Field) -> Any:
        return {part: value[part] for part in PARTS if value.get(part)} or None if value else None

    def dump(self, value: Any, field: Field) -> Any:
        return dict(value) if value else None

    def parse_plain(self, text: str, field: Field) -> Any:
        """Regions are recognised from the left, in Chinese; what is left is the street."""
        rest = fold(text)
        if not rest:
            return None
        found: dict[str, str] = {}
        if match := _POSTCODE.search(rest):
            found["postcode"] = match[1]
            rest = (rest[:match.start()] + rest[match.end():]).strip(" ,，;")
        codes, rest = regions.recognise(rest)
        found.update({level: code for level, code in zip(LEVELS, codes, strict=True) if code})
        if street := rest.strip(" ,，"):
            found["street"] = street
        return found or None

    def parse_form(self, form: Form, name: str, field: Field) -> Any:
        typed = {part: (form.get(f"{name}.{part}", "") or "").strip() for part in PARTS}
        return _consistent({part: text for part, text in typed.items() if text}) or None

    def format(self, value: Any, field: Field) -> str:
        if not value:
            return ""
        names = [regions.name(value[level]) for level in LEVELS if value.get(level)]
        names = [name for index, name in enumerate(names) if name not in names[:index]]
        street, postcode = value.get("street", ""), value.get("postcode", "")
        if locale() == "zh":
            return " ".join(part for part in ("".join(names) + street, postcode) if part)
        return ", ".join(part for part in (street, *reversed(names), postcode) if part)

    def plain(self, value: Any, field: Field) -> str:
        """As in Chinese, with every level, so that it can be read back."""
        if not value:
            return ""
        names = "".join(regions.name(value[level], "zh") for level in LEVELS if value.get(level))
        return " ".join(part for part in (names, value.get("street", ""), value.get("postcode", "")) if part)

    def typed(self, value: Any, field: Field) -> Any:
        """The parts, and under `choices` the regions that each level can be now."""
        chosen = dict(value or {})
        above = {"province": "", "city": chosen.get("province"), "district": chosen.get("city")}
        choices = {
            level: [(region.code, region.said(locale())) for region in regions.children(parent)] if parent is not None else []
            for level, parent in above.items()
        }
        return {**chosen, "choices": choices}

    def faults(self, value: Any, field: Field) -> list[str]:
        if set(value) - set(PARTS) or not all(isinstance(part, str) and len(part) <= 200 for part in value.values()):
            return [_("An address has a province, city, district, street and postcode, each a text of at most 200 characters.")]
        if any(is_control(character) or character == "\n" for part in value.values() for character in part):
            return [_("The text holds characters that cannot be shown.")]
        for level, above in zip(LEVELS, ("", *LEVELS), strict=False):
            if value.get(level) and not regions.is_under(value[level], level, value.get(above) if above else ""):
                return [_("“%(code)s” does not belong to the region chosen above it.", code=value[level])]
        return []

    def mask(self, value: Any, field: Field) -> str:
        if not value:
            return ""
        return self.format({level: value[level] for level in LEVELS[:2] if value.get(level)}, field) + "****"

    def search_words(self, value: Any, field: Field) -> list[str]:
        if not value:
            return []
        names = "".join(regions.name(value[level], "zh") for level in LEVELS if value.get(level))
        return [names + value.get("street", "")]


def _consistent(typed: dict[str, str]) -> dict[str, str]:
    """Without a city that another province has, and a district of another city: they stood in the form before."""
    for level, above in (("city", "province"), ("district", "city")):
        if level in typed and not (above in typed and regions.is_under(typed[level], level, typed[above])):
            del typed[level]
    return typed
