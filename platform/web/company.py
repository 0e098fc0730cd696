"""The company's settings, for administrators."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from zoneinfo import available_timezones

from flask import Response, request

from shuke.core import clock
from shuke.core.errors import InvalidInput
from shuke.core.i18n import LOCALES, format_day, format_number
from shuke.core.i18n import gettext as _
from shuke.core.settings import DATE_STYLES, NUMBER_STYLES, WEEK_STARTS, Settings, save_settings, use_settings
from shuke.definitions.store import bump_security_epoch
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import visitor
from shuke.web.blueprint import blueprint
from shuke.web.money import countries, currencies
from shuke.web.time_zones import time_zones

_NAMES = ("company", "phone", "locale", "time_zone", "currency", "country", "date_style", "number_style", "week_start")
_WORDS = ("address", "footer")
"""Said in both languages."""
_LONGEST = 80
_LONGEST_WORDS = 300


@screen(blueprint, "/admin/settings", permission="administer", methods=("GET", "POST"), transaction="write")
def company() -> Response:
    """Name, address, language, time zone, currency, and how dates and numbers are written."""
    if request.method == "GET":
        return _form(asdict(visitor().settings), {})
    form = request.form
    values: dict[str, object] = {**asdict(visitor().settings), **{name: form[name].strip() for name in _NAMES if name in form}}
    values |= {name: {locale: form.get(f"{name}_{locale}", "").strip() for locale in LOCALES} for name in _WORDS}
    try:
        check_company(values)
    except InvalidInput as error:
        return _form(values, error.by_field, 422)
    save_settings({name: values[name] for name in (*_NAMES, *_WORDS)})
    bump_security_epoch()
    toast(_("Saved."))
    return go_to("web.company")


def check_company(values: Mapping[str, object]) -> None:
    allowed = {
        "locale": set(LOCALES), "time_zone": available_timezones(), "currency": {code for code, _name in currencies()},
        "country": {code for code, _name in countries()}, "date_style": set(DATE_STYLES), "number_style": set(NUMBER_STYLES),
        "week_start": set(WEEK_STARTS),
    }
    problems = {name: [_("Choose one of the listed values.")] for name, known in allowed.items() if name in values and values[name] not in known}
    if not 0 < len(str(values.get("company", ""))) <= _LONGEST:
        problems["company"] = [_("Please enter a name of at most %(count)s characters.", count=_LONGEST)]
    if len(str(values.get("phone", ""))) > _LONGEST:
        problems["phone"] = [_("At most %(count)s characters.", count=_LONGEST)]
    for name in _WORDS:
        said = values.get(name)
        if isinstance(said, Mapping):
            problems |= {f"{name}_{locale}": [_("At most %(count)s characters.", count=_LONGEST_WORDS)] for locale, text in said.items() if len(text) > _LONGEST_WORDS}
    if problems:
        raise InvalidInput(problems)


def _form(values: Mapping[str, object], errors: Mapping[str, tuple[str, ...]], status: int = 200) -> Response:
    return render(
        "web/company.html", status=status, values=values, errors=errors, time_zones=time_zones(str(values.get("time_zone", ""))),
        currencies=currencies(), countries=countries(), date_styles=_date_styles(clock.today()), number_styles=_number_styles(),
        week_starts=[("monday", _("Monday")), ("sunday", _("Sunday"))],
    )


def _date_styles(today: date) -> list[tuple[str, str]]:
    """Each style as it writes today."""
    names = {"language": _("As usual in the language"), "iso": _("The same in all languages"), "long": _("In full")}
    return [(style, f"{names[style]} · {_written(Settings(date_style=style), today)}") for style in DATE_STYLES]


def _number_styles() -> list[tuple[str, str]]:
    names = {"grouped": _("Thousands apart"), "plain": _("Digits only")}
    return [(style, f"{names[style]} · {_written(Settings(number_style=style), Decimal('1234567.89'))}") for style in NUMBER_STYLES]


def _written(settings: Settings, value: date | Decimal) -> str:
    with use_settings(settings):
        return format_number(value) if isinstance(value, Decimal) else format_day(value)
