"""What every template may use: words, addresses of static files, the visitor and the navigation."""

from collections.abc import Callable

from flask import Flask, render_template, request
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup, escape

from shuke.access.actor import Actor
from shuke.core import i18n
from shuke.core.i18n import gettext as _
from shuke.core.settings import Settings
from shuke.definitions.current import catalogue
from shuke.screens import navigation
from shuke.screens.assets import asset_url, asset_version, icon, module
from shuke.screens.keys import shortcut_groups
from shuke.screens.page import toasts
from shuke.screens.visitor import NOBODY, current_visitor, visitor
from shuke.web import brand
from shuke.web.browsers import browser_words
from shuke.web.places import areas

THEMES = ("auto", "light", "dark")
_MOST_KEPT = 1000


class Page(Template):
    """A template whose macros are made once: no template of ours has words that others lack, which importing would look for each time."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def add_template_words(app: Flask) -> None:
    app.jinja_env.template_class = Page
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # After the security library, whose own words would win otherwise.
    app.jinja_env.globals.update(
        _=i18n.gettext, gettext=i18n.gettext, ngettext=i18n.ngettext, pick=i18n.pick, locale=i18n.locale, format_number=i18n.format_number,
        format_day=i18n.format_day, format_instant=i18n.format_instant, format_money=i18n.format_money,
        asset_url=asset_url, asset_version=asset_version, icon=icon, module=module, toasts=toasts, theme=_theme, company=_company, signed_in=_signed_in, actor=_actor,
        sidebar=_sidebar, drawn_part=_drawn_part, sections=lambda: navigation.sections(_actor()), may_build=lambda: navigation.may_build(_actor()),
        may_administer=lambda: navigation.may_administer(_actor()), own_address=_own_address, browser_words=_browser_words,
        quick_creates=lambda: navigation.quick_creates(_actor()), shortcut_groups=lambda: shortcut_groups(_actor()),
        looking_as=_looking_as, admin_areas=areas, browser_words_of=browser_words, brand_url=brand.brand_url, logo_url=brand.logo_url,
        screen_exists=lambda endpoint: endpoint in app.view_functions, languages=" ".join(i18n.LOCALES),
    )


def _sidebar() -> Markup:
    """The navigation, drawn once for people with the same roles, language and place."""
    here, view = "/" + "/".join(request.path.split("/")[1:3]), request.args.get("view", "")
    known = _menu_addresses()
    if (here, view) not in known:
        view = ""
    if (here, view) not in known and here != "/":
        here = f"/{request.path.split('/')[1]}"
    app = navigation.app_of(_actor(), "/" + "/".join(request.path.split("/")[1:3]), view)
    return _kept(("screens/sidebar.html", here, view, app), lambda: render_template("screens/sidebar.html", here=here, view=view, app=app))


def _menu_addresses() -> frozenset[tuple[str, str]]:
    actor = _actor()
    return catalogue().derived(
        ("addresses of the menus", actor.rights, i18n.locale()),
        lambda: frozenset((entry.path, entry.view) for section in navigation.sections(actor) for entry in section.entries),
    )


def _drawn_part(template: str, **own: str) -> Markup:
    """A part of the shell that is the same for people with the same roles and language, drawn once for them.

    `own` are texts of this very page: they stand as marks in what is kept, and are put in for each answer.
    """
    if current_visitor() is None:  # refused before anybody was identified
        return Markup(render_template(template, **own))  # noqa: S704 - our own template, escaped
    marks = {name: f"\ue000{name}\ue001" for name in own}
    place = request.path == "/", request.endpoint == "runtime.search"
    drawn = _kept((template, *place), lambda: render_template(template, **marks))
    if not own:
        return drawn
    text = str(drawn)
    for name, mark in marks.items():
        text = text.replace(mark, escape(own[name]))
    return Markup(text)  # noqa: S704 - our own template, and texts that were escaped just now


def _kept(what: tuple[object, ...], draw: Callable[[], str]) -> Markup:
    """Drawn once for people with the same roles and language, until rights, settings or definitions change."""
    who = visitor()
    key = (what, who.actor.rights, who.is_signed_in, i18n.locale(), who.epoch)
    drawn: dict[object, Markup] = catalogue().derived("drawn parts of the shell", dict)
    found = drawn.get(key)
    if found is None:
        if len(drawn) > _MOST_KEPT:
            drawn.clear()
        found = drawn[key] = Markup(draw())  # noqa: S704 - our own templates, escaped
    return found


def _theme() -> str:
    chosen = request.cookies.get("shuke_theme", THEMES[0])
    return chosen if chosen in THEMES else THEMES[0]


def _company() -> str:
    known = current_visitor()
    return (known.settings if known else Settings()).company


def _signed_in() -> bool:
    known = current_visitor()
    return known is not None and known.is_signed_in


def _actor() -> Actor:
    known = current_visitor()
    return known.actor if known else NOBODY


def _looking_as() -> tuple[Actor, Actor] | None:
    """Who looks as whom on this page, if anybody does."""
    actor = _actor()
    return (actor.through, actor) if actor.through is not None else None


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
