"""Telephone numbers, kept in E.164."""

from functools import lru_cache
from typing import ClassVar

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from shuke.core import settings
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.fields.base import masked, sentence
from shuke.fields.reading import fold
from shuke.fields.text import TextType


class PhoneType(TextType):
    name = "phone"
    words = "Phone number"
    options_schema: ClassVar = {"properties": {"x-country": {"type": "string", "pattern": "^[A-Z]{2}$"}}}

    def country(self, field: Field) -> str:
        """Whose numbers are typed without a country code."""
        return str(field.option("country") or settings.current().country)

    def parse_plain(self, text: str, field: Field) -> str | None:
        folded = fold(text)
        if not folded:
            return None
        number = _read(folded, self.country(field))
        if number is None or not phonenumbers.is_valid_number(number):
            raise sentence("“%(text)s” is not a phone number.", text=text.strip()[:60])
        if number.extension:
            raise sentence("Write the number without its extension.")
        return phonenumbers.format_number(number, PhoneNumberFormat.E164)

    def format(self, value: str | None, field: Field) -> str:
        if not value:
            return ""
        number = _read(value, None)
        if number is None:
            return value
        national = phonenumbers.region_code_for_number(number) == self.country(field)
        return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL if national else PhoneNumberFormat.INTERNATIONAL)

    def typed(self, value: str | None, field: Field) -> str:
        return self.format(value, field)

    def shown(self, value: str | None, field: Field) -> object:
        return {"text": self.format(value, field), "number": value} if value else None

    def faults(self, value: str, field: Field) -> list[str]:
        number = _read(value, None) if value.startswith("+") else None
        if number is None or phonenumbers.format_number(number, PhoneNumberFormat.E164) != value:
            return [_("The phone number has to be written like +8613800138000.")]
        return [] if phonenumbers.is_valid_number(number) else [_("“%(text)s” is not a phone number.", text=value[:60])]

    def kept(self, field: Field) -> tuple[int, int]:
        return 3, 4

    def mask(self, value: str | None, field: Field) -> str:
        """Of the national digits: `138****8000`."""
        number = _read(value or "", None)
        digits = str(phonenumbers.national_significant_number(number)) if number else ""
        keep = field.option("mask")
        start, end = (keep.get("keep_start", 0), keep.get("keep_end", 0)) if isinstance(keep, dict) else self.kept(field)
        return masked(digits, start, end)

    def search_words(self, value: str | None, field: Field) -> list[str]:
        number = _read(value or "", None)
        return [str(phonenumbers.national_significant_number(number)), str(value)] if number else []


@lru_cache(maxsize=4_000)
def _read(text: str, country: str | None) -> PhoneNumber | None:
    """To be read only: the same object comes again, because saving a number asks several times what it is."""
    try:
        return phonenumbers.parse(text, country)
    except NumberParseException:
        return None
