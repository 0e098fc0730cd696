"""A stored file: the value is its number in `sk_file`."""

from typing import Any, ClassVar

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.fields.base import sentence
from shuke.fields.link import LinkType, identity, is_id
from shuke.fields.operators import BLANK, NOT_BLANK

UPLOAD = {
    "x-accept": {"type": "array", "items": {"type": "string", "pattern": r"^[a-z0-9.+-]+/[a-z0-9.+*-]+$"}, "maxItems": 30},
    "x-max-size": {"type": "integer", "minimum": 1, "maximum": 20 * 1024 * 1024},
}


class FileType(LinkType):
    name = "file"
    words = "File"
    target = "file"
    options_schema: ClassVar = {"properties": UPLOAD}
    operators = (BLANK, NOT_BLANK)
    holds_file = True

    def parse_plain(self, text: str, field: Field) -> Any:
        word = text.strip()
        if word and not is_id(word):
            raise sentence("Files are uploaded, not typed.")
        return str(int(word)) if word else None

    def format(self, value: Any, field: Field) -> str:
        return "" if value is None else str(getattr(value, "name", "") or _("File %(number)s", number=identity(value)))

    def typed(self, value: Any, field: Field) -> Any:
        return {**self.shown(value, field), "id": str(identity(value))} if value is not None else None

    def shown(self, value: Any, field: Field) -> Any:
        return {"text": self.format(value, field), "url": f"/files/{identity(value)}"} if value is not None else None

    def faults(self, value: Any, field: Field) -> list[str]:
        return [] if is_id(value) else [_("Files are uploaded, not typed.")]
