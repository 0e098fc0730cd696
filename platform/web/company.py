"""The company's settings, for administrators."""

from collections.abc import Mapping
from dataclasses import asdict
from zoneinfo import available_timezones

from flask import Response, request

from shuke.core.errors import InvalidInput
from shuke.core.i18n import LOCALES
from shuke.core.i18n import gettext as _
from shuke.core.settings import save_settings
from shuke.definitions.store import bump_security_epoch
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import visitor
from shuke.web.blueprint import blueprint
from shuke.web.money import countries, currencies

_NAMES = ("company", "locale", "time_zone", "currency", "country")
_LONGEST = 80


@screen(blueprint, "/admin/settings", permission="administer", methods=("GET", "POST"), transaction="write")
def company() -> Response:
    """Name, language, time zone, currency and country of the company."""
    if request.method == "GET":
        return _form(asdict(visitor().settings), {})
    values = {name: request.form.get(name, "").strip() for name in _NAMES}
    try:
        check_company(values)
    except InvalidInput as error:
        return _form(values, error.by_field, 422)
    save_settings(values)
    bump_security_epoch()
    toast(_("Saved."))
    return go_to("web.company")


def check_company(values: Mapping[str, str]) -> None:
    allowed = {
        "locale": set(LOCALES), "time_zone": available_timezones(), "currency": {code for code, _name in currencies()},
        "country": {code for code, _name in countries()},
    }
    problems = {name: [_("Choose one of the listed values.")] for name, known in allowed.items() if name in values and values[name] not in known}
    if not 0 < len(values.get("company", "")) <= _LONGEST:
        problems["company"] = [_("Please enter a name of at most %(count)s characters.", count=_LONGEST)]
    if problems:
        raise InvalidInput(problems)


def _form(values: Mapping[str, object], errors: Mapping[str, tuple[str, ...]], status: int = 200) -> Response:
    return render(
        "web/company.html", status=status, values=values, errors=errors, time_zones=[(name, name) for name in sorted(available_timezones())],
        currencies=currencies(), countries=countries(),
    )
