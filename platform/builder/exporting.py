"""Exporting apps that are in force as a package."""

from flask import Response, request

from shuke.builder.bar import page
from shuke.builder.blueprint import blueprint
from shuke.builder.workshop import workshop
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.packages import SUFFIX, pack
from shuke.publishing.needs import needed_apps, needs_of, package_of
from shuke.publishing.updating import template_of
from shuke.screens.downloads import attachment
from shuke.screens.screen import screen

_LONGEST_VERSION = 20


@screen(blueprint, "/build/export", permission="build")
def export_form() -> Response:
    """Which apps, and what they need of each other; without `app` all of them."""
    chosen = request.args.get("app", "")
    apps = catalogue().apps
    if chosen and chosen not in apps:
        if workshop().has("app", chosen):
            return page("builder/apps/export.html", workshop(), fragment="builder/apps/_export.html", choices=(), needed=(), chosen=chosen, version="")
        raise NotFound(_("There is no such document."))
    needed = needed_apps(catalogue(), chosen) if chosen else ()
    wanted = [chosen] if chosen else list(apps)
    together = [*wanted, *needed]
    made = package_of(catalogue(), together, template_of(catalogue().documents, together))
    reasons = {name: [pick(need.label) for need in needs_of(catalogue(), wanted) if need.app == name] for name in needed}
    listed = [(one.name, pick(one.label), one.icon or "apps", one.color or "blue", one.name in wanted, reasons.get(one.name, [])) for one in apps.values()]
    return page("builder/apps/export.html", workshop(), fragment="builder/apps/_export.html", choices=listed, needed=needed, chosen=chosen, version=made.version)


@screen(blueprint, "/build/export/package", permission="build")
def export_package() -> Response:
    """The file."""
    apps = [name for name in request.args.getlist("app") if name in catalogue().apps]
    if not apps:
        raise NotFound(_("There is no such document."))
    version = request.args.get("version", "").strip()[:_LONGEST_VERSION]
    made = package_of(catalogue(), apps, template_of(catalogue().documents, apps), version=version)
    return attachment(pack(made), f"{made.name}-{made.version}{SUFFIX}", "application/zip")
