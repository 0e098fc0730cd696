"""Trying patterns out: the next automatic numbers, and whether a text fits."""

import re2
from flask import Response, make_response, request
from markupsafe import escape

from shuke.builder.blueprint import blueprint
from shuke.builder.formulas.members import field_of
from shuke.builder.workshop import workshop
from shuke.core import clock
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.fields.autonumber import Pattern, counters
from shuke.screens.screen import screen

_NEXT = 3


@blueprint.app_template_global()
def common_patterns() -> list[tuple[str, str, str]]:
    """Patterns that are wanted often, with words and an example."""
    return [
        ("^[0-9]+$", _("Digits only"), "20260115"), ("^[A-Za-z]+$", _("Letters only"), "Tea"), ("^[A-Z0-9-]+$", _("Capitals, digits, -"), "SKU-204"),
        ("^[0-9]{6}$", _("Postcode"), "200040"), ("^[0-9]{17}[0-9Xx]$", _("ID card number"), "11010519491231002X"),
        ("^[0-9A-HJ-NPQRTUWXY]{18}$", _("Company code"), "91310000MA1FL0XX0X"), ("^[A-Za-z0-9]{6,20}$", _("6 to 20 letters or digits"), "tea2026"),
    ]


@screen(blueprint, "/build/try/number", permission="build", methods=("POST",))
def try_number() -> Response:
    """The next numbers that the pattern as it is typed would give."""
    try:
        pattern = Pattern.read(request.form.get("value", ""))
    except ValueError as wrong:
        return make_response(escape(str(wrong)))
    today = clock.today()
    given = _given()
    numbers = _(", ").join(pattern.format(given + step, today) for step in range(1, _NEXT + 1))
    return make_response(escape(_("Next: %(numbers)s", numbers=numbers)))


@screen(blueprint, "/build/try/pattern", permission="build", methods=("POST",))
def try_pattern() -> Response:
    """Whether a sample fits the pattern as it is typed."""
    sample, pattern = request.form.get("sample", ""), request.form.get("value", "")
    if not sample or not pattern:
        return make_response("")
    options = re2.Options()
    options.log_errors = False
    try:
        fits = re2.compile(pattern, options).search(sample) is not None
    except re2.error as error:
        return make_response(escape(_("The pattern cannot be used: %(detail)s.", detail=str(error).strip("b\'\""))))
    return make_response(escape(_("It fits.") if fits else _("It does not fit.")))


def _given() -> int:
    """How many numbers were given in the current period."""
    entity, field = request.form.get("name", ""), request.form.get("field", "")
    drafted = field_of(workshop().catalogue, entity, field)
    if drafted is None:
        raise NotFound(_("This field is not there any more."))
    found = catalogue().entities.get(entity)
    known = next((one for one in found.fields if one.type == "autonumber" and (one.name == field or (one.id and one.id == drafted.id))), None) if found else None
    return counters([(entity, known)], clock.today())[0].given if known else 0
