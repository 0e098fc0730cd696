"""The places of the administration: what there is, where it stands, and by which words it is found."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request, url_for

from shuke.core.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Place:
    """One page of the administration."""

    endpoint: str
    icon: str
    label: str
    about: str
    more: str = ""
    """Further words by which people look for it."""

    @property
    def address(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        """Whether the page being shown is this one, or one below it."""
        return request.path == self.address or request.path.startswith(f"{self.address}/")

    def is_about(self, text: str) -> bool:
        said = f"{self.label} {self.about} {self.more}".casefold()
        return all(word in said for word in text.casefold().split())


@dataclass(frozen=True, slots=True)
class Area:
    """Places that belong together."""

    label: str
    places: tuple[Place, ...]


def areas() -> tuple[Area, ...]:
    """All places, in the reader's language."""
    return (
        Area(_("People"), tuple(_people())), Area(_("Company"), tuple(_company())), Area(_("Data"), tuple(_records())),
        Area(_("Operation"), tuple(_operation())),
    )


def matching(text: str) -> tuple[Area, ...]:
    """The areas with those places only that the words are about."""
    found = (Area(area.label, tuple(place for place in area.places if place.is_about(text))) for area in areas())
    return tuple(area for area in found if area.places)


def _people() -> Iterator[Place]:
    yield Place("web.user_list", "users", _("Users"), _("Accounts, their units and roles"), _("password reset deactivate new user"))
    yield Place("web.unit_list", "sitemap", _("Organisation"), _("The tree of units"), _("region store department"))
    yield Place("web.role_list", "shield-lock", _("Roles"), _("Who may do what, at a glance"), _("permission group rights grid"))
    yield Place("web.session_list", "device-desktop", _("Sessions"), _("Who is signed in, and from where"), _("sign out end browser"))
    yield Place("web.sign_in_list", "login", _("Sign-ins"), _("Successful and refused tries of the last 90 days"), _("log security attempts"))
    yield Place("web.token_list", "key", _("API tokens"), _("Keys for programs"), _("interface integration"))


def _company() -> Iterator[Place]:
    yield Place("web.company", "building", _("Company"), _("Name, address, language, time zone, currency, dates and numbers"), _("phone footer week settings"))
    yield Place("web.look", "palette", _("Look"), _("Logo and colour, on screens and in print"), _("brand picture theme"))
    yield Place("web.number_list", "hash", _("Automatic numbers"), _("Which automatic number comes next"), _("counter autonumber sequence"))


def _records() -> Iterator[Place]:
    yield Place("web.change_list", "history", _("Change log"), _("Who changed what, over all records"), _("audit history log"))
    yield Place("web.bin_list", "trash", _("Recycle bin"), _("Deleted records that can be restored"), _("restore undelete"))
    yield Place("web.lookup_list", "eye", _("Look-ups"), _("Who found records of other units by their full number"), _("log privacy search across stores"))
    yield Place("web.import_list", "file-import", _("Imports"), _("Files that were taken in, by everybody"), _("upload history csv xlsx"))


def _operation() -> Iterator[Place]:
    yield Place("web.system", "activity", _("System health"), _("Database, disk, worker, copies and versions"), _("status backup monitor version"))
    yield Place("web.job_list", "list-check", _("Jobs"), _("Background work: waiting, running, failed"), _("queue worker retry cancel"))
    yield Place("web.rule_run_list", "robot", _("Automation"), _("What rules did, and where they were stopped"), _("rule log run"))
    yield Place("web.clock_page", "clock", _("Clock"), _("The time the product goes by; movable in a sandbox"), _("sandbox time travel"))
