"""The company's logo and colour, for administrators."""

from flask import Response, request

from shuke.core.colors import WHITE, is_color, readable_on
from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.core.settings import save_settings
from shuke.definitions.model import Field
from shuke.definitions.store import bump_security_epoch
from shuke.records import files
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import MEBIBYTE, screen
from shuke.screens.visitor import actor, visitor
from shuke.web.blueprint import blueprint

OWN_COLOR = "#3f4fd0"
_LOGO = Field("logo", "image", {}, {"x-max-size": 5 * MEBIBYTE})
_OWNER = "sk_setting"


@screen(blueprint, "/admin/look", permission="administer", methods=("GET", "POST"), transaction="write", max_bytes=6 * MEBIBYTE)
def look() -> Response:
    """Logo and colour, with a look at what they do."""
    if request.method == "GET":
        return _form(visitor().settings.color, {})
    color = "" if request.form.get("own_color") else request.form.get("color", "").strip().lower()
    try:
        values = {"color": _checked(color), "logo": _logo()}
    except InvalidInput as error:
        return _form(color, error.by_field, 422)
    save_settings(values)
    bump_security_epoch()
    toast(_("Saved."))
    return go_to("web.look")


def _checked(color: str) -> str:
    if color and not is_color(color):
        raise InvalidInput({"color": [_("A colour is written like #3f4fd0.")]})
    return color


def _logo() -> int:
    """The file that is the logo from now on: a new one, none, or the one there is."""
    sent = request.files.get("logo")
    if sent is not None and sent.filename:
        stored = files.store(actor(), sent.filename, sent.read(), _LOGO)
        files.attach([stored.id], _OWNER, 1, _LOGO.name)
        return stored.id
    return 0 if request.form.get("remove_logo") else visitor().settings.logo


def _form(color: str, errors: dict[str, tuple[str, ...]], status: int = 200) -> Response:
    shown = color if is_color(color) else OWN_COLOR
    return render(
        "web/look.html", status=status, color=shown, has_own=bool(color), errors=errors, readable=readable_on(shown, WHITE), logo=visitor().settings.logo,
        settings=visitor().settings,
    )
