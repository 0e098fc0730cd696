"""The words of everything in both languages, side by side: what is missing first, to be filled in where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from flask import Response, render_template, request

from shuke.builder.bar import page
from shuke.builder.blueprint import blueprint
from shuke.builder.editing import path_in, title_of
from shuke.builder.gestures import gesture, refuse
from shuke.builder.inputs import Refused, refuse_misfit
from shuke.builder.outline import address_of, outline
from shuke.builder.panels.words import key_word
from shuke.builder.words import icon_of, is_own, label_of
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.patches import escaped
from shuke.publishing.edits import set_value
from shuke.publishing.wording import LANGUAGES, Worded, worded
from shuke.records.words import normalise
from shuke.screens.screen import screen

_MOST = 200


@dataclass(frozen=True, slots=True)
class WordsShown:
    """One place with its words; `zh` and `en` as they are now."""

    id: str
    kind: str
    name: str
    pointer: str
    document: str
    icon: str
    address: str
    place: str
    zh: str
    en: str
    long: bool
    lacks: tuple[str, ...]


@screen(blueprint, "/build/words", permission="build")
def word_list() -> Response:
    """What lacks Chinese or English; with `all` and a search everything."""
    shop, text, everything = workshop(), request.args.get("q", "").strip(), "all" in request.args
    found = [one for one in _own(shop) if _is_wanted(one, text, everything=everything)]
    return page(
        "builder/words.html", shop, apps=outline(shop), found=[_shown(one) for one in found[:_MOST]], more=max(0, len(found) - _MOST), text=text, everything=everything,
        missing=missing(shop),
    )


@screen(blueprint, "/build/words", permission="build", methods=("POST",), transaction="write")
def write_words() -> Response:
    """The words of one place: `zh` and `en`."""
    shop, form = workshop(), request.form
    document = shop.document(form.get("kind", ""), form.get("name", ""))
    path = path_in(document, form.get("pointer", ""))
    said = {language: form.get(language, "").replace("\r\n", "\n").strip() for language in LANGUAGES}

    def draw(shop: Workshop) -> str:
        now = next((one for one in worded([shop.document(*document.key)]) if one.path == path), None)
        return render_template("builder/_words_row.html", one=_shown(now)) if now else ""

    if not any(one.path == path for one in worded([document])):
        raise NotFound(_("What you want to change is not there any more."))
    try:
        refuse_misfit(document, path, said)
    except Refused as wrong:
        return refuse(wrong.sentences, draw)
    return gesture(lambda documents: set_value(documents, document.key, path, said), title_of(document, path), draw)


def missing(shop: Workshop) -> int:
    """How many places lack words in one of the languages."""
    found: int = shop.catalogue.derived("missing words", lambda: sum(1 for one in _own(shop) if one.lacks))
    return found


def _own(shop: Workshop) -> Iterator[Worded]:
    return worded(one for one in shop.documents if is_own(one))


def _is_wanted(one: Worded, text: str, *, everything: bool) -> bool:
    if not everything and not one.lacks:
        return False
    wanted = normalise(text)
    return not wanted or any(wanted in normalise(words) for words in (*one.said.values(), label_of(one.document)))


def _shown(one: Worded) -> WordsShown:
    pointer = "".join(f"/{escaped(str(part))}" for part in one.path)
    around = [said for label in one.around[1:] if (said := pick(label))]
    key = next((str(part) for part in reversed(one.path) if isinstance(part, str)), "")
    field = _field(one)
    address = address_of(*one.document.key) + (f"?field={field}" if field else "?tab=settings")
    is_long = any("\n" in words or len(words) > 60 for words in one.said.values())
    return WordsShown(
        f"words-{crc32(repr((one.document.key, pointer)).encode()):x}", *one.document.key, pointer, label_of(one.document), icon_of(one.document), address,
        " · ".join([*around, key_word(key)]), one.said.get("zh", ""), one.said.get("en", ""), is_long, one.lacks,
    )


def _field(one: Worded) -> str:
    """The field of an entity that the words belong to."""
    if one.document.kind != "entity" or one.path[:1] != ("properties",):
        return ""
    names = [str(one.path[1])]
    if one.path[2:4] == ("items", "properties"):
        names.append(str(one.path[4]))
    return ".".join(names)
