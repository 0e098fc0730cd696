"""Who did something, for those who read about it."""

from collections.abc import Iterable

from shuke.core.i18n import gettext as _
from shuke.records.titles import titles
from shuke.screens.visitor import actor


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """People by their numbers; the system has number 0."""
    wanted = {id_ for id_ in ids if id_}
    return {0: _("System"), **(titles(actor(), "user", wanted) if wanted else {})}
