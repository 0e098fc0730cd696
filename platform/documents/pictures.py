"""Pictures and codes of a document, made part of it: drawing fetches nothing."""

import re
from base64 import b64encode

from markupsafe import Markup

from shuke.core.errors import NotFound
from shuke.core.settings import current as settings
from shuke.documents.blocks import Picture
from shuke.documents.paper import module_size
from shuke.fields.barcode import code
from shuke.records import FileRef, files

_DRAWN = frozenset({"image/jpeg", "image/png", "image/webp"})
_SIZE = re.compile(r"<svg ")


def picture(file: FileRef, width: float) -> Picture | None:
    """The stored picture; None when it is of another kind or its bytes are gone."""
    if file.mime not in _DRAWN:
        return None
    try:
        stored, content = files.read(file.id)
    except NotFound:
        return None
    return Picture(f"data:{stored.mime};base64,{b64encode(content).decode()}", width, stored.name)


def logo(width: float) -> Picture | None:
    """The company's own, if there is one."""
    if not settings().logo:
        return None
    try:
        return picture(files.find(settings().logo).ref, width)
    except NotFound:
        return None


def sized_code(value: str, symbology: str, most: float) -> Markup:
    """A bar or QR code at most so many millimetres wide, each module a whole number of the printer's dots."""
    drawn = code(value, symbology)
    if drawn is None:
        return Markup()
    module = module_size(drawn.width, most)
    height = drawn.height * module if symbology == "qr" else _BAR_HEIGHT
    size = f'<svg width="{drawn.width * module:.4f}mm" height="{height:.4f}mm" preserveAspectRatio="none" '
    return Markup(_SIZE.sub(size, str(drawn.svg), count=1))  # noqa: S704 - our own drawing, whose words are escaped


_BAR_HEIGHT = 11.0
