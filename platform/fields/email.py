"""E-mail addresses."""

import re
from typing import ClassVar

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.fields.base import sentence
from shuke.fields.reading import fold
from shuke.fields.text import TextType

_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@([\w](?:[\w-]{0,61}[\w])?\.)+[\w-]{2,63}")


class EmailType(TextType):
    name = "email"
    words = "E-mail address"
    json_type: ClassVar = {"type": "string", "format": "email"}

    def parse_plain(self, text: str, field: Field) -> str | None:
        folded = fold(text).removeprefix("mailto:")
        if not folded:
            return None
        if not _is_address(folded):
            raise sentence("“%(text)s” is not an e-mail address.", text=text.strip()[:60])
        local, _at, domain = folded.rpartition("@")
        return f"{local}@{domain.lower()}"

    def faults(self, value: str, field: Field) -> list[str]:
        return [] if _is_address(value) else [_("“%(text)s” is not an e-mail address.", text=value[:60])]

    def mask(self, value: str | None, field: Field) -> str:
        if not value or isinstance(field.option("mask"), dict):
            return super().mask(value, field)
        local, _at, domain = value.rpartition("@")
        return f"{local[:1]}****@{domain}" if len(local) > 1 else f"****@{domain}"


def _is_address(text: str) -> bool:
    return text.isascii() and text.isprintable() and len(text) <= 254 and _ADDRESS.fullmatch(text) is not None and ".." not in text and not text.startswith(".") and ".@" not in text
