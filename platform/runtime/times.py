"""Points in time as people say them: how long ago, or the day."""

from datetime import datetime, timedelta

from shuke.core import clock
from shuke.core.i18n import format_day, ngettext
from shuke.core.i18n import gettext as _

_LATELY = timedelta(hours=6)


def since(at: datetime) -> str:
    """How long ago it was, or the day for what is further away; what is to come is told by its day."""
    passed = clock.now() - at
    local = clock.local(at)
    days = (clock.today() - local.date()).days
    if timedelta(0) <= passed < timedelta(minutes=1):
        return _("just now")
    if timedelta(0) <= passed < timedelta(hours=1):
        minutes = passed.seconds // 60
        return ngettext("%(number)s minute ago", "%(number)s minutes ago", minutes)
    if timedelta(0) <= passed < _LATELY:
        return ngettext("%(number)s hour ago", "%(number)s hours ago", passed.seconds // 3600)
    if days == 0:
        return _("today %(time)s", time=f"{local:%H:%M}")
    if days == 1:
        return _("yesterday %(time)s", time=f"{local:%H:%M}")
    return format_day(local.date())
