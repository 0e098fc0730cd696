"""What happened to records everywhere: changes, deletions, look-ups across units and imports, for administrators."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, request

from shuke.core.given import whole
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.records.lookups import LookedUp, looked_up
from shuke.records.oversight import discarded, happened
from shuke.records.titles import titles
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.transfer import imports
from shuke.transfer.imports import Import
from shuke.web.blueprint import blueprint
from shuke.web.directory import names_of

_PAGE = 50


@screen(blueprint, "/admin/changes", permission="administer")
def change_list() -> Response:
    """Who changed what, the newest first."""
    entity, action = request.args.get("entity", ""), request.args.get("action", "")
    found = happened(actor(), limit=_PAGE, before=_before(), entity=entity, action=action)
    actions = [("created", _("Added")), ("updated", _("Changed")), ("deleted", _("Deleted")), ("restored", _("Restored"))]
    entities = sorted(((one.name, pick(one.label)) for one in catalogue().entities.values()), key=lambda choice: choice[1])
    return render(
        "web/changes.html", fragment="web/_changes.html", changes=found, entities=entities, actions=actions, words=dict(actions), entity=entity,
        action=action, older=found[-1].id if len(found) == _PAGE else None,
    )


@screen(blueprint, "/admin/bin", permission="administer")
def bin_list() -> Response:
    """How much of what lies in the recycle bin, and the latest deletions."""
    return render(
        "web/bin.html", bins=sorted(discarded(actor()), key=lambda one: (-one.count, one.entity.name)),
        latest=happened(actor(), limit=20, action="deleted"),
    )


@dataclass(frozen=True, slots=True)
class LookupShown:
    """One find across units, in words."""

    at: datetime
    who: str
    entity: str
    title: str
    url: str
    field: str


@screen(blueprint, "/admin/lookups", permission="administer")
def lookup_list() -> Response:
    """Who found records of other units by their full number."""
    found = looked_up(limit=_PAGE, before=_before())
    return render("web/lookups.html", lookups=_lookups(found), older=found[-1].id if len(found) == _PAGE else None, is_first=_before() is None)


def _lookups(found: list[LookedUp]) -> list[LookupShown]:
    people = names_of(actor(), (one.actor for one in found))
    published = catalogue().entities
    named = {
        (name, id_): title for name in {one.entity for one in found if one.entity in published}
        for id_, title in titles(actor(), name, {one.record for one in found if one.entity == name}).items()
    }
    shown = []
    for one in found:
        entity = published.get(one.entity)
        field = pick(entity.field(one.field).label) if entity and entity.has(one.field) else one.field
        title = named.get((one.entity, one.record), "")
        shown.append(LookupShown(
            one.at, people.get(one.actor, f"#{one.actor}"), pick(entity.label) if entity else one.entity, title or _("(not visible)"),
            f"/r/{one.entity}/{one.record}" if entity and title else "", field,
        ))
    return shown


@dataclass(frozen=True, slots=True)
class ImportShown:
    """One upload, in words."""

    import_: Import
    who: str
    entity: str
    is_own: bool


@screen(blueprint, "/admin/imports", permission="administer")
def import_list() -> Response:
    """The files that were taken in, by everybody."""
    found = imports.everybodys(limit=_PAGE, before=_before())
    people = names_of(actor(), (one.created_by for one in found))
    shown = [
        ImportShown(one, people.get(one.created_by, _("System")), _entity_label(one.entity), one.created_by == actor().id)
        for one in found
    ]
    return render("web/imports.html", imports=shown, states=import_states(), older=found[-1].id if len(found) == _PAGE else None, is_first=_before() is None)


def import_states() -> dict[str, tuple[str, str]]:
    """Words and colour of each state of an import."""
    return {
        imports.UPLOADED: (_("being prepared"), ""), imports.CHECKING: (_("being checked"), "accent"), imports.CHECKED: (_("checked"), "accent"),
        imports.RUNNING: (_("running"), "accent"), imports.DONE: (_("done"), "good"), imports.FAILED: (_("failed"), "bad"),
        imports.CANCELLED: (_("cancelled"), "warn"),
    }


def _entity_label(name: str) -> str:
    entity = catalogue().entities.get(name)
    return pick(entity.label) if entity else name


def _before() -> int | None:
    return request.args.get("before", type=whole)
