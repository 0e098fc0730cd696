"""What every template may use: words, addresses of static files, the visitor and the navigation."""

from flask import Flask, render_template, request
from markupsafe import Markup

from shuke.access.actor import Actor
from shuke.core import i18n
from shuke.core.i18n import gettext as _
from shuke.core.settings import Settings
from shuke.definitions.current import catalogue
from shuke.screens import navigation
from shuke.screens.assets import asset_url, asset_version, icon_url
from shuke.screens.keys import shortcut_groups
from shuke.screens.page import toasts
from shuke.screens.visitor import NOBODY, current_visitor
from shuke.web import brand
from shuke.web.browsers import browser_words
from shuke.web.places import areas

THEMES = ("auto", "light", "dark")
_KEPT_SIDEBARS = 500


def add_template_words(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # After the security library, whose own words would win otherwise.
    app.jinja_env.globals.update(
        _=i18n.gettext, gettext=i18n.gettext, ngettext=i18n.ngettext, pick=i18n.pick, locale=i18n.locale, format_number=i18n.format_number,
        format_day=i18n.format_day, format_instant=i18n.format_instant, format_money=i18n.format_money,
        asset_url=asset_url, asset_version=asset_version, icon_url=icon_url, toasts=toasts, theme=_theme, company=_company, signed_in=_signed_in, actor=_actor,
        sidebar=_sidebar, drawn_part=_drawn_part, sections=lambda: navigation.sections(_actor()), may_build=lambda: navigation.may_build(_actor()),
        may_administer=lambda: navigation.may_administer(_actor()), own_address=_own_address, browser_words=_browser_words,
        quick_creates=lambda: navigation.quick_creates(_actor()), shortcut_groups=lambda: shortcut_groups(_actor()),
        admin_areas=areas, browser_words_of=browser_words, brand_url=brand.brand_url, logo_url=brand.logo_url,
        screen_exists=lambda endpoint: endpoint in app.view_functions,
    )


def _sidebar() -> Markup:
    """The navigation, drawn once for people with the same roles, language and place."""
    visitor = current_visitor()
    here, view = "/" + "/".join(request.path.split("/")[1:3]), request.args.get("view", "")
    known = {(entry.path, entry.view) for section in navigation.sections(_actor()) for entry in section.entries}
    if (here, view) not in known:
        view = ""
    if (here, view) not in known and here != "/":
        here = f"/{request.path.split('/')[1]}"
    key = (_actor().roles, i18n.locale(), here, view, _app_here(), _company(), visitor.epoch if visitor else 0)
    drawn: dict[object, Markup] = catalogue().derived("sidebars", dict)
    if key not in drawn:
        if len(drawn) > _KEPT_SIDEBARS:
            drawn.clear()
        drawn[key] = Markup(render_template("screens/sidebar.html", here=here, view=view, app=_app_here()))  # noqa: S704 - our own template, escaped
    return drawn[key]


def _drawn_part(template: str) -> Markup:
    """A part of the shell that is the same for people with the same roles and language, drawn once for them."""
    visitor = current_visitor()
    if visitor is None:  # refused before anybody was identified
        return Markup(render_template(template))  # noqa: S704 - our own template, escaped
    key = (template, _actor().roles, i18n.locale(), visitor.epoch, _signed_in())
    drawn: dict[object, Markup] = catalogue().derived("drawn parts of the shell", dict)
    if key not in drawn:
        if len(drawn) > _KEPT_SIDEBARS:
            drawn.clear()
        drawn[key] = Markup(render_template(template))  # noqa: S704 - our own template, escaped
    return drawn[key]


def _app_here() -> str:
    """The app that the page belongs to, by the entry it was opened from."""
    return navigation.app_of(_actor(), "/" + "/".join(request.path.split("/")[1:3]))


def _theme() -> str:
    chosen = request.cookies.get("shuke_theme", THEMES[0])
    return chosen if chosen in THEMES else THEMES[0]


def _company() -> str:
    visitor = current_visitor()
    return (visitor.settings if visitor else Settings()).company


def _signed_in() -> bool:
    visitor = current_visitor()
    return visitor is not None and visitor.is_signed_in


def _actor() -> Actor:
    visitor = current_visitor()
    return visitor.actor if visitor else NOBODY


def _own_address() -> str:
    """Where the page itself was asked for, to come back to it."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def _browser_words() -> dict[str, str]:
    """The sentences that the browser says by itself."""
    return {
        "failed": _("That did not work. Please try again."),
        "fault": _("Something went wrong on our side. Nothing was saved."),
        "again": _("Try again"),
        "undo": _("Undo"),
        "open": _("Open"),
        "close": _("Close"),
        "unsaved": _("Your changes have not been saved."),
        "discard": _("What you entered has not been saved. Leave it behind?"),
        "copied": _("Copied."),
    }
