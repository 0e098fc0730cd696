"""The HTML of a document; the only templates are ours, and everything in them is escaped."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from shuke.core.i18n import gettext
from shuke.documents.layout import Sheet


def html(sheet: Sheet) -> str:
    return _environment().get_template("documents/document.html").render(sheet=sheet, _=gettext)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("shuke.documents"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )


@cache
def style() -> str:
    """The style sheet of all documents."""
    return (files("shuke.documents") / "templates" / "documents" / "print.css").read_text("utf-8")
