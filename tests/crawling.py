"""A reader who follows every link of the product, and checks what each page says and how it is written."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree.ElementTree import Element, TreeBuilder

from flask.testing import FlaskClient
from tinyhtml5 import inputstream
from tinyhtml5.parser import HTMLParser as StrictParser
from werkzeug.test import TestResponse

_SPOKEN = ("alt", "aria-label", "aria-description", "placeholder", "title", "content", "label", "data-confirm")
_SILENT = {"script", "style", "code", "kbd", "samp", "template", "svg"}
_LEADING = ("href", "hx-get")
_TAG = re.compile(r"""<!--.*?-->|<![^>]*>|<(?P<end>/?)(?P<tag>[A-Za-z][^\s/>]*)(?P<attributes>(?:[^>"'/]++|"[^"]*"|'[^']*'|/(?!>))*+)(?P<empty>/?)>""", re.DOTALL)
_ATTRIBUTE = re.compile(r"""(?P<name>[^\s=/"'>]+)(?:\s*=\s*(?:"(?P<quoted>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s>]+)))?""")
_VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "use", "wbr", "path"])
_OF_A_KIND, _OF_A_PATH = 1, 2
"""So many addresses are visited that differ in ids or values only, and that differ in what is asked for: they stand for all."""
_STRICTLY = 2
"""So many pages that were drawn by one screen are read by the rules of HTML, which takes long."""


_NAMES = re.compile(r"^(/r/)[^/]+|^(/build/\w+/)[^/]+|\d{6,}")
"""What tells pages of one screen apart: entities, documents and records."""


class _Patterns(dict[tuple[frozenset[str], bool], "re.Pattern[str]"]):
    """What the strict parser means to keep but notes under another key, so that it makes each pattern anew at every tag."""

    def __missing__(self, key: tuple[frozenset[str], bool]) -> "re.Pattern[str]":
        characters, is_opposite = key
        known = "".join(f"\\x{ord(character):02x}" for character in characters)
        self[key] = re.compile(f"[{known}]+" if is_opposite else f"[^{known}]+")
        return self[key]


inputstream.characters_until_regex = _Patterns()


@dataclass(frozen=True)
class Visit:
    """One page as it was answered."""

    address: str
    response: TestResponse
    tree: Element | None
    errors: tuple[str, ...]


@dataclass
class Crawl:
    """Follows links breadth first; addresses that differ in ids or values only are of one kind."""

    client: FlaskClient
    locale: str
    kinds: Counter[str] = field(default_factory=Counter)

    def visits(self, *starts: str) -> Iterator[Visit]:
        waiting, known = list(starts), set(starts)
        while waiting:
            address = waiting.pop(0)
            visit = self._visit(address)
            yield visit
            if visit.tree is None:
                continue
            for link in _links(visit.tree, address):
                if link not in known and self._wanted(link):
                    known.add(link)
                    waiting.append(link)

    def _visit(self, address: str) -> Visit:
        response = self.client.get(_in_language(address, self.locale))
        if not response.mimetype.startswith("text/html") or not response.text.strip():
            return Visit(address, response, None, ())
        screen = _NAMES.sub(lambda name: f"{name[1] or name[2] or ''}#", urlsplit(address).path)
        self.kinds[screen] += 1
        errors = _errors(response.text) if self.kinds[screen] <= _STRICTLY else ()
        return Visit(address, response, _tree(response.text), errors)

    def _wanted(self, address: str) -> bool:
        parts = urlsplit(address)
        path = re.sub(r"\d{6,}", "#", parts.path)
        kind = f"{path}?{'&'.join(sorted({name for name, _value in parse_qsl(parts.query)}))}"
        if self.kinds[kind] >= _OF_A_KIND or self.kinds[path] >= _OF_A_PATH:
            return False
        self.kinds.update((kind, path))
        return True


def _tree(text: str) -> Element:
    """A tree of well-formed HTML; what is not well-formed is found by `_errors`."""
    builder = TreeBuilder()
    builder.start("all", {})
    opened: list[str] = []
    here = 0
    for found in _TAG.finditer(text):
        if found.start() > here:
            builder.data(unescape(text[here : found.start()]))
        here = found.end()
        if not (tag := found["tag"]):
            continue
        tag = tag.lower()
        if not found["end"]:
            builder.start(tag, {one["name"].lower(): unescape(one["quoted"] or one["single"] or one["bare"] or "") for one in _ATTRIBUTE.finditer(found["attributes"])})
            if tag in _VOID or found["empty"]:
                builder.end(tag)
            else:
                opened.append(tag)
        elif tag in opened:
            while (last := opened.pop()) != tag:
                builder.end(last)
            builder.end(tag)
    builder.data(unescape(text[here:]))
    for tag in reversed(["all", *opened]):
        builder.end(tag)
    return builder.close()


def _errors(text: str) -> tuple[str, ...]:
    """Where the text breaks the rules of HTML."""
    parser = StrictParser(namespace_html_elements=False)
    part = f"<table>{text}</table>" if text.lstrip().startswith("<tr") else text
    parser.parse(text if "<html" in text[:400] else f"<!doctype html><title>x</title>{part}")
    return tuple(f"{place}: {code}" for place, code, _values in parser.errors)


def _in_language(address: str, locale: str) -> str:
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "lang"]
    return f"{parts.path}?{urlencode([*query, ('lang', locale)])}"


def _links(tree: Element, here: str) -> Iterator[str]:
    for element in tree.iter():
        for name in _LEADING:
            if (value := element.get(name)) is None:
                continue
            value = value.partition("#")[0]
            if name == "href" and (element.tag == "link" or element.get("download") is not None):
                continue
            if element.get("hx-include") or element.get("name"):
                continue  # says more than its address
            if value.startswith("?"):
                value = urlsplit(here).path + value
            if value.startswith("/") and not value.startswith(("//", "/static", "/api", "/logout")) and ".pdf" not in value:
                yield value


def words_of(tree: Element, locale: str) -> Iterator[str]:
    """Everything that a page says to people: its texts, and the attributes that are read out.

    What is marked as another language (`lang`) is left out.
    """
    waiting: list[Element | str] = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
            continue
        if one.tag in _SILENT or not one.get("lang", locale).startswith(locale):
            continue
        if one.text and (said := one.text.strip()):
            yield said
        yield from _spoken(one)
        for child in reversed(one):
            if child.tail and (said := child.tail.strip()):
                waiting.append(said)
            waiting.append(child)


def _spoken(element: Element) -> Iterator[str]:
    attributes = element.attrib
    for name in _SPOKEN:
        if name in attributes and (value := attributes[name]) and (name != "content" or attributes.get("name") == "description"):
            yield value
    if element.tag == "input" and attributes.get("type") in {"submit", "button"} and attributes.get("value"):
        yield attributes["value"]


def repeated_ids(tree: Element) -> list[str]:
    counted = Counter(identity for element in tree.iter() if (identity := element.get("id")))
    return sorted(identity for identity, times in counted.items() if times > 1)
