"""What a screen may demand of its visitor before it runs; rights on records are the business of `access`."""

from enum import StrEnum

from shuke.access.policy import has_ability
from shuke.core.errors import NotAllowed, PlatformError
from shuke.core.i18n import gettext as _
from shuke.screens.visitor import Visitor


class Permission(StrEnum):
    """`anyone` is the anonymous list; `signed_in` leaves the rest to the rights on records."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    BUILD = "build"
    ADMINISTER = "administer"


class SignInNeeded(PlatformError):
    """The screen is for people who have signed in."""


class FirstRunNeeded(PlatformError):
    """Nobody can sign in yet; the first administrator has to be made."""


class PasswordChangeNeeded(PlatformError):
    """The password was given by somebody else and has to be replaced first."""


def refuse_in_preview(visitor: Visitor, preview: str, *, reads: bool) -> None:
    """Who looks as somebody else only looks, and not at what is that person's alone."""
    if visitor.actor.through is None or preview == "free":
        return
    if preview == "closed":
        raise NotAllowed(_("This is a page of %(name)s alone; a preview does not show it.", name=visitor.actor.name))
    if not reads:
        raise NotAllowed(_("You look as %(name)s, so nothing can be changed. Leave the preview first.", name=visitor.actor.name))


def require(permission: Permission, visitor: Visitor) -> None:
    """Refuse a visitor who lacks what the screen demands."""
    if permission is Permission.ANYONE:
        return
    if visitor.first_run:
        raise FirstRunNeeded
    if not visitor.is_signed_in:
        raise SignInNeeded
    if permission is not Permission.SIGNED_IN and not has_ability(visitor.actor, permission.value):
        raise NotAllowed(_("You may not open this page. Ask an administrator for the right."))
