"""Web addresses; http and https only."""

import re
from typing import ClassVar
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.fields.base import sentence
from shuke.fields.text import TextType

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_PORT = re.compile(r"[^/:]+:\d+(/|$)")


class UrlType(TextType):
    name = "url"
    words = "Web address"
    json_type: ClassVar = {"type": "string", "format": "uri"}

    def parse_plain(self, text: str, field: Field) -> str | None:
        typed = text.strip()
        if not typed:
            return None
        if not _SCHEME.match(typed) or _PORT.match(typed):
            typed = f"https://{typed}"
        typed = _encoded(typed)
        if not _is_address(typed):
            raise sentence("“%(text)s” is not a web address.", text=text.strip()[:60])
        return typed

    def faults(self, value: str, field: Field) -> list[str]:
        return [] if _is_address(value) else [_("“%(text)s” is not a web address.", text=value[:60])]

    def shown(self, value: str | None, field: Field) -> object:
        """Without the scheme, and readable where letters are encoded."""
        if not value or not _is_address(value):
            return None
        text = re.sub(r"^https?://(www\.)?", "", value).rstrip("/")
        readable = unquote(text)
        return {"text": readable if readable.isprintable() else text, "address": value}


def _encoded(text: str) -> str:
    """Chinese and other letters as a URI writes them; what cannot be taken apart stays as it is."""
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode("ascii") + (f":{parts.port}" if parts.port else "")
    except (ValueError, UnicodeError):
        return text
    if text.isascii() or parts.username is not None:
        return text
    safe = "/%:@!$&'()*+,;=~-._?"
    return urlunsplit((parts.scheme, host, quote(parts.path, safe), quote(parts.query, safe), quote(parts.fragment, safe)))


def _is_address(text: str) -> bool:
    if not text.isascii() or len(text) > 2000 or any(character.isspace() or character in '<>"\\^`{}' or ord(character) < 33 for character in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and "." in (parts.hostname or "").strip(".") and (parts.port or 80) > 0 and parts.username is None
    except ValueError:
        return False
