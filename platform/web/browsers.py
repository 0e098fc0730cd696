"""What people call the browser and the device that a user agent string stands for."""

from shuke.core.i18n import gettext as _

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("MicroMessenger", "WeChat"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))


def browser_words(agent: str) -> str:
    """Such as “Chrome, Windows”; a program that is no browser keeps the start of its own name."""
    found = [next((name for sign, name in known if sign in agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return _(", ").join(name for name in found if name) or agent[:40] or _("Unknown browser")
