"""The designer of printed documents: blocks as cards, the properties of the chosen one, and the pages as they will be printed."""

from dataclasses import dataclass

from flask import Response, make_response, render_template, request, url_for

from shuke.builder import print_blocks
from shuke.builder.blueprint import blueprint
from shuke.builder.editing import path_in
from shuke.builder.gestures import gesture, refuse
from shuke.builder.outline import address_of
from shuke.builder.panels.choices import paths
from shuke.builder.panels.editors import datalists
from shuke.builder.panels.panel import WHOLE, panel
from shuke.builder.panels.scopes import scope_of
from shuke.builder.panels.words import value_word
from shuke.builder.print_blocks import ICONS, kind_word
from shuke.builder.print_preview import Looked, drawn, looked, samples
from shuke.builder.tabs import Tab, tab
from shuke.builder.titles import both
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import NotFound
from shuke.core.i18n import LOCALES, locale, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.patches import Path
from shuke.publishing.edits import prints as edits
from shuke.publishing.edits.labels import document_name
from shuke.screens.downloads import attachment
from shuke.screens.page import go_to_address, render
from shuke.screens.screen import screen
from shuke.screens.visitor import read

_LANGUAGES = tuple(zip(LOCALES, ("中文", "English"), strict=True))
_WORDS = ("heading", "text")


@dataclass(frozen=True, slots=True)
class Offered:
    """A kind of block, or a layout to begin with."""

    name: str
    label: str
    icon: str
    about: str = ""


def _draw(shop: Workshop, document: Document) -> str:
    return render_template(
        "builder/prints/_designer.html", **_design(shop, document, request.args.get("block", "")), records=samples(document, shop), languages=_LANGUAGES, language=locale(),
    )


def _design(shop: Workshop, document: Document, at: str) -> dict[str, object]:
    """The cards and the panel of the chosen block, or of the paper where none is chosen."""
    blocks = print_blocks.cards(shop, document)
    chosen = print_blocks.card_at(blocks, at)
    made = panel(shop, "document", document.name, at=chosen.pointer if chosen else WHOLE)
    return {
        "name": document.name, "blocks": blocks, "chosen": chosen, "panel": made, "lists": datalists([one for group in made.groups for one in group.inputs]),
        "palette": [Offered(kind, kind_word(kind), ICONS[kind]) for kind in edits.offered(shop.documents, document.body["entity"])],
        "goals": print_blocks.goals(blocks, chosen) if chosen else (), "not_inside": edits.NOT_INSIDE,
        "insertable": list(dict.fromkeys(paths(scope_of(shop, document)))) if chosen and chosen.type in _WORDS else (),
    }


def _fragment(shop: Workshop, name: str, at: str, said: str = "") -> str:
    return render_template("builder/prints/_design.html", **_design(shop, shop.document("document", name), at), said=said)


tab(Tab("print", ("document",), 10, lambda: _("Print designer"), _draw, scripts=("builder/prints.js",), styles=("builder/prints.css",)))


@screen(blueprint, "/build/prints/<name>/design", permission="build")
def print_design(name: str) -> Response:
    """The cards and the panel anew, with the block at `block` chosen."""
    return make_response(_fragment(workshop(), name, request.args.get("block", "")))


@screen(blueprint, "/build/prints/<name>/blocks", permission="build", methods=("POST",), transaction="write")
def edit_blocks(name: str) -> Response:
    """`add` a block at a place, or `duplicate`, `move` and `remove` the one at `block`; the answer has the cards and the panel anew."""
    document, action = workshop().document("document", name), request.form.get("action", "")
    place = _place(document, request.form.get("block", ""))
    label = document.body["label"]
    match action:
        case "add":
            kind = request.form.get("type", "")
            if kind not in edits.KINDS:
                raise NotFound(_("There is no such block."))
            title = both("%(thing)s: block added", thing=label)
            return gesture(lambda documents: edits.add_block(documents, name, place, kind), title, lambda shop: _fragment(shop, name, _pointer(place), _("Added.")))
        case "duplicate":
            after = (*place[:-1], int(place[-1]) + 1)
            title = both("%(thing)s: block copied", thing=label)
            return gesture(lambda documents: edits.duplicate_block(documents, name, place), title, lambda shop: _fragment(shop, name, _pointer(after), _("Copied.")))
        case "remove":
            title = both("%(thing)s: block removed", thing=label)
            return gesture(lambda documents: edits.remove_block(documents, name, place), title, lambda shop: _fragment(shop, name, "", _("Removed.")))
        case "move":
            return _move(document, place, _place(document, request.form.get("to", "")))
    raise NotFound(_("What you want to change is not there any more."))


def _move(document: Document, place: Path, target: Path) -> Response:
    there = edits.moved(place, target)
    return gesture(
        lambda documents: edits.move_block(documents, document.name, place, target), both("%(thing)s: block moved", thing=document.body["label"]),
        lambda shop: _fragment(shop, document.name, _pointer(there), _("Now at place %(number)s.", number=int(there[-1]) + 1)),
    )


@screen(blueprint, "/build/prints/<name>/preview", permission="build", transaction="none")
def print_look(name: str) -> Response:
    """The first pages as pictures: the document as the draft has it, of a record as it is."""
    return render("builder/prints/_preview.html", fragment="builder/prints/_preview.html", shown=_looked(name), name=name)


@screen(blueprint, "/build/prints/<name>.pdf", permission="build", transaction="none")
def print_pdf(name: str) -> Response:
    """The whole document as the draft has it."""
    with read():
        document, shop = workshop().document("document", name), workshop()
        title = pick(document.body["label"])
        page = drawn(shop, document, request.args.get("record", ""), request.args.get("lang", ""))
    return attachment(page.pdf(), f"{title}.pdf", "application/pdf", inline=True)


def _looked(name: str) -> Looked:
    with read():
        shop = workshop()
        page = drawn(shop, shop.document("document", name), request.args.get("record", ""), request.args.get("lang", ""))
    return looked(page)


# The prints of an entity


@dataclass(frozen=True, slots=True)
class PrintShown:
    label: str
    address: str
    paper: str
    blocks: int


def _draw_entity(shop: Workshop, document: Document) -> str:
    found = sorted((one for one in shop.of_kind("document") if one.body["entity"] == document.name), key=lambda one: (one.body.get("order", 0), one.name))
    return render_template(
        "builder/prints/_of_entity.html", entity=document.name,
        prints=[PrintShown(pick(one.body["label"]), address_of("document", one.name), value_word(one.body.get("paper", "A4")), len(one.body["blocks"])) for one in found],
        layouts=_layouts(),
    )


def _layouts() -> list[Offered]:
    return [
        Offered("sheet", _("Form with lines"), "file-invoice", _("Head, lines, totals and signatures on A4.")),
        Offered("receipt", _("Receipt"), "receipt", _("Narrow paper, as long as it needs to be.")),
        Offered("label", _("Labels"), "tag", _("With a code; on a label printer or beside each other on A4.")),
        Offered("statement", _("Statement"), "report-money", _("Figures, a chart, and all that belongs to the record.")),
        Offered("letter", _("Letter"), "mail", _("Words with the record's values in them.")),
    ]


tab(Tab("prints", ("entity",), 50, lambda: _("Prints"), _draw_entity, styles=("builder/prints.css",)))


@screen(blueprint, "/build/prints", permission="build", methods=("POST",), transaction="write")
def add_print() -> Response:
    """A new document of an entity, begun with one of the layouts; its designer opens."""
    shop, layout = workshop(), request.form.get("layout", "")
    entity = shop.document("entity", request.form.get("entity", ""))
    if layout not in edits.LAYOUTS:
        return refuse([_("Choose a layout.")])
    name = document_name(shop.documents, "document", edits.layout_label(shop.documents, entity.name, layout))
    done = gesture(
        lambda documents: edits.add_layout(documents, entity.app, entity.name, layout, name=name), both("%(thing)s: print added", thing=entity.body["x-label"]),
    )
    return go_to_address(url_for("builder.document_page", kind="document", name=name)) if done.status_code < 400 else done


def _place(document: Document, pointer: str) -> Path:
    """A place of a block: its list and the index in it, which may be one after the last."""
    start, _slash, number = pointer.rpartition("/")
    if not number.isdigit() or len(number) > 3 or not start.endswith("/blocks"):
        raise NotFound(_("What you want to change is not there any more."))
    return (*path_in(document, start), int(number))


def _pointer(path: Path) -> str:
    return "".join(f"/{part}" for part in path)


