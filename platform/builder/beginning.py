"""Beginning something new: an app, or a part of one, under the words that people will read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request

from shuke.builder.bar import page
from shuke.builder.blueprint import blueprint
from shuke.builder.gestures import gesture
from shuke.builder.looks import colors, icons
from shuke.builder.outline import address_of
from shuke.builder.titles import both
from shuke.builder.words import is_own, kind_word
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import NotFound
from shuke.core.i18n import Label, pick
from shuke.core.i18n import gettext as _
from shuke.publishing import edits
from shuke.publishing.edits import Edit
from shuke.publishing.edits.apps import in_both
from shuke.publishing.edits.labels import copied_label
from shuke.screens.page import go_to_address
from shuke.screens.screen import screen

_LONGEST = 80
_ABOUT_AN_ENTITY = frozenset({"workflow", "rule", "ledger", "document"})
"""What is always about the records of one entity."""
_HINTS: Mapping[str, Callable[[], str]] = {
    "app": lambda: _("A group of entities with one place in the menu, such as after-sales or purchasing."),
    "entity": lambda: _("A kind of record, such as a visit or an invoice. It begins with a name, a list and a form."),
    "dashboard": lambda: _("Numbers, charts and lists on one page."), "workflow": lambda: _("The states of a record and the steps between them."),
    "rule": lambda: _("What happens by itself when something happens to a record."),
    "ledger": lambda: _("Balances that go up and down by entries nobody can change, such as points or stock."),
    "document": lambda: _("What is printed of a record: a receipt, a label, a letter."),
    "role": lambda: _("What its members may see and do."), "copy": lambda: _("The same app once more under another name, without its records."),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    kind: str
    app: str = ""
    zh: str = ""
    en: str = ""
    icon: str = ""
    color: str = ""
    entity: str = ""

    @property
    def label(self) -> Label:
        return in_both({"zh": self.zh, "en": self.en})


@screen(blueprint, "/build/new/<kind>", permission="build")
def new_thing(kind: str) -> Response:
    """The dialog for something new; `app` says where, `entity` what about."""
    shop, app = workshop(), request.args.get("app", "")
    _require(shop, kind, app)
    start = Typed(kind, app, icon="apps" if kind == "app" else "", color="blue", entity=request.args.get("entity", ""))
    if kind == "copy":
        start = Typed(kind, app, **copied_label(shop.body("app", app)["label"]))
    return page("builder/apps/new.html", shop, fragment="builder/apps/_new.html", **_shown(shop, start))


@screen(blueprint, "/build/new/<kind>", permission="build", methods=("POST",), transaction="write")
def begin(kind: str) -> Response:
    """Make it in the draft, and open it."""
    shop, form = workshop(), request.form
    typed = Typed(
        kind, form.get("app", ""), form.get("zh", "").strip()[:_LONGEST], form.get("en", "").strip()[:_LONGEST],
        form.get("icon", "")[:40], form.get("color", ""), form.get("entity", ""),
    )
    _require(shop, kind, typed.app)
    faults = _faults(shop, typed)
    if faults:
        return page("builder/apps/new.html", shop, fragment="builder/apps/_new.html", status=422, **_shown(shop, typed, faults))
    name = edits.document_name(shop.documents, "app" if kind == "copy" else kind, typed.label)
    title = both("%(thing)s copied", thing=shop.body("app", typed.app)["label"]) if kind == "copy" else both("%(thing)s added", thing=dict(typed.label))
    done = gesture(_edit(typed, name), title, refused=lambda shop, sentences: _drawn(shop, typed, sentences))
    return go_to_address(address_of("app" if kind == "copy" else kind, name)) if done.status_code < 400 else done


def kinds_of_parts() -> list[tuple[str, str]]:
    """What can be begun in an app."""
    return [(kind, kind_word(kind)) for kind in ("entity", "dashboard", "workflow", "rule", "ledger", "document", "role")]


def _require(shop: Workshop, kind: str, app: str) -> None:
    if kind not in _HINTS or kind != "app" and not shop.has("app", app):
        raise NotFound(_("There is no such document."))


def _faults(shop: Workshop, typed: Typed) -> list[str]:
    if not typed.zh and not typed.en:
        return [_("Give it a name, in one language at least.")]
    if typed.kind in _ABOUT_AN_ENTITY and not (shop.has("entity", typed.entity)):
        return [_("Choose what it is about.")]
    return []


def _edit(typed: Typed, name: str) -> Edit:
    app, label, entity = typed.app, typed.label, typed.entity
    match typed.kind:
        case "app":
            return lambda documents: edits.add_app(documents, label, icon=typed.icon or "apps", color=typed.color, name=name)
        case "copy":
            return lambda documents: edits.copy_app(documents, app, label)
        case "entity":
            return lambda documents: edits.add_entity(documents, app, label, icon=typed.icon, name=name)
        case "dashboard":
            return edits.chain(
                lambda documents: edits.add_dashboard(documents, app, label, name=name),
                lambda documents: edits.add_entry(documents, app, {"dashboard": name}),
            )
        case "workflow":
            return lambda documents: edits.add_workflow(documents, app, entity, label, name=name)
        case "rule":
            return lambda documents: edits.add_rule(documents, app, entity, label, name=name)
        case "ledger":
            return lambda documents: edits.add_ledger(documents, app, entity, label, name=name)
        case "document":
            return lambda documents: edits.add_print(documents, app, entity, label, name=name)
        case "role":
            return lambda documents: edits.add_role(documents, app, label, name=name)
    raise NotFound(_("There is no such document."))


def _drawn(shop: Workshop, typed: Typed, sentences: Sequence[str]) -> str:
    return render_template("builder/apps/_new.html", shop=shop, **_shown(shop, typed, sentences))


def _shown(shop: Workshop, typed: Typed, faults: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "typed": typed, "faults": faults, "heading": _heading(typed.kind), "hint": _HINTS[typed.kind](),
        "icons": icons() if typed.kind in ("app", "entity") else (), "colors": colors() if typed.kind == "app" else (),
        "entities": _entities(shop, typed.app) if typed.kind in _ABOUT_AN_ENTITY else (),
    }


def _heading(kind: str) -> str:
    return {
        "app": _("New app"), "entity": _("New entity"), "dashboard": _("New dashboard"), "workflow": _("New workflow"), "rule": _("New rule"),
        "ledger": _("New ledger"), "document": _("New print"), "role": _("New permission group"), "copy": _("Copy the app"),
    }[kind]


def _entities(shop: Workshop, app: str) -> list[tuple[str, str, bool]]:
    """Entities to choose from, those of the app first."""
    found = [(one.name, pick(one.body["x-label"]), one.app == app) for one in shop.of_kind("entity") if is_own(one)]
    return sorted(found, key=lambda one: not one[2])
