"""The HTML of a document; the only templates are ours, and everything in them is escaped."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from shuke.core.colors import WHITE, mix
from shuke.core.i18n import gettext
from shuke.documents.blocks import Sheet


def html(sheet: Sheet) -> str:
    """The whole document but for the style sheet that all share; its page is described in it."""
    return _environment().get_template("documents/document.html").render(sheet=sheet, own_style=_own_style(sheet), _=gettext)


def _own_style(sheet: Sheet) -> Markup:
    """What differs between documents: colour, page, and the words around page numbers."""
    before, between, after = (_quoted(words) for words in sheet.pages)
    numbers = f"{before} counter(page) {between} counter(pages) {after}"
    lines = [f":root {{ --brand: {sheet.color}; --brand-soft: {mix(sheet.color, WHITE, 0.9)}; }}", sheet.paper.page]
    if sheet.paper.kind == "sheet":
        lines.append(f'@page {{ @bottom-right {{ content: string(printed) "\\2003" {numbers}; }} @bottom-left {{ content: {_quoted(sheet.footer)}; }} }}')
    return Markup("\n".join(lines))  # noqa: S704 - a checked colour, numbers, and words with everything but letters escaped


def _quoted(words: str) -> str:
    """A CSS string; whatever is no letter, digit or blank is escaped, so that it ends neither the string nor the style element."""
    return '"' + "".join(character if character.isalnum() or character == " " else f"\\{ord(character):x} " for character in words) + '"'


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("shuke.documents"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )


@cache
def style() -> str:
    """The style sheet of all documents."""
    return (files("shuke.documents") / "templates" / "documents" / "print.css").read_text("utf-8")
