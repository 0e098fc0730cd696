"""Icons and colours to choose from when something is begun, with words for who does not see them."""

from collections.abc import Callable, Mapping

from shuke.builder.panels.words import value_word
from shuke.core.i18n import gettext as _

_ICONS: Mapping[str, Callable[[], str]] = {
    "apps": lambda: _("Squares"), "users": lambda: _("People"), "building-store": lambda: _("Shop"), "shopping-cart": lambda: _("Cart"),
    "package": lambda: _("Parcel"), "truck-delivery": lambda: _("Delivery"), "calendar-event": lambda: _("Calendar"), "clock": lambda: _("Clock"),
    "tool": lambda: _("Spanner"), "headset": lambda: _("Headset"), "message-circle": lambda: _("Speech bubble"), "phone": lambda: _("Telephone"),
    "file-text": lambda: _("Sheet of paper"), "clipboard-list": lambda: _("Clipboard"), "checklist": lambda: _("Checklist"), "coins": lambda: _("Coins"),
    "gift": lambda: _("Gift"), "star": lambda: _("Star"), "heart": lambda: _("Heart"), "book": lambda: _("Book"), "school": lambda: _("School"),
    "map-pin": lambda: _("Pin on a map"), "chart-bar": lambda: _("Bar chart"), "bulb": lambda: _("Light bulb"),
}
COLORS = ("blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal", "cyan")


def icons() -> list[tuple[str, str]]:
    return [(name, words()) for name, words in _ICONS.items()]


def colors() -> list[tuple[str, str]]:
    return [(name, value_word(name)) for name in COLORS]
