"""Icons and colours to choose from, with words for who seeks one and for who does not see them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response, request

from shuke.builder.blueprint import blueprint
from shuke.builder.panels.words import value_word
from shuke.builder.seeking import sought
from shuke.core.i18n import gettext as _
from shuke.screens.page import render
from shuke.screens.screen import screen

_ICONS: Mapping[str, Callable[[], str]] = {
    "apps": lambda: _("Squares"), "users": lambda: _("People"), "building-store": lambda: _("Shop"), "shopping-cart": lambda: _("Cart"),
    "package": lambda: _("Parcel"), "truck-delivery": lambda: _("Delivery"), "calendar-event": lambda: _("Calendar"), "clock": lambda: _("Clock"),
    "tool": lambda: _("Spanner"), "headset": lambda: _("Headset"), "message-circle": lambda: _("Speech bubble"), "phone": lambda: _("Telephone"),
    "file-text": lambda: _("Sheet of paper"), "clipboard-list": lambda: _("Clipboard"), "checklist": lambda: _("Checklist"), "coins": lambda: _("Coins"),
    "gift": lambda: _("Gift"), "star": lambda: _("Star"), "heart": lambda: _("Heart"), "book": lambda: _("Book"), "school": lambda: _("School"),
    "map-pin": lambda: _("Pin on a map"), "chart-bar": lambda: _("Bar chart"), "bulb": lambda: _("Light bulb"),
    # People
    "user": lambda: _("Person"), "user-check": lambda: _("Person with a tick"), "user-plus": lambda: _("Person with a plus"), "user-heart": lambda: _("Person with a heart"),
    "users-group": lambda: _("Crowd"), "friends": lambda: _("Friends"), "id-badge-2": lambda: _("Badge"), "crown": lambda: _("Crown"), "medal": lambda: _("Medal"),
    "trophy": lambda: _("Trophy"), "award": lambda: _("Rosette"), "heart-handshake": lambda: _("Handshake"), "mood-happy": lambda: _("Happy face"), "cake": lambda: _("Cake"),
    # Goods
    "shopping-bag": lambda: _("Shopping bag"), "gift-card": lambda: _("Gift card"), "discount": lambda: _("Discount badge"), "tag": lambda: _("Price tag"),
    "barcode": lambda: _("Barcode"), "qrcode": lambda: _("QR code"), "packages": lambda: _("Parcels"), "box": lambda: _("Box"), "truck": lambda: _("Lorry"),
    "truck-return": lambda: _("Lorry that comes back"), "building-warehouse": lambda: _("Warehouse"), "recycle": lambda: _("Recycling"), "scale": lambda: _("Scales"),
    # Money
    "coin": lambda: _("Coin"), "cash": lambda: _("Cash"), "cash-banknote": lambda: _("Banknote"), "wallet": lambda: _("Wallet"), "credit-card": lambda: _("Bank card"),
    "currency-yuan": lambda: _("Yuan"), "currency-dollar": lambda: _("Dollar"), "receipt": lambda: _("Till receipt"), "receipt-refund": lambda: _("Refund slip"),
    "file-invoice": lambda: _("Invoice"), "percentage": lambda: _("Per cent sign"), "diamond": lambda: _("Diamond"), "calculator": lambda: _("Calculator"),
    "building-bank": lambda: _("Bank"),
    # Time
    "calendar": lambda: _("Calendar sheet"), "calendar-time": lambda: _("Calendar with a clock"), "alarm": lambda: _("Alarm clock"), "hourglass": lambda: _("Hourglass"),
    "history": lambda: _("Clock that runs back"), "timeline": lambda: _("Line of time"), "repeat": lambda: _("Again and again"),
    # Messages
    "messages": lambda: _("Conversation"), "mail": lambda: _("Envelope"), "inbox": lambda: _("In-tray"), "phone-call": lambda: _("Ringing telephone"),
    "speakerphone": lambda: _("Loudspeaker"), "bell": lambda: _("Bell"), "send": lambda: _("Paper plane"), "brand-wechat": lambda: _("WeChat"), "news": lambda: _("Newspaper"),
    "microphone": lambda: _("Microphone"), "video": lambda: _("Video camera"),
    # Papers
    "notebook": lambda: _("Notebook"), "notes": lambda: _("Slip of paper"), "clipboard-check": lambda: _("Clipboard with a tick"), "folder": lambda: _("Folder"),
    "archive": lambda: _("Archive box"), "certificate": lambda: _("Certificate"), "license": lambda: _("Contract"), "books": lambda: _("Books"), "paperclip": lambda: _("Paper clip"),
    "pencil": lambda: _("Pencil"), "writing": lambda: _("Pen that writes"), "ticket": lambda: _("Ticket"), "printer": lambda: _("Printer"), "briefcase": lambda: _("Briefcase"),
    # Figures
    "chart-line": lambda: _("Line chart"), "chart-pie": lambda: _("Pie chart"), "chart-donut": lambda: _("Ring chart"), "report-analytics": lambda: _("Report with a chart"),
    "trending-up": lambda: _("Rising line"), "trending-down": lambda: _("Falling line"), "gauge": lambda: _("Gauge"), "dashboard": lambda: _("Speedometer"),
    "activity": lambda: _("Pulse"), "table": lambda: _("Table of cells"), "layout-kanban": lambda: _("Lanes of cards"), "filter": lambda: _("Sieve"), "target": lambda: _("Target"),
    # Places
    "home": lambda: _("House"), "building": lambda: _("Tall building"), "buildings": lambda: _("Tall buildings"), "map": lambda: _("Map on paper"), "route": lambda: _("Route"),
    "world": lambda: _("Globe"), "sitemap": lambda: _("Organisation chart"), "hierarchy": lambda: _("Branches"),
    # Things
    "tools": lambda: _("Tools"), "key": lambda: _("Key for a door"), "lock": lambda: _("Padlock"), "shield-check": lambda: _("Shield"), "flag": lambda: _("Flag on a pole"),
    "camera": lambda: _("Camera"), "photo": lambda: _("Photo"), "device-mobile": lambda: _("Mobile phone"), "device-desktop": lambda: _("Monitor"), "plug": lambda: _("Plug"),
    "wifi": lambda: _("Wireless network"), "robot": lambda: _("Robot"), "rocket": lambda: _("Rocket"), "wand": lambda: _("Magic wand"), "puzzle": lambda: _("Puzzle piece"),
    "palette": lambda: _("Paint box"), "brush": lambda: _("Brush"), "ruler": lambda: _("Ruler"), "bucket": lambda: _("Bucket"), "masks-theater": lambda: _("Masks"),
    "lifebuoy": lambda: _("Lifebuoy"), "settings": lambda: _("Cogwheel"), "sun": lambda: _("Sun"), "moon": lambda: _("Moon"), "snowflake": lambda: _("Snowflake"),
    "flame": lambda: _("Flame"), "stars": lambda: _("Stars"), "check": lambda: _("Tick"), "alert-triangle": lambda: _("Warning sign"), "question-mark": lambda: _("Question mark"),
}
_AT_HAND = 24
"""So many of them are offered at once where something is begun."""
COLORS = ("blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal", "cyan")


@dataclass(frozen=True, slots=True)
class Picture:
    """An icon to choose, and what it is found by."""

    name: str
    words: str
    sought: str


def icons() -> list[tuple[str, str]]:
    """Those at hand, with their words."""
    return [(name, words()) for name, words in list(_ICONS.items())[:_AT_HAND]]


@blueprint.app_template_global()
def icon_word(name: str) -> str:
    """What an icon shows; its name where nobody has words for it."""
    return _ICONS[name]() if name in _ICONS else name


def colors() -> list[tuple[str, str]]:
    return [(name, value_word(name)) for name in COLORS]


@screen(blueprint, "/build/icons", permission="build")
def choose_icon() -> Response:
    """All icons, in a dialog; what is chosen goes into the input whose id is `for`."""
    pictures = [Picture(name, words(), sought(name, words)) for name, words in _ICONS.items()]
    return render("builder/_icons.html", fragment="builder/_icons.html", pictures=pictures, chosen=request.args.get("value", ""), input_id=request.args.get("for", ""))
