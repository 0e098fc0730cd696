"""Why something was guessed: a code with its numbers, said as a sentence in the reader's language when it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shuke.core.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> list[Any]:
        return [self.code, dict(self.values)]


def sentence_of(reason: Reason) -> str:
    """The reason in words."""
    values = {"fitting": 0, "filled": 0, "distinct": 0, "example": "", "share": 0, "sheet": "", "column": "", "currency": "", **reason.values}
    said = {
        "empty": _("The column is empty."),
        "boolean": _("%(fitting)s of %(filled)s values say yes or no.", **values),
        "email": _("%(fitting)s of %(filled)s values are e-mail addresses.", **values),
        "url": _("%(fitting)s of %(filled)s values are web addresses.", **values),
        "phone": _("%(fitting)s of %(filled)s values are phone numbers.", **values),
        "percent": _("All %(filled)s values are percentages.", **values),
        "share": _("The heading says so, and all %(filled)s values lie between 0 and 1.", **values),
        "money": _("%(fitting)s of %(filled)s values are amounts in %(currency)s.", **values),
        "amount": _("The heading speaks of money, and %(fitting)s of %(filled)s values are numbers.", **values),
        "date": _("%(fitting)s of %(filled)s values are dates.", **values),
        "datetime": _("%(fitting)s of %(filled)s values are dates, some with a time.", **values),
        "integer": _("%(fitting)s of %(filled)s values are whole numbers.", **values),
        "decimal": _("%(fitting)s of %(filled)s values are numbers, some with decimals.", **values),
        "choice": _("Only %(distinct)s different values in %(filled)s rows.", **values),
        "lines": _("Some values have several lines or are long."),
        "text": _("The values are words, or of several kinds."),
        "zeros": _("Some numbers begin with zero (%(example)s), which has to stay.", **values),
        "long": _("Some numbers are too long to calculate with (%(example)s).", **values),
        "code": _("The heading speaks of a number that nobody calculates with."),
        "counted": _("The values are counted up: %(example)s.", **values),
        "currencies": _("The amounts are in several currencies."),
        "title": _("The heading is what people call things by."),
        "first_words": _("It is the first column of words."),
        "unique": _("All %(filled)s values differ and none is blank.", **values),
        "link": _("%(share)s%% of the values stand in “%(sheet)s” under “%(column)s”.", **values),
        "chosen": _("Chosen by you: %(fitting)s of %(filled)s different values fit.", **values),
    }
    return said[reason.code]
