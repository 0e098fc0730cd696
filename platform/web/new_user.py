"""Making a user: the account first, in the library's own transaction, then the record with the same id."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shuke.access.actor import Actor
from shuke.core.errors import InvalidInput, PlatformError
from shuke.core.i18n import gettext as _
from shuke.core.settings import current
from shuke.definitions.current import catalogue
from shuke.definitions.store import bump_security_epoch
from shuke.screens.visitor import write
from shuke.web.blueprint import accounts
from shuke.web.directory import save_user
from shuke.web.passwords import check_password
from shuke.web.sessions import require_change

_USERNAME = re.compile(r"[\w.@+-]{2,60}")


@dataclass(frozen=True, slots=True)
class NewUser:
    username: str
    name: str
    email: str
    password: str
    roles: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the record."""
    must_change: bool = False
    """The password was made by somebody else, so it has to be replaced at the first step."""


def add_user(new: NewUser, actor: Actor | None = None) -> int:
    """Check everything, make the account, then the record; an account whose record is refused is taken back."""
    username = unicodedata.normalize("NFKC", new.username).strip()
    if not _USERNAME.fullmatch(username):
        raise InvalidInput({"username": [_("A user name has 2 to 60 letters, digits or the signs . _ @ + -.")]})
    if not new.name.strip():
        raise InvalidInput({"name": [_("Please enter a name.")]})
    check_roles(new.roles)
    check_password(new.password, administrator=gives_administration(new.roles), context=(username, new.name, new.email, current().company))
    account = accounts().add(username, new.name.strip(), new.email.strip(), new.password)
    try:
        with write():
            values = {**new.values, "username": username, "name": new.name.strip(), "active": True}
            if new.email.strip():
                values["email"] = new.email.strip()
            save_user(actor or Actor.system("new user"), account, values, new=True)
            require_change(account, new.must_change)
    except PlatformError:
        accounts().remove(account)
        raise
    accounts().set_roles(account, new.roles)
    with write():
        bump_security_epoch()
    return account


def check_roles(names: Iterable[str]) -> None:
    if unknown := sorted(set(names) - set(catalogue().roles)):
        raise InvalidInput({"roles": [_("There is no role %(name)s.", name=unknown[0])]})


def gives_administration(names: Iterable[str]) -> bool:
    """Longer passwords are asked of those who can change the rights of others."""
    roles = catalogue().roles
    return any(roles[name].abilities & {"administer", "build"} for name in names if name in roles)
