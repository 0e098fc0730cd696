"""The gallery: templates that come with the product and packages that people bring, seen before they are installed or updated."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from shuke.builder.bar import explained, page
from shuke.builder.blueprint import blueprint
from shuke.builder.conflicts import ConflictShown, choices_of, conflict_shown
from shuke.builder.gestures import gesture, refuse
from shuke.builder.outline import KINDS
from shuke.builder.panels.words import value_word
from shuke.builder.pictures import EntityDrawn, drawn
from shuke.builder.titles import both
from shuke.builder.words import kind_words
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions import bases
from shuke.definitions.model import Document
from shuke.definitions.packages import MOST_BYTES, Package, unpack
from shuke.definitions.problems import DefinitionErrors, Problem
from shuke.definitions.shipped import shipped
from shuke.publishing.checks import schemas
from shuke.publishing.updating import BASE, Update, template_in, update
from shuke.screens.page import go_to
from shuke.screens.screen import MEBIBYTE, screen

_MOST_PICTURES = 6


@dataclass(frozen=True, slots=True)
class PackageShown:
    """A package as a card."""

    digest: str
    label: str
    description: str
    version: str
    apps: tuple[tuple[str, str, str], ...]
    """Label, icon and colour."""
    installed: str
    """The version that is installed, if any."""
    is_current: bool
    picture: EntityDrawn | None


@screen(blueprint, "/build/gallery", permission="build")
def gallery() -> Response:
    """Everything that can be installed, and what is installed already."""
    shop = workshop()
    return page("builder/apps/gallery.html", shop, packages=[_package(shop, one) for one in (*shipped(), *_brought(shop))], most=MOST_BYTES >> 20, error="")


@screen(blueprint, "/build/packages", permission="build", methods=("POST",), transaction="write", max_bytes=MOST_BYTES + MEBIBYTE)
def bring_package() -> Response:
    """Take a package that somebody brings; nothing is installed before it was looked at."""
    file = request.files.get("file")
    try:
        made = unpack(file.read() if file else b"")
        _refuse_wrong(made)
    except InvalidInput as wrong:
        return _refused([sentence for said in wrong.by_field.values() for sentence in said])
    except DefinitionErrors as wrong:
        return _refused([str(one) for one in wrong.problems[:5]])
    bases.keep(made)
    return go_to("builder.package_page", digest=made.digest)


@screen(blueprint, "/build/packages/<digest>", permission="build")
def package_page(digest: str) -> Response:
    """What a package brings, what it needs, and what both it and administrators have changed."""
    shop = workshop()
    return _page(shop, update(shop.documents, _found(digest)))


@screen(blueprint, "/build/packages/<digest>", permission="build", methods=("POST",), transaction="write")
def install_package(digest: str) -> Response:
    """Install it in the draft, or bring it up to date there, with the choices that were made."""
    made, choices = _found(digest), choices_of(request.form)
    outcome = update(workshop().documents, made, choices)
    if outcome.missing:
        return refuse([_("The package needs what is not here: %(names)s.", names=", ".join(pick(one.label) for one in outcome.missing))])
    if any(one.key not in choices for one in outcome.conflicts):
        return refuse([_("Choose for every place that both have changed.")])
    bases.keep(made)
    title = both("%(thing)s installed", thing=dict(made.label)) if outcome.is_new else both("%(thing)s brought up to date", thing=dict(made.label))
    done = gesture(lambda documents: update(documents, made, choices).steps, title)
    return go_to("builder.change_list") if done.status_code < 400 else done


def _page(shop: Workshop, outcome: Update) -> Response:
    made = outcome.package
    shown = [conflict_shown(shop, one, made.documents) for one in outcome.conflicts]
    before = {one.key: one for one in shop.documents}
    after = {one.key: one for one in outcome.documents}
    brought = Counter(key[0] for key in after if key not in before)
    problems = _problems(outcome)
    return page(
        "builder/apps/package.html", shop, package=_package(shop, made), outcome=outcome, conflicts=_by_document(shown),
        brought=_counted(brought), changed=sum(key in before and not _same(one, before[key]) for key, one in after.items() if key[0] != "template"),
        removed=sum(key not in after for key in before), abilities=_abilities(made), problems=explained(shop, problems),
        pictures=[drawn(made.documents, one.name) for one in _shown_first(made)], groups=_listed(made),
    )


def _by_document(shown: Iterable[ConflictShown]) -> list[tuple[str, list[ConflictShown]]]:
    found: dict[str, list[ConflictShown]] = {}
    for one in shown:
        found.setdefault(one.document, []).append(one)
    return list(found.items())


def _same(one: Document, other: Document) -> bool:
    return one is other or (one.app, one.body) == (other.app, other.body)


def _problems(outcome: Update) -> list[Problem]:
    """Documents that are not of the shape that this version of the product knows."""
    return [problem for one in outcome.package.documents for problem in schemas().problems(one)]


def _refuse_wrong(made: Package) -> None:
    problems = [problem for one in made.documents for problem in schemas().problems(one)]
    if problems:
        raise DefinitionErrors(problems)


def _found(digest: str) -> Package:
    known = next((one for one in shipped() if one.digest == digest), None) or bases.kept(digest)
    if known is None:
        raise NotFound(_("There is no such package."))
    return known


def _refused(sentences: Sequence[str]) -> Response:
    shop = workshop()
    return page(
        "builder/apps/gallery.html", shop, status=422, packages=[_package(shop, one) for one in (*shipped(), *_brought(shop))], most=MOST_BYTES >> 20,
        error=" ".join(sentences),
    )


def _brought(shop: Workshop) -> list[Package]:
    """Installed packages that did not come with the product."""
    known = {one.name for one in shipped()}
    found = (bases.kept(str(one.body.get(BASE, ""))) for one in shop.of_kind("template") if one.name not in known)
    return [one for one in found if one is not None]


def _package(shop: Workshop, made: Package) -> PackageShown:
    there = template_in(shop.documents, made.name)
    entities = _shown_first(made)
    return PackageShown(
        made.digest, pick(made.label), pick(made.template.body.get("description") or {}), made.version,
        tuple((pick(one.body["label"]), str(one.body.get("icon") or "apps"), str(one.body.get("color") or "blue")) for one in sorted(made.apps, key=_order)),
        (str(there.body.get("version", "")) or _("installed")) if there else "",
        there is not None and there.body.get(BASE) == made.digest, drawn(made.documents, entities[0].name) if entities else None,
    )


def _order(app: Document) -> Any:
    return app.body.get("order", 100), app.name


def _shown_first(made: Package) -> list[Document]:
    """The entities with the fullest lists, app by app: what the package is about."""
    order = {one.name: number for number, one in enumerate(sorted(made.apps, key=_order))}
    with_list = {one.body["entity"] for one in made.documents if one.kind == "view" and one.body["kind"] == "list"}
    found: dict[str, list[Document]] = {}
    for one in made.documents:
        if one.kind == "entity" and one.name in with_list:
            found.setdefault(one.app, []).append(one)
    best = [max(entities, key=lambda one: len(one.body["properties"])) for _app, entities in sorted(found.items(), key=lambda item: order.get(item[0], 0))]
    return best[:_MOST_PICTURES]


def _listed(made: Package) -> list[tuple[str, list[str]]]:
    """Everything that is in it, by kind."""
    return [
        (kind_words(kind), [pick(one.body.get("x-label") or one.body.get("label") or {}) or one.name for one in made.documents if one.kind == kind])
        for kind in KINDS if any(one.kind == kind for one in made.documents)
    ]


def _counted(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple((kind_words(kind), counts[kind]) for kind in ("app", *KINDS, "view") if counts[kind])


def _abilities(made: Package) -> list[str]:
    """Groups of the package whose members may do more than work with records."""
    return [
        f"{pick(one.body['label'])}: {', '.join(value_word(ability) for ability in one.body['abilities'])}"
        for one in made.documents if one.kind == "role" and one.body.get("abilities")
    ]
