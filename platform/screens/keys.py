"""What the keyboard can do on every page: the list that people read is the one that the browser follows."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from shuke.access.actor import Actor
from shuke.core.i18n import gettext as _
from shuke.screens.navigation import may_administer, sections

_NUMBERED = 9


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys that are pressed together or one after the other; with an address, two keys that lead there."""

    keys: tuple[str, ...]
    words: str
    address: str = ""

    @property
    def sequence(self) -> str:
        return "".join(self.keys).lower()


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    shortcuts: tuple[Shortcut, ...]


def shortcut_groups(actor: Actor) -> tuple[Group, ...]:
    """All shortcuts, by what they are for, in the reader's language."""
    return (
        Group(_("Everywhere"), (
            Shortcut(("/",), _("Search everything")), Shortcut(("Ctrl", "K"), _("Go anywhere")), Shortcut(("?",), _("Show this list")),
            Shortcut(("Esc",), _("Close a dialog, panel or menu")),
        )),
        Group(_("In lists"), (
            Shortcut(("↑", "↓", "K", "J"), _("Previous and next row")), Shortcut(("Enter",), _("Open the row")),
            Shortcut(("X",), _("Choose the row")), Shortcut(("F2",), _("Write in the list")), Shortcut(("N",), _("New record on this page")),
        )),
        Group(_("Records and forms"), (
            Shortcut(("E",), _("Edit this record")), Shortcut(("Ctrl", "S"), _("Save the form")), Shortcut(("Ctrl", "Enter"), _("Send the form or comment")),
        )),
        Group(_("Go to"), tuple(_jumps(actor))),
    )


def _jumps(actor: Actor) -> Iterator[Shortcut]:
    yield Shortcut(("G", "H"), _("Home"), "/")
    yield Shortcut(("G", "M"), _("Your account"), url_for("web.me"))
    if may_administer(actor):
        yield Shortcut(("G", "A"), _("Administration"), url_for("web.admin"))
    for number, section in enumerate(sections(actor)[:_NUMBERED], start=1):
        yield Shortcut(("G", str(number)), section.label, section.address)
